"""What a group is written about its days: which ones, how many people, never a name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.core import dates, text
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _
from kyodo_match.notifications.outbox import Letter, enqueue
from kyodo_match.participation.queries.unrecorded import UnrecordedHours
from kyodo_match.participation.queries.waiting import UnmarkedDay
from kyodo_match.participation.rules import group_until
from kyodo_match.settings.rules import Office


def ask_for_marks(
    session: Session,
    account: Account,
    days: Sequence[UnmarkedDay],
    office: Office,
    *,
    now: datetime,
) -> None:
    """Ask somebody who writes for a group to write down who came on these days of it."""
    first = days[0]
    parts = [
        _("%(group)s のみなさま", group=first.group),
        _(
            "次の日に来た方が、まだ記入されていません。\n"
            "下のページを開いて、記入してください。市の計画の実績に数えられます。"
        ),
        *(_day(day) for day in days),
        _(
            "来た方がいなかった日は、「お名前を聞いていない方の人数」を0人のまま記録してください。\n"
            "この内容を団体で記入できるのは、それぞれの日から30日後までです。"
        ),
        _("わからないことは、担当課へお知らせください。"),
        _office(office),
    ]
    letter = Letter(
        "mark_request", _("【協働マッチ】来た方の記入をお願いします"), "\n\n".join(parts) + "\n"
    )
    key = f"mark-request:{first.slot_id}:{account.public_id}:{now.isoformat()}"
    enqueue(session, letter, key=key, recipient=account.email, now=now)


def _day(day: UnmarkedDay) -> str:
    last = tokyo(group_until(day.ends_at) - timedelta(seconds=1)).date()
    return _(
        "■ %(when)s\n%(title)s\n%(missing)s（%(last)sまで）\n"
        "[[base-url]]/group/slots/%(slot)s/reception",
        when=dates.span(day.starts_at, day.ends_at),
        title=day.title,
        missing=_("未記入 %(n)s人", n=day.unmarked) if day.unmarked else _("記録がありません"),
        last=dates.day(last),
        slot=day.slot_id,
    )


def ask_for_hours(
    session: Session,
    account: Account,
    days: Sequence[UnrecordedHours],
    office: Office,
    *,
    now: datetime,
) -> None:
    """Ask somebody who writes for a group how long its volunteers were active on these days."""
    parts = [
        _("%(group)s　ご担当の方へ", group=text.one_line(days[0].group)),
        _(
            "次の日に来たボランティアの方の活動時間が、まだ記録されていません。\n"
            "下のページを開くと、予定の長さが入っています。違う方だけ直して、記録してください。"
        ),
        *(
            _(
                "■ %(when)s\n%(title)s\n活動時間の記録がない方 %(n)s人\n"
                "[[base-url]]/group/slots/%(slot)s/hours",
                when=dates.span(day.starts_at, day.ends_at),
                title=text.one_line(day.title),
                n=day.people,
                slot=day.slot_id,
            )
            for day in days
        ),
        _(
            "ご本人が記録した時間は、団体が確認すると決まります。"
            "団体で記録できるのは、それぞれの日から30日後までです。"
        ),
        _office(office),
    ]
    letter = Letter(
        "hours_request",
        _("【協働マッチ】ボランティアの活動時間を記録してください"),
        "\n\n".join(parts) + "\n",
    )
    key = f"hours-request:{days[0].slot_id}:{account.public_id}"
    enqueue(session, letter, key=key, recipient=account.email, now=now)


def _office(office: Office) -> str:
    lines = ["--", f"[[municipality]] {office.name}"]
    if office.phone:
        lines.append(_("電話 %(phone)s", phone=office.phone))
    return "\n".join(lines)
