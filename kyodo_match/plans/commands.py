"""`kyodo-match plans`: definitions and residents in, results out."""

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kyodo_match.audit.services import system_user
from kyodo_match.config import Settings
from kyodo_match.core import clock, csv
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.plans import messages, queries, services
from kyodo_match.plans.errors import FileRefused, NotToml, PlanRefused, Unreadable
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.plans.rules.population import parse_population
from kyodo_match.plans.rules.results import CSV_COLUMNS, as_json, as_rows


@click.group("plans", help="計画・評価指標")
def plans() -> None:
    pass


@plans.command("import", help="計画のファイルを取り込みます。同じ名前なら置き換えます。")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """The key is the file's name without its ending."""
    try:
        definition = parse_plan(_content(file))
        done = services.import_plan(
            key=file.stem, definition=definition, now=clock.now(), actor=system_user()
        )
    except PlanRefused as refusal:
        raise FileRefused(str(file), refusal) from refusal
    click.echo(messages.imported(done, indicators=len(list(definition.indicators()))))


@plans.command("population", help="地区別の人口（4月1日現在）を取り込みます。")
@click.argument("file", type=click.Path(path_type=Path))
def population(file: Path) -> None:
    """A year that is there already is replaced."""
    try:
        read = parse_population(_content(file))
    except PlanRefused as refusal:
        raise FileRefused(str(file), refusal) from refusal
    years = services.import_population(population=read, now=clock.now(), actor=system_user())
    click.echo(
        _(
            "%(code)s: %(years)s年度分の人口を取り込みました",
            code=read.municipality_code,
            years=years,
        )
    )


@plans.command("show", help="計画の達成状況を表示します。")
@click.argument("key")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="いつ現在か（既定は今日）。")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
@click.pass_obj
def show(settings: Settings, key: str, as_of: datetime | None, form: str) -> None:
    """The shape of docs/files.md: JSON with goals and indicators, or a line an indicator."""
    result = queries.result(
        db.session(),
        key,
        as_of=as_of.date() if as_of else clock.tokyo_date(clock.now()),
        municipality_code=settings.municipality_code,
    )
    if form == "json":
        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
        return
    rows = [[row[column] for column in CSV_COLUMNS] for row in as_rows(result)]
    for part in csv.write(CSV_COLUMNS, rows):
        click.echo(part, nl=False)


def _content(file: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises Unreadable, NotToml."""
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise Unreadable from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotToml(str(error)) from error


commands: tuple[click.Command, ...] = (plans,)
