"""Rounds and their days: one, all of them, and the days that one could have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from kyodo_match.core import text
from kyodo_match.core.clock import midnight
from kyodo_match.groups.models import Group
from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, Round, RoundSlot
from kyodo_match.matching.rules.entering import Times
from kyodo_match.matching.rules.rounds import DayFacts, DrawClass, RoundStatus, read_classes
from kyodo_match.opportunities.models import Opportunity, Role, Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode, SlotStatus
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import LIVE, Channel, SignupStatus

_WITH_DAYS = selectinload(Round.slots).options(
    joinedload(RoundSlot.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True)
)
_ROUND = sa.select(Round).where(Round.public_id == sa.bindparam("public_id"))


def round_by_id(session: Session, public_id: str) -> Round | None:
    """A round in whatever state, with its days and their opportunities."""
    return session.scalars(_ROUND.options(_WITH_DAYS), {"public_id": public_id}).one_or_none()


def public_round(session: Session, public_id: str) -> Round | None:
    """A round that everybody may see: any but a draft."""
    found = round_by_id(session, public_id)
    return None if found is None or found.status is RoundStatus.DRAFT else found


def locked_round(session: Session, public_id: str) -> Round:
    """The round, locked and fresh, with its days: applications and changes queue here.

    Whoever locks a round and days locks the round first, then the days in the order of their
    keys. The days are read after the lock. Raises NoResultFound.
    """
    found = session.scalars(_LOCKED, {"public_id": public_id}).one()
    session.scalars(_DAYS_AFRESH, {"round": found.id}).all()
    return found


def locked_days(session: Session, one: Round) -> dict[int, Slot]:
    """The days of a locked round by their keys, locked in the order of these."""
    days = sorted(one.slots, key=lambda day: day.slot_id)
    return {day.slot_id: locked_slot(session, day.slot.public_id) for day in days}


_LOCKED = _ROUND.with_for_update(of=Round).execution_options(populate_existing=True)
_DAYS_AFRESH = (
    sa.select(Round)
    .where(Round.id == sa.bindparam("round"))
    .options(_WITH_DAYS)
    .execution_options(populate_existing=True)
)


def round_of_slot(session: Session, slot_id: str) -> Round | None:
    """The round that a day belongs to, by the day's public id."""
    return session.scalars(
        sa.select(Round)
        .join(RoundSlot, RoundSlot.round_id == Round.id)
        .join(Slot, Slot.id == RoundSlot.slot_id)
        .where(Slot.public_id == slot_id)
        .options(_WITH_DAYS)
    ).one_or_none()


def all_rounds(session: Session) -> Sequence[Round]:
    """Every round, the latest deadline first, with its days."""
    return session.scalars(
        sa.select(Round).options(_WITH_DAYS).order_by(Round.closes_at.desc(), Round.id.desc())
    ).all()


def rounds_in(session: Session, *states: RoundStatus) -> Sequence[Round]:
    """Rounds in some states, with their days."""
    return session.scalars(
        sa.select(Round).where(Round.status.in_(states)).options(_WITH_DAYS).order_by(Round.id)
    ).all()


def round_of(session: Session, entry: DrawEntry) -> Round:
    """The round that an application is in, with its days."""
    return session.scalars(
        sa.select(Round).where(Round.id == entry.round_id).options(_WITH_DAYS)
    ).one()


def closed_unfrozen(session: Session, *, now: datetime) -> int:
    """How many rounds have closed and wait for somebody to check and freeze their list."""
    return session.scalars(
        sa.select(sa.func.count(Round.id)).where(
            Round.status == RoundStatus.OPEN, Round.closes_at <= now
        )
    ).one()


def days_with_results(session: Session, group_ids: Collection[int]) -> set[int]:
    """The days of some groups whose draw is published, by their keys."""
    return set(
        session.scalars(
            sa.select(RoundSlot.slot_id)
            .join(Round, Round.id == RoundSlot.round_id)
            .join(Slot, Slot.id == RoundSlot.slot_id)
            .join(Opportunity, Opportunity.id == Slot.opportunity_id)
            .where(
                Round.status == RoundStatus.PUBLISHED,
                Opportunity.group_id.in_(group_ids),
            )
        )
    )


def classes_of(one: Round) -> tuple[DrawClass, ...]:
    """The published table of a round, best class first."""
    return read_classes(one.classes)


def times_of(one: Round) -> Times:
    """When a round takes applications."""
    return Times(one.status, one.opens_at, one.closes_at, one.paper_rule)


def held_days(one: Round) -> list[RoundSlot]:
    """The days of a loaded round that can still be wished for."""
    return [day for day in one.slots if day.slot.status is SlotStatus.SCHEDULED]


# --- Days to choose from ----------------------------------------------------

MOST_DAYS_SHOWN = 60


