"""What the demo has to show of matching: draws, wishes, needs and their hours, volunteers."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from kyodo_match.matching.models import (
    Dismissal,
    DrawChoice,
    DrawEntry,
    DrawSupplement,
    Exposure,
    Proposal,
    Round,
    RoundSlot,
    Volunteer,
    Weights,
    Wish,
)
from kyodo_match.matching.queries.candidates import without_need
from kyodo_match.matching.queries.desk import desk_needs
from kyodo_match.matching.queries.draws import record_of, supplements_of
from kyodo_match.matching.queries.short_days import rounds_to_review
from kyodo_match.matching.queries.suggesting import suggestions
from kyodo_match.matching.rules.alerts import ALERT_KIND
from kyodo_match.matching.rules.drawing import verify, verify_supplement
from kyodo_match.matching.rules.freezing import Dropped
from kyodo_match.matching.rules.rounds import (
    MinimumDecision,
    PaperRule,
    RoundMode,
    RoundStatus,
)
from kyodo_match.matching.rules.volunteers import ProposalState, VolunteerState
from kyodo_match.matching.rules.wishes import Frequency, ShownIn, WishChoices, WishState
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Opportunity, Role, Slot
from kyodo_match.opportunities.rules import NeedPattern, SlotMode
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.rules import HoursState
from kyodo_match.signups.models import (
    Inquiry,
    Offer,
    QueuePlace,
    Reply,
    ReplyTemplate,
    Signup,
)
from kyodo_match.signups.rules import Channel, OfferAnswer, ReplyKind, SignupStatus
from kyodo_match.signups.rules.approving import SEEN_BY_OFFICE_AFTER

Question = Callable[[Session, datetime], bool]


# What enums have that the demo shows; what it does not is left out here by name.
_MEMBERS: tuple[tuple[str, InstrumentedAttribute[Any], Collection[str]], ...] = (
    ("round", Round.status, set(RoundStatus)),
    ("round in mode", Round.mode, set(RoundMode)),
    ("round with paper by", Round.paper_rule, set(PaperRule)),
    ("drawn day below its minimum", RoundSlot.decision, set(MinimumDecision)),
    ("wish with mails", Wish.frequency, set(Frequency)),
    ("wish", Wish.state, set(WishState)),
    ("group shown in", Exposure.shown_in, set(ShownIn)),
    ("need", Opportunity.pattern, set(NeedPattern)),
    ("template for", ReplyTemplate.kind, set(ReplyKind)),
    ("hours", ActivityHours.state, set(HoursState)),
    ("volunteer", Volunteer.state, set(VolunteerState) - {VolunteerState.ENDED}),
    ("proposal", Proposal.state, set(ProposalState)),
)


def questions() -> Iterator[tuple[str, Question]]:
    """Each state by its name."""
    for what, column, values in _MEMBERS:
        for value in values:
            yield f"{what} {value}", any_(column == value)
    for channel in set(Channel) - {Channel.WALK_IN}:
        yield (
            f"entry by {channel}",
            any_(DrawEntry.signup_id == Signup.id, Signup.channel == channel),
        )
    yield from _DRAWS.items()
    yield from _NEEDS.items()
    yield from _PEOPLE.items()


def any_(*conditions: sa.ColumnElement[bool]) -> Question:
    """Whether there is a row for which all of this holds."""

    def ask(session: Session, _now: datetime) -> bool:
        return session.scalar(sa.select(sa.literal(1)).where(*conditions).limit(1)) is not None

    return ask


# --- draws ---


def _verified(session: Session, _now: datetime) -> bool:
    """A published draw whose record and supplements anybody finds right."""
    drawn = session.scalars(sa.select(Round).where(Round.status == RoundStatus.PUBLISHED)).all()
    return bool(drawn) and all(
        verify(record_of(one)) == ()
        and all(
            verify_supplement(later.record, record_of(one)) == ()
            for later in supplements_of(session, one)
        )
        for one in drawn
    )


def _supplements(session: Session, _now: datetime) -> bool:
    """One for who lost their day, one for who came late."""
    records = session.scalars(sa.select(DrawSupplement.record)).all()
    return any(one["displaced"] for one in records) and any(one["late"] for one in records)


def _answer_missing(session: Session, now: datetime) -> bool:
    return any_(
        Signup.status == SignupStatus.AWAITING_ANSWER,
        Signup.answers_draw.is_(True),
        Signup.answer_by < now,
    )(session, now)


def _drawn_soon(session: Session, now: datetime) -> bool:
    return any_(Round.status == RoundStatus.FROZEN, Round.draw_at > now)(session, now)


def _to_decide(session: Session, now: datetime) -> bool:
    return any(
        one.status is RoundStatus.DRAWN for one, _days in rounds_to_review(session, now=now)
    )


_IN_DRAW = DrawEntry.signup_id == Signup.id
_DRAWS: dict[str, Question] = {
    "record that is right": _verified,
    "supplements": _supplements,
    "answer to a draw missing": _answer_missing,
    "public draw soon": _drawn_soon,
    "entry placed late": any_(
        DrawEntry.is_late.is_(True), _IN_DRAW, Signup.status != SignupStatus.ENTERED
    ),
    "entry of several people": any_(DrawEntry.size > 2),
    "entry that waits": any_(
        QueuePlace.signup_id == Signup.id, _IN_DRAW, Signup.status == SignupStatus.WAITLISTED
    ),
    "place of a draw given on": any_(
        Offer.signup_id == Signup.id, _IN_DRAW, Offer.answer == OfferAnswer.ACCEPTED
    ),
    "drawn day to decide about": _to_decide,
    "choice that was dropped": any_(DrawChoice.dropped == Dropped.SLOT_CANCELLED),
    "application without a choice": any_(DrawChoice.dropped == Dropped.RESIDENCY),
    "places left by a draw": any_(
        RoundSlot.slot_id == Slot.id,
        RoundSlot.round_id == Round.id,
        Round.status == RoundStatus.PUBLISHED,
        Slot.mode == SlotMode.FIRST_COME,
        Slot.closes_at > Round.published_at,
    ),
    "call about a draw": any_(PhoneCall.kind.startswith("signup-draw-")),
}


# --- what a group decides, and what came of it ---


def _waits_long(session: Session, now: datetime) -> bool:
    return any_(
        Signup.status == SignupStatus.AWAITING_APPROVAL,
        Signup.awaiting_since < now - SEEN_BY_OFFICE_AFTER,
    )(session, now)


def _role_full(session: Session, now: datetime) -> bool:
    return any_(
        Role.taken == Role.head_count,
        Signup.role_id == Role.id,
        Signup.status == SignupStatus.WAITLISTED,
    )(session, now)


def _own_list(session: Session, _now: datetime) -> bool:
    """Somebody's hours fill a list of their own: some of each state."""
    states = sa.select(sa.func.count(ActivityHours.state.distinct()))
    states = states.group_by(ActivityHours.participant_id)
    return max(session.scalars(states)) == len(HoursState)


