"""People, who are never summed, and rates by residents."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from kyodo_match.plans.rules.counting import Counter
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Known,
    People,
    Source,
)
from kyodo_match.plans.rules.evidence import Day, Evidence
from tests.support.count_plans import changed, counter, real, value, visits

# -- people ---------------------------------------------------------------------------------------


def test_a_person_who_comes_twice_is_two_visits_and_one_person() -> None:
    days = (visits("2026-05-01", 5, "a", "b"), visits("2026-06-01", 2, "a", "c"))
    experience = counter("tsukubamirai-2", "experience-participants", days=days)

    assert value(experience.value(date(2026, 11, 22))) == 7
    assert value(experience.people(date(2026, 11, 22))) == 3
    assert not experience.has_imported_people(date(2026, 11, 22))


def test_imported_people_are_added_and_marked() -> None:
    days = (visits("2026-05-01", 5, "a", "b"), visits("2026-06-01", 9, imported=7))
    experience = counter("tsukubamirai-2", "experience-participants", days=days)

    assert value(experience.people(date(2026, 11, 22))) == 9
    assert experience.has_imported_people(date(2026, 11, 22))


def test_people_are_never_summed_over_years() -> None:
    named = (visits("2022-05-01", 5, "a", "b"), visits("2023-06-01", 9, "b", "c"))
    imported = (*named, visits("2023-07-01", 9, imported=7))
    base = changed(counter("tsukubamirai-1", "experience-participants"), known=())

    told_apart = replace(base, evidence=Evidence(days=named))
    not_told_apart = replace(base, evidence=Evidence(days=imported))

    assert value(told_apart.people(date(2025, 3, 31))) == 3
    assert not_told_apart.people(date(2025, 3, 31)) is None
    assert value(not_told_apart.value(date(2025, 3, 31))) == 23


def test_people_are_unknown_where_a_part_was_published_as_visits() -> None:
    experience = counter("tsukubamirai-1", "experience-participants", days=())

    assert experience.people(date(2024, 12, 1)) is None


def test_an_indicator_of_people_counts_each_person_once() -> None:
    days = (visits("2026-05-01", 5, "a", "b"), visits("2026-06-01", 2, "a"))
    experience = changed(
        counter("tsukubamirai-2", "experience-participants", days=days), people=People.UNIQUE
    )

    assert value(experience.value(date(2026, 11, 22))) == 2
    assert value(experience.people(date(2026, 11, 22))) == 2


def test_published_people_are_added_within_their_year_and_never_over_years() -> None:
    base = changed(
        counter("tsukubamirai-1", "experience-participants", days=()),
        people=People.UNIQUE,
        known=(Known(value=10, as_of=date(2022, 9, 30)),),
    )
    same_year = replace(base, evidence=Evidence(days=(visits("2022-10-01", 3, "a", "b"),)))
    next_year = replace(base, evidence=Evidence(days=(visits("2023-10-01", 3, "a", "b"),)))
    imported = replace(
        base,
        evidence=Evidence(
            days=(visits("2023-10-01", 3, imported=2), visits("2024-10-01", 3, imported=2))
        ),
    )

    assert value(same_year.value(date(2023, 3, 31))) == 12
    assert value(base.value(date(2024, 3, 31))) == 10
    assert next_year.value(date(2024, 3, 31)) is None
    assert imported.value(date(2025, 3, 31)) is None


# -- per residents --------------------------------------------------------------------------------


def per_thousand(**evidence: Any) -> Counter:
    base = counter("kyodo-summary", "centre-visits", **evidence)
    return changed(base, source=Source.ATTENDANCE, kinds=("event",))


def test_a_rate_is_by_the_residents_of_the_first_of_april_of_its_year() -> None:
    days = (visits("2024-05-01", 13_788),)
    visits_of_centre = per_thousand(days=days, residents={2024: 53_441})

    assert value(visits_of_centre.value(date(2025, 3, 31))) == Fraction(13_788_000, 53_441)


def test_without_residents_a_rate_is_unknown() -> None:
    days = (visits("2024-05-01", 13_788),)

    assert per_thousand(days=days, residents={2023: 53_177}).value(date(2025, 3, 31)) is None


def test_a_figure_by_hand_is_a_count_and_a_published_result_is_the_rate_itself() -> None:
    figures = (Known(value=13_000, fiscal_year=2025), Known(value=13_000, fiscal_year=2026))
    base = counter("kyodo-summary", "centre-visits", figures=figures, residents={2025: 52_000})
    published = changed(base, known=(Known(value=258, fiscal_year=2024),))

    assert published.by_fiscal_year(date(2027, 5, 1)) == {2024: 258, 2025: 250}


def test_a_value_in_time_per_residents_is_by_those_of_its_year() -> None:
    groups = changed(
        counter(
            "tsukubamirai-2",
            "groups-registered",
            count_on=lambda _day: 106,
            residents={2026: 53_000},
        ),
        per_residents=1000,
    )

    assert value(groups.value(date(2026, 11, 22))) == 2


# -- a property -----------------------------------------------------------------------------------


@pytest.mark.parametrize("aggregation", [Aggregation.ANNUAL, Aggregation.CUMULATIVE])
def test_the_years_add_up_to_the_whole_whatever_the_day(aggregation: Aggregation) -> None:
    days = tuple(
        Day(date(2025, 4, 1) + timedelta(days=n), n % 7) for n in range(0, 3 * 365 + 30, 11)
    )
    indicator = Indicator(
        key="all", name="全部", unit="人", source=Source.ATTENDANCE, aggregation=aggregation
    )
    everything = Counter(real("tsukubamirai-2"), indicator, Evidence(days=days))

    for n in range(0, 3 * 365 + 60, 17):
        as_of = date(2025, 4, 1) + timedelta(days=n)
        whole = sum(day.visits for day in days if day.day <= min(as_of, date(2028, 3, 31)))
        assert sum(everything.by_fiscal_year(as_of).values()) == whole
