"""`kyodo-match opportunities import`."""

from pathlib import Path

import click

from kyodo_match.audit.services import system_user
from kyodo_match.core import clock, csv
from kyodo_match.core.i18n import _
from kyodo_match.opportunities import services
from kyodo_match.opportunities.services.files import COLUMNS, REQUIRED


@click.group()
def opportunities() -> None:
    """募集"""


@opportunities.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="確かめるだけで、登録しない")
def import_(file: Path, *, dry_run: bool) -> None:
    """CSVから募集と日程を登録する（1行が1日程）"""
    rows = csv.read(file, columns=COLUMNS, required=REQUIRED)
    done = services.import_opportunities(
        file=file,
        rows=rows,
        actor=system_user(),
        now=clock.now(),
        dry_run=dry_run,
    )
    if dry_run:
        click.echo(_("%(lines)s行を登録できます。登録はしていません。", lines=len(rows)), err=True)
        return
    for imported in done:
        click.echo(f"{imported.line},{imported.opportunity_id},{imported.slot_id}")


commands: tuple[click.Command, ...] = (opportunities,)
