"""`kyodo-match demo`: a city that has been at work for most of a year."""

import click

from kyodo_match.config import Settings
from kyodo_match.core import clock
from kyodo_match.core.i18n import _
from kyodo_match.demo import building, people


@click.command("demo", help="デモデータを作り、アカウントを表示します（本番では不可）。")
@click.pass_obj
def demo(settings: Settings) -> None:
    """One line an account on stdout: `role,email,password`; run again it prints them again."""
    if not building.build(settings, now=clock.now()):
        click.echo(_("デモデータは、すでに入っています。"), err=True)
    for role, account in people.accounts(settings.keys).items():
        click.echo(f"{role},{account.email},{account.password}")


commands: tuple[click.Command, ...] = (demo,)
