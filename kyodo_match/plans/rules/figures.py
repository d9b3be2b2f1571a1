"""実績値（手入力）: what a figure by hand may be about."""

from datetime import date

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.errors import (
    CountedFromRecords,
    FigureAlreadyPublished,
    FigureOutsidePlan,
    FigureTooEarly,
    IndicatorUnknown,
)
from kyodo_match.plans.rules.definition import Indicator, Known, Number, PlanDefinition
from kyodo_match.plans.rules.evidence import records_from


def takes_figures(plan: PlanDefinition, indicator: Indicator, municipality_code: str) -> bool:
    """Whether staff enter its results: its records are kept elsewhere, or it is another city's."""
    if indicator.qualitative:
        return False
    return not (indicator.is_live and plan.is_fed_by(municipality_code))


def figure(
    plan: PlanDefinition,
    indicator_key: str,
    *,
    value: Number,
    fiscal_year: int | None,
    as_of: date | None,
    today: date,
    municipality_code: str,
) -> tuple[Indicator, Known]:
    """The figure as it counts: of a whole fiscal year, or up to a day.

    Up to a day means since the plan's first day where the indicator sums up, since 1 April for a
    yearly one, and on that day for `latest`. Raises IndicatorUnknown, CountedFromRecords,
    FigureOutsidePlan, FigureTooEarly, FigureAlreadyPublished.
    """
    indicator = plan.indicator(indicator_key)
    if indicator is None or indicator.qualitative:
        raise IndicatorUnknown(indicator_key)
    if not takes_figures(plan, indicator, municipality_code):
        raise CountedFromRecords
    last = as_of or FiscalYear(fiscal_year or 0).last_day
    if not plan.first_day <= last <= plan.last_day:
        raise FigureOutsidePlan(plan.first_day, plan.last_day)
    if last > today:
        raise FigureTooEarly(last)
    begin = records_from(plan, indicator)
    if last < begin:
        raise FigureAlreadyPublished(begin)
    return indicator, Known(value=value, fiscal_year=None if as_of else fiscal_year, as_of=as_of)
