"""A plan as of a day: each goal and indicator with what was reached and how it stands."""

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.plans.rules import outcomes
from kyodo_match.plans.rules.counting import Count, Counter
from kyodo_match.plans.rules.course import Course, course
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Goal,
    Indicator,
    Number,
    Outcome,
    PlanDefinition,
    Target,
)
from kyodo_match.plans.rules.evidence import Evidence, fraction
from kyodo_match.plans.rules.parsing import as_document

# The order in which states are told: what is known first.
_STATES = (
    Outcome.MET,
    Outcome.ON_TRACK,
    Outcome.OFF_TRACK,
    Outcome.MISSED,
    Outcome.UNKNOWN,
)


class Step(StrEnum):
    """What a line of an indicator's way from its start to its targets is."""

    BASELINE = "baseline"
    YEAR = "year"
    RUNNING = "running"
    PART = "part"  # a year's own contribution to a sum
    TOTAL = "total"  # the sum so far
    TARGET = "target"


@dataclass(frozen=True)
class Line:
    """One line of the way: what it is, when, and the value where it is known."""

    step: Step
    value: Number | None
    fiscal_year: int | None = None
    as_of: date | None = None
    name: str = ""


@dataclass(frozen=True)
class IndicatorResult:
    """One indicator as of a day."""

    indicator: Indicator
    target: Target | None
    count: Count | None
    people: Number | None
    people_imported: bool
    rate: float | None
    outcome: Outcome
    by_fiscal_year: dict[int, Number]
    records_from: date
    year_before: Number | None
    people_by_fiscal_year: dict[int, Number]
    course: Course | None
    day: date  # the last day that counts: as of, or the plan's last

    @property
    def actual(self) -> Number | None:
        return outcomes.rounded(self.count.value) if self.count else None

    @property
    def published(self) -> Number | None:
        """How much of the actual was published by the city, and not counted here."""
        if self.count is None or self.count.published is None:
            return None
        return outcomes.rounded(self.count.published)

    @property
    def is_running(self) -> bool:
        """Whether the value is of a fiscal year that is not over."""
        is_annual = self.indicator.aggregation is Aggregation.ANNUAL
        return is_annual and self.day < FiscalYear.of(self.day).last_day

    @property
    def still_missing(self) -> Number | None:
        """How much is missing to the next target; None once it is reached, or where unknown."""
        if self.count is None or self.target is None:
            return None
        missing = fraction(self.target.value) - self.count.value
        return outcomes.rounded(missing) if missing > 0 else None

    @property
    def way(self) -> list[Line]:
        """現状値, each year's value and the targets, in the order of time."""
        indicator, lines = self.indicator, []
        if indicator.baseline:
            start = indicator.baseline
            lines.append(Line(Step.BASELINE, start.value, start.fiscal_year, start.as_of))
        years, this_year = self.by_fiscal_year, FiscalYear.of(self.day).year
        lines += [
            Line(self._step_of(year), years.get(year), year)
            for year in range(min(years, default=this_year + 1), this_year + 1)
        ]
        if self.count and indicator.aggregation is Aggregation.CUMULATIVE:
            lines.append(Line(Step.TOTAL, self.actual, as_of=self.count.until))
        lines += [
            Line(Step.TARGET, target.value, target.fiscal_year, name=target.name)
            for target in indicator.targets
        ]
        return lines

    def _step_of(self, year: int) -> Step:
        if self.indicator.aggregation is Aggregation.CUMULATIVE:
            return Step.PART
        return Step.RUNNING if self.day < FiscalYear(year).last_day else Step.YEAR


@dataclass(frozen=True)
class GoalResult:
    """One goal as of a day; a published evaluation stands beside the computed outcome."""

    goal: Goal
    outcome: Outcome
    indicators: tuple[IndicatorResult, ...]


@dataclass(frozen=True)
class PlanResult:
    """A plan as of a day, with today's knowledge."""

    key: str
    plan: PlanDefinition
    as_of: date
    goals: tuple[GoalResult, ...]

    @property
    def counted(self) -> tuple[IndicatorResult, ...]:
        """The indicators that have numbers, in the order of the document."""
        every = (each for goal in self.goals for each in goal.indicators)
        return tuple(each for each in every if not each.indicator.qualitative)

    @property
    def states(self) -> list[tuple[Outcome, int]]:
        """How many counted indicators stand how."""
        numbers = Tally(each.outcome for each in self.counted)
        return [(state, numbers[state]) for state in _STATES if numbers[state]]


def results(
    key: str, plan: PlanDefinition, as_of: date, evidence: Callable[[Indicator], Evidence]
) -> PlanResult:
    """Count and judge every indicator of a plan as of a day."""
    goals = []
    for goal in plan.goals:
        judged = tuple(_indicator(plan, each, as_of, evidence) for each in goal.indicators)
        goals.append(
            GoalResult(
                goal=goal,
                outcome=outcomes.of_goal(each.outcome for each in judged),
                indicators=judged,
            )
        )
    return PlanResult(key=key, plan=plan, as_of=as_of, goals=tuple(goals))


