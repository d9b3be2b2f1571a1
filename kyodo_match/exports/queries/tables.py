"""What a kind of export is made of: its columns, and where its lines come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.config import Settings
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.events import event_map, events
from kyodo_match.exports.queries.figures import participants
from kyodo_match.exports.queries.indicators import indicators
from kyodo_match.exports.queries.offers import opportunities
from kyodo_match.exports.queries.people import signups
from kyodo_match.exports.queries.reading import Line
from kyodo_match.exports.queries.register import groups
from kyodo_match.exports.rules import Column, ExportKind, Scope, columns_of
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.models import ImportedParticipation
from kyodo_match.plans.models import Plan


@dataclass(frozen=True)
class Table:
    """An export before it has a form: its lines are read as they are asked for.

    Cells stand in the order of the columns: days, times and moments as such, words of enums as
    their bare values, what is unknown as None.
    """

    columns: tuple[Column, ...]
    lines: Iterator[Line]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def table(session: Session, scope: Scope, *, settings: Settings, now: datetime) -> Table:
    """An export's columns and lines. Raises BadEventMap."""
    year, columns = scope.fiscal_year, columns_of(scope.kind)
    match scope.kind:
        case ExportKind.PARTICIPANTS:
            return Table(columns, participants(session, year))
        case ExportKind.SIGNUPS:
            return Table(columns, signups(session, year))
        case ExportKind.GROUPS:
            return Table(columns, groups(session, year))
        case ExportKind.OPPORTUNITIES:
            return Table(columns, opportunities(session, year))
        case ExportKind.INDICATORS:
            code = settings.municipality_code
            today = tokyo_date(now)
            return Table(columns, indicators(session, year, municipality_code=code, today=today))
        case ExportKind.OPEN_DATA:
            own = event_map(settings)
            heads = tuple(column.column for column in own.columns)
            return Table(heads, events(session, year, columns=own, settings=settings))


def fiscal_years(session: Session) -> list[FiscalYear]:
    """The years that have anything to count, or that a plan began with; the newest first."""
    first, last = session.execute(
        sa.select(sa.func.min(Slot.starts_at), sa.func.max(Slot.starts_at))
    ).one()
    first_day, last_day = session.execute(
        sa.select(sa.func.min(ImportedParticipation.day), sa.func.max(ImportedParticipation.day))
    ).one()
    days = [tokyo_date(moment) for moment in (first, last) if moment]
    days += [day for day in (first_day, last_day) if day]
    plan_year = session.scalar(sa.select(sa.func.min(Plan.first_fiscal_year)))
    days += [FiscalYear(plan_year).first_day] if plan_year else []
    if not days:
        return []
    span = range(FiscalYear.of(min(days)).year, FiscalYear.of(max(days)).year + 1)
    return [FiscalYear(year) for year in reversed(span)]
