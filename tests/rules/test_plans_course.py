"""推移: the line of a sum, month by month."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.plans.rules.counting import Counter
from kyodo_match.plans.rules.course import Course, course, month_end, month_ends
from kyodo_match.plans.rules.definition import Indicator, PlanDefinition
from kyodo_match.plans.rules.evidence import Day, Evidence
from kyodo_match.plans.rules.parsing import parse_plan


def plan_of(**indicator: object) -> tuple[PlanDefinition, Indicator]:
    """A plan of three years with one indicator of people who took part."""
    plan = parse_plan(
        {
            "title": "計画",
            "first_fiscal_year": 2025,
            "last_fiscal_year": 2027,
            "goals": [
                {
                    "number": 1,
                    "name": "ひとづくり",
                    "indicators": [
                        {
                            "key": "people",
                            "name": "参加者数",
                            "unit": "人",
                            "source": "attendance",
                            "kinds": ["experience"],
                            "people": "total",
                            "targets": [{"fiscal_year": 2027, "value": 36}],
                            **indicator,
                        }
                    ],
                }
            ],
        }
    )
    return plan, next(plan.indicators())


def line(aggregation: str, days: Sequence[Day], as_of: date) -> Course | None:
    plan, indicator = plan_of(aggregation=aggregation)
    return course(Counter(plan, indicator, Evidence(days=days)), as_of)


DAYS = [Day(date(2025, 5, 10), 4), Day(date(2026, 4, 5), 2), Day(date(2026, 6, 30), 3)]


def test_a_yearly_line_stops_today_and_shows_the_whole_year_before() -> None:
    found = line("annual", DAYS, date(2026, 6, 15))

    assert found is not None
    assert [point.value for point in found.points][:4] == [2, 2, 2, None]
    assert [point.beside for point in found.points] == [0, *[4] * 11]


def test_a_sum_over_the_plan_runs_beside_the_straight_path_to_the_target() -> None:
    found = line("cumulative", DAYS, date(2026, 6, 30))

    assert found is not None
    assert [point.value for point in found.points] == [0, *[4] * 11, 6, 6, 9]
    last = found.points[-1]
    assert last.day == date(2026, 6, 30)
    assert last.beside == pytest.approx(14.97, abs=0.05)


def test_what_does_not_add_up_has_no_line() -> None:
    plan, indicator = plan_of(aggregation="latest", source="manual", kinds=[], people=None)

    assert course(Counter(plan, indicator, Evidence()), date(2026, 6, 30)) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_months_lie_end_to_end(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)

    ends = list(month_ends(first, last))

    assert ends[-1] == last
    assert all(end == month_end(end) for end in ends[:-1])
    assert ends == sorted(set(ends))