def _indicator(
    plan: PlanDefinition,
    indicator: Indicator,
    as_of: date,
    evidence: Callable[[Indicator], Evidence],
) -> IndicatorResult:
    if indicator.qualitative:
        return IndicatorResult(
            indicator=indicator,
            target=None,
            count=None,
            people=None,
            people_imported=False,
            rate=None,
            outcome=Outcome.UNKNOWN,
            by_fiscal_year={},
            records_from=plan.first_day,
            year_before=None,
            people_by_fiscal_year={},
            course=None,
            day=min(as_of, plan.last_day),
        )
    counter = Counter(plan, indicator, evidence(indicator))
    count, people = counter.value(as_of), counter.people(as_of)
    actual = count.value if count else None
    before = _year_before(counter, as_of)
    target = indicator.next_target(min(as_of, plan.last_day))
    return IndicatorResult(
        indicator=indicator,
        target=target,
        count=count,
        people=outcomes.rounded(people.value) if people else None,
        people_imported=people is not None and counter.has_imported_people(as_of),
        rate=outcomes.rate(actual, target),
        outcome=outcomes.outcome(plan, indicator, as_of, actual, before),
        by_fiscal_year={
            year: outcomes.rounded(value) for year, value in counter.by_fiscal_year(as_of).items()
        },
        records_from=counter.records_from,
        year_before=None if before is None else outcomes.rounded(before),
        people_by_fiscal_year={
            year: outcomes.rounded(value)
            for year, value in counter.people_by_fiscal_year(as_of).items()
        },
        course=course(counter, as_of),
        day=min(as_of, plan.last_day),
    )


def _year_before(counter: Counter, as_of: date) -> Fraction | None:
    """The same day of the year before, asked for within a running year of the plan only."""
    running = counter.plan.first_day <= as_of <= counter.plan.last_day
    if counter.indicator.aggregation is not Aggregation.ANNUAL or not running:
        return None
    count = counter.same_day_of_year_before(as_of)
    return count.value if count else None


def as_json(result: PlanResult) -> dict[str, Any]:
    """The shape of `plans show --format json` and /plan.json (docs/files.md)."""
    return {
        "plan": result.key,
        "title": result.plan.title,
        "as_of": result.as_of.isoformat(),
        "goals": [
            {
                "number": each.goal.number,
                "name": each.goal.name,
                "outcome": each.outcome.value,
                "evaluation": as_document(each.goal.evaluation),
                "indicators": [_indicator_json(indicator) for indicator in each.indicators],
            }
            for each in result.goals
        ],
    }


def _indicator_json(result: IndicatorResult) -> dict[str, Any]:
    indicator, count = result.indicator, result.count
    published = None
    if count is not None and count.published_until is not None:
        published = {"as_of": count.published_until.isoformat(), "value": result.published}
    return {
        "key": indicator.key,
        "name": indicator.name,
        "unit": indicator.unit,
        "aggregation": indicator.aggregation.value if indicator.aggregation else None,
        "qualitative": indicator.qualitative,
        "baseline": as_document(indicator.baseline),
        "targets": as_document(indicator.targets),
        "actual": result.actual,
        "actual_until": count.until.isoformat() if count else None,
        "published": published,
        "records_from": None if indicator.qualitative else result.records_from.isoformat(),
        "people": result.people,
        "people_imported": result.people_imported,
        "rate": result.rate,
        "outcome": result.outcome.value,
        "by_fiscal_year": {str(year): value for year, value in result.by_fiscal_year.items()},
    }


# The columns of `indicators` (docs/files.md).
CSV_COLUMNS = (
    "plan",
    "goal",
    "indicator",
    "unit",
    "fiscal_year",
    "as_of",
    "baseline",
    "target",
    "actual",
    "rate",
    "outcome",
)


def as_rows(result: PlanResult) -> list[dict[str, Any]]:
    """One line an indicator, in the columns of `indicators`; what is not known stays blank."""
    day = min(result.as_of, result.plan.last_day)
    return [
        {
            "plan": result.key,
            "goal": goal.goal.number,
            "indicator": each.indicator.key,
            "unit": each.indicator.unit,
            "fiscal_year": FiscalYear.of(day).year,
            "as_of": result.as_of.isoformat(),
            "baseline": each.indicator.baseline.value if each.indicator.baseline else None,
            "target": each.target.value if each.target else None,
            "actual": each.actual,
            "rate": each.rate,
            "outcome": each.outcome.value,
        }
        for goal in result.goals
        for each in goal.indicators
    ]
