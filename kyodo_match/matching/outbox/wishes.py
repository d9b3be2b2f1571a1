"""Mails about a kept wish. Nothing that somebody chose stands in them."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core.i18n import _
from kyodo_match.matching.models import Wish
from kyodo_match.notifications.outbox import Letter, enqueue
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.outbox.letters import signature

CONFIRM_KIND, LINK_KIND = "wish-confirm", "wish-link"


def ask_to_confirm(session: Session, wish: Wish, *, now: datetime) -> None:
    """The link that keeps a wish: until it is opened nothing is sent, after a week it is gone."""
    body = _(
        "協働マッチで、希望を保存する手続きがありました。\n"
        "下のリンクを開いて「保存する」を押すと、保存できます（7日以内）。\n\n"
        "[[wish-link]]\n\n"
        "保存した後は、このリンクから、希望を変えることも、お知らせを止めることも、"
        "希望を消すこともできます。このメールを取っておいてください。\n"
        "お心当たりがないときは、何もしなくて大丈夫です。7日たつとメールアドレスを消します。"
    )
    _send(
        session, wish, Letter(CONFIRM_KIND, _("【希望の保存】リンクを開いてください"), body), now
    )


def send_link(session: Session, wish: Wish, *, now: datetime) -> None:
    """The link once more."""
    body = _(
        "保存した希望を開くリンクです。\n"
        "希望を変えることも、お知らせを止めることも、希望を消すこともできます。\n\n"
        "[[wish-link]]"
    )
    _send(session, wish, Letter(LINK_KIND, _("【希望の確認】リンクをお送りします"), body), now)


def _send(session: Session, wish: Wish, letter: Letter, now: datetime) -> None:
    """Nobody could phone about it, so it goes even where mail came back before."""
    body = f"{letter.body}\n\n{signature(office_of(session))}\n"
    enqueue(
        session,
        Letter(letter.kind, letter.subject, body),
        key=f"{letter.kind}:{wish.public_id}:{now.isoformat()}",
        recipient=wish.email,
        wish_id=wish.public_id,
        access_version=wish.access_version,
        now=now,
        anyway=True,
    )
