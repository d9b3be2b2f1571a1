"""達成状況: how an indicator stands against its targets on a day, and a goal with its indicators.

Source: the plans' README, Outcomes of an indicator as of a day.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import floor

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Number,
    Outcome,
    PlanDefinition,
    Target,
)
from kyodo_match.plans.rules.evidence import fraction

_BEST_TO_WORST = tuple(Outcome)
_FOUR_DECIMALS = 10_000


def rounded(value: Fraction) -> Number:
    """Four decimals, a half rounded up; whole numbers stay whole."""
    number = Fraction(floor(value * _FOUR_DECIMALS + Fraction(1, 2)), _FOUR_DECIMALS)
    return int(number) if number.denominator == 1 else float(number)


def rate(actual: Fraction | None, target: Target | None) -> float | None:
    """達成率: the actual over the next target, four decimals."""
    if actual is None or target is None or not target.value:
        return None
    return float(rounded(actual / fraction(target.value)))


def path(plan: PlanDefinition, indicator: Indicator, day: date) -> Fraction | None:
    """The straight path's value on a day, or None where no line can be drawn.

    `cumulative` goes from 0 on the plan's first day, all others from the baseline's value on its
    day, to the next target on the last day of its year.
    """
    target = indicator.next_target(day)
    if target is None:
        return None
    if indicator.aggregation is Aggregation.CUMULATIVE:
        start, height = plan.first_day, Fraction(0)
    elif indicator.baseline is not None:
        start, height = indicator.baseline.day, fraction(indicator.baseline.value)
    else:
        return None
    goal = fraction(target.value)
    if day >= target.day or start >= target.day:
        return goal
    share = Fraction((day - start).days, (target.day - start).days)
    return height + (goal - height) * share


def outcome(
    plan: PlanDefinition,
    indicator: Indicator,
    as_of: date,
    actual: Fraction | None,
    same_day_of_year_before: Fraction | None = None,
) -> Outcome:
    """How the indicator stands as of a day.

    After the plan's last day it is met or missed. Before, it is met once the next target is
    reached (a yearly one only when its year is over), else on track on or above the straight
    path. A running year below the path has not had its time yet: it is on track when it is not
    below the same day of the year before, and unknown where that is not known, or where there is
    nothing to compare.
    """
    day = min(as_of, plan.last_day)
    target = indicator.next_target(day)
    if actual is None or target is None:
        return Outcome.UNKNOWN
    reached = actual >= fraction(target.value)
    if as_of > plan.last_day:
        return Outcome.MET if reached else Outcome.MISSED
    running = indicator.aggregation is Aggregation.ANNUAL and day < FiscalYear.of(day).last_day
    if reached:
        return Outcome.ON_TRACK if running else Outcome.MET
    line = path(plan, indicator, day)
    if line is not None and actual >= line:
        return Outcome.ON_TRACK
    if running:
        line = same_day_of_year_before
    # A year of nothing beside a year of nothing says nothing: who has just begun is not 順調.
    if line is None or (running and not line and not actual):
        return Outcome.UNKNOWN
    return Outcome.ON_TRACK if actual >= line else Outcome.OFF_TRACK


def of_goal(outcomes: Iterable[Outcome]) -> Outcome:
    """Met when all indicators are met, else the worst of them; nothing to judge is unknown.

    From best to worst: met, on_track, unknown, off_track, missed. What is not known cannot be
    promised, but it does not hide what is known to be behind.
    """
    return max(outcomes, key=_BEST_TO_WORST.index, default=Outcome.UNKNOWN)
