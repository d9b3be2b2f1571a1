"""参加実績: one line a slot, no names; and the results from before the system."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import (
    Asked,
    Line,
    Table,
    bare,
    moment_of,
    of_year,
    stream,
)
from kyodo_match.exports.rules import IMPORTED
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation.models import ImportedParticipation, SlotTally
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import Channel, SignupStatus

# A place is theirs; walk-ins hold none and are seen among the attended.
_HAS_PLACE = Signup.status.in_((SignupStatus.CONFIRMED, SignupStatus.AWAITING_ANSWER))
_LIVE = Participant.cancelled_at.is_(None)
_APPLIED = Signup.channel != Channel.WALK_IN
_IS_CANCELLED = sa.or_(
    Participant.cancelled_at.is_not(None), Signup.status == SignupStatus.CANCELLED
)
# Who was active for a standing need came, also where they have left it since.
_CAME = sa.and_(
    Participant.attendance == Attendance.ATTENDED,
    sa.or_(sa.and_(_HAS_PLACE, _LIVE), Slot.standing),
)


def table(session: Session, asked: Asked) -> Table:
    """One line a slot, no names; before them the results from before."""
    return Table.of(asked, _lines(session, asked.fiscal_year))


def _lines(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """参加実績: one line a slot, after the results from before."""
    yield from _imported(session, fiscal_year)
    yield from _slots(session, fiscal_year)


def _imported(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """Results from before have no slot; with them the visits come to what the plan counts."""
    line = ImportedParticipation
    statement = sa.select(
        line.day, bare(line.kind), line.opportunity, line.group, line.visits, line.people
    ).order_by(line.day, line.id)
    if fiscal_year:
        statement = statement.where(line.day.between(fiscal_year.first_day, fiscal_year.last_day))
    unknown = (None,) * 8
    for day, kind, opportunity, group, visits, people in stream(session, statement):
        yield (
            FiscalYear.of(day).year, day, kind, opportunity, group,
            None, IMPORTED, *unknown, visits, people, None, None,
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _year_and_day(stored: str | datetime) -> tuple[int, date]:
    """年度 and day of a start as it is stored: days of a season begin at a few hours."""
    day = tokyo_date(moment_of(stored))
    return FiscalYear.of(day).year, day


def _slots(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    for starts_at, *cells in stream(session, slots_statement(fiscal_year)):
        yield (*_year_and_day(starts_at), *cells)


def slots_statement(fiscal_year: FiscalYear | None) -> sa.Select[tuple[object, ...]]:
    """The statement that counts; the benchmark's yardstick reads it as well."""
    counts = _counts(fiscal_year)
    return (
        sa.select(
            bare(Slot.starts_at),
            bare(Opportunity.kind),
            Opportunity.title,
            Group.name,
            Slot.public_id,
            bare(Slot.status),
            Slot.capacity,
            counts.c.signups,
            counts.c.confirmed,
            counts.c.attended,
            counts.c.absent,
            counts.c.unmarked,
            sa.func.coalesce(SlotTally.head_count_adults, 0),
            sa.func.coalesce(SlotTally.head_count_children, 0),
            sa.func.coalesce(_held(SlotTally.visits), 0),
            _held(counts.c.people),
            _held(counts.c.first_timers),
            counts.c.cancelled,
        )
        .join_from(counts, Slot, Slot.id == counts.c.slot_id)
        .join(Slot.opportunity)
        .join(Opportunity.group)
        .outerjoin(SlotTally, SlotTally.slot_id == Slot.id)
        # What never was public has no applications and no day to count.
        .where(Opportunity.published_at.is_not(None))
        .order_by(Slot.starts_at, Slot.id)
    )


def _held(column: sa.ColumnElement[int] | Any) -> sa.ColumnElement[int]:
    """A count of the day, or 0 where the day was cancelled, as indicators count it."""
    return sa.case((Slot.status == SlotStatus.CANCELLED, 0), else_=column)


def _counts(fiscal_year: FiscalYear | None) -> sa.Subquery:
    """All counts of each slot in one walk over sign-ups and participants, in order of the slots.

    A subquery for each count would be kept and indexed by SQLite beside the others: several times
    the memory for a hundred thousand slots.
    """

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.case((sa.and_(*conditions), 1)))

    came_first = _newcomers()
    return (
        sa.select(
            Slot.id.label("slot_id"),
            sa.func.count(sa.distinct(sa.case((_APPLIED, Signup.id)))).label("signups"),
            count(_HAS_PLACE, _LIVE, _APPLIED).label("confirmed"),
            count(_CAME).label("attended"),
            count(_HAS_PLACE, _LIVE, Participant.attendance == Attendance.ABSENT).label("absent"),
            count(_HAS_PLACE, _LIVE, Participant.attendance == Attendance.UNMARKED).label(
                "unmarked"
            ),
            sa.func.count(sa.distinct(sa.case((_CAME, Participant.person_key)))).label("people"),
            sa.func.count(came_first.c.id).label("first_timers"),
            count(_IS_CANCELLED).label("cancelled"),
        )
        .select_from(Slot)
        .outerjoin(Signup, Signup.slot_id == Slot.id)
        .outerjoin(
            Participant,
            # Who escorts is counted nowhere (docs/rules/escorts.md).
            sa.and_(Participant.signup_id == Signup.id, Participant.is_escort.is_(False)),
        )
        .outerjoin(came_first, came_first.c.id == Participant.id)
        .where(*of_year(fiscal_year))
        .group_by(Slot.id)
        .subquery("counts")
    )


def _newcomers() -> sa.Subquery:
    """初参加: each key's first attendance ever, unless its application says otherwise.

    Earlier attendances count wherever and in whatever year they were.
    Source: docs/rules/exports-and-counting.md.
    """
    declared = sa.case((Signup.first_time.is_(False), 0), else_=1)
    attendances = (
        sa.select(
            Participant.id,
            declared.label("may_be_new"),
            sa.func.row_number()
            .over(
                partition_by=Participant.person_key,
                order_by=(Slot.starts_at, Slot.id, declared, Participant.id),
            )
            .label("nth"),
        )
        .join(Participant.signup)
        .join(Signup.slot)
        .where(_CAME, Slot.status != SlotStatus.CANCELLED)
        .subquery("attendances")
    )
    return (
        sa.select(attendances.c.id)
        .where(attendances.c.nth == 1, attendances.c.may_be_new == 1)
        .subquery("newcomers")
    )
