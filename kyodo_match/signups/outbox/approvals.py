"""What a group is told about applications that wait for its answer: numbers, and no name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core import dates, text
from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.models import Group
from kyodo_match.notifications.outbox import Letter, enqueue
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.rules import Office
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox.letters import signature
from kyodo_match.signups.rules import ReplyKind

REMINDER = "approval-reminder"
ANSWERED = "approval-answered"
SPOKEN_FOR = "approval-by-office"
_BY_OFFICE = {
    ReplyKind.ACCEPT: lazy("受け入れると返事をしました。"),
    ReplyKind.DECLINE: lazy("今回は参加できないと返事をしました。"),
    ReplyKind.ASK: lazy("質問を送りました。返事が届いたら、メールでお知らせします。"),
}


def tell_waiting(
    session: Session,
    group: Group,
    readers: Sequence[str],
    *,
    number: int,
    since: datetime,
    occasion: str,
    office: Office,
    now: datetime,
) -> None:
    """Write to each who may answer that somebody waits, and since when."""
    parts = (
        _("%(group)s　ご担当の方へ", group=text.one_line(group.name)),
        _("返事を待っている申込みが%(n)s件あります。", n=number),
        _("いちばん長く待っている方：%(since)sから", since=dates.moment(since)),
        _(
            "次のページで、「受け入れる」「今回は断る」「質問する」を選んでください。\n"
            "[[base-url]]/group/approvals"
        ),
        _(
            "活動の前の日の18時までに返事がないときは、申し込んだ方に"
            "「今回はご参加いただけません」とお知らせします。"
        ),
        _("お名前などは、このメールには書いていません。"),
        signature(office),
    )
    letter = Letter(
        REMINDER,
        _("【協働マッチ】返事を待っている申込みが%(n)s件あります", n=number),
        "\n\n".join(parts) + "\n",
    )
    for address in readers:
        key = f"{REMINDER}:group:{group.public_id}:{occasion}:{address}"
        enqueue(session, letter, key=key, recipient=address, now=now)


def tell_answered(
    session: Session,
    group: Group,
    readers: Sequence[str],
    *,
    signup_id: str,
    inquiry_id: str,
    office: Office,
    now: datetime,
) -> None:
    """Write to each who may answer that a question was answered; the answer is on the page."""
    parts = (
        _("%(group)s　ご担当の方へ", group=text.one_line(group.name)),
        _("申し込んだ方から、質問への返事が届きました。"),
        _(
            "次のページで返事を読み、受け入れるかどうかを選んでください。\n"
            "[[base-url]]/group/approvals/%(id)s",
            id=signup_id,
        ),
        signature(office),
    )
    subject = _("【協働マッチ】質問への返事が届きました")
    letter = Letter(ANSWERED, subject, "\n\n".join(parts) + "\n")
    for address in readers:
        key = f"{ANSWERED}:{inquiry_id}:{address}"
        enqueue(session, letter, key=key, recipient=address, now=now)


def tell_spoken_for(
    session: Session,
    signup: Signup,
    slot: Slot,
    readers: Sequence[str],
    kind: ReplyKind,
    *,
    office: Office,
    now: datetime,
) -> None:
    """Write to each who may answer what the office has answered in the group's place."""
    opportunity = slot.opportunity
    parts = (
        _("%(group)s　ご担当の方へ", group=text.one_line(opportunity.group.name)),
        _("団体に代わって、担当課が申込みに返事をしました。団体から返事をする必要はありません。"),
        _(
            "募集：%(title)s\n日時：%(when)s\n受付番号：%(number)s\n返事：%(said)s",
            title=text.one_line(opportunity.title),
            when=dates.when(slot),
            number=signup.receipt_number,
            said=_BY_OFFICE[kind],
        ),
        _(
            "くわしくは、次のページで確かめられます。\n[[base-url]]/group/approvals/%(id)s",
            id=signup.public_id,
        ),
        _("お名前などは、このメールには書いていません。"),
        signature(office),
    )
    subject = _("【協働マッチ】担当課が、申込みに返事をしました")
    letter = Letter(SPOKEN_FOR, subject, "\n\n".join(parts) + "\n")
    for address in readers:
        key = f"{SPOKEN_FOR}:{signup.public_id}:{now.isoformat()}:{address}"
        enqueue(session, letter, key=key, recipient=address, now=now)
