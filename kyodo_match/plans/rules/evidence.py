"""What an indicator is counted from: published results, figures by hand, records, residents.

Source: the plans' README (known, records_from).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Known,
    Number,
    PlanDefinition,
)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """What was held on one day: one opportunity's, or one line of imported participation."""

    day: date
    visits: int
    person_keys: frozenset[str] = frozenset()
    imported_people: int = 0


@dataclass(frozen=True)
class Evidence:
    """What one indicator can be counted from.

    `days` and `count_on` are None where no records feed it: a source that is kept elsewhere, or
    another city's plan. `figures` are those entered by hand, in the order in which they were
    entered; they cover the same days as a published result of that form would. `residents` are
    those of 1 April, by fiscal year, of the plan's own city. `records_from` is what staff have
    set, None the default.
    """

    days: Sequence[Day] | None = None
    count_on: Callable[[date], int] | None = None
    figures: Sequence[Known] = ()
    residents: dict[int, int] = field(default_factory=dict)
    records_from: date | None = None


@dataclass(frozen=True)
class Span:
    """A result over days: from the first until before the second."""

    first: date
    after: date
    value: Fraction


def fraction(value: Number) -> Fraction:
    """The number as it was written: 0.1 is a tenth, not its binary neighbour."""
    return Fraction(str(value))


def span(plan: PlanDefinition, indicator: Indicator, result: Known) -> Span:
    """The days that a result covers.

    A fiscal year covers itself. A day closes what began with `from_fiscal_year`, else with the
    plan's first day where the indicator sums up, else with the day's own fiscal year.
    """
    if result.from_fiscal_year is not None:
        first = FiscalYear(result.from_fiscal_year).first_day
    elif result.fiscal_year is not None:
        first = FiscalYear(result.fiscal_year).first_day
    elif indicator.aggregation is Aggregation.CUMULATIVE:
        first = min(plan.first_day, result.day)
    else:
        first = FiscalYear.of(result.day).first_day
    return Span(first=first, after=result.day + ONE_DAY, value=fraction(result.value))


def sums(spans: Iterable[Span], known: dict[date, Fraction]) -> dict[date, Fraction]:
    """Follow results from days whose sums are known to the days that they lead to.

    Each day stands for its beginning. Results may overlap or chain: 36 until September 2024 and 4
    until March 2023 from the same first day also say 32 for the days between.
    """
    steps = list(spans)
    found, reached = dict(known), sorted(known)
    while reached:
        here = reached.pop(0)
        for each in steps:
            for begin, end, value in (
                (each.first, each.after, each.value),
                (each.after, each.first, -each.value),
            ):
                if begin == here and end not in found:
                    found[end] = found[here] + value
                    reached.append(end)
    return found


def records_from_choices(plan: PlanDefinition, indicator: Indicator) -> tuple[date, ...]:
    """The days from which records may begin to count, earliest first.

    They are the plan's first day and the days after published results that reach back to it, so
    no day falls between. The last one is the default; staff may choose an earlier one once older
    records are complete.
    """
    if indicator.aggregation is Aggregation.LATEST:
        days = {known.day + ONE_DAY for known in indicator.known}
    else:
        spans = [span(plan, indicator, known) for known in indicator.known]
        days = set(sums(spans, {plan.first_day: Fraction(0)}))
    return tuple(sorted({plan.first_day, *(day for day in days if day > plan.first_day)}))


def records_from(plan: PlanDefinition, indicator: Indicator, chosen: date | None = None) -> date:
    """The day from which records count; before it the published figures do.

    By default the day after the newest published result that covers the plan from its first day
    (published years without a gap between them cover it together), else the plan's first day. A
    chosen day that the definition no longer offers falls back to it: nothing is counted twice.
    """
    choices = records_from_choices(plan, indicator)
    return chosen if chosen in choices else choices[-1]
