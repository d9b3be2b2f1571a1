"""`kyodo-match export`: the same files as on the staff pages."""

import os
import tempfile
from pathlib import Path

import click

from kyodo_match.audit.services import system_user
from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports import services
from kyodo_match.exports.errors import CannotWrite
from kyodo_match.exports.messages import titles
from kyodo_match.exports.rules import ExportKind, FileFormat, Scope


@click.command("export", help="参加実績や申込みなどを、CSVかExcelのファイルに書き出します。")
@click.argument("kind", type=click.Choice([kind.value for kind in ExportKind]))
@click.option(
    "--fiscal-year", type=click.IntRange(1900, 2200), help="年度（2026は令和8年度）。省略は全年度"
)
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in FileFormat]),
    default=FileFormat.CSV.value,
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="書き出すファイル。省略すると標準出力",
)
@click.pass_obj
def export(
    settings: Settings, kind: str, fiscal_year: int | None, form: str, output: Path | None
) -> None:
    """The whole file or nothing: it is recorded, then handed over."""
    year = FiscalYear(fiscal_year) if fiscal_year else None
    scope, now = Scope(ExportKind(kind), year), clock.now()
    document = services.document(
        db.session(),
        scope,
        FileFormat(form),
        title=titles.title(scope),
        settings=settings,
        now=now,
    )
    with document.file:
        services.record_export(
            scope=scope,
            form=form,
            rows=document.rows,
            columns=document.columns,
            now=now,
            actor=system_user(),
        )
        if output is not None:
            _put(document, output)
            return
        for chunk in document.chunks():
            click.echo(chunk, nl=False)


def _put(document: services.Document, target: Path) -> None:
    """Write beside the target and rename: whoever looks finds all of it or none."""
    draft: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as file:
            draft = Path(file.name)
            for chunk in document.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        if draft:
            draft.unlink(missing_ok=True)
        raise CannotWrite(str(target), error.strerror or str(error)) from error


commands: tuple[click.Command, ...] = (export,)
