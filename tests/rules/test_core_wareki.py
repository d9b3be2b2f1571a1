"""和暦: every day since the new calendar is read as it is written, at the changes too."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core import wareki
from kyodo_match.core.fiscal_year import FiscalYear


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 12, 31)))
def test_what_is_written_is_read_as_the_same_day(day: date) -> None:
    assert wareki.read_day(wareki.write_day(day)) == day


@given(st.dates(min_value=date(1926, 12, 26), max_value=date(2100, 12, 31)))
def test_a_fiscal_year_is_read_as_it_is_named(day: date) -> None:
    year = FiscalYear.of(day)

    assert wareki.read_fiscal_year(f"{year} 参加実績") == year.year


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2020, 1, 1), "令和2年1月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1868, 1, 24), "1868年1月24日"),
    ],
)
def test_eras_change_on_their_day(day: date, text: str) -> None:
    assert wareki.write_day(day) == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和７年５月９日", date(2025, 5, 9)),
        ("R7.5.9", date(2025, 5, 9)),
        ("Ｒ７．５．９", date(2025, 5, 9)),
        ("r7/05/09", date(2025, 5, 9)),
        ("㋿7年5月9日", date(2025, 5, 9)),
        ("㋿", None),
        ("令和 元年 5月 1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("H31-4-30", date(2019, 4, 30)),
        ("平成32年4月1日", date(2020, 4, 1)),  # printed before the era changed
        ("大正15年12月25日", date(1926, 12, 25)),
        ("令和元年4月30日", None),
        ("令和7年2月29日", None),
        ("令和7年13月1日", None),
        ("令和0年5月1日", None),
        ("令和7年5月", None),
        ("2025年5月9日", None),
        ("", None),
    ],
)
def test_days_are_read_as_papers_write_them(text: str, day: date | None) -> None:
    assert wareki.read_day(text) == day


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和７年度 市民活動体験 実績", 2025),
        ("（令和元年度）", 2019),
        ("平成31年度", 2019),
        ("R6年度", 2024),
        ("R6度", 2024),
        ("令和7年5月9日", None),
        ("実績", None),
    ],
)
def test_the_fiscal_year_of_a_heading_is_found(text: str, year: int | None) -> None:
    assert wareki.read_fiscal_year(text) == year
