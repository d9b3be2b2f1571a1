"""What plans say and what was reached: read from definitions, records and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.groups.queries import registered_count
from kyodo_match.participation.queries import day_records
from kyodo_match.participation.rules import DayRecord
from kyodo_match.plans.errors import PlanUnknown
from kyodo_match.plans.models import Figure, Plan, Population
from kyodo_match.plans.rules.definition import Indicator, Known, PlanDefinition, Source
from kyodo_match.plans.rules.evidence import Day, Evidence
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.plans.rules.results import IndicatorResult, PlanResult, results
from kyodo_match.settings.models import Setting

_BY_DAY = (Source.ATTENDANCE, Source.EVENTS_HELD)


@dataclass(frozen=True)
class PlanEntry:
    """A plan in the list of plans."""

    key: str
    title: str
    first_fiscal_year: int
    last_fiscal_year: int
    is_own: bool


def plans(session: Session, municipality_code: str) -> list[PlanEntry]:
    """Every plan, the city's own first, newest first."""
    rows = session.scalars(sa.select(Plan).order_by(Plan.first_fiscal_year.desc(), Plan.key))
    found = [
        PlanEntry(
            key=row.key,
            title=row.title,
            first_fiscal_year=row.first_fiscal_year,
            last_fiscal_year=row.last_fiscal_year,
            is_own=row.municipality_code == municipality_code,
        )
        for row in rows
    ]
    return sorted(found, key=lambda entry: not entry.is_own)


def plan_in_force(session: Session, *, municipality_code: str, on: date) -> str | None:
    """The key of the own plan in force on a day: that of the city, else one that names no city.

    Of several the one that began last. Source: docs/rules/plan-indicators.md.
    """
    year = FiscalYear.of(on).year
    return session.scalar(
        sa.select(Plan.key)
        .where(
            Plan.municipality_code.in_((municipality_code, "")),
            Plan.first_fiscal_year <= year,
            Plan.last_fiscal_year >= year,
        )
        .order_by(
            sa.case((Plan.municipality_code == municipality_code, 0), else_=1),
            Plan.first_fiscal_year.desc(),
            Plan.key,
        )
        .limit(1)
    )


def definition(session: Session, key: str) -> PlanDefinition:
    """What a plan says. Raises PlanUnknown."""
    document = session.scalar(sa.select(Plan.definition).where(Plan.key == key))
    if document is None:
        raise PlanUnknown(key)
    return parse_plan(document)


def figures(session: Session, key: str, indicator: str | None = None) -> Sequence[Figure]:
    """The figures entered by hand for a plan, or one of its indicators, in order of entry."""
    query = sa.select(Figure).where(Figure.plan_key == key).order_by(Figure.id)
    if indicator is not None:
        query = query.where(Figure.indicator_key == indicator)
    return session.scalars(query).all()


def residents(session: Session, municipality_code: str) -> dict[int, int]:
    """Residents on 1 April, by fiscal year; of no city where the plan names none.

    A plan that does not say whose it is has no residents: another city's are never used.
    """
    if not municipality_code:
        return {}
    rows = session.execute(
        sa.select(Population.day, sa.func.sum(Population.total))
        .where(Population.municipality_code == municipality_code)
        .group_by(Population.day)
    )
    return {day.year: int(total) for day, total in rows}


def records_from_setting(key: str) -> str:
    """The name under which the chosen first days of records of a plan are set."""
    return f"plan.records_from.{key}"


def chosen_records_from(session: Session, key: str) -> dict[str, date]:
    """The first days of records that staff have set, by indicator."""
    value = session.scalar(
        sa.select(Setting.value).where(Setting.name == records_from_setting(key))
    )
    return {name: date.fromisoformat(str(day)) for name, day in (value or {}).items()}


def result(
    session: Session,
    key: str,
    *,
    as_of: date,
    municipality_code: str,
    trial: dict[str, date] | None = None,
    more: Sequence[DayRecord] = (),
) -> PlanResult:
    """A plan as of a day, counted with today's knowledge. Raises PlanUnknown.

    `trial` counts as if staff had set these first days of records, `more` as if these records were
    there already, to show the difference first.
    """
    plan = definition(session, key)
    by_hand: dict[str, list[Known]] = {}
    for row in figures(session, key):
        entered = Known(
            value=row.value,
            fiscal_year=row.fiscal_year,
            as_of=None if row.fiscal_year else row.as_of,
        )
        by_hand.setdefault(row.indicator_key, []).append(entered)
    chosen = chosen_records_from(session, key) | (trial or {})
    population = residents(session, plan.municipality_code)
    is_fed = plan.is_fed_by(municipality_code)
    records = [*_records(session, plan, as_of), *_within(plan, as_of, more)] if is_fed else []

    def evidence(indicator: Indicator) -> Evidence:
        counts_days = is_fed and indicator.source in _BY_DAY
        counts_register = is_fed and indicator.source is Source.GROUP_REGISTER
        return Evidence(
            days=_days(records, indicator) if counts_days else None,
            count_on=(lambda day: registered_count(session, day)) if counts_register else None,
            figures=by_hand.get(indicator.key, []),
            residents=population,
            records_from=chosen.get(indicator.key),
        )

    return results(key, plan, as_of, evidence)


def _records(session: Session, plan: PlanDefinition, as_of: date) -> list[DayRecord]:
    kinds = {kind for each in plan.indicators() for kind in each.kinds}
    if not kinds:
        return []
    return day_records(
        session,
        kinds=sorted(kinds),
        since=plan.first_day,
        until=min(as_of, plan.last_day),
    )


def _within(plan: PlanDefinition, as_of: date, more: Sequence[DayRecord]) -> list[DayRecord]:
    last = min(as_of, plan.last_day)
    return [each for each in more if plan.first_day <= each.day <= last]


def _days(records: list[DayRecord], indicator: Indicator) -> list[Day]:
    return [
        Day(
            day=each.day,
            visits=each.visits,
            person_keys=each.person_keys,
            imported_people=each.imported_people,
        )
        for each in records
        if each.kind in indicator.kinds
    ]


@dataclass(frozen=True)
class Effect:
    """What an indicator shows now, and what it would show with some records more."""

    plan: str
    before: IndicatorResult
    after: IndicatorResult

    @property
    def is_unmoved(self) -> bool:
        """Whether neither the value nor that of any year changes."""
        before, after = self.before, self.after
        return before.actual == after.actual and before.by_fiscal_year == after.by_fiscal_year


def effects(
    session: Session,
    more: Sequence[DayRecord],
    *,
    kind: str,
    as_of: date,
    municipality_code: str,
) -> list[Effect]:
    """What records of a kind would change, in every plan over their days that they feed."""
    years = {FiscalYear.of(each.day).year for each in more}
    found = []
    for entry in plans(session, municipality_code):
        if not years & set(range(entry.first_fiscal_year, entry.last_fiscal_year + 1)):
            continue
        now, then = (
            result(session, entry.key, as_of=as_of, municipality_code=municipality_code, more=each)
            for each in ((), more)
        )
        found += [
            Effect(entry.title, before, after)
            for goal, later in zip(now.goals, then.goals, strict=True)
            for before, after in zip(goal.indicators, later.indicators, strict=True)
            if now.plan.is_fed_by(municipality_code)
            and before.indicator.source in _BY_DAY
            and kind in before.indicator.kinds
        ]
    return found
