"""The lines of somebody's table: what each is taken as, or why it is not.

Source: docs/rules/imports.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kyodo_match.core import text
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.participation.rules.cells import (
    Cell,
    Count,
    Doubt,
    Read,
    is_blank_count,
    plain,
    read_count,
    read_day,
)
from kyodo_match.participation.rules.tables import Column, Layout, Sheet, meaning, named_year

_TOTAL = re.compile(r"(?:.{0,12}[月年度期分間別])?(?:小|合|総|累)?計(?:人数)?|総数")
_SAME = {"〃", "同上", '"', "々", "''", "同", "//", "ゝ"}
_NOT_HELD = ("中止", "延期", "取りやめ", "取止め", "未実施", "実施せず", "開催なし")
_COUNTS = (Column.VISITS, Column.ADULTS, Column.CHILDREN)
_NAMES = (Column.DATE, Column.OPPORTUNITY, Column.GROUP)
_BETWEEN = " ｜ "
_LONGEST_NAME = 200
_LONGEST_NOTE = 500


class Verdict(StrEnum):
    """行の扱い: what becomes of a line."""

    TAKEN = "taken"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Reason(StrEnum):
    """取り込まない理由: why a line is not taken."""

    TOTAL = "total"
    HEADING = "heading"
    NOT_HELD = "not_held"
    NO_FIGURES = "no_figures"
    IN_LINE_ABOVE = "in_line_above"
    NO_DAY = "no_day"
    DAY_UNREADABLE = "day_unreadable"
    DAY_TO_COME = "day_to_come"
    NO_COUNT = "no_count"
    COUNT_UNREADABLE = "count_unreadable"
    PEOPLE_UNREADABLE = "people_unreadable"
    MORE_PEOPLE = "more_people"
    ALREADY_IMPORTED = "already_imported"


# The person who reads the page has to do something about these; the others are as they should be.
_FAULTS = frozenset(
    {
        Reason.NO_DAY,
        Reason.DAY_UNREADABLE,
        Reason.DAY_TO_COME,
        Reason.NO_COUNT,
        Reason.COUNT_UNREADABLE,
        Reason.PEOPLE_UNREADABLE,
        Reason.MORE_PEOPLE,
    }
)


@dataclass(frozen=True)
class Line:
    """取り込む行: a row of the file with what it is taken as, numbered as the file numbers it."""

    number: int
    raw: str
    day: date | None = None
    opportunity: str = ""
    group: str = ""
    visits: int = 0
    people: int | None = None
    note: str = ""
    reason: Reason | None = None
    doubts: tuple[Doubt, ...] = ()
    like: int | None = None  # the line above that says the same

    @property
    def verdict(self) -> Verdict:
        if self.reason is None:
            return Verdict.TAKEN
        return Verdict.REFUSED if self.reason in _FAULTS else Verdict.SKIPPED

    @property
    def fiscal_year(self) -> FiscalYear | None:
        return FiscalYear.of(self.day) if self.day else None

    @property
    def same(self) -> tuple[object, ...]:
        """What two lines have in common that are one and the same result."""
        return (self.day, self.opportunity, self.group, self.visits)


@dataclass
class _Above:
    """What lines above have said for those below."""

    fiscal_year: int | None
    day: date | None = None
    texts: dict[Column, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Row:
    """One row, by what its columns mean."""

    sheet: Sheet
    columns: Mapping[Column, int]
    index: int

    def cell(self, column: Column) -> Cell:
        """What stands in the row itself: a number in a merged range counts once."""
        index = self.columns.get(column)
        return None if index is None else self.sheet.at(self.index, index)

    def carried(self, column: Column) -> Cell:
        """What a merged range says for the row: a day or a name."""
        index = self.columns.get(column)
        return None if index is None else self.sheet.carried(self.index, index)

    def name(self, column: Column) -> str:
        cell = self.carried(column)
        return "" if cell is None else text.one_line(str(cell))

    @property
    def texts(self) -> list[str]:
        return [said for cell in self.sheet.rows[self.index] if (said := plain(cell))]

    @property
    def counts(self) -> list[Cell]:
        return [self.cell(column) for column in _COUNTS]

    @property
    def is_counted_above(self) -> bool:
        """Whether its number lies in a merged range that began in a row above."""
        places = [self.columns[column] for column in _COUNTS if column in self.columns]
        return all((self.index, place) in self.sheet.above for place in places)


def read_lines(
    sheet: Sheet, layout: Layout, *, fiscal_year: int | None, today: date
) -> list[Line]:
    """Read every row below the header; blank ones are left out, all others are accounted for.

    `fiscal_year` is the one that days without a year lie in; a heading such as 令和7年度 between
    the lines changes it for those below.
    """
    above = _Above(fiscal_year)
    rows = (
        _Row(sheet, layout.columns, index) for index in range(layout.first_row, len(sheet.rows))
    )
    return _marked_twice([_read(row, above, today) for row in rows if row.texts])


def _read(row: _Row, above: _Above, today: date) -> Line:
    line = Line(number=row.index + 1, raw=_BETWEEN.join(row.texts))
    reason = _why_no_line(row, above)
    if reason is not None:
        return replace(line, reason=reason)
    day, visits, people = _day(row, above), _visits(row), read_count(row.cell(Column.PEOPLE))
    fault = _fault(row, day, visits, people, today)
    return replace(
        line,
        day=day.value,
        opportunity=_name(row, Column.OPPORTUNITY, above),
        group=_name(row, Column.GROUP, above),
        visits=visits.value or 0,
        people=people.value,
        note=row.name(Column.NOTE)[:_LONGEST_NOTE],
        reason=fault,
        doubts=() if fault else (*day.doubts, *visits.doubts, *people.doubts),
    )


def _why_no_line(row: _Row, above: _Above) -> Reason | None:
    """Why a row is no line at all: a total, a heading, a day that was not held, a remark."""
    names = [plain(row.cell(column)) for column in _NAMES]
    if any(_TOTAL.fullmatch(name.replace(" ", "")) for name in (row.texts[0], *names)):
        return Reason.TOTAL
    if _is_heading(row, above):
        return Reason.HEADING
    if row.is_counted_above:
        return Reason.IN_LINE_ABOVE
    if any(read_count(cell).value for cell in row.counts):
        return None
    if any(word in said for said in row.texts for word in _NOT_HELD):
        return Reason.NOT_HELD
    day = read_day(row.cell(Column.DATE), fiscal_year=above.fiscal_year)
    is_remark = day.value is None and all(is_blank_count(cell) for cell in row.counts)
    return Reason.NO_FIGURES if is_remark else None


def _is_heading(row: _Row, above: _Above) -> bool:
    """The header once more, or 令和7年度 between the lines, which counts for those below."""
    year = named_year(row.texts[0])
    if year is not None and len(set(row.texts)) == 1:
        above.fiscal_year = year
        return True
    return sum(meaning(cell) is not None for cell in row.sheet.rows[row.index]) > 1


def _day(row: _Row, above: _Above) -> Read:
    """The day of a row: its own, that of a merged range, or the one above where it is blank."""
    cell = row.carried(Column.DATE)
    said = plain(cell)
    if said in _SAME:
        return Read(above.day)
    if not said:
        return Read(above.day, (Doubt.DAY_CARRIED,) if above.day else ())
    found = read_day(cell, fiscal_year=above.fiscal_year)
    above.day = found.value
    return found


def _name(row: _Row, column: Column, above: _Above) -> str:
    """A name as it was written, with what 〃 and 同上 stand for."""
    name = row.name(column)[:_LONGEST_NAME]
    if plain(name) in _SAME:
        name = above.texts.get(column, "")
    above.texts[column] = name
    return name


def _visits(row: _Row) -> Count:
    """延べ人数: as its column says, else what adults and children come to."""
    told = row.cell(Column.VISITS)
    if not is_blank_count(told):
        return read_count(told)
    parts = [row.cell(column) for column in (Column.ADULTS, Column.CHILDREN)]
    counts = [read_count(cell) for cell in parts if not is_blank_count(cell)]
    values = [count.value for count in counts if count.value is not None]
    if not values or len(values) < len(counts):
        return Count()
    return Count(sum(values), tuple(doubt for count in counts for doubt in count.doubts))


def _fault(row: _Row, day: Read, visits: Count, people: Count, today: date) -> Reason | None:
    """What somebody has to put right in the file, or None."""
    if day.value is None:
        return Reason.DAY_UNREADABLE if plain(row.carried(Column.DATE)) else Reason.NO_DAY
    if day.value > today:
        return Reason.DAY_TO_COME
    if visits.value is None:
        blank = all(is_blank_count(cell) for cell in row.counts)
        return Reason.NO_COUNT if blank else Reason.COUNT_UNREADABLE
    if people.value is None:
        blank = is_blank_count(row.cell(Column.PEOPLE))
        return None if blank else Reason.PEOPLE_UNREADABLE
    return Reason.MORE_PEOPLE if people.value > visits.value else None


def _marked_twice(lines: Sequence[Line]) -> list[Line]:
    """Mark lines that say the same as one above."""
    seen: dict[tuple[object, ...], int] = {}
    marked = []
    for line in lines:
        if line.verdict is Verdict.TAKEN:
            first = seen.setdefault(line.same, line.number)
            if first != line.number:
                doubts = (*line.doubts, Doubt.TWICE_IN_FILE)
                marked.append(replace(line, doubts=doubts, like=first))
                continue
        marked.append(line)
    return marked
