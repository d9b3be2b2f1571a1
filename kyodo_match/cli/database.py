"""`kyodo-match db …`"""

import click

from kyodo_match import backend
from kyodo_match.config import Settings
from kyodo_match.core import migrating, schema


@click.group("db")
def database() -> None:
    """データベースの版を扱います。"""


@database.command()
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """データベースをこの版に合わせます。"""
    with backend.create_backend(settings).app_context():
        migrating.upgrade()
    click.echo(f"データベースは最新です（{schema.head()}）。")


@database.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """データベースがこの版に合っているかを調べます。"""
    with backend.migrated(settings).app_context():
        if found := migrating.difference():
            raise click.ClickException(found)
    click.echo(f"データベースは最新です（{schema.head()}）。")


commands: tuple[click.Command, ...] = (database,)