@dataclass(frozen=True)
class DaySearch:
    """What the office looks for among the published days."""

    word: str = ""
    first: date | None = None
    last: date | None = None


def days_to_choose(
    session: Session, wanted: DaySearch, *, now: datetime, without: Collection[int]
) -> Sequence[Slot]:
    """Published, scheduled days to come, the nearest first; `without` those chosen already."""
    conditions = [
        Opportunity.status == OpportunityStatus.PUBLISHED,
        Slot.status == SlotStatus.SCHEDULED,
        Slot.mode == SlotMode.FIRST_COME,
        Slot.standing.is_(False),
        Slot.starts_at > now,
        Slot.id.not_in(without),
    ]
    if wanted.first:
        conditions.append(Slot.starts_at >= midnight(wanted.first))
    if wanted.last:
        conditions.append(Slot.starts_at < midnight(wanted.last) + timedelta(days=1))
    for part in wanted.word.split():
        key = text.search_key(part)
        conditions.append(
            sa.or_(
                Opportunity.search_text.contains(key, autoescape=True),
                Group.search_text.contains(key, autoescape=True),
            )
        )
    return session.scalars(
        sa.select(Slot)
        .join(Slot.opportunity)
        .join(Opportunity.group)
        .where(*conditions)
        .options(contains_eager(Slot.opportunity).contains_eager(Opportunity.group))
        .order_by(Slot.starts_at, Slot.id)
        .limit(MOST_DAYS_SHOWN)
    ).all()


def day_facts(session: Session, slots: Collection[Slot], *, round_id: int) -> dict[int, DayFacts]:
    """What decides whether days can be in a round, by the days' own ids."""
    ids = [slot.id for slot in slots]
    signed_up = set(
        session.scalars(
            sa.select(Signup.slot_id).where(
                Signup.slot_id.in_(ids),
                Signup.status.in_(LIVE),
                Signup.channel != Channel.WALK_IN,
            )
        )
    )
    elsewhere = set(
        session.scalars(
            sa.select(RoundSlot.slot_id).where(
                RoundSlot.slot_id.in_(ids), RoundSlot.round_id != round_id
            )
        )
    )
    with_roles = set(session.scalars(sa.select(Role.slot_id).where(Role.slot_id.in_(ids))))
    return {
        slot.id: DayFacts(
            status=slot.status,
            opportunity=slot.opportunity.status,
            mode=slot.mode,
            unit=slot.capacity_unit,
            standing=slot.standing,
            starts_at=slot.starts_at,
            has_signups=slot.id in signed_up,
            in_another_round=slot.id in elsewhere,
            has_roles=slot.id in with_roles,
        )
        for slot in slots
    }


# --- Counts -----------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many applied to a round, and for what."""

    entries: int
    people: int
    late: int
    days: dict[int, tuple[int, ...]]  # by the day's id: people by rank, from the first

    def first(self, slot_id: int) -> int:
        """How many people put a day first."""
        return self.days.get(slot_id, (0,))[0]

    def all(self, slot_id: int) -> int:
        """How many people wish for a day at all."""
        return sum(self.days.get(slot_id, (0,)))


_LIVE_ENTRIES = (
    sa.select(
        DrawEntry.id,
        DrawEntry.is_late,
        sa.func.count(Participant.id).label("people"),
    )
    .join(Signup, Signup.id == DrawEntry.signup_id)
    .join(Participant, Participant.signup_id == Signup.id)
    .join(Slot, Slot.id == Signup.slot_id)
    .where(
        DrawEntry.round_id == sa.bindparam("round"),
        Signup.status != SignupStatus.CANCELLED,
        Participant.cancelled_at.is_(None),
        sa.or_(Participant.is_escort.is_(False), Slot.escorts_count),
    )
    .group_by(DrawEntry.id, DrawEntry.is_late)
)


def counts(session: Session, one: Round) -> Counts:
    """How many people and applications a round has, and how often each day is wished for."""
    entries = {
        row.id: (row.people, row.is_late)
        for row in session.execute(_LIVE_ENTRIES, {"round": one.id})
    }
    days = {day.slot_id: [0] * one.most_choices for day in one.slots}
    choices = session.execute(
        sa.select(DrawChoice.entry_id, DrawChoice.slot_id, DrawChoice.rank)
        .join(DrawEntry, DrawEntry.id == DrawChoice.entry_id)
        .where(DrawEntry.round_id == one.id)
    )
    for entry_id, slot_id, rank in choices:
        if entry_id in entries:
            days[slot_id][rank - 1] += entries[entry_id][0]
    return Counts(
        entries=len(entries),
        people=sum(people for people, _late in entries.values()),
        late=sum(1 for _people, late in entries.values() if late),
        days={slot_id: tuple(by_rank) for slot_id, by_rank in days.items()},
    )
