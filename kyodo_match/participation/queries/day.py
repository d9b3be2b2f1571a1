"""The list of the day, and what was counted on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from kyodo_match.core.text import search_key
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.models import HeadCount, SlotTally
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import SignupStatus

# A place is theirs: also while they have not yet answered a change.
EXPECTED = (SignupStatus.CONFIRMED, SignupStatus.AWAITING_ANSWER)
# From so many people on, a list is searched instead of read.
_MANY = 20


def expected(session: Session, slot: Slot) -> Sequence[Participant]:
    """Who is expected to take part or walked in, in 五十音順: escorts are not counted."""
    return [person for person in _listed(session, slot) if not person.is_escort]


def _listed(session: Session, slot: Slot) -> Sequence[Participant]:
    """参加者名簿: everybody who may come to the door, in 五十音順."""
    return session.scalars(
        sa.select(Participant)
        .join(Participant.signup)
        .options(contains_eager(Participant.signup))
        .where(
            Signup.slot_id == slot.id,
            Signup.status.in_(EXPECTED),
            Participant.cancelled_at.is_(None),
        )
        .order_by(Participant.kana, Participant.id)
        .execution_options(populate_existing=True)
    ).all()


def has_hours(person: Participant) -> bool:
    """Whether hours of somebody can be written down: their place is sure, or was.

    A standing need is left at any time, and what was done until then is still theirs. Who escorts
    takes no part.
    """
    signup = person.signup
    if person.is_escort:
        return False
    if signup.status in EXPECTED:
        return person.cancelled_at is None or signup.slot.standing
    return signup.slot.standing and signup.had_place


def volunteers(session: Session, slot: Slot) -> Sequence[Participant]:
    """Whose hours can be written down, in 五十音順; who has left a standing need is among them."""
    people = session.scalars(
        sa.select(Participant)
        .join(Participant.signup)
        .options(contains_eager(Participant.signup).joinedload(Signup.slot))
        .where(Signup.slot_id == slot.id, Signup.status.in_((*EXPECTED, SignupStatus.CANCELLED)))
        .order_by(Participant.kana, Participant.id)
        .execution_options(populate_existing=True)
    )
    return [person for person in people if has_hours(person)]


def came_and_left(session: Session, slot: Slot) -> int:
    """How many were active for a standing need and have left it since: they came all the same.

    From a single day nobody leaves who was marked.
    """
    if not slot.standing:
        return 0
    return (
        session.scalar(
            sa.select(sa.func.count(Participant.id))
            .join(Participant.signup)
            .where(
                Signup.slot_id == slot.id,
                Participant.attendance == Attendance.ATTENDED,
                Participant.cancelled_at.is_not(None),
            )
        )
        or 0
    )


def head_count(session: Session, slot: Slot) -> HeadCount | None:
    """The heads that were counted without names."""
    return session.scalar(sa.select(HeadCount).where(HeadCount.slot_id == slot.id))


def tally_of(session: Session, slot: Slot) -> SlotTally | None:
    """The day's tally, once something was marked."""
    return session.scalar(sa.select(SlotTally).where(SlotTally.slot_id == slot.id))


@dataclass(frozen=True)
class ReceptionDay:
    """A slot as its reception sees it; `listed` is None when names are closed to the reader.

    Escorts are on the list, so that they are found by their names, and are not marked.
    """

    slot: Slot
    listed: Sequence[Participant] | None
    counts: dict[str, int]
    adults: int
    children: int
    heads_counted: bool

    @property
    def people(self) -> Sequence[Participant] | None:
        """Who takes part, of those on the list."""
        if self.listed is None:
            return None
        return [person for person in self.listed if not person.is_escort]

    def with_whom(self, escort: Participant) -> str:
        """The names of those whom somebody escorts."""
        party = [one.name for one in self.people or () if one.signup_id == escort.signup_id]
        return "、".join(party)

    @property
    def heads(self) -> int:
        return self.adults + self.children

    @property
    def expected(self) -> int:
        return sum(self.counts.values())

    @property
    def is_long(self) -> bool:
        """Whether one looks for a name instead of reading the list."""
        return self.expected > _MANY

    def found(self, typed: str) -> Sequence[Participant]:
        """Those whose name or ふりがな has what was typed; all where nothing was."""
        key = search_key(typed)
        return [
            person
            for person in self.listed or ()
            if key in search_key(person.kana) or key in search_key(person.name)
        ]


def reception_day(session: Session, slot: Slot) -> ReceptionDay:
    """The list of a day with its counts, names included: the view decides who sees them."""
    listed = _listed(session, slot)
    people = [person for person in listed if not person.is_escort]
    heads = head_count(session, slot)
    return ReceptionDay(
        slot=slot,
        listed=listed,
        counts={
            state.value: sum(person.attendance == state for person in people)
            for state in Attendance
        },
        adults=heads.adults if heads else 0,
        children=heads.children if heads else 0,
        heads_counted=heads is not None,
    )
