"""Letters with a one-time link, filled in at delivery: nobody reads it in the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Invitation
from kyodo_match.core import dates
from kyodo_match.core.i18n import _
from kyodo_match.notifications.outbox import Letter, enqueue


def staff_invitation(expires_at: datetime) -> Letter:
    """What a new member of staff is written."""
    return _letter(
        "staff_invited",
        _("【協働マッチ】職員としての利用を始めてください"),
        _(
            "[[municipality]]の協働マッチを、職員として利用できるようになりました。\n"
            "次のリンクを開いて、お名前とパスワードを設定してください。"
        ),
        expires_at,
    )


def new_password(expires_at: datetime) -> Letter:
    """What somebody who forgot their password is written."""
    return _letter(
        "password_forgotten",
        _("【協働マッチ】パスワードを設定し直してください"),
        _(
            "協働マッチのパスワードの再設定を受け付けました。\n"
            "次のリンクを開いて、新しいパスワードを設定してください。"
        ),
        expires_at,
    )


def member_invitation(expires_at: datetime, group: str) -> Letter:
    """What somebody who is to act for a group is written."""
    return _letter(
        "member_invited",
        _("【協働マッチ】団体の担当者として利用を始めてください"),
        _(
            "[[municipality]]の協働マッチで、「%(group)s」の担当者に登録されました。\n"
            "次のリンクを開いて、お名前とパスワードを設定してください。",
            group=group,
        ),
        expires_at,
    )


def _letter(kind: str, subject: str, opening: str, expires_at: datetime) -> Letter:
    closing = _(
        "リンクは1回だけ使えます。期限は%(when)sです。\n"
        "期限が過ぎたときは、サインインのページの「パスワードを忘れた方」から、\n"
        "新しいリンクを受け取れます。\n\n"
        "心当たりのない方は、このメールを消してください。何も変わりません。\n\n"
        "[[municipality]] 協働マッチ\n"
        "[[base-url]]",
        when=dates.moment(expires_at),
    )
    return Letter(kind, subject, f"{opening}\n\n[[account-link]]\n\n{closing}\n")


def send(session: Session, letter: Letter, invitation: Invitation, *, now: datetime) -> None:
    """Put a letter with the link of an invitation into the outbox."""
    enqueue(
        session,
        letter,
        key=f"account-link:{invitation.public_id}",
        recipient=invitation.account.email,
        now=now,
        invitation_id=invitation.public_id,
    )
