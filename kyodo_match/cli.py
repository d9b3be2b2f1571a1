"""The `kyodo-match` command. Parses, calls one service, prints; refusals are a line on stderr."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from kyodo_match import app as application
from kyodo_match.config import BadSetting, Settings
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain


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
        sys.exit(1)

    return invoke


class Main(click.Group):
    """Commands run within an application of the environment's settings."""

    @_refusing
    def invoke(self, ctx: click.Context) -> Any:
        if ctx.protected_args or ctx.args:
            ctx.obj = ctx.obj or Settings.from_env()
            with application.create_app(ctx.obj).app_context():
                return super().invoke(ctx)
        return super().invoke(ctx)


@click.group(cls=Main)
@click.version_option(package_name="kyodo-match")
def main() -> None:
    """協働マッチ: 募集・申込み・参加実績のしくみ"""


for command in application.commands():
    main.add_command(command)
