"""What an indicator has reached: published results, figures by hand and records."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kyodo_match.plans.rules.counting import Count, Counter
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Indicator,
    Known,
    People,
    PlanDefinition,
    Source,
)
from kyodo_match.plans.rules.evidence import Day, Evidence, records_from, records_from_choices
from kyodo_match.plans.rules.parsing import parse_plan

PLANS = Path(__file__).parents[2] / "kyodo_match" / "demo" / "data" / "plans"


def real(key: str) -> PlanDefinition:
    return parse_plan(tomllib.loads((PLANS / f"{key}.toml").read_text(encoding="utf-8")))


def counter(key: str, indicator: str, **evidence: Any) -> Counter:
    plan = real(key)
    found = plan.indicator(indicator)
    assert found is not None
    return Counter(plan, found, Evidence(**evidence))


def changed(base: Counter, **over: Any) -> Counter:
    return replace(base, indicator=replace(base.indicator, **over))


def value(count: Count | None) -> Fraction | None:
    return count.value if count else None


def visits(day: str, number: int, *keys: str, imported: int = 0) -> Day:
    return Day(date.fromisoformat(day), number, frozenset(keys), imported)


# -- records_from ---------------------------------------------------------------------------------


def test_records_count_from_the_day_after_the_newest_result_from_the_plans_first_day() -> None:
    experience = counter("tsukubamirai-1", "experience-participants")

    assert experience.records_from == date(2024, 10, 1)


def test_records_count_from_the_plans_first_day_where_nothing_is_published() -> None:
    experience = counter("tsukubamirai-2", "experience-participants")

    assert experience.records_from == date(2025, 4, 1)


def test_a_result_that_does_not_reach_back_to_the_first_day_moves_nothing() -> None:
    experience = counter("tsukubamirai-2", "experience-participants")
    known = (Known(value=15, fiscal_year=2026),)

    assert records_from(experience.plan, replace(experience.indicator, known=known)) == date(
        2025, 4, 1
    )


def test_published_years_without_a_gap_reach_back_together() -> None:
    experience = counter("tsukubamirai-2", "experience-participants")
    known = (Known(value=15, fiscal_year=2026), Known(value=12, fiscal_year=2025))

    assert records_from(experience.plan, replace(experience.indicator, known=known)) == date(
        2027, 4, 1
    )


def test_a_value_in_time_holds_until_the_day_after_it() -> None:
    groups = counter("tsukubamirai-1", "groups-active")

    assert groups.records_from == date(2024, 10, 1)


def test_staff_may_choose_the_ends_of_published_results_and_nothing_between() -> None:
    experience = counter("tsukubamirai-1", "experience-participants")

    choices = records_from_choices(experience.plan, experience.indicator)

    assert choices == (date(2022, 4, 1), date(2023, 4, 1), date(2024, 10, 1))
    chosen = [
        records_from(experience.plan, experience.indicator, day)
        for day in (date(2023, 4, 1), date(2023, 7, 1))
    ]
    assert chosen == [date(2023, 4, 1), date(2024, 10, 1)]


# -- cumulative -----------------------------------------------------------------------------------


def test_the_first_plan_had_36_people_on_the_day_of_its_evaluation() -> None:
    experience = counter("tsukubamirai-1", "experience-participants", days=())

    count = experience.value(date(2024, 9, 30))

    assert count == Count(Fraction(36), date(2024, 9, 30), Fraction(36), date(2024, 9, 30))


def test_records_are_added_to_what_was_published_and_no_day_counts_twice() -> None:
    days = (visits("2024-06-01", 9), visits("2024-09-30", 5), visits("2024-10-01", 3))
    experience = counter("tsukubamirai-1", "experience-participants", days=days)

    count = experience.value(date(2024, 12, 31))

    assert count == Count(Fraction(39), date(2024, 12, 31), Fraction(36), date(2024, 9, 30))


def test_an_earlier_start_of_the_records_takes_less_from_the_publication() -> None:
    days = (visits("2022-06-01", 7), visits("2023-06-01", 9), visits("2024-10-01", 3))
    experience = counter(
        "tsukubamirai-1", "experience-participants", days=days, records_from=date(2023, 4, 1)
    )

    assert value(experience.value(date(2025, 3, 31))) == 4 + 9 + 3


def test_before_the_records_the_newest_published_result_stands() -> None:
    experience = counter("tsukubamirai-1", "experience-participants", days=())

    assert experience.value(date(2022, 12, 31)) is None
    assert experience.value(date(2023, 8, 1)) == Count(
        Fraction(4), date(2023, 3, 31), Fraction(4), date(2023, 3, 31)
    )


def test_nothing_counts_before_the_plan_or_after_it() -> None:
    days = (visits("2025-03-31", 1), visits("2025-04-01", 20))
    experience = counter("tsukubamirai-1", "experience-participants", days=days)

    assert experience.value(date(2022, 3, 31)) is None
    assert experience.people(date(2022, 3, 31)) is None
    assert value(experience.value(date(2026, 5, 1))) == 37


def test_each_years_own_part_is_given_only_where_it_is_known() -> None:
    days = (visits("2024-10-05", 3),)
    experience = counter("tsukubamirai-1", "experience-participants", days=days)

    assert experience.by_fiscal_year(date(2025, 3, 31)) == {2022: 4}


def test_two_published_sums_tell_the_year_between_them() -> None:
    experience = changed(
        counter("tsukubamirai-1", "experience-participants", days=(visits("2024-10-05", 3),)),
        known=(
            Known(value=4, fiscal_year=2022),
            Known(value=20, from_fiscal_year=2022, fiscal_year=2023),
            Known(value=36, as_of=date(2024, 9, 30)),
        ),
    )

    assert experience.by_fiscal_year(date(2025, 3, 31)) == {2022: 4, 2023: 16, 2024: 19}


def test_another_citys_plan_is_not_fed_by_records() -> None:
    experience = counter("tsukubamirai-1", "experience-participants", days=None)

    assert value(experience.value(date(2025, 3, 31))) == 36


# -- annual ---------------------------------------------------------------------------------------


def test_a_yearly_indicator_starts_again_on_the_first_of_april() -> None:
    days = (visits("2025-05-01", 12), visits("2026-03-31", 1), visits("2026-04-01", 5))
    experience = counter("tsukubamirai-2", "experience-participants", days=days)

    assert value(experience.value(date(2026, 3, 31))) == 13
    assert value(experience.value(date(2026, 4, 1))) == 5
    assert experience.by_fiscal_year(date(2026, 11, 22)) == {2025: 13, 2026: 5}


def test_a_year_published_in_its_middle_goes_on_with_records() -> None:
    days = (visits("2025-09-30", 8), visits("2025-10-01", 2))
    experience = changed(
        counter("tsukubamirai-2", "experience-participants", days=days),
        known=(Known(value=10, as_of=date(2025, 9, 30)),),
    )

    assert value(experience.value(date(2025, 10, 31))) == 12
    assert experience.by_fiscal_year(date(2025, 10, 31)) == {2025: 12}
    assert experience.value(date(2025, 8, 1)) is None


def test_the_same_day_of_the_year_before_is_known_from_records_of_the_plan() -> None:
    days = (visits("2025-05-01", 6), visits("2025-12-01", 7))
    experience = counter("tsukubamirai-2", "experience-participants", days=days)

    assert value(experience.same_day_of_year_before(date(2026, 11, 22))) == 6
    assert experience.same_day_of_year_before(date(2025, 11, 22)) is None


def test_the_year_before_a_29_february_is_compared_on_the_28th() -> None:
    days = (visits("2027-02-28", 4), visits("2027-03-01", 1))
    experience = counter("tsukubamirai-2", "experience-participants", days=days)

    assert value(experience.same_day_of_year_before(date(2028, 2, 29))) == 4


def test_an_event_held_is_a_day_on_which_somebody_came() -> None:
    days = (visits("2026-05-01", 30), visits("2026-06-01", 0), visits("2026-06-01", 1))
    meetings = counter("tsukubamirai-2", "exchange-meetings", days=days)

    assert value(meetings.value(date(2026, 11, 22))) == 2
    assert meetings.people(date(2026, 11, 22)) is None


# -- latest ---------------------------------------------------------------------------------------


def test_the_register_is_counted_on_the_day() -> None:
    def registered(day: date) -> int:
        return 87 + day.month

    groups = counter("tsukubamirai-2", "groups-registered", count_on=registered)

    assert value(groups.value(date(2026, 11, 22))) == 98
    assert groups.by_fiscal_year(date(2026, 11, 22)) == {2025: 90, 2026: 98}


def test_a_published_number_of_groups_holds_until_the_register_counts() -> None:
    groups = changed(
        counter("tsukubamirai-2", "groups-registered", count_on=lambda _day: 93),
        known=(Known(value=90, as_of=date(2025, 9, 30)), Known(value=88, as_of=date(2025, 6, 30))),
    )

    assert value(groups.value(date(2025, 5, 1))) is None
    assert value(groups.value(date(2025, 8, 1))) == 88
    assert groups.value(date(2025, 9, 30)) == Count(
        Fraction(90), date(2025, 9, 30), Fraction(90), date(2025, 9, 30)
    )
    assert groups.value(date(2025, 10, 1)) == Count(Fraction(93), date(2025, 10, 1))


def test_without_records_the_newest_of_published_and_entered_stands() -> None:
    figures = (
        Known(value=190, as_of=date(2024, 9, 30)),
        Known(value=200, as_of=date(2024, 12, 31)),
        Known(value=201, as_of=date(2024, 12, 31)),
        Known(value=150, as_of=date(2023, 12, 31)),
    )
    groups = counter("tsukubamirai-1", "groups-active", figures=figures)

    assert value(groups.value(date(2024, 6, 1))) == 150
    assert value(groups.value(date(2024, 9, 30))) == 196
    assert value(groups.value(date(2025, 3, 31))) == 201
    assert groups.by_fiscal_year(date(2025, 3, 31)) == {2023: 150, 2024: 201}


def test_with_neither_records_nor_figures_a_value_is_unknown() -> None:
    npos = counter("mitaka-4", "npos")

    assert npos.value(date(2012, 5, 1)) is None
    assert npos.by_fiscal_year(date(2012, 5, 1)) == {}


# -- figures by hand ------------------------------------------------------------------------------


def test_a_figure_by_hand_of_a_year_counts_in_that_year() -> None:
    users = counter(
        "mitaka-4", "community-centre-users", figures=(Known(value=851000, fiscal_year=2014),)
    )

    assert value(users.value(date(2015, 3, 31))) == 851000
    assert users.value(date(2014, 12, 31)) is None
    assert users.by_fiscal_year(date(2016, 5, 1)) == {2014: 851000}


def test_a_figure_so_far_stands_until_a_newer_one_and_never_for_the_whole_year() -> None:
    figures = (Known(value=1, as_of=date(2025, 9, 30)), Known(value=2, as_of=date(2026, 9, 30)))
    grants = counter("tsukubamirai-2", "founding-grants", figures=figures)

    count = grants.value(date(2026, 11, 22))

    assert count == Count(Fraction(2), date(2026, 9, 30))
    assert value(grants.value(date(2026, 5, 1))) == 1
    assert grants.by_fiscal_year(date(2026, 11, 22)) == {}


def test_years_entered_one_by_one_are_summed_and_a_correction_replaces() -> None:
    figures = (
        Known(value=9, fiscal_year=2025),
        Known(value=1, fiscal_year=2025),
        Known(value=2, fiscal_year=2026),
    )
    grants = counter("tsukubamirai-2", "founding-grants", figures=figures)

    assert value(grants.value(date(2027, 3, 31))) == 3
    assert grants.by_fiscal_year(date(2027, 3, 31)) == {2025: 1, 2026: 2}


def test_a_published_result_comes_before_a_figure_for_the_same_days() -> None:
    grants = changed(
        counter(
            "tsukubamirai-2",
            "founding-grants",
            figures=(Known(value=9, fiscal_year=2025), Known(value=2, fiscal_year=2026)),
        ),
        known=(Known(value=1, fiscal_year=2025),),
    )

    count = grants.value(date(2027, 3, 31))

    assert count == Count(Fraction(3), date(2027, 3, 31), Fraction(1), date(2026, 3, 31))


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
