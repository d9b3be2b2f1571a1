"""Text, dates and fiscal years, as people type and read them."""

from datetime import UTC, date, datetime

import pytest

from kyodo_match.core import csv, dates, text
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.paging import paged
from kyodo_match.core.secrets import Keys

KEYS = Keys(secret="one key of the tests", data="another key of the tests")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("(0297)58-2111", "0297-58-2111"),
        ("０２９７－５８－２１１１", "0297-58-2111"),
        ("09012345678", "090-1234-5678"),
        ("090ー1234ー5678", "090-1234-5678"),
        ("+81 90 1234 5678", "090-1234-5678"),
        ("0312345678", "03-1234-5678"),
        ("03(1234)5678", "03-1234-5678"),
        ("0120111222", "0120-111-222"),
        ("0297582111", "0297-58-2111"),
    ],
)
def test_a_phone_number_is_stored_with_hyphens(typed: str, stored: str) -> None:
    assert text.phone(typed) == stored


@pytest.mark.parametrize("typed", ["12345", "1297-58-2111", "0297-58-21111", "電話なし", ""])
def test_what_is_no_phone_number_is_none(typed: str) -> None:
    assert text.phone(typed) is None


def test_names_keep_their_characters_and_lose_controls() -> None:
    assert text.one_line("  𠮷田\u202e 葛󠄀城\x00 﨑  髙  ") == "𠮷田 葛󠄀城 﨑 髙"


def test_kana_is_hiragana_of_one_width() -> None:
    assert text.kana("ﾔﾏﾀﾞ　ハナコ") == "やまだ はなこ"


@pytest.mark.parametrize(("typed", "good"), [("やまだ はなこ", True), ("山田", False)])
def test_kana_is_told_from_kanji(typed: str, *, good: bool) -> None:
    assert text.is_kana(typed) is good


def test_search_finds_katakana_and_half_width_alike() -> None:
    assert text.search_key("ｶﾀｶﾅ Ａbc") == text.search_key("かたかな abc")


@pytest.mark.parametrize(
    ("day", "year", "words"),
    [
        (date(2027, 3, 31), 2026, "令和8年度"),
        (date(2027, 4, 1), 2027, "令和9年度"),
        (date(2019, 4, 1), 2019, "令和元年度"),
        (date(2019, 3, 31), 2018, "平成30年度"),
    ],
)
def test_a_fiscal_year_runs_from_april(day: date, year: int, words: str) -> None:
    fiscal_year = FiscalYear.of(day)

    assert (fiscal_year.year, str(fiscal_year)) == (year, words)
    assert fiscal_year.first_day <= day <= fiscal_year.last_day


def test_the_fiscal_year_of_a_moment_is_japans() -> None:
    assert FiscalYear.at(datetime(2027, 3, 31, 15, 0, tzinfo=UTC)).year == 2027


def test_days_are_written_with_weekday_and_holiday() -> None:
    assert dates.day(date(2026, 11, 23)) == "2026年11月23日（月・祝）"


def test_a_span_over_midnight_names_both_days() -> None:
    start = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)
    end = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)

    assert dates.span(start, end) == "2026年12月31日（木）23:00～2027年1月1日（金・祝）1:00"


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (None, "1月16日（土）9:30～11:30"),
        (date(2026, 4, 1), "1月16日（土）9:30～11:30"),
        (date(2027, 3, 31), "1月16日（土）9:30～11:30"),
        (date(2026, 3, 31), "2027年1月16日（土）9:30～11:30"),
        (date(2027, 4, 1), "2027年1月16日（土）9:30～11:30"),
    ],
)
def test_a_short_span_names_the_year_of_another_fiscal_year_only(
    today: date | None, words: str
) -> None:
    start = datetime(2027, 1, 16, 0, 30, tzinfo=UTC)
    end = datetime(2027, 1, 16, 2, 30, tzinfo=UTC)

    assert dates.short_span(start, end, today) == words


def test_a_short_span_over_midnight_names_both_days() -> None:
    start = datetime(2026, 12, 26, 14, 0, tzinfo=UTC)
    end = datetime(2026, 12, 26, 16, 0, tzinfo=UTC)

    assert dates.short_span(start, end) == "12月26日（土）23:00～12月27日（日）1:00"


@pytest.mark.parametrize("text_", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1", "＠x"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text_: str) -> None:
    assert csv.harmless(text_) == f"'{text_}"


@pytest.mark.parametrize(
    ("value", "cell"), [(-3, "-3"), (True, "1"), (None, ""), ("山田", "山田")]
)
def test_other_cells_stay_as_they_are(value: object, cell: str) -> None:
    assert csv.harmless(value) == cell


@pytest.mark.parametrize(
    "typed",
    ["2027-05-09T09:30", "2027-05-09 9:30", "2027/5/9 9:30", "2027-05-09T00:30Z"],
    ids=["ISO", "a blank", "Excel", "UTC"],
)
def test_a_time_in_a_file_is_japans(typed: str) -> None:
    assert csv.iso_moment(typed) == datetime(2027, 5, 9, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59-10:00", "2027-02-32T10:00"],
)
def test_a_time_that_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(csv.BadCell, match="日時は"):
        csv.iso_moment(typed)


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "2027-02-32", "令和9年5月9日"])
def test_a_day_that_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(csv.BadCell, match="日付は"):
        csv.iso_date(typed)


def test_a_link_opens_its_sign_up_in_its_version_only() -> None:
    token = KEYS.manage_token("0123456789ab", 1)

    assert KEYS.signup_of_token(token) == "0123456789ab"
    assert token != KEYS.manage_token("0123456789ab", 2)
    assert KEYS.signup_of_token("garbage") is None


def test_parts_of_a_fingerprint_do_not_run_together() -> None:
    assert KEYS.fingerprint("x", "ab", "c") != KEYS.fingerprint("x", "a", "bc")


def test_a_sealed_note_is_unreadable_and_comes_back_whole() -> None:
    sealed = KEYS.seal({"note": "そばは食べられません"})

    assert "そば" not in sealed
    assert KEYS.unseal(sealed) == {"note": "そばは食べられません"}


@pytest.mark.parametrize(
    ("asked", "total", "expected"),
    [(1, 0, (1, 1)), (1, 50, (1, 1)), (2, 51, (2, 2)), (9, 51, (2, 2)), (0, 51, (1, 2))],
)
def test_a_page_past_the_end_of_a_list_is_its_last(
    asked: int, total: int, expected: tuple[int, int]
) -> None:
    assert paged(asked, total=total, size=50) == expected
