"""What a group is told about its opportunity: letters that stand alone, in the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core import dates
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.i18n import _
from kyodo_match.notifications.outbox import Letter, enqueue
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.settings.queries import office


def tell_published(session: Session, opportunity: Opportunity, *, now: datetime) -> None:
    """Tell the group's owners and editors from when people can sign up for which day."""
    days = [
        _(
            "・%(when)s（申込みの受付：%(opens)sから）",
            when=dates.when(slot),
            opens=dates.moment(slot.opens_at),
        )
        for slot in sorted(opportunity.slots, key=lambda slot: slot.starts_at)
        if slot.opens_at is not None and slot.ends_at > now
    ]
    body = _(
        "「%(title)s」を公開しました。\n\n日程\n%(days)s\n\n"
        "公開ページ\n[[base-url]]/opportunities/%(id)s\n\n"
        "申込みの状況は、団体のページで見られます。\n[[base-url]]/group/opportunities\n",
        title=opportunity.title,
        days="\n".join(days),
        id=opportunity.public_id,
    )
    letter = Letter(
        kind="opportunity_published",
        subject=_("募集を公開しました：%(title)s", title=opportunity.title),
        body=_headed(opportunity, body) + _signature(session),
    )
    _send(session, opportunity, letter, now=now)


def tell_returned(session: Session, opportunity: Opportunity, *, now: datetime) -> None:
    """Tell the group's owners and editors what the office asks them to change."""
    body = _(
        "「%(title)s」を確認しました。公開の前に、直していただきたいところがあります。\n\n"
        "担当からのコメント\n%(comment)s\n\n"
        "次のページで直して、もう一度提出してください。\n"
        "[[base-url]]/group/opportunities/%(id)s\n",
        title=opportunity.title,
        comment=opportunity.return_comment,
        id=opportunity.public_id,
    )
    letter = Letter(
        kind="opportunity_returned",
        subject=_("募集の内容をご確認ください：%(title)s", title=opportunity.title),
        body=_headed(opportunity, body) + _signature(session),
    )
    _send(session, opportunity, letter, now=now)


def tell_withdrawn(
    session: Session, opportunity: Opportunity, *, reason: str, now: datetime
) -> None:
    """Tell the group's owners and editors that the office has withdrawn what they offered."""
    body = _(
        "「%(title)s」を、担当課が取り下げました。申し込んだ方がいるときは、担当課からお知らせします。\n\n"
        "理由\n%(reason)s\n\n"
        "分からないことは、担当課へご連絡ください。\n",
        title=opportunity.title,
        reason=reason or _("（記入なし）"),
    )
    letter = Letter(
        kind="opportunity_withdrawn",
        subject=_("募集を取り下げました：%(title)s", title=opportunity.title),
        body=_headed(opportunity, body) + _signature(session),
    )
    _send(session, opportunity, letter, now=now)


def _headed(opportunity: Opportunity, body: str) -> str:
    return _("%(group)s　ご担当の方へ", group=opportunity.group.name) + "\n\n" + body


def _signature(session: Session) -> str:
    desk = office(session)
    ways = [way for way in (desk.phone, desk.email) if way]
    return "\n".join(["", "--", f"[[municipality]] {desk.name}", *ways, ""])


def _send(session: Session, opportunity: Opportunity, letter: Letter, *, now: datetime) -> None:
    for address in queries.writers_of(session, opportunity.group_id, today=tokyo_date(now)):
        enqueue(
            session,
            letter,
            key=f"{letter.kind}:{opportunity.public_id}:{now.isoformat()}:{address}",
            recipient=address,
            now=now,
        )
