"""Figures by hand, and what the page asks a result for."""

from datetime import date
from typing import Any

import pytest

from kyodo_match.plans.errors import (
    CountedFromRecords,
    FigureAlreadyPublished,
    FigureOutsidePlan,
    FigureTooEarly,
    IndicatorUnknown,
)
from kyodo_match.plans.rules.definition import Known, Measure, Outcome
from kyodo_match.plans.rules.evidence import Evidence
from kyodo_match.plans.rules.figures import check_figure
from kyodo_match.plans.rules.results import results
from tests.support.count_plans import real


def check(key: str, indicator: str, **entered: Any) -> str:
    return check_figure(
        real(key),
        indicator,
        Known(value=1, **entered),
        today=date(2026, 11, 22),
        municipality_code="082350",
    ).key


def test_a_figure_of_a_year_that_is_over_is_taken() -> None:
    assert check("tsukubamirai-2", "founding-grants", fiscal_year=2025) == "founding-grants"


@pytest.mark.parametrize(
    ("key", "indicator", "entered", "refusal"),
    [
        ("tsukubamirai-2", "nothing", {"fiscal_year": 2025}, IndicatorUnknown),
        ("kyodo-summary", "dialogue", {"fiscal_year": 2025}, IndicatorUnknown),
        ("tsukubamirai-2", "experience-participants", {"fiscal_year": 2025}, CountedFromRecords),
        ("tsukubamirai-2", "founding-grants", {"fiscal_year": 2024}, FigureOutsidePlan),
        ("tsukubamirai-2", "founding-grants", {"as_of": date(2028, 4, 1)}, FigureOutsidePlan),
        ("tsukubamirai-2", "founding-grants", {"fiscal_year": 2026}, FigureTooEarly),
        ("tsukubamirai-1", "groups-active", {"fiscal_year": 2023}, FigureAlreadyPublished),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    key: str, indicator: str, entered: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check(key, indicator, **entered)


def test_states_are_counted_with_what_is_known_first() -> None:
    found = results(
        "tsukubamirai-1",
        real("tsukubamirai-1"),
        date(2024, 9, 30),
        lambda _: Evidence(days=()),
    )

    assert found.states == [(Outcome.MET, 2), (Outcome.ON_TRACK, 1), (Outcome.OFF_TRACK, 1)]
    assert found.counted[0].still_missing == 14
    assert found.counted[2].still_missing is None
    assert not found.counted[0].is_running


def test_a_running_year_is_marked_on_the_way() -> None:
    found = results(
        "tsukubamirai-2",
        real("tsukubamirai-2"),
        date(2026, 11, 22),
        lambda _: Evidence(days=()),
    )

    way = found.counted[0].way
    assert found.counted[0].is_running
    assert [line.step.value for line in way] == ["baseline", "year", "running", "target"]


def test_measures_stand_under_their_direction_and_a_repeated_one_keeps_its_name() -> None:
    plan = real("tsukubamirai-1")

    directions = plan.goals[0].measures_by_direction

    assert [(name, len(measures)) for name, measures in directions] == [
        ("市民意識の醸成", 2),
        ("協働を推進するリーダー（先導者）や人材の育成", 2),
        ("協働に関わる活動への参加促進", 3),
    ]
    assert plan.name_of(directions[1][1][1]) == "市について知る機会の提供"
    assert plan.name_of(Measure(name="新しい取組")) == "新しい取組"
    assert plan.name_of(Measure(number=99, repeated=True)) == ""
