"""`kyodo-match draw`: a draw is checked by anyone, with nothing but its record; or it is held."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from kyodo_match.core.i18n import _
from kyodo_match.matching.errors.drawing import OnlyAnnounced, RecordNotRight, RecordUnreadable
from kyodo_match.matching.messages.drawing import verified_words
from kyodo_match.matching.rules import drawing


class _Draw(click.Group):
    """`run` needs the database, so it is imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([_RUN, *super().list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == _RUN:
            run: click.Command = import_module("kyodo_match.matching.commands.draw_run").run
            return run
        return super().get_command(ctx, cmd_name)


_RUN = "run"


@click.group("draw", cls=_Draw, help="抽選")
def draw() -> None:
    pass


@draw.command("verify", help="公表された記録が正しいかを確かめます。データベースは要りません。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--of",
    "draw_file",
    type=click.Path(path_type=Path),
    help="再配置の記録のとき、もとの抽選の記録。",
)
def verify(file: Path, draw_file: Path | None) -> None:
    """Both files must hold: the supplement, the record of its draw, and what lies between."""
    record = _read(file)
    if drawing.is_announcement(record):
        raise OnlyAnnounced(str(file))
    if draw_file is None:
        findings = drawing.verify(record)
    else:
        of = _read(draw_file)
        if broken := drawing.verify(of):
            raise RecordNotRight(str(draw_file), broken)
        findings = drawing.verify_supplement(record, of)
    if findings:
        raise RecordNotRight(str(file), findings)
    click.echo(verified_words(record))


def _read(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_constant=_no_number, parse_float=_number)
    except OSError as error:
        raise RecordUnreadable(str(file), str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise RecordUnreadable(str(file), _("文字コードがUTF-8ではありません。")) from error
    except json.JSONDecodeError as error:
        reason = _("%(line)s行目: JSONの書き方が違います。", line=error.lineno)
        raise RecordUnreadable(str(file), reason) from error
    except (ValueError, RecursionError) as error:
        raise RecordUnreadable(str(file), _("JSONの書き方が違います。")) from error


def _number(written: str) -> int | float:
    """5.0 is 5, as it is for who reads the record in another language."""
    value = float(written)
    return int(value) if value.is_integer() else value


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity are not JSON, whatever Python thinks."""
    raise ValueError(name)
