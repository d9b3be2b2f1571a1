"""`kyodo-match worker`"""

from datetime import UTC, datetime

import click

from kyodo_match import backend
from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.worker import Worker, run_once


@click.command()
@click.option("--once", is_flag=True, help="今すべきことをして終わります。")
@click.option("--now", "at", metavar="ISO", help="この時刻で動きます（本番では不可）。")
@click.option("--parent", type=int, hidden=True)
@click.pass_obj
def worker(settings: Settings, *, once: bool, at: str | None, parent: int | None) -> None:
    """メールを送り、期限の来た仕事をします。"""
    moment = _moment(settings, at) if at else None
    backend.migrated(settings)
    if not once and moment is None:
        Worker(settings, parent=parent).run()
        return
    failed = run_once(settings, now=moment)
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


commands: tuple[click.Command, ...] = (worker,)
