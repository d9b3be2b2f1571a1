"""The states that the demo has to show, each a question that its database answers."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account, Invitation
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.clock import tokyo_date
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import GroupStatus
from kyodo_match.notifications.models import (
    CallTry,
    OutboxMessage,
    PhoneCall,
    UndeliverableAddress,
)
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome, MessageState
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    OpportunityKind,
    OpportunityStatus,
    SlotState,
    SlotStatus,
    slot_state,
)
from kyodo_match.participation.models import (
    AttendanceEvent,
    HeadCount,
    ImportDraft,
    MarkRequest,
    SlotTally,
)
from kyodo_match.participation.models import ReceptionLink as Link
from kyodo_match.participation.queries import state_of, unmarked_days, writers
from kyodo_match.participation.rules import Attendance, LinkState
from kyodo_match.signups.models import Offer, Participant, SensitiveNote, Signup
from kyodo_match.signups.rules import Channel, SignupStatus
from tests.support import demo_matching_states

LETTERS = (
    "signup-confirmed", "signup-waitlisted", "signup-offer", "signup-declined",
    "signup-offer-expired", "signup-cancelled", "signup-participant-cancelled",
    "signup-slot-cancelled", "signup-changed", "signup-answered", "signup-contact-changed",
    "signup-party-changed", "signup-reminder", "signup-reminder-week", "signup-thanks",
    "group-digest", "mark_request", "member_invited", "staff_invited", "opportunity_published",
    "opportunity_returned", "signup-entered", "signup-draw-asked", "signup-draw-waiting",
    "signup-draw-answered", "signup-approval-received", "signup-approved", "signup-inquiry",
    "signup-approval-declined", "signup-hours-returned", "approval-answered", "approval-reminder",
    "wish-confirm", "volunteer-confirm", "volunteer-registered", "volunteer-invited",
    "volunteer-invitation-withdrawn", "signup-draw-day-cancelled", "signup-round-extended",
    "signup-round-moved",
)  # fmt: skip
ACTS = (
    "signup.note-read", "signup.contact-changed", "signup.participant-replaced",
    "signup.participant-added", "opportunity.copied", "opportunity.changes-seen", "slot.moved",
    "export.made", "participation.import-taken-back", "names.opened", "account.ended",
    "round.frozen", "round.drawn", "round.published", "round.minimum-decided", "weights.saved",
    "help.asked", "proposal.invited",
)  # fmt: skip

Question = Callable[[Session, datetime], bool]


def missing(session: Session, now: datetime) -> list[str]:
    """The names of the states that nobody would meet."""
    return [name for name, is_there in _questions() if not is_there(session, now)]


def _questions() -> Iterator[tuple[str, Question]]:
    for status in OpportunityStatus:
        yield f"opportunity {status}", _any(Opportunity.status == status)
    for state in set(SlotState) - {SlotState.POSTPONED}:
        yield f"day {state}", _slot_in(state)
    for signup in SignupStatus:
        yield f"application {signup}", _any(Signup.status == signup)
    for channel in Channel:
        yield f"application by {channel}", _any(Signup.channel == channel)
    for message in set(MessageState) - {MessageState.SENDING}:
        yield f"mail {message}", _any(OutboxMessage.state == message)
    for letter in LETTERS:
        yield f"letter {letter}", _any(OutboxMessage.kind == letter)
    for act in ACTS:
        yield f"act {act}", _any(AuditEvent.action == act)
    for group in GroupStatus:
        yield f"group {group}", _any(Group.status == group)
    yield from _OPPORTUNITIES.items()
    yield from _SIGNUPS.items()
    yield from _CALLS.items()
    yield from _DAY.items()
    yield from _OFFICE.items()
    yield from demo_matching_states.questions()


def _any(*conditions: sa.ColumnElement[bool]) -> Question:
    def ask(session: Session, _now: datetime) -> bool:
        return session.scalar(sa.select(sa.literal(1)).where(*conditions).limit(1)) is not None

    return ask


def _ahead(days: int, *conditions: sa.ColumnElement[bool]) -> Question:
    """A day so many days from now, still held."""

    def ask(session: Session, now: datetime) -> bool:
        held = sa.select(Slot).where(Slot.status == SlotStatus.SCHEDULED, *conditions)
        wanted = tokyo_date(now) + timedelta(days=days)
        return any(tokyo_date(slot.starts_at) == wanted for slot in session.scalars(held))

    return ask


def _slot_in(state: SlotState) -> Question:
    def ask(session: Session, now: datetime) -> bool:
        public = sa.select(Slot).join(Opportunity)
        public = public.where(Opportunity.status == OpportunityStatus.PUBLISHED)
        return any(
            slot_state(
                slot.status,
                slot.places,
                opens_at=slot.opens_at,
                closes_at=slot.closes_at,
                ends_at=slot.ends_at,
                now=now,
                mode=slot.mode,
            )
            is state
            for slot in session.scalars(public)
        )

    return ask


# --- opportunities and their days ---


def _withdrawn_with_people(session: Session, now: datetime) -> bool:
    return _any(
        Opportunity.status == OpportunityStatus.WITHDRAWN,
        Slot.opportunity_id == Opportunity.id,
        Signup.slot_id == Slot.id,
        Signup.status == SignupStatus.CANCELLED,
    )(session, now)


def _several_days_at_once(session: Session, _now: datetime) -> bool:
    """Days that were added to a public text by one person at one moment."""
    added = sa.select(sa.func.count()).group_by(Revision.opportunity_id, Revision.at)
    return max(session.scalars(added.where(Revision.slot_id.is_not(None)))) > 1


def _lacks_people(session: Session, now: datetime) -> bool:
    week = now + timedelta(days=8)
    return _any(
        Slot.starts_at.between(now, week),
        Slot.status == SlotStatus.SCHEDULED,
        Slot.minimum > Slot.places_taken,
    )(session, now)


_OPPORTUNITIES: dict[str, Question] = {
    "withdrawn with people on it": _withdrawn_with_people,
    "several days made at once": _several_days_at_once,
    "change seen": _any(Revision.seen_at.is_not(None), Revision.slot_id.is_(None)),
    "change not seen yet": _any(Revision.seen_at.is_(None), Revision.slot_id.is_(None)),
    "day with a minimum not reached": _lacks_people,
    "day today": _ahead(0),
    "day tomorrow": _ahead(1),
    "day in a week": _ahead(7),
    "day counted in parties": _any(Slot.capacity_unit == CapacityUnit.PARTIES),
    "day where small parties pass": _any(Slot.pass_smaller.is_(True), Slot.places_waiting > 0),
    "day that counts escorts": _any(Slot.escorts_count.is_(True)),
}


# --- applications, calls ---


def _family_of_four(session: Session, _now: datetime) -> bool:
    sizes = sa.select(sa.func.count()).select_from(Participant).group_by(Participant.signup_id)
    return max(session.scalars(sizes)) == 4


def _stays_at_home(session: Session, _now: datetime) -> bool:
    signups = session.scalars(sa.select(Signup)).all()
    return any(one.name not in {person.name for person in one.participants} for one in signups)


def _answer_overdue(session: Session, now: datetime) -> bool:
    return _any(
        Signup.status == SignupStatus.AWAITING_ANSWER,
        Signup.answer_by < now,
        PhoneCall.signup_id == Signup.public_id,
        PhoneCall.outcome.in_(WAITING_CALLS),
    )(session, now)


def _answer_awaited(session: Session, now: datetime) -> bool:
    awaiting = Signup.status == SignupStatus.AWAITING_ANSWER
    return _any(awaiting, Signup.answer_by > now)(session, now)


def _tried_twice(session: Session, _now: datetime) -> bool:
    tries = (
        sa.select(sa.func.count())
        .select_from(CallTry)
        .join(PhoneCall, PhoneCall.id == CallTry.phone_call_id)
    )
    tries = tries.where(PhoneCall.outcome == CallOutcome.UNREACHED).group_by(PhoneCall.id)
    return max(session.scalars(tries), default=0) > 1


def _overdue_call(session: Session, now: datetime) -> bool:
    waits = PhoneCall.outcome.in_(WAITING_CALLS)
    return _any(waits, PhoneCall.due_at < now)(session, now)


_SIGNUPS: dict[str, Question] = {
    "family of four": _family_of_four,
    "applicant who stays at home": _stays_at_home,
    "application without e-mail": _any(Signup.email == "", Signup.channel == Channel.PHONE),
    "late cancellation": _any(Signup.cancelled_late.is_(True)),
    "support asked for": _any(Signup.support != ()),
    "escort": _any(Participant.is_escort.is_(True), Participant.cancelled_at.is_(None)),
    "sealed note": _any(SensitiveNote.id.is_not(None)),
    "new link after another address": _any(Signup.access_version > 1),
    "answer to a changed day awaited": _answer_awaited,
    "answer to a changed day overdue": _answer_overdue,
    "open offer": _any(Offer.answered_at.is_(None)),
    "address that takes no mail": _any(UndeliverableAddress.id.is_not(None)),
}
_CALLS: dict[str, Question] = {
    "call open": _any(PhoneCall.outcome == CallOutcome.OPEN),
    "call reached": _any(PhoneCall.outcome == CallOutcome.REACHED),
    "call not needed": _any(PhoneCall.outcome == CallOutcome.NOT_NEEDED),
    "call tried twice in vain": _tried_twice,
    "call overdue": _overdue_call,
    "offer by phone": _any(
        PhoneCall.kind == "signup-offer", PhoneCall.outcome == CallOutcome.OPEN
    ),
}


# --- the day, and the office ---


def _link_in(*states: LinkState) -> Question:
    def ask(session: Session, now: datetime) -> bool:
        return any(state_of(link, now) in states for link in session.scalars(sa.select(Link)))

    return ask


def _partly_marked(session: Session, now: datetime) -> bool:
    return _any(
        Slot.ends_at < now,
        SlotTally.slot_id == Slot.id,
        SlotTally.attended > 0,
        SlotTally.unmarked > 0,
    )(session, now)


def _no_record(session: Session, now: datetime) -> bool:
    return any(not day.unmarked for day in unmarked_days(session, now=now))


def _nobody_to_ask(session: Session, now: datetime) -> bool:
    keys = [day.group_key for day in unmarked_days(session, now=now)]
    found = writers(session, keys, now=now)
    return any(not found[key] for key in keys)


def _month_over(session: Session, now: datetime) -> bool:
    month_ago = now - timedelta(days=32)
    return any(day.unmarked and day.ends_at < month_ago for day in unmarked_days(session, now=now))


def _asked_yesterday(session: Session, now: datetime) -> bool:
    yesterday = tokyo_date(now) - timedelta(days=1)
    asked = session.scalars(sa.select(MarkRequest.asked_at))
    return any(tokyo_date(moment) == yesterday for moment in asked)


def _imports(session: Session, _now: datetime) -> bool:
    """One that counts, one that was taken back, one that somebody still looks at."""
    files = session.scalars(sa.select(ImportDraft).where(ImportDraft.file_name != "")).all()
    back = [one for one in files if "taken_back" in one.content]
    waiting = [one for one in files if one.taken_at is None]
    return bool(back) and bool(waiting) and len(files) > len(back) + len(waiting)


def _invited(session: Session, _now: datetime) -> bool:
    """A member who has a link and has not come yet."""
    found = sa.select(Account.id).join(GroupMember).join(Invitation)
    found = found.where(Account.password_hash.is_(None), Invitation.used_at.is_(None))
    return session.scalar(found.limit(1)) is not None


def _came_twice(session: Session, _now: datetime) -> bool:
    """延べ is more than 実人数: somebody attended two experiences."""
    days = sa.func.count(Signup.slot_id.distinct())
    attended = sa.select(days).select_from(Participant).join(Signup).join(Slot).join(Opportunity)
    attended = attended.where(
        Participant.attendance == Attendance.ATTENDED,
        Opportunity.kind == OpportunityKind.EXPERIENCE,
    ).group_by(Participant.person_key)
    return max(session.scalars(attended)) > 1


def _purposes(session: Session, _now: datetime) -> bool:
    made = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "export.made")).all()
    return len(made) > 1 and all(event.reason for event in made)


_DAY: dict[str, Question] = {
    "live link to a reception": _link_in(LinkState.VALID, LinkState.COMING),
    "used up link": _link_in(LinkState.EXPIRED),
    "revoked link": _link_in(LinkState.REVOKED),
    "mark by link": _any(AttendanceEvent.marked_by.startswith("link:")),
    "correction with a reason": _any(
        AttendanceEvent.reason != "", AttendanceEvent.previous != Attendance.UNMARKED
    ),
    "absent": _any(Participant.attendance == Attendance.ABSENT),
    "heads counted": _any(HeadCount.adults > 0, HeadCount.children > 0),
    "day partly unmarked": _partly_marked,
    "day without a record": _no_record,
    "day of a group that nobody can write to": _nobody_to_ask,
    "day that the group can no longer mark": _month_over,
    "day asked about yesterday": _asked_yesterday,
}
_OFFICE: dict[str, Question] = {
    "somebody came twice": _came_twice,
    "imports": _imports,
    "invited member": _invited,
    "exports with purposes": _purposes,
    "ended account": _any(Account.is_active.is_(False)),
}
