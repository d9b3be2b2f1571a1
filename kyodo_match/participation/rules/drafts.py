"""取込みの下見: a file as it was read, with what staff chose; and what it would come to.

Source: docs/rules/imports.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from kyodo_match.core import text
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.participation.rules.cells import Doubt
from kyodo_match.participation.rules.lines import Line, Reason, Verdict, read_lines
from kyodo_match.participation.rules.tables import (
    Column,
    Layout,
    Merged,
    Sheet,
    find_fiscal_year,
    find_layout,
    looks_like_lines,
    titles,
)

# What may count the same people a second time is left out until somebody chooses it.
PERHAPS_TWICE = frozenset({Doubt.TWICE_IN_FILE, Doubt.LIKE_IMPORTED, Doubt.LIKE_COUNTED})


@dataclass(frozen=True)
class Draft:
    """What a file says and how it is to be read; `left_out` is None until staff have chosen."""

    sheets: Sequence[Sheet]
    kind: str
    sheet_index: int
    fiscal_year: int | None
    layout: Layout
    left_out: frozenset[int] | None = None

    @property
    def sheet(self) -> Sheet:
        return self.sheets[self.sheet_index]

    def lines(self, *, today: date) -> list[Line]:
        """Every line of the chosen sheet; none while it is not known which column is the day."""
        if not self.layout.is_enough:
            return []
        return read_lines(self.sheet, self.layout, fiscal_year=self.fiscal_year, today=today)

    def on_sheet(self, index: int, *, file_name: str) -> "Draft":
        """The same file read from another sheet, with what is proposed for it."""
        layout = find_layout(self.sheets[index]) or Layout(1, {})
        year = proposed_year(self.sheets[index], layout, file_name=file_name)
        return replace(self, sheet_index=index, layout=layout, fiscal_year=year, left_out=None)

    def to_json(self) -> dict[str, Any]:
        """As it is kept between the pages."""
        return {
            "sheets": [
                {
                    "name": sheet.name,
                    "rows": [list(row) for row in sheet.rows],
                    "merged": [list(asdict(area).values()) for area in sheet.merged],
                }
                for sheet in self.sheets
            ],
            "kind": self.kind,
            "sheet": self.sheet_index,
            "fiscal_year": self.fiscal_year,
            "first_row": self.layout.first_row,
            "columns": {str(name): index for name, index in self.layout.columns.items()},
            "left_out": None if self.left_out is None else sorted(self.left_out),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Draft":
        """What `to_json` wrote."""
        left_out = content["left_out"]
        return cls(
            sheets=[
                Sheet(sheet["name"], sheet["rows"], [Merged(*area) for area in sheet["merged"]])
                for sheet in content["sheets"]
            ],
            kind=content["kind"],
            sheet_index=content["sheet"],
            fiscal_year=content["fiscal_year"],
            layout=Layout(
                content["first_row"],
                {Column(name): index for name, index in content["columns"].items()},
            ),
            left_out=None if left_out is None else frozenset(left_out),
        )


def propose(sheets: Sequence[Sheet], *, kind: str, file_name: str) -> Draft:
    """How a file is read at first: the sheet with most lines, its header and its fiscal year."""
    fullest = max(range(len(sheets)), key=lambda index: (looks_like_lines(sheets[index]), -index))
    draft = Draft(sheets, kind, 0, None, Layout(1, {}))
    return draft.on_sheet(fullest, file_name=file_name)


def proposed_year(sheet: Sheet, layout: Layout, *, file_name: str) -> int | None:
    """The fiscal year that the rows above the lines, the sheet or the file name, if one does."""
    return find_fiscal_year([*titles(sheet, layout.first_row), sheet.name, file_name])


@dataclass(frozen=True)
class Known:
    """すでにある実績: a line imported earlier, or a day counted here."""

    day: date
    opportunity: str
    group: str
    visits: int


def compare(
    lines: Iterable[Line], *, imported: Collection[Known], counted: Collection[Known]
) -> list[Line]:
    """Leave out what was imported before, and doubt what may be the same as what is there."""
    whole = {(known.day, known.opportunity, known.group, known.visits) for known in imported}
    by_day = [
        (Doubt.LIKE_IMPORTED, _by_day(imported)),
        (Doubt.LIKE_COUNTED, _by_day(counted)),
    ]
    compared = []
    for line in lines:
        if line.verdict is not Verdict.TAKEN:
            compared.append(line)
        elif line.same in whole:
            compared.append(replace(line, reason=Reason.ALREADY_IMPORTED, doubts=(), like=None))
        else:
            like = [
                doubt
                for doubt, days in by_day
                if any(_alike(line, known) for known in days.get(line.day, ()))
            ]
            compared.append(replace(line, doubts=(*line.doubts, *like)))
    return compared


def _by_day(known: Iterable[Known]) -> dict[date | None, list[Known]]:
    days: dict[date | None, list[Known]] = defaultdict(list)
    for each in known:
        days[each.day].append(each)
    return days


def _alike(line: Line, known: Known) -> bool:
    """Of one day: the same group or the same name, as far as both are written."""
    pairs = [
        (text.search_key(ours), text.search_key(theirs))
        for ours, theirs in ((line.group, known.group), (line.opportunity, known.opportunity))
        if ours and theirs
    ]
    return not pairs or any(ours in theirs or theirs in ours for ours, theirs in pairs)


def chosen(lines: Sequence[Line], left_out: frozenset[int] | None) -> list[Line]:
    """The lines that would be taken: what staff chose, else all that are not perhaps twice."""
    taken = [line for line in lines if line.verdict is Verdict.TAKEN]
    if left_out is None:
        return [line for line in taken if not PERHAPS_TWICE & set(line.doubts)]
    return [line for line in taken if line.number not in left_out]


@dataclass(frozen=True)
class Total:
    """What lines come to in a fiscal year; 実人数 only as far as lines say it."""

    fiscal_year: FiscalYear
    lines: int
    visits: int
    people: int


def totals(lines: Iterable[Line]) -> list[Total]:
    """By fiscal year, the earliest first."""
    years: dict[FiscalYear, list[Line]] = defaultdict(list)
    for line in lines:
        if line.fiscal_year is not None:
            years[line.fiscal_year].append(line)
    return [
        Total(
            year,
            len(found),
            sum(line.visits for line in found),
            sum(line.people or 0 for line in found),
        )
        for year, found in sorted(years.items())
    ]