_WAITS = Inquiry.signup_id == Signup.id, Signup.status == SignupStatus.AWAITING_APPROVAL
_NEEDS: dict[str, Question] = {
    "need with roles and a skill": any_(Role.skill != ""),
    "need that asks for skills": any_(Opportunity.wanted_skills != ()),
    "need from home": any_(Opportunity.is_remote.is_(True)),
    "application that the office sees": _waits_long,
    "application with a question": any_(*_WAITS, Inquiry.answered_at.is_(None)),
    "application with an answered question": any_(*_WAITS, Inquiry.answered_at.is_not(None)),
    "accepted with the group's words": any_(Reply.kind == ReplyKind.ACCEPT),
    "declined with the group's words": any_(Reply.kind == ReplyKind.DECLINE),
    "applicant waiting for a role": _role_full,
    "list of own hours": _own_list,
}


# --- wishes, volunteers, the desk ---


def _needs_people(session: Session, now: datetime) -> bool:
    """A day on the desk that nobody was put down for, and one that its group asks help for."""
    needs = desk_needs(session, now=now)
    alone = [one for one in needs if one.still == one.lacks]
    return bool(alone) and any(one.help_asked_at for one in needs)


def _rests(session: Session, now: datetime) -> bool:
    return bool(without_need(session, now=now))


def _suggested(session: Session, now: datetime) -> bool:
    """Every kept wish has days that suit it."""
    wishes = session.scalars(sa.select(Wish).where(Wish.state == WishState.ACTIVE)).all()
    return all(suggestions(session, WishChoices.of(one), now=now).groups for one in wishes)


_PEOPLE: dict[str, Question] = {
    "recommendations": _suggested,
    "activity put away": any_(Dismissal.wish_id == Wish.id),
    "second version of the points": any_(Weights.version == 2, Weights.note != ""),
    "day without people": _needs_people,
    "people without a day": _rests,
    "volunteer by phone without e-mail": any_(
        Volunteer.channel == Channel.PHONE, Volunteer.email == ""
    ),
    "volunteer who has not opened the link": any_(Volunteer.confirmed_at.is_(None)),
    "invitation by phone": any_(
        PhoneCall.volunteer_id != "", PhoneCall.outcome == CallOutcome.OPEN
    ),
    "alert sent": any_(OutboxMessage.kind == ALERT_KIND),
}
