"""The format of a plan's file and of residents, and what of it is refused."""

import copy
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kyodo_match.plans.errors import DefinitionRefused, Problem
from kyodo_match.plans.rules.changes import Change, changes
from kyodo_match.plans.rules.definition import Aggregation, Outcome, People, Source
from kyodo_match.plans.rules.parsing import as_document, parse_plan
from kyodo_match.plans.rules.population import parse_population

PLANS = Path(__file__).parents[2] / "kyodo_match" / "demo" / "data" / "plans"
KEYS = ("kyodo-summary", "mitaka-4", "tsukubamirai-1", "tsukubamirai-2")


def content(key: str) -> dict[str, Any]:
    return tomllib.loads((PLANS / f"{key}.toml").read_text(encoding="utf-8"))


def a_plan(**over: Any) -> dict[str, Any]:
    return {
        "title": "計画",
        "first_fiscal_year": 2025,
        "last_fiscal_year": 2027,
        "goals": [{"number": 1, "name": "ひとづくり", "indicators": [an_indicator()]}],
    } | over


def an_indicator(**over: Any) -> dict[str, Any]:
    indicator: dict[str, Any] = {
        "key": "participants",
        "name": "参加した人数",
        "unit": "人",
        "source": "attendance",
        "kinds": ["experience"],
        "aggregation": "annual",
    }
    return indicator | over


def with_indicator(**over: Any) -> dict[str, Any]:
    indicator = an_indicator(**over)
    indicator = {key: value for key, value in indicator.items() if value is not None}
    return a_plan(goals=[{"number": 1, "name": "ひとづくり", "indicators": [indicator]}])


def with_goal(**over: Any) -> dict[str, Any]:
    goal = {"number": 1, "name": "ひとづくり"} | over
    return a_plan(goals=[{key: value for key, value in goal.items() if value is not None}])


@pytest.mark.parametrize("key", KEYS)
def test_a_published_plan_is_read_and_stored_without_loss(key: str) -> None:
    plan = parse_plan(content(key))

    assert parse_plan(as_document(plan)) == plan


def test_the_first_plan_says_what_its_document_says() -> None:
    plan = parse_plan(content("tsukubamirai-1"))

    indicator = plan.indicator("experience-participants")
    assert (plan.first_day, plan.last_day) == (date(2022, 4, 1), date(2025, 3, 31))
    assert (plan.goal_label, plan.measure_label) == ("目標", "取組項目")
    assert indicator is not None
    assert indicator.aggregation is Aggregation.CUMULATIVE
    assert (indicator.source, indicator.people) == (Source.ATTENDANCE, People.TOTAL)
    assert not indicator.people_stated
    assert [(known.day, known.value) for known in indicator.known] == [
        (date(2024, 9, 30), 36),
        (date(2023, 3, 31), 4),
    ]
    assert plan.goals[0].evaluation is not None
    assert plan.goals[0].evaluation.outcome is Outcome.OFF_TRACK
    assert [measure.number for measure in plan.goals[0].measures] == [1, 2, 3, 2, 4, 5, 1]
    assert plan.goals[0].measures[3].repeated


def test_labels_that_a_document_does_not_give_are_the_usual_words() -> None:
    plan = parse_plan(content("kyodo-summary"))

    assert (plan.goal_label, plan.indicator_label, plan.measure_label) == (
        "目標",
        "評価指標",
        "取組",
    )
    assert plan.title_inferred


def test_a_qualitative_indicator_has_methods_and_findings_and_no_number() -> None:
    indicator = {
        "key": "dialogue",
        "name": "話し合う場",
        "qualitative": True,
        "methods": ["ヒアリング"],
        "findings": ["増えた", {"text": "広がった", "as_of": date(2025, 3, 31)}],
    }

    plan = parse_plan(a_plan(goals=[{"number": 2, "name": "定性", "indicators": [indicator]}]))

    read = plan.indicator("dialogue")
    assert read is not None
    assert read.qualitative
    assert [(finding.text, finding.as_of) for finding in read.findings] == [
        ("増えた", None),
        ("広がった", date(2025, 3, 31)),
    ]
    assert plan.indicator("nobody") is None


