"""推移: how a sum grew month by month, beside the year before and beside what was aimed at.

A bar of a year and a line of a sum never share an axis: this is the line.
Source: docs/rules/plan-indicators.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.rules import outcomes
from kyodo_match.plans.rules.counting import Counter
from kyodo_match.plans.rules.definition import Aggregation, Number

_DECEMBER = 12


@dataclass(frozen=True)
class Point:
    """One end of a month: the sum so far, and what stands beside it; None where not known."""

    day: date
    value: Number | None
    beside: Number | None


@dataclass(frozen=True)
class Course:
    """The line of one indicator.

    Of a yearly one `beside` is the year before on the same day, of one that sums up over the plan
    it is the straight path to the next target.
    """

    is_annual: bool
    points: tuple[Point, ...]

    @property
    def has_beside(self) -> bool:
        return any(point.beside is not None for point in self.points)


def month_end(day: date) -> date:
    """The last day of the month that a day is in."""
    first_of_next = (
        date(day.year + 1, 1, 1) if day.month == _DECEMBER else date(day.year, day.month + 1, 1)
    )
    return first_of_next - timedelta(days=1)


def month_ends(first: date, last: date) -> Iterator[date]:
    """The ends of the months between two days; the last day itself where its month is not over."""
    day = first
    while day <= last:
        end = month_end(day)
        yield min(end, last)
        day = end + timedelta(days=1)


def course(counter: Counter, as_of: date) -> Course | None:
    """The line up to a day, or None where nothing adds up or where less than two ends are known.

    A month whose sum is not known to its end has no value: nothing is drawn that was not counted.
    """
    aggregation = counter.indicator.aggregation
    if aggregation not in {Aggregation.ANNUAL, Aggregation.CUMULATIVE}:
        return None
    day = min(as_of, counter.plan.last_day)
    if day < counter.plan.first_day:
        return None
    is_annual = aggregation is Aggregation.ANNUAL
    first = FiscalYear.of(day).first_day if is_annual else counter.plan.first_day
    ends = month_ends(first, FiscalYear.of(day).last_day if is_annual else day)
    points = tuple(
        Point(
            end,
            _sum(counter, end) if end <= day else _sum_of_today(counter, end, day),
            _year_before(counter, end) if is_annual else _path(counter, end),
        )
        for end in ends
    )
    known = sum(1 for point in points if point.value is not None)
    return Course(is_annual, points) if known > 1 else None


def _sum(counter: Counter, end: date) -> Number | None:
    count = counter.value(end)
    return outcomes.rounded(count.value) if count and count.until == end else None


def _sum_of_today(counter: Counter, end: date, day: date) -> Number | None:
    """The month that is not over stands as it is today; those after it are not known."""
    return _sum(counter, day) if month_end(day) == end else None


def _year_before(counter: Counter, end: date) -> Number | None:
    count = counter.same_day_of_year_before(end)
    return outcomes.rounded(count.value) if count else None


def _path(counter: Counter, end: date) -> Number | None:
    path = outcomes.path(counter.plan, counter.indicator, end)
    return None if path is None else outcomes.rounded(path)
