"""The format of a plan's file and of residents, and what of it is refused."""

import copy
from datetime import date

import pytest

from kyodo_match.plans.errors import DefinitionRefused, Problem
from kyodo_match.plans.rules.changes import Change, changes
from kyodo_match.plans.rules.definition import Aggregation, Outcome, People, Source
from kyodo_match.plans.rules.parsing import as_document, parse_plan
from kyodo_match.plans.rules.population import parse_population
from tests.support.count_plans import content
from tests.support.write_plans import a_plan, with_indicator

KEYS = ("kyodo-summary", "mitaka-4", "tsukubamirai-1", "tsukubamirai-2")


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
