"""How an indicator stands, and what a plan as of a day says in JSON and in a table."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from kyodo_match.plans.rules import outcomes
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Baseline,
    Goal,
    Indicator,
    Known,
    Outcome,
    PlanDefinition,
    Source,
    Target,
)
from kyodo_match.plans.rules.evidence import Day, Evidence
from kyodo_match.plans.rules.figures import takes_figures
from kyodo_match.plans.rules.results import CSV_COLUMNS, as_json, as_rows, results
from tests.support.count_plans import real

PLAN = PlanDefinition(title="計画", first_fiscal_year=2025, last_fiscal_year=2027)
MET, ON, OFF, MISSED, UNKNOWN = (
    Outcome.MET,
    Outcome.ON_TRACK,
    Outcome.OFF_TRACK,
    Outcome.MISSED,
    Outcome.UNKNOWN,
)


def indicator(
    aggregation: Aggregation, *targets: Target, baseline: float | None = 13
) -> Indicator:
    return Indicator(
        key="key",
        name="指標",
        unit="人",
        source=Source.MANUAL,
        aggregation=aggregation,
        baseline=None if baseline is None else Baseline(value=baseline, fiscal_year=2024),
        targets=targets or (Target(2027, 23),),
    )


ANNUAL = indicator(Aggregation.ANNUAL)
CUMULATIVE = indicator(Aggregation.CUMULATIVE)
LATEST = indicator(Aggregation.LATEST)


@pytest.mark.parametrize(
    ("kind", "day", "actual", "expected"),
    [
        (CUMULATIVE, date(2028, 4, 1), 23, MET),
        (CUMULATIVE, date(2028, 4, 1), 22, MISSED),
        (ANNUAL, date(2028, 4, 1), 23, MET),
        (LATEST, date(2030, 1, 1), 22, MISSED),
        (CUMULATIVE, date(2026, 1, 1), 23, MET),
        (LATEST, date(2026, 1, 1), 24, MET),
        (ANNUAL, date(2026, 1, 1), 23, ON),
        (ANNUAL, date(2026, 3, 31), 23, MET),
        (CUMULATIVE, date(2028, 3, 31), 22, OFF),
        (CUMULATIVE, date(2025, 4, 1), 0, ON),
        (LATEST, date(2025, 4, 1), 13, OFF),
        (LATEST, date(2026, 3, 31), 17, ON),
        (LATEST, date(2026, 3, 31), 16, OFF),
        (ANNUAL, date(2026, 3, 31), 17, ON),
        (ANNUAL, date(2026, 3, 31), 16, OFF),
        (LATEST, date(2026, 3, 31), None, UNKNOWN),
        (LATEST, date(2028, 4, 1), None, UNKNOWN),
    ],
)
def test_how_an_indicator_stands(
    kind: Indicator, day: date, actual: int | None, expected: Outcome
) -> None:
    reached = None if actual is None else Fraction(actual)

    assert outcomes.outcome(PLAN, kind, day, reached) is expected


@pytest.mark.parametrize(
    ("actual", "year_before", "expected"),
    [
        (9, 9, ON),
        (8, 9, OFF),
        (8, None, UNKNOWN),
        (0, 0, UNKNOWN),
        (1, 0, ON),
        (0, 1, OFF),
        (19, 30, ON),  # already above the straight path
    ],
)
def test_a_running_year_is_compared_with_the_same_day_of_the_year_before(
    actual: int, year_before: int | None, expected: Outcome
) -> None:
    before = None if year_before is None else Fraction(year_before)

    assert outcomes.outcome(PLAN, ANNUAL, date(2026, 11, 22), Fraction(actual), before) is expected


def test_what_has_no_target_or_no_start_cannot_be_judged() -> None:
    aimless = Indicator(key="key", name="指標", aggregation=Aggregation.LATEST)
    unstarted = indicator(Aggregation.LATEST, baseline=None)

    assert outcomes.outcome(PLAN, aimless, date(2026, 1, 1), Fraction(5)) is UNKNOWN
    assert outcomes.path(PLAN, aimless, date(2026, 1, 1)) is None
    assert outcomes.outcome(PLAN, unstarted, date(2026, 1, 1), Fraction(5)) is UNKNOWN


def test_the_straight_path_goes_by_days_to_the_next_target() -> None:
    staged = indicator(Aggregation.LATEST, Target(2025, 15), Target(2027, 23))

    assert outcomes.path(PLAN, CUMULATIVE, date(2025, 4, 1)) == 0
    assert outcomes.path(PLAN, CUMULATIVE, date(2028, 3, 31)) == 23
    assert outcomes.path(PLAN, LATEST, date(2026, 3, 31)) == 13 + 10 * Fraction(365, 1096)
    assert outcomes.path(PLAN, staged, date(2026, 3, 31)) == 15
    assert outcomes.path(PLAN, staged, date(2026, 4, 1)) == 13 + 10 * Fraction(366, 1096)


def test_a_baseline_later_than_the_target_leaves_the_target() -> None:
    late = Indicator(
        key="key",
        name="指標",
        aggregation=Aggregation.LATEST,
        baseline=Baseline(value=5, as_of=date(2026, 6, 1)),
        targets=(Target(2025, 10),),
    )

    assert outcomes.path(PLAN, late, date(2025, 6, 1)) == 10


@pytest.mark.parametrize(
    ("day", "value"),
    [(date(2014, 6, 1), 850000), (date(2015, 6, 1), 860000), (date(2030, 1, 1), 870000)],
)
def test_the_next_of_three_milestones_is_the_target_of_the_day(day: date, value: int) -> None:
    users = real("mitaka-4").indicator("community-centre-users")

    assert users is not None
    target = users.next_target(day)
    assert target is not None
    assert target.value == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(36, 50), 0.72),
        (Fraction(1, 3), 0.3333),
        (Fraction(2, 3), 0.6667),
        (Fraction(5, 100_000), 0.0001),
        (Fraction(4, 100_000), 0),
        (Fraction(36), 36),
    ],
)
def test_a_number_has_four_decimals_and_a_half_goes_up(value: Fraction, expected: float) -> None:
    assert outcomes.rounded(value) == expected


def test_a_rate_is_the_actual_over_the_next_target() -> None:
    assert outcomes.rate(Fraction(36), Target(2024, 50)) == 0.72
    assert outcomes.rate(None, Target(2024, 50)) is None
    assert outcomes.rate(Fraction(36), None) is None
    assert outcomes.rate(Fraction(36), Target(2024, 0)) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((MET, MET), MET),
        ((MET, ON), ON),
        ((ON, UNKNOWN), UNKNOWN),
        ((UNKNOWN, OFF), OFF),
        ((OFF, MISSED, MET), MISSED),
        ((), UNKNOWN),
    ],
)
def test_a_goal_is_met_when_all_are_and_else_takes_the_worst(
    found: tuple[Outcome, ...], expected: Outcome
) -> None:
    assert outcomes.of_goal(found) is expected


def test_the_first_plan_is_judged_as_the_city_judged_it_itself() -> None:
    plan = real("tsukubamirai-1")

    on_the_day = results("tsukubamirai-1", plan, date(2024, 9, 30), lambda _: Evidence(days=()))

    assert [
        (goal.outcome, goal.goal.evaluation.outcome)
        for goal in on_the_day.goals
        if goal.goal.evaluation
    ] == [
        (OFF, OFF),
        (ON, ON),
        (MET, MET),
        (MET, MET),
    ]


def test_after_its_last_day_the_first_plan_has_missed_its_first_goal() -> None:
    plan = real("tsukubamirai-1")

    shown = as_json(results("tsukubamirai-1", plan, date(2025, 4, 1), lambda _: Evidence(days=())))

    assert (shown["plan"], shown["as_of"]) == ("tsukubamirai-1", "2025-04-01")
    goal = shown["goals"][0]
    assert (goal["number"], goal["name"], goal["outcome"]) == (1, "ひとづくり", "missed")
    assert goal["evaluation"]["outcome"] == "off_track"
    assert goal["indicators"] == [
        {
            "key": "experience-participants",
            "name": "市民活動体験に参加した人数",
            "unit": "人",
            "aggregation": "cumulative",
            "qualitative": False,
            "baseline": {"fiscal_year": 2020, "value": 11},
            "targets": [{"fiscal_year": 2024, "value": 50}],
            "actual": 36,
            "actual_until": "2025-03-31",
            "published": {"as_of": "2024-09-30", "value": 36},
            "records_from": "2024-10-01",
            "people": None,
            "people_imported": False,
            "rate": 0.72,
            "outcome": "missed",
            "by_fiscal_year": {"2022": 4},
        }
    ]


def test_the_running_plan_moves_with_each_person_who_came() -> None:
    plan = real("tsukubamirai-2")
    days = (
        Day(date(2025, 6, 1), 8, frozenset("abcdefgh")),
        Day(date(2026, 6, 1), 9, frozenset("abcdefghi")),
        Day(date(2026, 11, 21), 1, frozenset("a")),
    )

    def evidence(each: Indicator) -> Evidence:
        if each.source is Source.GROUP_REGISTER:
            return Evidence(count_on=lambda _day: 91)
        return Evidence(days=days if each.kinds == ("experience",) else ())

    shown = as_json(results("tsukubamirai-2", plan, date(2026, 11, 22), evidence))

    experience = shown["goals"][0]["indicators"][0]
    groups = shown["goals"][1]["indicators"][0]
    assert (experience["actual"], experience["people"]) == (10, 9)
    assert (experience["rate"], experience["outcome"]) == (0.4348, "on_track")
    assert experience["by_fiscal_year"] == {"2025": 8, "2026": 10}
    assert experience["baseline"] == {"value": 13, "fiscal_year": 2024, "projected": True}
    assert (groups["actual"], groups["published"], groups["outcome"]) == (91, None, "off_track")


def test_qualitative_indicators_have_no_number_and_no_judgement() -> None:
    plan = real("kyodo-summary")

    summary = results("kyodo-summary", plan, date(2026, 11, 22), lambda _: Evidence())

    shown = as_json(summary)
    assert [goal["outcome"] for goal in shown["goals"]] == ["unknown", "unknown", "unknown"]
    dialogue = shown["goals"][1]["indicators"][1]
    assert (dialogue["qualitative"], dialogue["actual"], dialogue["targets"]) == (True, None, [])
    assert summary.goals[1].indicators[1].published is None


def test_a_table_has_one_line_an_indicator_and_blanks_for_what_is_not_known() -> None:
    plan = real("tsukubamirai-1")

    rows = as_rows(results("tsukubamirai-1", plan, date(2026, 1, 1), lambda _: Evidence(days=())))

    assert tuple(rows[0]) == CSV_COLUMNS
    first = list(rows[0].values())
    assert first[:5] == ["tsukubamirai-1", 1, "experience-participants", "人", 2024]
    assert first[5:] == ["2026-01-01", 11, 50, 36, 0.72, "missed"]
    assert len(rows) == 4


def test_a_published_part_is_marked_apart_from_the_whole() -> None:
    plan = real("tsukubamirai-1")
    days = (Day(date(2024, 10, 1), 3),)

    found = results("tsukubamirai-1", plan, date(2024, 12, 1), lambda _: Evidence(days=days))

    experience = found.goals[0].indicators[0]
    assert (experience.actual, experience.published) == (39, 36)
    assert experience.indicator.known[0] == Known(
        value=36, as_of=date(2024, 9, 30), from_fiscal_year=2022
    )


def test_the_way_goes_from_the_start_over_the_years_to_the_targets() -> None:
    plan = real("tsukubamirai-1")
    found = results("tsukubamirai-1", plan, date(2024, 12, 1), lambda _: Evidence(days=()))

    way = found.goals[0].indicators[0].way

    assert [(line.step.value, line.fiscal_year, line.value) for line in way] == [
        ("baseline", 2020, 11),
        ("part", 2022, 4),
        ("part", 2023, None),
        ("part", 2024, None),
        ("total", None, 36),
        ("target", 2024, 50),
    ]


def test_a_way_without_a_start_begins_with_what_is_known() -> None:
    unstarted = indicator(Aggregation.LATEST, baseline=None)
    plan = replace(PLAN, goals=(Goal(number=1, name="目標", indicators=(unstarted,)),))

    found = results("plan", plan, date(2025, 5, 1), lambda _: Evidence())

    assert [line.step.value for line in found.counted[0].way] == ["target"]
    assert found.counted[0].still_missing is None


def test_a_qualitative_indicator_takes_no_figure() -> None:
    plan = real("kyodo-summary")
    dialogue, visits = plan.indicator("dialogue"), plan.indicator("centre-visits")

    assert dialogue is not None
    assert visits is not None
    assert not takes_figures(plan, dialogue, "082350")
    assert takes_figures(plan, visits, "082350")
