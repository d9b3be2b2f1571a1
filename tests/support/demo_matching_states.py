"""What the demo has to show of matching: rounds and draws."""

from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models import DrawEntry, DrawSupplement, Round, RoundSlot
from kyodo_match.matching.queries.draws import record_of, supplements_of
from kyodo_match.matching.rules.drawing import verify, verify_supplement
from kyodo_match.matching.rules.rounds import (
    MinimumDecision,
    PaperRule,
    RoundMode,
    RoundStatus,
)
from kyodo_match.notifications.models import PhoneCall
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.signups.models import Offer, QueuePlace, Signup
from kyodo_match.signups.rules import Channel, OfferAnswer, SignupStatus

Question = Callable[[Session, datetime], bool]


def questions() -> Iterator[tuple[str, Question]]:
    """Each state by its name."""
    for status in set(RoundStatus) - {RoundStatus.DRAWN}:
        yield f"round {status}", any_(Round.status == status)
    for mode in RoundMode:
        yield f"round in mode {mode}", any_(Round.mode == mode)
    for rule in PaperRule:
        yield f"round with paper by {rule}", any_(Round.paper_rule == rule)
    for channel in set(Channel) - {Channel.WALK_IN}:
        yield (
            f"entry by {channel}",
            any_(DrawEntry.signup_id == Signup.id, Signup.channel == channel),
        )
    yield from _DRAWS.items()


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
    "drawn day called off": any_(RoundSlot.decision == MinimumDecision.CANCEL),
    "places left by a draw": any_(
        RoundSlot.slot_id == Slot.id,
        RoundSlot.round_id == Round.id,
        Round.status == RoundStatus.PUBLISHED,
        Slot.mode == SlotMode.FIRST_COME,
        Slot.closes_at > Round.published_at,
    ),
    "call about a draw": any_(PhoneCall.kind.startswith("signup-draw-")),
}
