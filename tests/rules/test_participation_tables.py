"""Last year's table as offices keep it: titles, merged cells, totals, headings, remarks."""

from datetime import date

import pytest

from kyodo_match.participation.rules.cells import Cell, Doubt
from kyodo_match.participation.rules.lines import Line, Reason, Verdict, read_lines
from kyodo_match.participation.rules.tables import (
    Column,
    Layout,
    Merged,
    Sheet,
    find_layout,
    header_names,
    meaning,
    named_year,
)

TODAY = date(2026, 11, 22)
HEADER: list[Cell] = ["No.", "実施日", "事業名", "受入団体", "参加者数（人）", "実人数", "備考"]


def table(*rows: list[Cell], merged: tuple[Merged, ...] = ()) -> Sheet:
    return Sheet("令和7年度", [["令和7年度 市民活動体験 実績"], [], HEADER, *rows], merged)


def lines_of(sheet: Sheet, fiscal_year: int | None = 2025) -> list[Line]:
    layout = find_layout(sheet)
    assert layout is not None
    return read_lines(sheet, layout, fiscal_year=fiscal_year, today=TODAY)


def test_the_header_is_found_below_titles_and_blank_rows() -> None:
    layout = find_layout(table())

    assert layout == Layout(
        3,
        {
            Column.DATE: 1,
            Column.OPPORTUNITY: 2,
            Column.GROUP: 3,
            Column.VISITS: 4,
            Column.PEOPLE: 5,
            Column.NOTE: 6,
        },
    )
    assert layout.is_enough


def test_a_header_of_two_rows_names_the_parts_and_the_sum() -> None:
    sheet = Sheet(
        "",
        [
            ["開催日", "活動名", "参加者数", None, None],
            [None, None, "大人", "子ども", "計"],
            ["5/9", "川の日", 10, 5, 15],
        ],
        (Merged(0, 2, 0, 4), Merged(0, 0, 1, 0), Merged(0, 1, 1, 1)),
    )

    layout = find_layout(sheet)

    assert layout is not None
    assert (layout.first_row, layout.columns[Column.VISITS]) == (2, 4)
    assert header_names(sheet, 2) == ["開催日", "活動名", "大人", "子ども", "計"]
    assert [line.visits for line in lines_of(sheet)] == [15]


def test_adults_and_children_are_added_where_nothing_says_the_sum() -> None:
    sheet = Sheet(
        "",
        [["日付", "団体", "大人", "こども"], ["5/9", "会", "１０名", 5], ["5/10", "会", 3, "-"]],
    )

    assert [line.visits for line in lines_of(sheet)] == [15, 3]


def test_without_anything_like_a_header_there_is_no_layout() -> None:
    assert find_layout(Sheet("", [["おしらせ"], ["来年度の予定"]])) is None
    assert find_layout(Sheet("", [])) is None


def test_a_line_is_taken_as_it_stands() -> None:
    [line] = lines_of(
        table([1, "令和７年５月９日(金)", "川の　日", "みどりの会", "12名", 10, "晴れ"])
    )

    assert (line.number, line.verdict, line.doubts) == (4, Verdict.TAKEN, ())
    assert (line.day, line.opportunity, line.group) == (date(2025, 5, 9), "川の 日", "みどりの会")
    assert (line.visits, line.people, line.note) == (12, 10, "晴れ")


def test_days_and_names_of_merged_cells_hold_for_every_row_and_numbers_for_the_first() -> None:
    lines = lines_of(
        table(
            [1, "5/9", "川の日", "みどりの会", 12],
            [2, None, "山の日", None, 3],
            [3, "5/10", "里の日", "里の会", 7],
            [4, "5/11", "里の日", "里の会", None],
            merged=(Merged(3, 1, 4, 1), Merged(3, 3, 4, 3), Merged(5, 4, 6, 4)),
        )
    )

    assert [(line.day, line.group, line.visits) for line in lines[:3]] == [
        (date(2025, 5, 9), "みどりの会", 12),
        (date(2025, 5, 9), "みどりの会", 3),
        (date(2025, 5, 10), "里の会", 7),
    ]
    assert [line.doubts for line in lines] == [(), (), (), ()]
    assert lines[3].reason is Reason.IN_LINE_ABOVE


