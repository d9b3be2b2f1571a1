"""What happened: the list of the day, tallies, and records for indicators."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.participation.models import HeadCount, ImportedParticipation, SlotTally
from kyodo_match.participation.rules import Attendance, DayRecord
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import SignupStatus

# A place is theirs: also while they have not yet answered a change.
_EXPECTED = (SignupStatus.CONFIRMED, SignupStatus.AWAITING_ANSWER)


def expected(session: Session, slot: Slot) -> Sequence[Participant]:
    """参加者名簿: who is expected or walked in, in 五十音順."""
    return session.scalars(
        sa.select(Participant)
        .join(Participant.signup)
        .options(contains_eager(Participant.signup))
        .where(
            Signup.slot_id == slot.id,
            Signup.status.in_(_EXPECTED),
            Participant.cancelled_at.is_(None),
        )
        .order_by(Participant.kana, Participant.id)
        .execution_options(populate_existing=True)
    ).all()


def head_count(session: Session, slot: Slot) -> HeadCount | None:
    """The heads that were counted without names."""
    return session.scalar(sa.select(HeadCount).where(HeadCount.slot_id == slot.id))


def tally_of(session: Session, slot: Slot) -> SlotTally | None:
    """The day's tally, once something was marked."""
    return session.scalar(sa.select(SlotTally).where(SlotTally.slot_id == slot.id))


@dataclass(frozen=True)
class UnmarkedDay:
    """実績が未記入: a past day on which somebody is still unmarked."""

    slot_id: str
    title: str
    group: str
    starts_at: datetime
    unmarked: int


def unmarked_days(
    session: Session, *, now: datetime, group_ids: Sequence[int] | None = None, limit: int = 50
) -> list[UnmarkedDay]:
    """Past days with people unmarked, oldest first; of all groups, or of some."""
    count = sa.func.count(Participant.id)
    query = (
        sa.select(Slot.public_id, Opportunity.title, Slot.starts_at, count, Slot.opportunity_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .join(Participant, Participant.signup_id == Signup.id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(
            Slot.ends_at < now,
            Slot.status == SlotStatus.SCHEDULED,
            Signup.status.in_(_EXPECTED),
            Participant.cancelled_at.is_(None),
            Participant.attendance == Attendance.UNMARKED,
        )
        .group_by(Slot.id, Slot.public_id, Opportunity.title, Slot.starts_at, Slot.opportunity_id)
        .order_by(Slot.starts_at)
        .limit(limit)
    )
    if group_ids is not None:
        query = query.where(Opportunity.group_id.in_(group_ids))
    rows = session.execute(query).all()
    names = _group_names(session, [row[4] for row in rows])
    return [UnmarkedDay(row[0], row[1], names[row[4]], row[2], row[3]) for row in rows]


def _group_names(session: Session, opportunity_ids: Sequence[int]) -> dict[int, str]:
    found = session.scalars(sa.select(Opportunity).where(Opportunity.id.in_(opportunity_ids)))
    return {opportunity.id: opportunity.group.name for opportunity in found}


def day_records(
    session: Session, *, kinds: Sequence[str], since: date, until: date
) -> list[DayRecord]:
    """What indicators count: one record a day and opportunity, and one an imported line.

    Days are Japan's, by the slot's start; both ends belong to the span. Cancelled days have none.
    Source: docs/rules/plan-indicators.md.
    """
    return _own(session, kinds, since, until) + _imported(session, kinds, since, until)


def _own(session: Session, kinds: Sequence[str], since: date, until: date) -> list[DayRecord]:
    days = (
        Slot.starts_at >= datetime.combine(since, time(0), TOKYO),
        Slot.starts_at < datetime.combine(until + timedelta(days=1), time(0), TOKYO),
        Slot.status != SlotStatus.CANCELLED,
        Opportunity.kind.in_(kinds),
        Opportunity.status != OpportunityStatus.DRAFT,
    )
    tallies = session.execute(
        sa.select(
            Slot.id, Slot.starts_at, Opportunity.public_id, Opportunity.kind, SlotTally.visits
        )
        .join(SlotTally, SlotTally.slot_id == Slot.id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(*days)
    ).all()
    keys: dict[int, set[str]] = defaultdict(set)
    for slot_id, key in session.execute(
        sa.select(Signup.slot_id, Participant.person_key)
        .join(Participant, Participant.signup_id == Signup.id)
        .join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(*days, Participant.attendance == Attendance.ATTENDED)
    ):
        keys[slot_id].add(key)
    visits: dict[tuple[date, str, str], int] = defaultdict(int)
    people: dict[tuple[date, str, str], set[str]] = defaultdict(set)
    for slot_id, starts_at, opportunity, kind, count in tallies:
        event = (tokyo_date(starts_at), str(kind), opportunity)
        visits[event] += count
        people[event] |= keys[slot_id]
    return [
        DayRecord(day, kind, event, count, frozenset(people[day, kind, event]))
        for (day, kind, event), count in sorted(visits.items())
    ]


def _imported(session: Session, kinds: Sequence[str], since: date, until: date) -> list[DayRecord]:
    lines = session.scalars(
        sa.select(ImportedParticipation)
        .where(
            ImportedParticipation.kind.in_(kinds),
            ImportedParticipation.day.between(since, until),
        )
        .order_by(ImportedParticipation.day, ImportedParticipation.id)
    )
    return [
        DayRecord(
            line.day,
            str(line.kind),
            f"imported-{line.id}",
            line.visits,
            imported_people=line.people or 0,
        )
        for line in lines
    ]
