"""`kyodo-match participation import`: results from before the system."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from kyodo_match.audit.services import system_user
from kyodo_match.core import clock, csv
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import services
from kyodo_match.participation.models import ImportedParticipation

COLUMNS = ("date", "kind", "opportunity", "group", "visits", "people", "note")
REQUIRED = ("date", "kind", "visits")


@click.group("participation", help="参加実績（システム導入前の実績）")
def participation() -> None:
    pass


@participation.command("import", help="導入前の参加実績をCSVから取り込みます。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="確かめるだけで、取り込みません。")
def import_(file: Path, *, dry_run: bool) -> None:
    """The whole file or nothing; a line that was imported before is refused."""
    now = clock.now()
    lines = read_lines(file, now)
    if not dry_run:
        services.import_participation(lines=lines, now=now, actor=system_user())
    visits = sum(line[4] for line in lines)
    done = _("取り込めます（保存はしていません）") if dry_run else _("取り込みました")
    click.echo(
        _("%(lines)s行、延べ%(visits)s人: %(done)s", lines=len(lines), visits=visits, done=done)
    )


def read_lines(file: Path, now: datetime) -> list[services.Line]:
    """The lines of a file of past results. Raises csv.Refused with every bad line."""
    rows = csv.read(file, columns=COLUMNS, required=REQUIRED)
    today = clock.tokyo_date(now)
    lines: list[services.Line] = []
    for row in rows:
        day = row.take("date", csv.iso_date, today)
        kind = row.take("kind", _kind, OpportunityKind.EXPERIENCE)
        visits = row.take("visits", csv.whole, 0)
        people = row.take("people", _whole_or_none, None)
        if day > today:
            row.problems.append(_("date: 先の日付です"))
        if people is not None and people > visits:
            row.problems.append(_("people: 実人数が延べ人数（visits）より多くなっています"))
        lines.append(
            (
                day,
                kind,
                row.text("opportunity"),
                row.text("group"),
                visits,
                people,
                row.text("note"),
            )
        )
    known = _already_there()
    again = [
        (row.line, _("この行は、すでに取り込まれています"))
        for row, line in zip(rows, lines, strict=True)
        if known[line]
    ]
    csv.settle(file, rows, again)
    return lines


def _already_there() -> Counter[services.Line]:
    row = ImportedParticipation
    return Counter(
        (found[0], found[1], found[2], found[3], found[4], found[5], found[6])
        for found in db.session.execute(
            sa.select(
                row.day, row.kind, row.opportunity, row.group, row.visits, row.people, row.note
            )
        )
    )


def _kind(raw: str) -> OpportunityKind:
    try:
        return OpportunityKind(raw)
    except ValueError:
        kinds = "・".join(OpportunityKind)
        raise csv.BadCell(_("種類は次のどれかです: %(kinds)s", kinds=kinds)) from None


def _whole_or_none(raw: str) -> int | None:
    return csv.whole(raw)


commands: tuple[click.Command, ...] = (participation,)
