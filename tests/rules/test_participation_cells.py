"""What a cell of last year's table says: days and numbers, as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core import wareki
from kyodo_match.participation.rules.cells import Cell, Doubt, read_count, read_day

MAY_9 = date(2025, 5, 9)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-05-09",
        "2025-05-09T09:30:00",
        "2025/5/9",
        "2025年5月9日（金）",
        "２０２５．５．９",
        "令和7年5月9日",
        "令和７年５月９日（金曜日） 午前9時30分～11時",
        "R7.5.9",
        "㋿7/5/9",
        "7年5月9日",
        "7.5.9",
        "5/9",
        "5月9日(金)9:30~11:30",
        "５／９（金）",
        "20250509",
        20250509,
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    found = read_day(cell, fiscal_year=2025)

    assert (found.value, found.doubts) == (MAY_9, ())


@pytest.mark.parametrize(
    ("cell", "fiscal_year", "day", "doubt"),
    [
        (45786, 2025, MAY_9, Doubt.SERIAL_DAY),
        (45786.395, 2025, MAY_9, Doubt.SERIAL_DAY),
        ("45786", None, MAY_9, Doubt.SERIAL_DAY),
        ("5月9日・10日", 2025, MAY_9, Doubt.SEVERAL_DAYS),
        ("5/9～5/10", 2025, MAY_9, Doubt.SEVERAL_DAYS),
        ("R7.5.9(金)、R7.5.10(土)", None, MAY_9, Doubt.SEVERAL_DAYS),
        ("5月9日（土）", 2025, MAY_9, Doubt.WRONG_WEEKDAY),
        ("7年5月9日", None, MAY_9, Doubt.ERA_ASSUMED),
        ("令和7年5月9日", 2024, MAY_9, Doubt.OTHER_YEAR),
    ],
)
def test_what_could_be_meant_otherwise_is_doubted(
    cell: Cell, fiscal_year: int | None, day: date, doubt: Doubt
) -> None:
    found = read_day(cell, fiscal_year=fiscal_year)

    assert (found.value, found.doubts) == (day, (doubt,))


@pytest.mark.parametrize(
    "cell",
    [
        "",
        None,
        "未定",
        "5月",
        "通年",
        "令和7年",
        "5/9-10",
        "2025/2/30",
        "13/1",
        12,
        5.9,
        -1,
        "9" * 300,
        "፩",
        "0001/1/1",
        "9999/12/31",
    ],
)
def test_what_is_no_day_is_not_guessed(cell: Cell) -> None:
    assert read_day(cell, fiscal_year=2025).value is None


def test_without_a_fiscal_year_a_day_without_a_year_is_none() -> None:
    assert read_day("5/9", fiscal_year=None).value is None


def test_january_lies_in_the_next_calendar_year_and_the_last_year_of_heisei_is_known() -> None:
    assert read_day("1/20", fiscal_year=2025).value == date(2026, 1, 20)
    assert read_day("30年5月9日", fiscal_year=2018).value == date(2018, 5, 9)
    assert read_day("31年4月9日", fiscal_year=2019).value == date(2019, 4, 9)


@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2099, 12, 31)))
def test_every_way_of_writing_a_day_says_the_same(day: date) -> None:
    era = wareki.of_day(day)
    assert era is not None
    number = day.year - era.first_day.year + 1
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    written: list[Cell] = [
        day.isoformat(),
        wareki.write_day(day),
        f"{era.letter}{number}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})",
        serial,
    ]

    assert {read_day(cell, fiscal_year=None).value for cell in written} == {day}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12, 12),
        (12.0, 12),
        (0, 0),
        ("12", 12),
        ("12名", 12),
        ("１２人", 12),
        ("延べ12人", 12),
        ("1,234人", 1234),
        ("大人10 こども5", 15),
        ("大人10名・子ども5名", 15),
        ("大人：10、こども：5", 15),
        ("10+5", 15),
        ("一般8、会員3、計11", 11),
        ("12（うち子ども5）", 12),
        ("12人(大人7人、子ども5人)", 12),
        ("5組12人", 12),
        ("10〜15人", None),
        ("10-15", None),
        ("10 15", None),
        ("10:15", None),
        ("10人15人", None),
        ("多数", None),
        ("=SUM(A1:A9)", None),
        (12.5, None),
        (-3, None),
        ("9" * 30, None),
        ("1" * 200 + "(", None),
        ("1 " * 100 + "(", None),
        (True, None),
    ],
)
def test_a_number_of_people_is_read_or_refused(cell: Cell, number: int | None) -> None:
    assert read_count(cell).value == number


@pytest.mark.parametrize(
    ("cell", "number", "doubt"),
    [
        ("約20名", 20, Doubt.ABOUT),
        ("20人程度", 20, Doubt.ABOUT),
        ("大人10 こども5 計16", 16, Doubt.PARTS_DIFFER),
        ("12人(大人7人、子ども6人)", 12, Doubt.PARTS_DIFFER),
    ],
)
def test_a_vague_number_is_taken_with_a_doubt(cell: Cell, number: int, doubt: Doubt) -> None:
    assert (read_count(cell).value, read_count(cell).doubts) == (number, (doubt,))


@given(st.text(max_size=250) | st.integers() | st.floats() | st.none())
def test_no_cell_at_all_stops_the_reading(cell: Cell) -> None:
    read_day(cell, fiscal_year=2025)
    read_count(cell)
