"""`kyodo-match signups import`: applications that came in elsewhere."""

from pathlib import Path

import click
from flask import current_app

from kyodo_match.audit.services import system_user
from kyodo_match.config import Settings
from kyodo_match.core import clock, csv
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.settings.queries import districts
from kyodo_match.signups import services
from kyodo_match.signups.errors import LinesRefused
from kyodo_match.signups.forms.files import COLUMNS, REQUIRED, read_parties


@click.group()
def signups() -> None:
    """申込み"""


@signups.command("import", help="ほかで受け付けた申込みをCSVから取り込みます（1行が1人）。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="確かめるだけで、受け付けません。")
def import_(file: Path, *, dry_run: bool) -> None:
    """The whole file or nothing; applicants are told as if they had applied now."""
    settings: Settings = current_app.extensions["kyodo_settings"]
    now, by = clock.now(), system_user()
    rows = csv.read(file, columns=COLUMNS, required=REQUIRED)
    parties = read_parties(rows, districts=districts(db.session()), entered_by=by, now=now)
    csv.settle(file, rows)
    try:
        done = services.import_signups(
            parties=parties, keys=settings.keys, now=now, actor=by, dry_run=dry_run
        )
    except LinesRefused as refusal:
        problems = [(line, explain(each)) for line, each in refusal.refused]
        raise csv.Refused(str(file), problems) from refusal
    for line in done:
        click.echo(f"{line.line},{line.receipt_number},{line.status}")
    if dry_run:
        click.echo(
            _(
                "%(lines)s行（申込み%(signups)s件）を受け付けられます。受け付けてはいません。",
                lines=len(done),
                signups=len(parties),
            ),
            err=True,
        )


commands: tuple[click.Command, ...] = (signups,)
