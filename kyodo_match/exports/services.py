"""出力: writing a file, looking at a part of it, and the record of who took out what, and why."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.config import Settings
from kyodo_match.core import csv, dates, xlsx
from kyodo_match.core.db import use_case
from kyodo_match.exports import queries
from kyodo_match.exports.queries import Line, Table
from kyodo_match.exports.rules import Cell, Column, FileFormat, Scope

_IN_MEMORY = 262_144
_CHUNK = 65_536

# How the cells of a column are written in CSV; those of the others stand as they are.
_IN_CSV: dict[Cell, Callable[[Any], object]] = {
    Cell.TEXT: csv.harmless_text,
    Cell.MOMENT: dates.iso_local,
    Cell.TIME: lambda value: value.strftime("%H:%M"),
}
_IN_XLSX = {
    Cell.TEXT: xlsx.Style.TEXT,
    Cell.CODE: xlsx.Style.TEXT,
    Cell.NUMBER: xlsx.Style.NUMBER,
    Cell.DAY: xlsx.Style.DAY,
    Cell.MOMENT: xlsx.Style.MOMENT,
    Cell.TIME: xlsx.Style.TIME,
}


@dataclass(frozen=True)
class Document:
    """出力ファイル: written out, not yet handed over: how many lines it has is recorded first."""

    file: IO[bytes]
    rows: int
    columns: tuple[str, ...]

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, which is closed after the last one."""
        with self.file:
            while chunk := self.file.read(_CHUNK):
                yield chunk


@dataclass(frozen=True)
class Part:
    """Some lines of an export, and what is in the whole of it."""

    columns: tuple[Column, ...]
    lines: Sequence[Line]
    rows: int
    named: int  # lines that name a person or say how to reach one

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def document(
    session: Session,
    scope: Scope,
    form: FileFormat,
    *,
    title: str,
    settings: Settings,
    now: datetime,
) -> Document:
    """Write an export: reads only; a large one lies on the disk, not in memory.

    `title` is the name of an Excel file's sheet. Raises BadEventMap, TooManyLines.
    """
    table = queries.table(session, scope, settings=settings, now=now)
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it is handed over
    rows = 0

    def counted() -> Iterator[Line]:
        nonlocal rows
        for line in table.lines:
            rows += 1
            yield line

    try:
        if form is FileFormat.CSV:
            _write_csv(file, table, counted())
        else:
            columns = [(column.name, _IN_XLSX[column.cell]) for column in table.columns]
            xlsx.write(file, sheet=title, columns=columns, rows=counted())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Document(file, rows, tuple(table.names))


def _write_csv(file: IO[bytes], table: Table, lines: Iterator[Line]) -> None:
    written = {
        index: _IN_CSV[column.cell]
        for index, column in enumerate(table.columns)
        if column.cell in _IN_CSV
    }
    for text in csv.write(table.names, lines, written):
        file.write(text.encode())


def part(
    session: Session, scope: Scope, *, first: int, most: int, settings: Settings, now: datetime
) -> Part:
    """Up to `most` lines from `first` (counted from 0), and how many there are altogether.

    All lines are read: what the check page counts is what the file will hold. Raises BadEventMap.
    """
    table = queries.table(session, scope, settings=settings, now=now)
    naming = [table.names.index(name) for name in scope.kind.named]
    lines: list[Line] = []
    rows = named = 0
    for rows, line in enumerate(table.lines, 1):
        named += any(line[index] for index in naming)
        if first < rows <= first + most:
            lines.append(line)
    return Part(table.columns, lines, rows, named)


@use_case
def record_export(
    session: Session,
    *,
    scope: Scope,
    form: str,
    rows: int,
    columns: Sequence[str],
    now: datetime,
    actor: str,
    purpose: str = "",
) -> None:
    """Note an export before it leaves: what, how many lines, in which form, for which purpose.

    `form` is `csv` or `xlsx` for a file and `page` for lines on the screen. The command line gives
    the system user as the actor and asks no purpose (docs/files.md).
    """
    record(
        session,
        "export.made",
        actor=actor,
        object_kind="export",
        object_id=str(scope.kind),
        now=now,
        reason=purpose,
        fiscal_year=scope.year,
        form=form,
        rows=rows,
        columns=list(columns),
    )
