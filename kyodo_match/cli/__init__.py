"""The `kyodo-match` command. Parses, calls one service, prints; refusals are a line on stderr."""

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import click

from kyodo_match.config import BadSetting, Settings
from kyodo_match.core import logs
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain

# Imported when they are asked for: what a command does not need takes no time and no memory.
# These make their applications themselves, or none.
_OWN = {
    "db": "kyodo_match.cli.database",
    "doctor": "kyodo_match.cli.health",
    "serve": "kyodo_match.cli.serve",
    "worker": "kyodo_match.cli.work",
}
_OF_SLICES = {
    "demo": "kyodo_match.demo.commands",
    "draw": "kyodo_match.matching.commands",
    "export": "kyodo_match.exports.commands",
    "groups": "kyodo_match.groups.commands",
    "mail": "kyodo_match.notifications.commands",
    "opportunities": "kyodo_match.opportunities.commands",
    "participation": "kyodo_match.participation.commands",
    "plans": "kyodo_match.plans.commands",
    "signups": "kyodo_match.signups.commands",
    "staff": "kyodo_match.accounts.commands",
}
_MODULES = _OWN | _OF_SLICES
# Anyone may run these, on any machine, with a file alone: no settings are read, no database.
_OF_A_FILE = {("draw", "verify")}
_WORDS = "kyodo_match.words"
# All others run in this; it knows the tables of all slices, and the words of their refusals.
_BACKEND = "kyodo_match.backend"


def _refusing(run: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a refusal into its words on stderr and exit status 1."""

    @wraps(run)
    def invoke(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except BadSetting as error:
            click.echo(f"{error.variable}: {error.reason}", err=True)
        except DomainError as error:
            click.echo(explain(error), err=True)
        except (PermissionError, FileNotFoundError, NotADirectoryError) as error:
            click.echo(f"{error.filename}: {error.strerror}", err=True)
        except Exception as error:
            if not _is_of_database(error):
                raise
            # The first line names the server or the file; what was asked stands below it.
            said = str(getattr(error, "orig", "")).strip().splitlines()[0]
            click.echo(f"KYODO_DATABASE_URL: {said}", err=True)
        sys.exit(1)

    return invoke


def _is_of_database(error: Exception) -> bool:
    """Whether the database could not be asked; where none was loaded, nothing did ask."""
    exc = sys.modules.get("sqlalchemy.exc")
    return exc is not None and isinstance(error, exc.OperationalError)


class Main(click.Group):
    """Commands run within a backend of the environment's settings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        commands: tuple[click.Command, ...] = import_module(_MODULES[cmd_name]).commands
        return next(command for command in commands if command.name == cmd_name)

    @_refusing
    def invoke(self, ctx: click.Context) -> Any:
        ctx.meta[_WORDS] = tuple(ctx.args)
        return super().invoke(ctx)


@click.group(cls=Main)
@click.version_option(package_name="kyodo-match")
@click.pass_context
def main(ctx: click.Context) -> None:
    """協働マッチ: 募集・申込み・参加実績のしくみ"""
    words = ctx.meta[_WORDS]
    if (ctx.invoked_subcommand, *words[:1]) in _OF_A_FILE:
        return
    backend = import_module(_BACKEND)
    ctx.obj = ctx.obj or Settings.from_env()
    logs.configure(json=ctx.obj.is_production)
    if ctx.invoked_subcommand in _OF_SLICES and "--help" not in words:
        ctx.with_resource(backend.migrated(ctx.obj).app_context())
