"""What is not in the format of a plan or of residents is refused with its key."""

from datetime import UTC, date, datetime

import pytest

from kyodo_match.plans.errors import DefinitionRefused, Problem
from kyodo_match.plans.rules.parsing import parse_plan
from tests.support.write_plans import a_plan, an_indicator, with_goal, with_indicator

KNOWN = {"fiscal_year": 2025, "value": 1}
REFUSED: dict[str, tuple[object, str, Problem]] = {
    "not a table": ([], "", Problem.NOT_A_TABLE),
    "no title": ({"first_fiscal_year": 2025}, "title", Problem.MISSING),
    "a blank title": (a_plan(title=" "), "title", Problem.EMPTY),
    "a title of another type": (a_plan(title=3), "title", Problem.NOT_A_TEXT),
    "an unknown key": (a_plan(titel="計画"), "titel", Problem.UNKNOWN_KEY),
    "an inferred key of nothing": (a_plan(x_inferred=True), "x_inferred", Problem.UNKNOWN_KEY),
    "an inferred key that is no flag": (
        a_plan(municipality="つくばみらい市", municipality_inferred="yes"),
        "municipality_inferred",
        Problem.NOT_A_FLAG,
    ),
    "a year of an era": (
        a_plan(first_fiscal_year=7),
        "first_fiscal_year",
        Problem.NOT_AN_INTEGER,
    ),
    "a year as text": (
        a_plan(last_fiscal_year="2027"),
        "last_fiscal_year",
        Problem.NOT_AN_INTEGER,
    ),
    "a period backwards": (
        a_plan(last_fiscal_year=2024),
        "last_fiscal_year",
        Problem.PERIOD_BACKWARDS,
    ),
    "a code that lost its zero": (
        a_plan(municipality_code="82350"),
        "municipality_code",
        Problem.NOT_A_CODE,
    ),
    "a code as a number": (
        a_plan(municipality_code=82350),
        "municipality_code",
        Problem.NOT_A_TEXT,
    ),
    "no goals": (a_plan(goals=[]), "goals", Problem.MISSING),
    "goals that are no list": (a_plan(goals="ひと"), "goals", Problem.NOT_A_LIST),
    "a goal that is no table": (a_plan(goals=["ひと"]), "goals[1]", Problem.NOT_A_TABLE),
    "a goal's number twice": (
        a_plan(goals=[{"number": 1, "name": "a"}, {"number": 1, "name": "b"}]),
        "goals",
        Problem.DUPLICATE,
    ),
    "a negative number": (with_goal(number=-1), "goals[1].number", Problem.NEGATIVE),
    "a goal without a name": (with_goal(name=None), "goals[1].name", Problem.MISSING),
    "aims that are no list": (with_goal(aims="一つ"), "goals[1].aims", Problem.NOT_A_LIST),
    "an aim that is no text": (with_goal(aims=[1]), "goals[1].aims", Problem.NOT_A_TEXT),
    "an evaluation without a day": (
        with_goal(evaluation={"outcome": "met"}),
        "goals[1].evaluation.as_of",
        Problem.MISSING,
    ),
    "an evaluation with a bad outcome": (
        with_goal(evaluation={"as_of": date(2025, 4, 1), "outcome": "good"}),
        "goals[1].evaluation.outcome",
        Problem.NOT_A_CHOICE,
    ),
    "an evaluation without an outcome": (
        with_goal(evaluation={"as_of": date(2025, 4, 1)}),
        "goals[1].evaluation.outcome",
        Problem.MISSING,
    ),
    "a measure without a name": (
        with_goal(measures=[{"number": 1}]),
        "goals[1].measures[1].name",
        Problem.MISSING,
    ),
    "a repeated measure without its number": (
        with_goal(measures=[{"name": "体験", "repeated": True}]),
        "goals[1].measures[1].number",
        Problem.MISSING,
    ),
    "a flag that is none": (
        with_goal(measures=[{"number": 1, "repeated": "yes"}]),
        "goals[1].measures[1].repeated",
        Problem.NOT_A_FLAG,
    ),
    "an indicator without a key": (
        with_indicator(key=None),
        "goals[1].indicators[1].key",
        Problem.MISSING,
    ),
    "a key in Japanese": (
        with_indicator(key="人数"),
        "goals[1].indicators[1].key",
        Problem.NOT_A_KEY,
    ),
    "an indicator's key twice": (
        with_goal(indicators=[an_indicator(), an_indicator()]),
        "goals[1].indicators[2].key",
        Problem.DUPLICATE,
    ),
    "no unit": (with_indicator(unit=None), "goals[1].indicators[1].unit", Problem.MISSING),
    "no aggregation": (
        with_indicator(aggregation=None),
        "goals[1].indicators[1].aggregation",
        Problem.MISSING,
    ),
    "a bad aggregation": (
        with_indicator(aggregation="monthly"),
        "goals[1].indicators[1].aggregation",
        Problem.NOT_A_CHOICE,
    ),
    "a bad source": (
        with_indicator(source="applications"),
        "goals[1].indicators[1].source",
        Problem.NOT_A_CHOICE,
    ),
    "attendance at a point in time": (
        with_indicator(aggregation="latest"),
        "goals[1].indicators[1].aggregation",
        Problem.NOT_FOR_SOURCE,
    ),
    "a register that is summed": (
        with_indicator(source="group_register", kinds=None),
        "goals[1].indicators[1].aggregation",
        Problem.NOT_FOR_SOURCE,
    ),
    "attendance of no kind": (
        with_indicator(kinds=None),
        "goals[1].indicators[1].kinds",
        Problem.MISSING,
    ),
    "an empty list of kinds": (
        with_indicator(kinds=[]),
        "goals[1].indicators[1].kinds",
        Problem.EMPTY,
    ),
    "a kind that is not one": (
        with_indicator(kinds=["party"]),
        "goals[1].indicators[1].kinds",
        Problem.NOT_A_CHOICE,
    ),
    "kinds for grants": (
        with_indicator(source="grants"),
        "goals[1].indicators[1].kinds",
        Problem.NOT_FOR_SOURCE,
    ),
    "a filter that nothing applies": (
        with_indicator(filter={"office": "センター"}),
        "goals[1].indicators[1].filter.office",
        Problem.NOT_FOR_SOURCE,
    ),
    "a register of others than the registered": (
        with_indicator(
            source="group_register", kinds=None, aggregation="latest", filter={"status": "ended"}
        ),
        "goals[1].indicators[1].filter.status",
        Problem.NOT_A_CHOICE,
    ),
    "people told apart among grants": (
        with_indicator(source="grants", kinds=None, people="unique"),
        "goals[1].indicators[1].people",
        Problem.NOT_FOR_SOURCE,
    ),
    "people that are neither": (
        with_indicator(people="all"),
        "goals[1].indicators[1].people",
        Problem.NOT_A_CHOICE,
    ),
    "per no residents": (
        with_indicator(per_residents=0),
        "goals[1].indicators[1].per_residents",
        Problem.EMPTY,
    ),
    "a rate over years": (
        with_indicator(aggregation="cumulative", per_residents=1000),
        "goals[1].indicators[1].per_residents",
        Problem.NOT_FOR_CUMULATIVE,
    ),
    "a baseline without its time": (
        with_indicator(baseline={"value": 1}),
        "goals[1].indicators[1].baseline.fiscal_year",
        Problem.YEAR_OR_DAY,
    ),
    "a baseline of a year and a day": (
        with_indicator(baseline=KNOWN | {"as_of": date(2025, 4, 1)}),
        "goals[1].indicators[1].baseline.fiscal_year",
        Problem.YEAR_OR_DAY,
    ),
    "a baseline that is no table": (
        with_indicator(baseline=13),
        "goals[1].indicators[1].baseline",
        Problem.NOT_A_TABLE,
    ),
    "a baseline without a value": (
        with_indicator(baseline={"fiscal_year": 2024}),
        "goals[1].indicators[1].baseline.value",
        Problem.MISSING,
    ),
    "a value as text": (
        with_indicator(targets=[{"fiscal_year": 2027, "value": "23"}]),
        "goals[1].indicators[1].targets[1].value",
        Problem.NOT_A_NUMBER,
    ),
    "a value that is true": (
        with_indicator(targets=[{"fiscal_year": 2027, "value": True}]),
        "goals[1].indicators[1].targets[1].value",
        Problem.NOT_A_NUMBER,
    ),
    "a value that is no number": (
        with_indicator(targets=[{"fiscal_year": 2027, "value": float("nan")}]),
        "goals[1].indicators[1].targets[1].value",
        Problem.NOT_A_NUMBER,
    ),
    "a value below zero": (
        with_indicator(targets=[{"fiscal_year": 2027, "value": -1}]),
        "goals[1].indicators[1].targets[1].value",
        Problem.NEGATIVE,
    ),
    "a target after the plan": (
        with_indicator(targets=[{"fiscal_year": 2028, "value": 1}]),
        "goals[1].indicators[1].targets[1].fiscal_year",
        Problem.OUTSIDE_PLAN,
    ),
    "two targets for a year": (
        with_indicator(targets=[KNOWN, KNOWN]),
        "goals[1].indicators[1].targets",
        Problem.DUPLICATE,
    ),
    "a result published twice": (
        with_indicator(known=[KNOWN, KNOWN | {"value": 2}]),
        "goals[1].indicators[1].known[2].fiscal_year",
        Problem.DUPLICATE,
    ),
    "a result on a day twice": (
        with_indicator(
            known=[{"as_of": "2025-05-01", "value": 2}, {"as_of": "2025-05-01", "value": 3}]
        ),
        "goals[1].indicators[1].known[2].as_of",
        Problem.DUPLICATE,
    ),
    "a sum that begins after its end": (
        with_indicator(known=[KNOWN | {"from_fiscal_year": 2026}]),
        "goals[1].indicators[1].known[1].from_fiscal_year",
        Problem.PERIOD_BACKWARDS,
    ),
    "a day that does not exist": (
        with_indicator(known=[{"as_of": "2025-02-30", "value": 1}]),
        "goals[1].indicators[1].known[1].as_of",
        Problem.NOT_A_DAY,
    ),
    "a day with a time": (
        with_indicator(known=[{"as_of": datetime(2025, 5, 1, tzinfo=UTC), "value": 1}]),
        "goals[1].indicators[1].known[1].as_of",
        Problem.NOT_A_DAY,
    ),
    "a number for a qualitative one": (
        with_indicator(qualitative=True),
        "goals[1].indicators[1].unit",
        Problem.NOT_FOR_QUALITATIVE,
    ),
}


@pytest.mark.parametrize(("file", "key", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_in_the_format_is_refused_with_its_key(
    file: object, key: str, problem: Problem
) -> None:
    with pytest.raises(DefinitionRefused) as refusal:
        parse_plan(file)

    assert (refusal.value.key, refusal.value.problem) == (key, problem)
