"""`kyodo-match staff …`"""

import click

from kyodo_match.accounts import services
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.services import system_user
from kyodo_match.config import Settings
from kyodo_match.core import clock, text


@click.group()
def staff() -> None:
    """職員のアカウント"""


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.pass_obj
def invite(settings: Settings, email: str, role: str) -> None:
    """EMAILの人がパスワードを設定する、1回だけのリンクを表示します（48時間）。"""
    invitation_id = services.invite_staff(
        email=text.email(email),
        role=StaffRole(role),
        actor=system_user(),
        now=clock.now(),
    )
    click.echo(settings.invitation_link(invitation_id))


commands: tuple[click.Command, ...] = (staff,)
