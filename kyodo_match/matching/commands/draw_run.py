"""`kyodo-match draw run`: the draw is held from the command line, as the ceremony page does."""

import click

from kyodo_match.audit.services import system_user
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.matching.errors.draws import RoundUnknown
from kyodo_match.matching.queries.rounds import round_by_id
from kyodo_match.matching.rules.ceremony import check_chance
from kyodo_match.matching.services import holding


@click.command("run", help="名簿を確定した抽選を、公開の場で出た目や番号で行います。")
@click.argument("round_id", metavar="ROUND")
@click.option(
    "--entropy", required=True, help="公開の場で出た目や番号（読み上げた文字のとおり）。"
)
@click.option("--source", default="", help="何で決めたか（省くと、予告した方法）。")
@click.option("--dry-run", is_flag=True, help="計算だけして、記録しません。")
def run(round_id: str, entropy: str, source: str, *, dry_run: bool) -> None:
    """The same text again prints the same; another one is refused."""
    one = round_by_id(db.session(), round_id)
    if one is None:
        raise RoundUnknown(round_id)
    if one.drawn_at is None:  # afterwards any other text is refused, and noted
        check_chance(entropy)
    held = holding.hold_draw(
        round_id=round_id,
        entropy=entropy,
        source=source or one.entropy_plan or _("公開の抽選"),
        actor=system_user(),
        now=clock.now(),
        dry_run=dry_run,
    )
    for position, result in enumerate(held.results, start=1):
        click.echo(f"{position},{result.entry},{result.draw_class},{result.slot or ''}")
    placed = sum(1 for result in held.results if result.slot is not None)
    click.echo(
        _("%(n)s件を抽選し、%(placed)s件の席が決まりました。", n=len(held.results), placed=placed),
        err=True,
    )
    if held.seed is None:
        click.echo(_("定員を超えた日程がないため、番号は引いていません。"), err=True)
    if held.repeated:
        click.echo(_("前に行った抽選と同じ結果です。記録は変えていません。"), err=True)
    if dry_run:
        click.echo(_("計算だけしました。記録していません。"), err=True)
