"""The `kyodo-match` command. Parses, calls one service, prints; refusals are a line on stderr."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import alembic.command
import alembic.util
import click
import sqlalchemy as sa
from flask import Flask

from kyodo_match import app as application
from kyodo_match import doctor as health
from kyodo_match import serving, worker
from kyodo_match.config import BadSetting, Settings
from kyodo_match.core import clock, logs, schema
from kyodo_match.core.db import db, migrate
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain

# These make their applications themselves, or none.
_WITHOUT_APPLICATION = {"serve", "worker", "doctor", "db"}
_ASKS_FOR_HELP = "kyodo_match.asks_for_help"


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
        except sa.exc.OperationalError as error:
            # The first line names the server or the file; what was asked stands below it.
            click.echo(f"KYODO_DATABASE_URL: {str(error.orig).strip().splitlines()[0]}", err=True)
        except (PermissionError, FileNotFoundError, NotADirectoryError) as error:
            click.echo(f"{error.filename}: {error.strerror}", err=True)
        sys.exit(1)

    return invoke


class Main(click.Group):
    """Commands run within an application of the environment's settings."""

    @_refusing
    def invoke(self, ctx: click.Context) -> Any:
        ctx.meta[_ASKS_FOR_HELP] = "--help" in ctx.args
        return super().invoke(ctx)


@click.group(cls=Main)
@click.version_option(package_name="kyodo-match")
@click.pass_context
def main(ctx: click.Context) -> None:
    """協働マッチ: 募集・申込み・参加実績のしくみ"""
    ctx.obj = ctx.obj or Settings.from_env()
    logs.configure(json=ctx.obj.is_production)
    if ctx.invoked_subcommand not in _WITHOUT_APPLICATION and not ctx.meta[_ASKS_FOR_HELP]:
        ctx.with_resource(_migrated(ctx.obj).app_context())


def _migrated(settings: Settings) -> Flask:
    """An application whose database is ready. Raises NotMigrated."""
    app = application.create_app(settings)
    with app.app_context():
        schema.require_current(db.engine)
        db.engine.dispose()
    return app


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレス")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1), help="プロセス数")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1), help="スレッド数")
@click.option("--no-worker", is_flag=True, help="メール送信などのワーカーを起動しません。")
def serve(*, host: str, port: int, workers: int, threads: int, no_worker: bool) -> None:
    """画面を配信し、ワーカーを動かします。"""
    settings = Settings.from_env(host=host, port=port)
    _migrated(settings)
    serving.serve(
        settings,
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        with_worker=not no_worker,
    )


@main.command("worker")
@click.option("--once", is_flag=True, help="今すべきことをして終わります。")
@click.option("--now", "at", metavar="ISO", help="この時刻で動きます（本番では不可）。")
@click.option("--parent", type=int, hidden=True)
@click.pass_obj
def run_worker(settings: Settings, *, once: bool, at: str | None, parent: int | None) -> None:
    """メールを送り、期限の来た仕事をします。"""
    moment = _moment(settings, at) if at else None
    _migrated(settings)
    if not once and moment is None:
        worker.Worker(settings, parent=parent).run()
        return
    failed = worker.run_once(settings, now=moment)
    if failed:
        raise click.ClickException(f"{failed}件の仕事が失敗しました。ログを確かめてください。")


def _moment(settings: Settings, raw: str) -> datetime:
    if settings.is_production:
        raise click.ClickException("--now: 本番では使えません。")
    try:
        moment = datetime.fromisoformat(raw)
        return moment.astimezone(UTC) if moment.tzinfo else clock.from_tokyo(moment)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            "2027-05-09T09:30 の形で書いてください。", param_hint="--now"
        ) from None


@main.group("db")
def database() -> None:
    """データベースの版を扱います。"""


@database.command()
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """データベースをこの版に合わせます。"""
    app = application.create_app(settings)
    with app.app_context():
        alembic.command.upgrade(migrate.get_config(), "head")
    click.echo(f"データベースは最新です（{schema.head()}）。")


@database.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """データベースがこの版に合っているかを調べます。"""
    app = _migrated(settings)
    with app.app_context():
        config = migrate.get_config()
        config.stdout = io.StringIO()
        try:
            alembic.command.check(config)
        except alembic.util.AutogenerateDiffsDetected as error:
            raise click.ClickException(str(error).splitlines()[0]) from None
    click.echo(f"データベースは最新です（{schema.head()}）。")


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """設定と状態を調べ、言葉で知らせます。"""
    findings = health.examine(settings)
    for finding in findings:
        click.echo(f"{'○' if finding.is_well else '×'} {finding.words}")
    if not all(finding.is_well for finding in findings):
        sys.exit(1)


for command in application.commands():
    main.add_command(command)
