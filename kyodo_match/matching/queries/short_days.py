"""開催判断: days of a drawn round below their minimum, and rounds that wait for the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models.rounds import (
    DrawEntry,
    Round,
    RoundSlot,
)
from kyodo_match.matching.queries.rounds import rounds_in
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import SignupStatus


@dataclass(frozen=True)
class ShortDay:
    """A day that has fewer people than it needs, and nobody has decided about it."""

    day: RoundSlot
    people: int

    @property
    def slot(self) -> Slot:
        return self.day.slot

    @property
    def lacks(self) -> int:
        """How many more people it needs."""
        return (self.slot.minimum or 0) - self.people


_REVIEWED = (RoundStatus.DRAWN, RoundStatus.PUBLISHED)


def below_minimum(session: Session, one: Round, *, now: datetime) -> list[ShortDay]:
    """The days of a drawn round below their minimum, to decide about: not held yet, scheduled."""
    if one.status not in _REVIEWED:
        return []
    drawn = dict(_drawn_people(session, one)) if one.status is RoundStatus.DRAWN else {}
    found = []
    for day in one.slots:
        slot = day.slot
        people = slot.places_taken + drawn.get(day.slot_id, 0)
        is_coming = slot.status is SlotStatus.SCHEDULED and slot.starts_at > now
        if is_coming and day.decision is None and people < (slot.minimum or 0):
            found.append(ShortDay(day, people))
    return found


def _drawn_people(session: Session, one: Round) -> Iterable[tuple[int, int]]:
    """How many people a draw that is not published yet has placed on each day, by its key."""
    rows = session.execute(
        sa.select(DrawEntry.placed_slot_id, sa.func.count(Participant.id))
        .join(Signup, Signup.id == DrawEntry.signup_id)
        .join(Participant, Participant.signup_id == Signup.id)
        .join(Slot, Slot.id == DrawEntry.placed_slot_id)
        .where(
            DrawEntry.round_id == one.id,
            DrawEntry.placed_slot_id.is_not(None),
            Signup.status == SignupStatus.ENTERED,
            Participant.cancelled_at.is_(None),
            sa.or_(Participant.is_escort.is_(False), Slot.escorts_count),
        )
        .group_by(DrawEntry.placed_slot_id)
    )
    return ((slot, people) for slot, people in rows if slot is not None)


def rounds_to_review(session: Session, *, now: datetime) -> list[tuple[Round, list[ShortDay]]]:
    """Rounds with days below their minimum that wait for a decision."""
    drawn = rounds_in(session, *_REVIEWED)
    found = [(one, below_minimum(session, one, now=now)) for one in drawn]
    return [(one, short) for one, short in found if short]


def rounds_to_act_on(session: Session, *, now: datetime) -> int:
    """How many frozen rounds wait for the office: to be drawn, published or decided about."""
    due = session.scalars(
        sa.select(Round.id).where(
            sa.or_(
                sa.and_(Round.status == RoundStatus.FROZEN, Round.draw_at <= now),
                Round.status == RoundStatus.DRAWN,
            )
        )
    ).all()
    return len({*due, *(one.id for one, _short in rounds_to_review(session, now=now))})
