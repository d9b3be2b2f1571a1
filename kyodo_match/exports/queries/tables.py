"""What a kind of export is made of: its columns, and where its lines come from."""

from datetime import datetime
from importlib import import_module

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.config import Settings
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.queries.reading import Asked, Table
from kyodo_match.exports.rules import ExportKind, Scope
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.models import ImportedParticipation
from kyodo_match.plans.models import Plan

# Imported when they are asked for: the plan's indicators take megabytes that a list of days can
# do without.
_OF_KIND = {
    ExportKind.PARTICIPANTS: "figures",
    ExportKind.SIGNUPS: "people",
    ExportKind.GROUPS: "register",
    ExportKind.OPPORTUNITIES: "offers",
    ExportKind.INDICATORS: "indicators",
    ExportKind.OPEN_DATA: "events",
}


def table(session: Session, scope: Scope, *, settings: Settings, now: datetime) -> Table:
    """An export's columns and lines. Raises BadEventMap."""
    module = import_module(f"{__package__}.{_OF_KIND[scope.kind]}")
    found: Table = module.table(session, Asked(scope, settings, now))
    return found


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
