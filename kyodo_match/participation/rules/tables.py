"""Somebody's table of results: where its header is, and which column says what.

Rows are plain values; where a cell lies in a merged range is told beside them.
Source: docs/rules/imports.md.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kyodo_match.core import wareki
from kyodo_match.participation.rules.cells import Cell, plain, read_day

_LOOKED_AT = 40  # a header further down than this is none
_BLANK = ""


class Column(StrEnum):
    """列の意味: what a column of the table says."""

    DATE = "date"
    OPPORTUNITY = "opportunity"
    GROUP = "group"
    VISITS = "visits"
    ADULTS = "adults"
    CHILDREN = "children"
    PEOPLE = "people"
    NOTE = "note"


@dataclass(frozen=True)
class Merged:
    """結合されたセル: a range, counted from 0, both ends within it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """シート: one sheet of a workbook, or a CSV file."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Merged] = ()
    above: Mapping[tuple[int, int], int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note for each cell below the first of a merged range in which row its value stands."""
        above = {
            (row, column): area.top
            for area in self.merged
            for column in range(area.left, area.right + 1)
            for row in range(area.top + 1, area.bottom + 1)
        }
        object.__setattr__(self, "above", above)

    def at(self, row: int, column: int) -> Cell:
        """A cell as it stands there; None beyond the end of its row."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else None

    def carried(self, row: int, column: int) -> Cell:
        """A cell with what a merged range says for it: dates and names run over several rows."""
        return self.at(self.above.get((row, column), row), column)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True)
class Layout:
    """列の割り当て: the first row below the header, and the column of each thing it says."""

    first_row: int
    columns: Mapping[Column, int]

    @property
    def is_enough(self) -> bool:
        """Whether lines can be read: a day and a number of people."""
        counts = (Column.VISITS, Column.ADULTS, Column.CHILDREN)
        return Column.DATE in self.columns and any(name in self.columns for name in counts)


# Compared without spaces and without what stands in brackets; the first that fits wins.
_NAMES: dict[Column, tuple[str, ...]] = {
    Column.DATE: (
        "実施日", "開催日", "日付", "実施年月日", "開催年月日", "年月日", "期日", "活動日", "日時",
        "実施日時", "開催日時", "月日", "体験日", "実施期日", "date",
    ),
    Column.OPPORTUNITY: (
        "事業名", "活動名", "体験名", "行事名", "催し名", "イベント名", "講座名", "体験メニュー",
        "メニュー", "募集名", "プログラム", "プログラム名", "活動内容", "事業内容", "体験内容",
        "内容", "名称", "opportunity",
    ),
    Column.GROUP: (
        "団体名", "団体", "受入団体", "受入れ団体", "受け入れ団体", "受入団体名", "活動団体",
        "実施団体", "主催団体", "主催者", "主催", "担当団体", "group",
    ),
    Column.PEOPLE: ("実人数", "実参加者数", "実参加人数", "実数", "people"),
    Column.VISITS: (
        "延べ人数", "延人数", "のべ人数", "延べ参加者数", "延べ参加人数", "延参加者数", "参加者数",
        "参加人数", "参加者", "参加数", "人数", "延べ", "来場者数", "実績人数", "計", "合計",
        "visits",
    ),
    Column.ADULTS: ("大人", "おとな", "成人", "一般"),
    Column.CHILDREN: ("子ども", "こども", "子供", "小人", "児童", "小学生", "小中学生"),
    Column.NOTE: ("備考", "摘要", "特記事項", "メモ", "note"),
}  # fmt: skip
_OF_NAME = {name: column for column, names in _NAMES.items() for name in names}
_PARTS = {Column.ADULTS, Column.CHILDREN, Column.VISITS}
_WELL_KNOWN = 2


def _key(cell: Cell) -> str:
    return re.sub(r"[(\[【〔].*?[)\]】〕]|[\s※*:・]", "", plain(cell)).casefold()


def meaning(cell: Cell) -> Column | None:
    """What a column is for, by its name in the header."""
    return _OF_NAME.get(_key(cell))


def find_layout(sheet: Sheet) -> Layout | None:
    """Find the header below titles and blank rows; None where no row looks like one.

    The row that names most things is it. Where the row below it still names parts (大人, 子ども,
    計) instead of giving a line, the header has two rows.
    """
    named = [(len(_columns(sheet, [row])), row) for row in range(min(len(sheet.rows), _LOOKED_AT))]
    most, row = max(named, key=lambda each: (each[0], -each[1]), default=(0, 0))
    if most < _WELL_KNOWN:
        return None
    header = [row, row + 1] if _has_second_row(sheet, row) else [row]
    return Layout(header[-1] + 1, _columns(sheet, header))


def _columns(sheet: Sheet, header: Sequence[int]) -> dict[Column, int]:
    """The first column of each meaning; what stands lowest in the header names a column best."""
    found: dict[Column, int] = {}
    ranks: dict[Column, int] = {}
    for index in range(sheet.width):
        names = [meaning(sheet.at(row, index)) for row in reversed(header)]
        column = next((name for name in names if name is not None), None)
        if column is None:
            continue
        key = next(
            _key(sheet.at(row, index)) for row in reversed(header) if meaning(sheet.at(row, index))
        )
        rank = _NAMES[column].index(key)
        if column not in found or rank < ranks[column]:
            found[column], ranks[column] = index, rank
    return found


def _has_second_row(sheet: Sheet, row: int) -> bool:
    """Whether the row below names parts and is neither a total nor the header once more."""
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else ()
    names = {meaning(cell) for cell in below}
    has_numbers = any(isinstance(cell, int | float) for cell in below)
    return bool(names & _PARTS) and Column.DATE not in names and not has_numbers


def header_names(sheet: Sheet, layout_row: int) -> list[str]:
    """How each column is headed: what stands nearest above the first line, or nothing."""
    names = []
    for index in range(sheet.width):
        above = (plain(sheet.carried(row, index)) for row in range(layout_row - 1, -1, -1))
        nearest = list(above)[:2]
        names.append(next((name for name in nearest if name), _BLANK))
    return names


def find_fiscal_year(texts: Iterable[str]) -> int | None:
    """The fiscal year that a title, the name of the sheet or of the file speaks of, if any."""
    return next((year for text in texts if (year := named_year(text)) is not None), None)


_CALENDAR = re.compile(r"((?:19|20)\d{2})\s*年度")


def named_year(text: str) -> int | None:
    """2025 of 「令和7年度 実績」 and of 「2025年度」."""
    half = plain(text)
    found = _CALENDAR.search(half)
    return int(found[1]) if found else wareki.read_fiscal_year(half)


def titles(sheet: Sheet, first_row: int) -> list[str]:
    """What stands above the lines, row by row."""
    return [plain(cell) for row in sheet.rows[:first_row] for cell in row if plain(cell)]


def looks_like_lines(sheet: Sheet) -> int:
    """How many rows of a sheet hold something: the fullest sheet is proposed first."""
    layout = find_layout(sheet)
    if layout is None:
        return 0
    index = layout.columns.get(Column.DATE)
    rows = range(layout.first_row, len(sheet.rows))
    return 1 + sum(
        index is not None and read_day(sheet.at(row, index), fiscal_year=2000).value is not None
        for row in rows
    )