def test_a_blank_day_is_that_of_the_line_above_with_a_doubt_and_ditto_marks_without() -> None:
    lines = lines_of(
        table(
            [1, "5/9", "川の日", "みどりの会", 12],
            [2, None, "山の日", "〃", 3],
            [3, "同上", "海の日", "〃", 4],
        )
    )

    assert [line.day for line in lines] == [date(2025, 5, 9)] * 3
    assert [line.group for line in lines] == ["みどりの会"] * 3
    assert [line.doubts for line in lines] == [(), (Doubt.DAY_CARRIED,), ()]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([None, "合計", None, None, 15], Reason.TOTAL),
        ([None, None, "小　計", None, 15], Reason.TOTAL),
        (["４月分計", None, None, None, 15], Reason.TOTAL),
        (["年間合計", None, None, None, 15], Reason.TOTAL),
        (HEADER, Reason.HEADING),
        (["令和6年度"], Reason.HEADING),
        ([1, "5/9", "川の日", "会", "中止"], Reason.NOT_HELD),
        ([1, "5/9", "川の日", "会", None, None, "雨天のため中止"], Reason.NOT_HELD),
        ([None, "※ 延べ人数は当日の集計"], Reason.NO_FIGURES),
        ([1, "5/9", "川の日", "会", None], Reason.NO_COUNT),
        ([1, "未定", "川の日", "会", 12], Reason.DAY_UNREADABLE),
        ([1, None, "川の日", "会", 12], Reason.NO_DAY),
        ([1, "R8.12.1", "川の日", "会", 12], Reason.DAY_TO_COME),
        ([1, "5/9", "川の日", "会", "多数"], Reason.COUNT_UNREADABLE),
        ([1, "5/9", "川の日", "会", 12, "不明"], Reason.PEOPLE_UNREADABLE),
        ([1, "5/9", "川の日", "会", 12, 13], Reason.MORE_PEOPLE),
    ],
)
def test_what_is_not_taken_says_why(row: list[Cell], reason: Reason) -> None:
    [line] = lines_of(table(row))

    assert line.reason is reason
    faults = {Reason.TOTAL, Reason.HEADING, Reason.NOT_HELD, Reason.NO_FIGURES}
    assert (line.verdict is Verdict.SKIPPED) == (reason in faults)


def test_a_name_with_the_sign_for_sum_is_no_total_and_blank_rows_are_nothing() -> None:
    lines = lines_of(table([1, "5/9", "家計の講座", "計量の会", 12], [None, "", " "]))

    assert [line.verdict for line in lines] == [Verdict.TAKEN]


def test_a_heading_between_the_lines_changes_the_fiscal_year_below() -> None:
    lines = lines_of(
        table(
            ["令和6年度"],
            [1, "1/20", "雪の日", "会", 5],
            ["令和7年度"],
            [1, "1/20", "雪の日", "会", 6],
        )
    )

    taken = [line.day for line in lines if line.verdict is Verdict.TAKEN]
    assert taken == [date(2025, 1, 20), date(2026, 1, 20)]


def test_the_same_line_twice_is_marked_with_the_first() -> None:
    row: list[Cell] = [1, "5/9", "川の日", "会", 12]

    first, second = lines_of(table(row, row))

    assert (first.doubts, second.doubts, second.like) == ((), (Doubt.TWICE_IN_FILE,), 4)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("実施日", Column.DATE),
        ("開催日（曜日）", Column.DATE),
        ("日　付", Column.DATE),
        ("体験名", Column.OPPORTUNITY),
        ("受入れ団体", Column.GROUP),
        ("延べ人数", Column.VISITS),
        ("※参加人数", Column.VISITS),
        ("実人数（人）", Column.PEOPLE),
        ("備 考", Column.NOTE),
        ("電話番号", None),
        (None, None),
    ],
)
def test_columns_are_known_by_many_names(name: Cell, column: Column | None) -> None:
    assert meaning(name) is column


@pytest.mark.parametrize(
    ("text", "year"),
    [("令和７年度実績", 2025), ("2025年度", 2025), ("R6年度.xlsx", 2024), ("実績", None)],
)
def test_a_title_tells_the_fiscal_year(text: str, year: int | None) -> None:
    assert named_year(text) == year
