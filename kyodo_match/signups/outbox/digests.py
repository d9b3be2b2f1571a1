"""The groups' morning mail: counts and dates, and no name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.core import dates, text
from kyodo_match.core.i18n import _
from kyodo_match.groups.models import Group
from kyodo_match.notifications.outbox import Letter, enqueue
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import CapacityUnit, SlotStatus
from kyodo_match.settings.rules import Office
from kyodo_match.signups.outbox.letters import signature
from kyodo_match.signups.queries.digests import DayNews
from kyodo_match.signups.rules import DigestDays

DIGEST = "group-digest"


def tell_group(
    session: Session,
    group: Group,
    readers: Sequence[Account],
    news: Sequence[DayNews],
    *,
    days: DigestDays,
    office: Office,
    now: datetime,
) -> None:
    """Write to each reader what happened to the group's days, once for the same day."""
    letter = _letter(group, news, days=days, office=office)
    for account in readers:
        enqueue(
            session,
            letter,
            key=f"{DIGEST}:group:{group.public_id}:account:{account.public_id}:{days.last}",
            recipient=account.email,
            now=now,
        )


def _letter(group: Group, news: Sequence[DayNews], *, days: DigestDays, office: Office) -> Letter:
    new, cancelled = sum(day.new for day in news), sum(day.cancelled for day in news)
    when = dates.short_day(days.last)
    if days.first != days.last:
        when = _("%(first)s～%(last)s", first=dates.short_day(days.first), last=when)
    parts = (
        _("%(group)s　ご担当の方へ", group=text.one_line(group.name)),
        _("%(when)sの申込みと取消しをお知らせします。", when=when),
        *(_day(day) for day in news),
        _(
            "お名前などは、このメールには書いていません。団体のページで確認してください。\n"
            "[[base-url]]/group/"
        ),
        _(
            "このお知らせは、動きのあった日の翌朝にお送りしています。\n"
            "いらないときは、次のページで止められます。\n[[base-url]]/group/digest"
        ),
        signature(office),
    )
    counts = "・".join(
        words
        for number, words in (
            (new, _("申込み%(n)s人", n=new)),
            (cancelled, _("取消し%(n)s人", n=cancelled)),
        )
        if number
    )
    subject = _("【協働マッチ】%(when)sの%(counts)s", when=when, counts=counts)
    return Letter(DIGEST, subject, "\n\n".join(parts) + "\n")


def _day(day: DayNews) -> str:
    slot = day.slot
    lines = [
        _("■ %(title)s", title=text.one_line(slot.opportunity.title)),
        dates.when(slot),
    ]
    if day.new:
        lines.append(
            _("新しい申込み：%(n)s人（%(parties)s件）", n=day.new, parties=day.new_parties)
        )
    if day.cancelled:
        lines.append(_("取消し：%(n)s人", n=day.cancelled))
    lines += [_places(slot), f"[[base-url]]/group/slots/{slot.public_id}/signups"]
    return "\n".join(lines)


def _places(slot: Slot) -> str:
    if slot.status is SlotStatus.CANCELLED:
        return _("この日程は中止になりました。")
    unit = _("組") if slot.capacity_unit is CapacityUnit.PARTIES else _("人")
    filled = _(
        "いまの申込み：%(taken)s%(unit)s（定員%(capacity)s%(unit)s）",
        taken=slot.places_taken,
        capacity=slot.capacity,
        unit=unit,
    )
    if not slot.places_waiting:
        return filled
    return filled + _(
        "、キャンセル待ち%(waiting)s%(unit)s", waiting=slot.places_waiting, unit=unit
    )
