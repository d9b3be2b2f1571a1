"""Pairs of letters, what activities have in common, and the month on the wall."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.opportunities.calendar import MONTHS_AHEAD, Month
from kyodo_match.opportunities.rules.finding import grams, grams_of_word, kinship

TODAY = date(2026, 11, 22)
LETTERS = st.text(alphabet="あいうア花𠮷がa1%_ー", min_size=1, max_size=4)


def test_a_text_is_held_as_pairs_that_do_not_cross_its_lines() -> None:
    assert grams("落ち葉\n谷") == {"落ち", "ち葉", "葉", "谷"}
    assert grams("") == frozenset()


@given(parts=st.lists(LETTERS), word=LETTERS)
def test_what_occurs_in_a_text_is_led_to_by_its_index(parts: list[str], word: str) -> None:
    text = "".join(parts) + word + "".join(reversed(parts))

    held = grams(text)

    for gram in grams_of_word(word):
        assert gram in held or any(pair.startswith(gram) for pair in held)


@pytest.mark.parametrize(
    ("fields", "district", "weekdays", "points"),
    [
        ({"environment"}, "谷和原", {5}, 5),
        ({"environment", "culture"}, "谷和原", {1}, 4),
        ({"culture"}, "谷和原", {5}, 3),
        ({"environment"}, "伊奈", {1}, 2),
        ({"culture"}, "伊奈", {5}, 1),
        ((), "", (), 0),
    ],
)
def test_field_and_district_count_two_and_the_weekday_one(
    fields: set[str], district: str, weekdays: set[int], points: int
) -> None:
    alike = kinship(
        fields,
        district,
        weekdays,
        other_fields=("environment", "sports"),
        other_district="谷和原",
        other_day=date(2026, 12, 12),
    )

    assert alike.points == points


def test_no_district_is_nobodys_neighbour() -> None:
    alike = kinship((), "", (), other_fields=(), other_district="", other_day=TODAY)

    assert alike.points == 0


def test_a_week_begins_on_sunday_and_shows_no_other_months_days() -> None:
    weeks = Month.shown(date(2026, 12, 5), today=TODAY).weeks

    assert weeks[0] == [None, None, *(date(2026, 12, day) for day in range(1, 6))]
    assert [week[0] for week in weeks[1:]] == [date(2026, 12, day) for day in (6, 13, 20, 27)]


def test_holidays_have_their_names() -> None:
    november = Month.shown(TODAY, today=TODAY).holidays
    may = Month.shown(date(2027, 5, 1), today=TODAY).holidays

    assert november == {date(2026, 11, 3): "文化の日", date(2026, 11, 23): "勤労感謝の日"}
    assert may[date(2027, 5, 5)] == "こどもの日"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (date(2026, 1, 31), date(2026, 11, 1)),
        (date(2027, 2, 28), date(2027, 2, 1)),
        (date(2999, 12, 31), date(2027, 11, 1)),
    ],
)
def test_a_calendar_begins_this_month_and_ends_in_a_year(asked: date, shown: date) -> None:
    assert Month.shown(asked, today=TODAY).first == shown


def test_one_turns_from_this_month_to_the_last_one_and_no_further() -> None:
    month = Month.shown(TODAY, today=TODAY)
    turned = []
    while month.following:
        turned.append(month.previous)
        month = Month.shown(month.following, today=TODAY)

    assert len(turned) == MONTHS_AHEAD
    assert turned[:2] == [None, date(2026, 11, 1)]
    assert month.first == date(2027, 11, 1)
