"""`kyodo-match mail …`"""

import sys
from pathlib import Path

import click

from kyodo_match.audit.services import system_user
from kyodo_match.core import clock
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.core.text import mask_email
from kyodo_match.notifications import services
from kyodo_match.notifications.delivery import read_report

_MAILDIR = ("new", "cur")  # a Maildir keeps what is new apart from what was read


@click.group()
def mail() -> None:
    """メールの送信"""


@mail.command(
    "bounced",
    help="届かなかったことの通知（RFC 3464）を読み、電話連絡に回します。"
    "FILEはファイルかフォルダー（Maildirも可）、なければ標準入力です。",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
def bounced(*, file: Path | None) -> None:
    """One report, or each of a folder; the same report again changes nothing."""
    if file is None or str(file) == "-":
        click.echo(_note(sys.stdin.buffer.read()))
        return
    if not file.is_dir():
        click.echo(_note(file.read_bytes()))
        return
    refused = 0
    for path in _reports_in(file):
        try:
            click.echo(f"{path}: {_note(path.read_bytes())}")
        except DomainError as error:
            refused += 1
            click.echo(f"{path}: {explain(error)}", err=True)
    if refused:
        sys.exit(1)


def _reports_in(folder: Path) -> list[Path]:
    """The mails of a folder or Maildir, in the order of their names."""
    parts = [folder / part for part in _MAILDIR if (folder / part).is_dir()]
    found = [path for place in parts or [folder] for path in place.iterdir()]
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _note(raw: bytes) -> str:
    report = read_report(raw)
    if not report.has_failed:
        return _("遅れている、または届いたという通知です。何も変えていません。")
    bounce = services.note_report(report=report, actor=system_user(), now=clock.now())
    whom = mask_email(bounce.recipient)
    if not bounce.is_new:
        return _("%(whom)sへのメールは、記録済みです。", whom=whom)
    return _("%(whom)sへのメールが戻ってきたことを記録しました。", whom=whom)


commands: tuple[click.Command, ...] = (mail,)