def test_targets_are_kept_in_the_order_of_their_years() -> None:
    targets = [{"fiscal_year": 2027, "value": 3}, {"fiscal_year": 2026, "value": 2.5}]

    indicator = parse_plan(with_indicator(targets=targets)).indicator("participants")

    assert indicator is not None
    assert [target.value for target in indicator.targets] == [2.5, 3]


def test_what_a_reader_of_the_document_has_inferred_may_be_marked() -> None:
    plan = parse_plan(a_plan(municipality="三鷹市", municipality_inferred=True))

    assert plan.municipality == "三鷹市"


def test_a_plan_without_a_code_is_fed_by_whoever_installs_it() -> None:
    assert parse_plan(a_plan()).is_fed_by("082350")
    assert parse_plan(a_plan(municipality_code="082350")).is_fed_by("082350")
    assert not parse_plan(a_plan(municipality_code="132047")).is_fed_by("082350")


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


def test_importing_again_tells_what_changed_by_the_names_of_the_document() -> None:
    before = content("tsukubamirai-2")
    after = copy.deepcopy(before)
    after["goals"][0]["indicators"][0]["targets"][0]["value"] = 25
    after["goals"][1]["indicators"][0]["known"] = [{"as_of": date(2025, 9, 30), "value": 90}]
    del after["goals"][2]["indicators"][0]
    old, new = as_document(parse_plan(before)), as_document(parse_plan(after))

    found = changes(old, new)

    assert (
        Change("goals[1].indicators[experience-participants].targets[2027].value", 23, 25) in found
    )
    assert (
        Change("goals[2].indicators[groups-registered].known[2025-09-30].value", None, 90) in found
    )
    assert Change("goals[3].indicators[founding-grants].source", "grants", None) in found
    assert changes(old, old) == []


def test_residents_are_read_by_year_and_district() -> None:
    population = parse_population(content("population"))

    assert population.municipality_code == "082350"
    assert [year.fiscal_year for year in population.years] == [2019, 2020, 2021, 2022, 2023, 2024]
    assert population.years[-1].total == 17428 + 36013
    assert population.years[0].districts[0].ages["age_65_up"] == 1160


YEAR = {"date": date(2025, 4, 1), "ina": {"total": 10}}
TOWN = {"municipality_code": "082350"}
REFUSED_RESIDENTS: dict[str, tuple[object, str, Problem]] = {
    "no code": ({"years": [YEAR]}, "municipality_code", Problem.MISSING),
    "no years": (TOWN, "years", Problem.MISSING),
    "another day than 1 April": (
        TOWN | {"years": [YEAR | {"date": date(2025, 4, 2)}]},
        "years[1].date",
        Problem.NOT_FIRST_OF_APRIL,
    ),
    "a year twice": (TOWN | {"years": [YEAR, YEAR]}, "years", Problem.DUPLICATE),
    "a year without districts": (
        TOWN | {"years": [{"date": date(2025, 4, 1)}]},
        "years[1]",
        Problem.EMPTY,
    ),
    "a district without its total": (
        TOWN | {"years": [YEAR | {"ina": {"age_0_39": 3}}]},
        "years[1].ina.total",
        Problem.MISSING,
    ),
    "more by age than in all": (
        TOWN | {"years": [YEAR | {"ina": {"total": 3, "age_0_39": 4}}]},
        "years[1].ina.total",
        Problem.MORE_THAN_TOTAL,
    ),
    "an unknown age group": (
        TOWN | {"years": [YEAR | {"ina": {"total": 3, "age_0_14": 1}}]},
        "years[1].ina.age_0_14",
        Problem.UNKNOWN_KEY,
    ),
    "an unknown key": (TOWN | {"years": [YEAR], "city": "x"}, "city", Problem.UNKNOWN_KEY),
}


@pytest.mark.parametrize(
    ("file", "key", "problem"), REFUSED_RESIDENTS.values(), ids=REFUSED_RESIDENTS.keys()
)
def test_residents_that_are_not_in_the_format_are_refused_with_their_key(
    file: object, key: str, problem: Problem
) -> None:
    with pytest.raises(DefinitionRefused) as refusal:
        parse_population(file)

    assert (refusal.value.key, refusal.value.problem) == (key, problem)
