"""What volunteers are told about their registration and asked to do: a letter, or a call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.core.i18n import _, lazy
from kyodo_match.matching.models import Volunteer
from kyodo_match.notifications.outbox import Letter, call, enqueue
from kyodo_match.settings.rules import Office
from kyodo_match.signups.outbox.letters import signature


class VolunteerKind(StrEnum):
    """お知らせの種類: what a message to a volunteer is about."""

    CONFIRM = "volunteer-confirm"
    KNOWN = "volunteer-known"
    REGISTERED = "volunteer-registered"
    LINK = "volunteer-link"
    MOVED_AWAY = "volunteer-moved-away"
    ENDED = "volunteer-ended"
    INVITED = "volunteer-invited"
    INVITATION_MOVED = "volunteer-invitation-moved"
    INVITATION_WITHDRAWN = "volunteer-invitation-withdrawn"


@dataclass(frozen=True)
class _Words:
    subject: Any
    said: Any
    has_link: bool = True
    spoken: Any = None  # nobody without e-mail is phoned about what is not spoken of
    said_back: Any = None  # who has one is phoned with this where the mail comes back


_WORDS = {
    VolunteerKind.CONFIRM: _Words(
        lazy("【確認のお願い】ボランティア登録"),
        lazy(
            "ボランティア登録のお申込みをいただきました。まだ登録は終わっていません。\n"
            "次のページを開いて内容を確かめ、「この内容で登録する」を押してください。\n"
            "覚えのない方は、このメールをそのまま捨ててください。7日たつと、入力された内容は消えます。"
        ),
        spoken=lazy("登録の内容を確かめて、登録してよいかどうかを聞いてください。"),
    ),
    VolunteerKind.KNOWN: _Words(
        lazy("【お知らせ】ボランティア登録はお済みです"),
        lazy(
            "ボランティア登録のお申込みをいただきましたが、すでに登録されています。\n"
            "いまの内容は、次のページで確かめられます。変えることも、やめることもできます。"
        ),
        spoken=lazy(
            "すでに登録されていることを伝えて、変えたい内容があるかどうかを聞いてください。"
        ),
    ),
    VolunteerKind.REGISTERED: _Words(
        lazy("【登録しました】ボランティア登録"),
        lazy(
            "ボランティア登録をしました。ありがとうございます。\n"
            "登録の内容は、次のページで確かめられます。変えること、休むこと、やめることもできます。"
        ),
        said_back=lazy("ボランティア登録が済んだことを伝えてください。"),
    ),
    VolunteerKind.LINK: _Words(
        lazy("【ご案内】ボランティア登録の確認ページ"),
        lazy("ボランティア登録の内容は、次のページで確かめられます。"),
    ),
    VolunteerKind.MOVED_AWAY: _Words(
        lazy("【お知らせ】ボランティア登録の連絡先が変わりました"),
        lazy(
            "ボランティア登録のメールアドレスが変わりました。"
            "これからのお知らせは、このアドレスへはお送りしません。\n"
            "変えた覚えのないときは、下の窓口へお知らせください。"
        ),
        has_link=False,
    ),
    VolunteerKind.ENDED: _Words(
        lazy("【登録を終えました】ボランティア登録"),
        lazy(
            "ボランティア登録を終えました。お名前、連絡先、登録の内容は消しました。\n"
            "これまで、ありがとうございました。また登録するときは、はじめからお願いします。"
        ),
        has_link=False,
    ),
}


def tell_volunteer(
    session: Session,
    kind: VolunteerKind,
    volunteer: Volunteer,
    *,
    office: Office,
    occasion: str,
    now: datetime,
    to: str = "",
) -> None:
    """Write a message to a volunteer, once by its occasion; who has no e-mail is phoned.

    `to` is another address than the volunteer's own: it gets no link, and nobody phones.
    """
    words = _WORDS[kind]
    key = f"{kind}:{volunteer.public_id}:{occasion}"
    parts = (
        str(words.said),
        _("登録の確認ページ：\n[[volunteer-link]]") if words.has_link else "",
        signature(office),
    )
    body = "\n\n".join(part for part in parts if part)
    spoken = str(words.spoken or words.said_back or "") or None
    letter = Letter(kind, str(words.subject), f"{body}\n", spoken=spoken)
    recipient = to or volunteer.email
    is_written = bool(recipient) and post(
        session, letter, volunteer, key=key, recipient=recipient, own=not to, now=now
    )
    if is_written or to or words.spoken is None:
        return
    call(
        session,
        key=key,
        kind=kind,
        volunteer_id=volunteer.public_id,
        script=str(words.spoken),
        now=now,
        due_at=office.calendar.next_closing(now),
    )


def post(
    session: Session,
    letter: Letter,
    volunteer: Volunteer,
    *,
    key: str,
    recipient: str,
    now: datetime,
    own: bool = True,
) -> bool:
    """A step: a letter to a volunteer, or to an address that was theirs; whether it is sent."""
    return enqueue(
        session,
        letter,
        key=key,
        recipient=recipient,
        now=now,
        volunteer_id=volunteer.public_id,
        access_version=volunteer.access_version if own else None,
        anyway=not (volunteer.phone and own),
    )
