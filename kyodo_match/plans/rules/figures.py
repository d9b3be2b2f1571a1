"""実績値（手入力）: what a figure by hand may be about."""

from datetime import date

from kyodo_match.plans.errors import (
    CountedFromRecords,
    FigureAlreadyPublished,
    FigureOutsidePlan,
    FigureTooEarly,
    IndicatorUnknown,
)
from kyodo_match.plans.rules.definition import Indicator, Known, PlanDefinition
from kyodo_match.plans.rules.evidence import records_from


def takes_figures(plan: PlanDefinition, indicator: Indicator, municipality_code: str) -> bool:
    """Whether staff enter its results: its records are kept elsewhere, or it is another city's."""
    if indicator.qualitative:
        return False
    return not (indicator.is_live and plan.is_fed_by(municipality_code))


def check_figure(
    plan: PlanDefinition,
    indicator_key: str,
    entered: Known,
    *,
    today: date,
    municipality_code: str,
) -> Indicator:
    """The indicator that a figure may be entered for: of a whole fiscal year, or up to a day.

    Up to a day means since the plan's first day where the indicator sums up, since 1 April for a
    yearly one, and on that day for `latest`. Raises IndicatorUnknown, CountedFromRecords,
    FigureOutsidePlan, FigureTooEarly, FigureAlreadyPublished.
    """
    indicator = plan.indicator(indicator_key)
    if indicator is None or indicator.qualitative:
        raise IndicatorUnknown(indicator_key)
    if not takes_figures(plan, indicator, municipality_code):
        raise CountedFromRecords
    if not plan.first_day <= entered.day <= plan.last_day:
        raise FigureOutsidePlan(plan.first_day, plan.last_day)
    if entered.day > today:
        raise FigureTooEarly(entered.day)
    begin = records_from(plan, indicator)
    if entered.day < begin:
        raise FigureAlreadyPublished(begin)
    return indicator
