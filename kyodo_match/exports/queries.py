"""The lines of each file, in a constant number of statements, read as a stream."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.rules import IMPORTED, ExportKind, Scope
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation.models import ImportedParticipation, SlotTally
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import Channel, SignupStatus

Line = Sequence[object]
_CHUNK = 500

# A place is theirs; walk-ins hold none and are seen among the attended.
_HAS_PLACE = Signup.status.in_((SignupStatus.CONFIRMED, SignupStatus.AWAITING_ANSWER))
_LIVE = Participant.cancelled_at.is_(None)
_APPLIED = Signup.channel != Channel.WALK_IN
_IS_CANCELLED = sa.or_(
    Participant.cancelled_at.is_not(None), Signup.status == SignupStatus.CANCELLED
)
_CAME = sa.and_(_HAS_PLACE, _LIVE, Participant.attendance == Attendance.ATTENDED)


def lines(session: Session, scope: Scope) -> Iterator[Line]:
    """The lines of an export, in the order of its columns; moments and enums as they are."""
    if scope.kind is ExportKind.SIGNUPS:
        return _signups(session, scope.fiscal_year)
    return _participants(session, scope.fiscal_year)


def fiscal_years(session: Session) -> list[FiscalYear]:
    """The years that have anything to count, the newest first."""
    first, last = session.execute(
        sa.select(sa.func.min(Slot.starts_at), sa.func.max(Slot.starts_at))
    ).one()
    first_day, last_day = session.execute(
        sa.select(sa.func.min(ImportedParticipation.day), sa.func.max(ImportedParticipation.day))
    ).one()
    days = [tokyo_date(moment) for moment in (first, last) if moment]
    days += [day for day in (first_day, last_day) if day]
    if not days:
        return []
    span = range(FiscalYear.of(min(days)).year, FiscalYear.of(max(days)).year + 1)
    return [FiscalYear(year) for year in reversed(span)]


def _of_year(fiscal_year: FiscalYear | None) -> list[sa.ColumnElement[bool]]:
    """Slots that start within the year, by the date in Japan."""
    if fiscal_year is None:
        return []
    after = fiscal_year.last_day + timedelta(days=1)
    return [
        Slot.starts_at >= datetime.combine(fiscal_year.first_day, time(0), TOKYO),
        Slot.starts_at < datetime.combine(after, time(0), TOKYO),
    ]


def _stream(session: Session, statement: Any) -> Iterator[Any]:
    """The rows of a statement, some hundred at a time."""
    return iter(session.execute(statement.execution_options(yield_per=_CHUNK)))


# --- participants: one line a slot, no names ---------------------------------


def _participants(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    yield from _imported(session, fiscal_year)
    yield from _slots(session, fiscal_year)


def _imported(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """Results from before have no slot; with them the visits come to what the plan counts."""
    line = ImportedParticipation
    statement = sa.select(
        line.day, line.kind, line.opportunity, line.group, line.visits, line.people
    ).order_by(line.day, line.id)
    if fiscal_year:
        statement = statement.where(line.day.between(fiscal_year.first_day, fiscal_year.last_day))
    unknown = (None,) * 8
    for row in _stream(session, statement):
        yield (
            FiscalYear.of(row.day).year, row.day, row.kind, row.opportunity, row.group,
            None, IMPORTED, *unknown, row.visits, row.people, None, None,
        )  # fmt: skip


def _slots(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    applications = (
        sa.select(Signup.slot_id, sa.func.count().label("signups"))
        .where(_APPLIED)
        .group_by(Signup.slot_id)
        .subquery()
    )
    people, newcomers = _people(), _newcomers()
    statement = (
        sa.select(
            Slot.starts_at,
            Opportunity.kind,
            Opportunity.title,
            Group.name,
            Slot.public_id,
            Slot.status,
            Slot.capacity,
            *(
                sa.func.coalesce(column, 0)
                for column in (
                    applications.c.signups,
                    people.c.confirmed,
                    people.c.attended,
                    people.c.absent,
                    people.c.unmarked,
                    SlotTally.head_count_adults,
                    SlotTally.head_count_children,
                    _held(SlotTally.visits),
                    _held(people.c.people),
                    _held(newcomers.c.first_timers),
                    people.c.cancelled,
                )
            ),
        )
        .join(Slot.opportunity)
        .join(Opportunity.group)
        .outerjoin(applications, applications.c.slot_id == Slot.id)
        .outerjoin(people, people.c.slot_id == Slot.id)
        .outerjoin(newcomers, newcomers.c.slot_id == Slot.id)
        .outerjoin(SlotTally, SlotTally.slot_id == Slot.id)
        # What never was public has no applications and no day to count.
        .where(Opportunity.published_at.is_not(None), *_of_year(fiscal_year))
        .order_by(Slot.starts_at, Slot.id)
    )
    for starts_at, *cells in _stream(session, statement):
        day = tokyo_date(starts_at)
        yield (FiscalYear.of(day).year, day, *cells)


def _held(column: sa.ColumnElement[int] | Any) -> sa.ColumnElement[int]:
    """A count of the day, or 0 where the day was cancelled, as indicators count it."""
    return sa.case((Slot.status == SlotStatus.CANCELLED, 0), else_=column)


def _people() -> sa.Subquery:
    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))

    return (
        sa.select(
            Signup.slot_id,
            count(_HAS_PLACE, _LIVE, _APPLIED).label("confirmed"),
            count(_CAME).label("attended"),
            count(_HAS_PLACE, _LIVE, Participant.attendance == Attendance.ABSENT).label("absent"),
            count(_HAS_PLACE, _LIVE, Participant.attendance == Attendance.UNMARKED).label(
                "unmarked"
            ),
            sa.func.count(sa.distinct(sa.case((_CAME, Participant.person_key)))).label("people"),
            count(_IS_CANCELLED).label("cancelled"),
        )
        .join(Participant.signup)
        .group_by(Signup.slot_id)
        .subquery()
    )


def _newcomers() -> sa.Subquery:
    """初参加: each key's first attendance ever, unless its application says otherwise.

    Earlier attendances count wherever and in whatever year they were.
    Source: docs/rules/exports-and-counting.md.
    """
    declared = sa.case((Signup.first_time.is_(False), 0), else_=1)
    attendances = (
        sa.select(
            Signup.slot_id,
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
        .subquery()
    )
    return (
        sa.select(attendances.c.slot_id, sa.func.count().label("first_timers"))
        .where(attendances.c.nth == 1, attendances.c.may_be_new == 1)
        .group_by(attendances.c.slot_id)
        .subquery()
    )


# --- signups: one line a participant, with names -----------------------------


def _signups(session: Session, fiscal_year: FiscalYear | None) -> Iterator[Line]:
    """A participant who is cancelled is `cancelled`, whatever became of the others.

    E-mail and phone are the application's: companions share them. `party` is the application's
    receipt number, so that an import puts the same people together.
    """
    status = sa.case(
        (Participant.cancelled_at.is_not(None), sa.literal(SignupStatus.CANCELLED.value)),
        else_=sa.type_coerce(Signup.status, sa.Text),
    )
    statement = (
        sa.select(
            Signup.receipt_number, status, Signup.channel, Signup.received_at, Slot.public_id,
            Participant.name, Participant.kana, Signup.email, Signup.phone,
            Participant.age_group, Signup.residency, Signup.district,
            Signup.receipt_number.label("party"), Participant.attendance,
        )
        .join(Participant.signup)
        .join(Signup.slot)
        .where(*_of_year(fiscal_year))
        .order_by(Slot.starts_at, Slot.id, Signup.received_at, Signup.id, Participant.position)
    )  # fmt: skip
    for row in _stream(session, statement):
        yield tuple(row)
