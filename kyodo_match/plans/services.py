"""What is done to plans: a definition, residents, a figure by hand, the first day of records."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import use_case
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans import queries
from kyodo_match.plans.errors import IndicatorUnknown, KeyRefused, RecordsFromRefused
from kyodo_match.plans.models import Figure, Plan
from kyodo_match.plans.models import Population as PopulationRow
from kyodo_match.plans.rules.changes import Change, changes
from kyodo_match.plans.rules.definition import Known, PlanDefinition
from kyodo_match.plans.rules.evidence import records_from_choices
from kyodo_match.plans.rules.figures import check_figure
from kyodo_match.plans.rules.parsing import as_document
from kyodo_match.plans.rules.population import Population
from kyodo_match.settings.models import Setting

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Imported:
    """What an import of a definition did."""

    key: str
    is_new: bool
    changes: list[Change]
    orphaned: list[str]  # indicators that have figures by hand and are no longer in the plan


@use_case
def import_plan(
    session: Session, *, key: str, definition: PlanDefinition, now: datetime, actor: str
) -> Imported:
    """Take a plan's definition, or replace the one that has this key; figures by hand stay.

    Raises KeyRefused.
    """
    if not _KEY.fullmatch(key):
        raise KeyRefused(key)
    document = as_document(definition)
    plan = session.scalar(sa.select(Plan).where(Plan.key == key).with_for_update())
    is_new, before = plan is None, {} if plan is None else plan.definition
    if plan is None:
        plan = Plan(key=key)
        session.add(plan)
    plan.title = definition.title
    plan.municipality_code = definition.municipality_code
    plan.first_fiscal_year = definition.first_fiscal_year
    plan.last_fiscal_year = definition.last_fiscal_year
    plan.definition = document
    plan.imported_at = now
    found = [] if is_new else changes(before, document)
    entered = {each.indicator_key for each in queries.figures(session, key)}
    record(
        session,
        "plan.imported",
        actor=actor,
        object_kind="plan",
        object_id=key,
        now=now,
        changes=len(found),
    )
    known = {each.key for each in definition.indicators()}
    return Imported(key=key, is_new=is_new, changes=found, orphaned=sorted(entered - known))


@use_case
def import_population(
    session: Session, *, population: Population, now: datetime, actor: str
) -> int:
    """Take residents by year and district; a year that is there already is replaced whole.

    Gives the number of years.
    """
    days = [FiscalYear(year.fiscal_year).first_day for year in population.years]
    session.execute(
        sa.delete(PopulationRow).where(
            PopulationRow.municipality_code == population.municipality_code,
            PopulationRow.day.in_(days),
        )
    )
    for day, year in zip(days, population.years, strict=True):
        session.add_all(
            PopulationRow(
                municipality_code=population.municipality_code,
                day=day,
                district=each.district,
                total=each.total,
                ages=each.ages,
            )
            for each in year.districts
        )
    record(
        session,
        "population.imported",
        actor=actor,
        object_kind="population",
        object_id=population.municipality_code,
        now=now,
        years=len(days),
    )
    return len(days)


@use_case
def enter_figure(
    session: Session,
    *,
    plan_key: str,
    indicator_key: str,
    entered: Known,
    reason: str,
    municipality_code: str,
    now: datetime,
    actor: str,
) -> None:
    """Enter what an indicator has reached, with the reason; a later figure replaces it in reading.

    Raises PlanUnknown, IndicatorUnknown, FigureRefused.
    """
    plan = queries.definition(session, plan_key)
    indicator = check_figure(
        plan,
        indicator_key,
        entered,
        today=tokyo_date(now),
        municipality_code=municipality_code,
    )
    session.add(
        Figure(
            plan_key=plan_key,
            indicator_key=indicator.key,
            as_of=entered.day,
            fiscal_year=entered.fiscal_year,
            value=float(entered.value),
            reason=reason,
            entered_by=actor,
            entered_at=now,
        )
    )
    record(
        session,
        "figure.entered",
        actor=actor,
        object_kind="indicator",
        object_id=f"{plan_key}/{indicator.key}",
        now=now,
        reason=reason,
        value=entered.value,
        as_of=entered.day.isoformat(),
    )


@use_case
def choose_records_from(
    session: Session,
    *,
    plan_key: str,
    indicator_key: str,
    day: date,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """Let records count from an earlier day than the default, once older records are complete.

    Raises PlanUnknown, IndicatorUnknown, RecordsFromRefused.
    """
    plan = queries.definition(session, plan_key)
    indicator = plan.indicator(indicator_key)
    if indicator is None or indicator.qualitative:
        raise IndicatorUnknown(indicator_key)
    if day not in records_from_choices(plan, indicator):
        raise RecordsFromRefused
    name = queries.records_from_setting(plan_key)
    setting = session.scalar(sa.select(Setting).where(Setting.name == name).with_for_update())
    if setting is None:
        setting = Setting(name=name, value={})
        session.add(setting)
    setting.value = setting.value | {indicator_key: day.isoformat()}
    record(
        session,
        "indicator.records_from",
        actor=actor,
        object_kind="indicator",
        object_id=f"{plan_key}/{indicator_key}",
        now=now,
        reason=reason,
        day=day.isoformat(),
    )
