"""CSV as Excel in Japan reads it, and files that are imported whole or not at all."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from kyodo_match.core.clock import YEARS, from_tokyo, tokyo
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.text import clean, one_line

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
BOM = "\ufeff"
_LONGEST_NUMBER = 9
# A Japanese spreadsheet takes the full-width signs for the half-width ones. Apostrophes before
# them are counted in: what was made harmless can be told from what was typed so, and read back.
_RUNS = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r]").match
_LINES_AT_ONCE = 200

_MADE_HARMLESS = re.compile(r"^'(?=\s*[=+\-@＝＋－＠])")


def harmless(value: object) -> str:
    """A cell that no spreadsheet runs: what begins like a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    return harmless_text(str(value))


def harmless_text(text: str) -> str:
    """`harmless` for what is known to be text: the quick way for a hundred thousand lines."""
    return f"'{text}" if _RUNS(text) else text


def as_typed(cell: str) -> str:
    """What stood there before `harmless`: a file that was exported imports again unchanged."""
    return cell[1:] if cell.startswith("'") and _RUNS(cell[1:]) else cell


def write(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    cells: Mapping[int, Callable[[Any], object]] | None = None,
) -> Iterator[str]:
    """Parts of a file: BOM, header, CRLF, harmless cells.

    `cells` says how the cells of a column (from 0) are written, for whoever knows that all others
    are numbers, days or words of ours; without it each cell is looked at.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(columns)
    lines = iter(rows)
    while some := list(islice(lines, _LINES_AT_ONCE)):
        writer.writerows(_written(some, cells))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue()


def _written(
    rows: Iterable[Sequence[object]], cells: Mapping[int, Callable[[Any], object]] | None
) -> Iterator[Sequence[object]]:
    if cells is None:
        for row in rows:
            yield [harmless(cell) for cell in row]
        return
    changed = tuple(cells.items())
    for row in rows:
        line = list(row)
        for index, written in changed:
            value = line[index]
            if value is not None:
                line[index] = written(value)
        yield line


class Refused(DomainError):
    """A file that is not imported, with every bad line and its reason."""

    def __init__(self, file: str, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = list(problems)


class BadCell(ValueError):
    """A value that cannot be taken; the text says why, in Japanese."""


@dataclass
class Row:
    """One line: its number in the file, its cells, and what was wrong with it."""

    line: int
    cells: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A cell as it was meant: what `harmless` put in front of a formula is off again."""
        return _MADE_HARMLESS.sub("", clean(self.cells.get(name, "")))

    def take(self, name: str, read: Callable[[str], T], default: T) -> T:
        """Read a cell; blank gives the default, a bad one is noted with its column's name."""
        raw = unicodedata.normalize("NFKC", self.text(name))
        if not raw:
            return default
        try:
            return read(raw)
        except ValueError as error:
            reason = str(error) if isinstance(error, BadCell) else "値が正しくありません"
            self.problems.append(f"{name}: {reason}（「{one_line(raw)[:40]}」）")
            return default


def read(path: Path, *, columns: Sequence[str], required: Sequence[str]) -> list[Row]:
    """The lines of a file. Raises Refused for an unreadable file, unknown or missing columns.

    UTF-8 with or without BOM, CRLF or LF; columns in any order (docs/files.md). A blank
    required cell is noted on its line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refused(str(path), [(0, f"ファイルを読めません: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Refused(str(path), [(line, "UTF-8として読めません")]) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[tuple[int, str]] = []
    try:
        header = [clean(name) for name in next(reader, [])]
        problems += [
            (1, f"知らない列です: {name or '（空）'}") for name in header if name not in columns
        ]
        problems += [
            (1, f"列が2回あります: {name}")
            for name in sorted(set(header))
            if header.count(name) > 1
        ]
        problems += [
            (1, f"必要な列がありません: {name}") for name in required if name not in header
        ]
        if problems:
            raise Refused(str(path), problems)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                problems.append((reader.line_num, f"列の数が見出しと違います（{len(cells)}個）"))
                continue
            typed = [as_typed(cell) for cell in cells]
            row = Row(reader.line_num, dict(zip(header, typed, strict=True)))
            row.problems += [
                f"{name}: 入力がありません" for name in required if not row.text(name)
            ]
            if "\x00" in "".join(cells):
                row.problems.append("使えない文字（NUL）があります")
            rows.append(row)
    except csv.Error as error:
        raise Refused(str(path), [(reader.line_num, f"CSVとして読めません: {error}")]) from error
    if problems:
        raise Refused(str(path), problems)
    return rows


def settle(path: Path, rows: Iterable[Row], extra: Iterable[tuple[int, str]] = ()) -> None:
    """Raise Refused with every problem that was noted, in the order of the lines."""
    problems = [(row.line, problem) for row in rows for problem in row.problems]
    problems += extra
    if problems:
        raise Refused(str(path), sorted(problems))


def whole(raw: str) -> int:
    """A whole number, not negative."""
    if not raw.isascii() or not raw.isdigit() or len(raw) > _LONGEST_NUMBER:
        raise BadCell("0以上の整数で書いてください")
    return int(raw)


def flag(raw: str) -> bool:
    """1 or 0."""
    if raw not in {"0", "1"}:
        raise BadCell("1か0で書いてください")
    return raw == "1"


_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_SHORT_HOUR = re.compile(r"(?<=[ T])(?=\d:)")


def _hyphened(raw: str) -> str:
    """2027/5/9 9:30, as Excel writes it, becomes 2027-05-09T09:30."""
    day = _SLASHED.sub(lambda day: f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}", raw)
    return _SHORT_HOUR.sub("0", day).replace(" ", "T")


def iso_date(raw: str) -> date:
    """2027-05-09, in a year that somebody may mean."""
    try:
        day = date.fromisoformat(_hyphened(raw))
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise BadCell("日付は2027-05-09のように書いてください")
    return day


def iso_moment(raw: str) -> datetime:
    """2027-05-09T09:30, Japan time; given in UTC."""
    try:
        moment = datetime.fromisoformat(_hyphened(raw))
        return from_tokyo(moment if moment.tzinfo is None else _on_the_wall(moment))
    except (ValueError, OverflowError):
        raise BadCell("日時は2027-05-09T09:30のように書いてください") from None


def _on_the_wall(moment: datetime) -> datetime:
    return tokyo(moment).replace(tzinfo=None)


def cell_list(raw: str) -> list[str]:
    """Values separated by `;`."""
    return [part.strip() for part in raw.split(";") if part.strip()]


def one_of(enum: type[E], allowed: Sequence[E] = ()) -> Callable[[str], E]:
    """A reader of a cell that holds one of an enum's values, or of those allowed here."""
    values = [member.value for member in allowed or enum]

    def read_one(raw: str) -> E:
        if raw not in values:
            raise BadCell(_("%(values)sのどれかで書いてください", values="、".join(values)))
        return enum(raw)

    return read_one
