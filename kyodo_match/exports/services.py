"""出力: writing a file, and the record of who took out what, and why."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core import csv, dates
from kyodo_match.core.db import use_case
from kyodo_match.exports import queries
from kyodo_match.exports.rules import Scope

_IN_MEMORY = 2_000_000
_CHUNK = 65_536


@dataclass(frozen=True)
class Document:
    """出力ファイル: written out, not yet handed over: how many lines it has is recorded first."""

    file: IO[bytes]
    rows: int

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, which is closed after the last one."""
        with self.file:
            while chunk := self.file.read(_CHUNK):
                yield chunk


def document(session: Session, scope: Scope) -> Document:
    """Write an export as CSV: reads only; a large one lies on the disk, not in memory."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it is handed over
    rows = 0

    def counted() -> Iterator[list[object]]:
        nonlocal rows
        for line in queries.lines(session, scope):
            rows += 1
            yield [cell(value) for value in line]

    for text in csv.write(scope.kind.columns, counted()):
        file.write(text.encode())
    file.seek(0)
    return Document(file, rows)


def cell(value: object) -> object:
    """A value as files carry it: ISO dates and times, in Japan time (docs/files.md)."""
    if isinstance(value, datetime):
        return dates.iso_local(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


@use_case
def record_export(
    session: Session,
    *,
    scope: Scope,
    form: str,
    rows: int,
    now: datetime,
    actor: str,
    purpose: str = "",
) -> None:
    """Note an export before it leaves: what, how many lines, in which form, for which purpose.

    `form` is `csv` for a file and `page` for a table on the screen. The command line gives the
    system user as the actor and asks no purpose (docs/files.md).
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
        columns=list(scope.kind.columns),
    )
