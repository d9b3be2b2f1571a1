"""What an export holds, as lines and as the bytes of a file."""

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports import queries, services
from kyodo_match.exports.messages import titles
from kyodo_match.exports.rules import ExportKind, FileFormat, Scope
from kyodo_match.web import responses


def _scope(kind: ExportKind, year: int | None) -> Scope:
    return Scope(kind, FiscalYear(year) if year else None)


def export_lines(kind: ExportKind, year: int | None = None) -> list[dict[str, object]]:
    """The lines of an export by the names of their columns."""
    table = queries.table(
        db.session(), _scope(kind, year), settings=responses.settings(), now=clock.now()
    )
    return [dict(zip(table.names, line, strict=True)) for line in table.lines]


def export_file(
    kind: ExportKind, form: FileFormat = FileFormat.CSV, year: int | None = None
) -> tuple[bytes, int]:
    """The bytes of an export's file, and how many lines it has."""
    scope = _scope(kind, year)
    document = services.document(
        db.session(),
        scope,
        form,
        title=titles.title(scope),
        settings=responses.settings(),
        now=clock.now(),
    )
    return b"".join(document.chunks()), document.rows
