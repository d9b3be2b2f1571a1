"""What people who act for a group are written."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core.i18n import _
from kyodo_match.groups.models import GroupMember
from kyodo_match.notifications.outbox import Letter, enqueue


def tell_added(session: Session, member: GroupMember, *, now: datetime) -> None:
    """Write to somebody who has a password already: no link, only the news."""
    letter = Letter(
        "member_added",
        _("【協働マッチ】団体の担当者に登録されました"),
        _(
            "[[municipality]]の協働マッチで、「%(group)s」の担当者に登録されました。\n"
            "今お使いのメールアドレスとパスワードで、次のページからサインインできます。\n\n"
            "[[base-url]]/signin\n\n"
            "心当たりのない方は、担当課に知らせてください。\n\n"
            "[[municipality]] 協働マッチ\n",
            group=member.group.name,
        ),
    )
    key = f"member-added:{member.group.public_id}:{member.account.public_id}:{now.isoformat()}"
    enqueue(session, letter, key=key, recipient=member.account.email, now=now)
