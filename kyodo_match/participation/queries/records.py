"""What indicators count: days with their visits, and lines of results from before."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.participation.models import ImportedParticipation, SlotTally
from kyodo_match.participation.rules import Attendance, DayRecord
from kyodo_match.signups.models import Participant, Signup


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
        Slot.starts_at >= midnight(since),
        Slot.starts_at < midnight(until + timedelta(days=1)),
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
