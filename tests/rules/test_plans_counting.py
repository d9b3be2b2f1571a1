"""What an indicator has reached: published results, figures by hand and records."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from kyodo_match.plans.rules.counting import Count
from kyodo_match.plans.rules.definition import (
    Known,
)
from kyodo_match.plans.rules.evidence import records_from, records_from_choices
from tests.support.count_plans import changed, counter, value, visits

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
