"""`kyodo-match groups …`"""

from pathlib import Path

import click

from kyodo_match.audit.services import system_user
from kyodo_match.core import clock, csv
from kyodo_match.core.i18n import _
from kyodo_match.groups import services
from kyodo_match.groups.rules import COLUMNS, REQUIRED, entry


@click.group()
def groups() -> None:
    """団体の登録簿"""


@groups.command("import", help="団体の登録簿をCSVから取り込みます。同じ名前なら更新します。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="確かめるだけで、取り込みません。")
def import_(file: Path, *, dry_run: bool) -> None:
    """The whole file or nothing; a group of the same name is updated."""
    rows = csv.read(file, columns=COLUMNS, required=REQUIRED)
    entries = [entry(row) for row in rows]
    lines: dict[str, int] = {}
    for row, values in zip(rows, entries, strict=True):
        first = lines.setdefault(values["name"], row.line)
        if first != row.line:
            row.problems.append(f"name: {first}行目と同じ団体です")
    csv.settle(file, rows)
    if dry_run:
        click.echo(_("%(n)s件を取り込めます。何も変えていません。", n=len(entries)))
        return
    new, changed = services.import_groups(entries=entries, actor=system_user(), now=clock.now())
    click.echo(
        _(
            "%(n)s件を読みました（新規%(new)s件、変更%(changed)s件）。",
            n=len(entries),
            new=new,
            changed=changed,
        )
    )


commands: tuple[click.Command, ...] = (groups,)
