"""`kyodo-match doctor`"""

import sys

import click

from kyodo_match.config import Settings
from kyodo_match.doctor import examine


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """設定と状態を調べ、言葉で知らせます。"""
    findings = examine(settings)
    for finding in findings:
        click.echo(f"{'○' if finding.is_well else '×'} {finding.words}")
    if not all(finding.is_well for finding in findings):
        sys.exit(1)


commands: tuple[click.Command, ...] = (doctor,)
