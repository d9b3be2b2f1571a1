"""From a row of the outbox to a message: fill in and build. No database here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from kyodo_match.config import Settings
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _
from kyodo_match.notifications.errors import Refused

_PLACEHOLDER = re.compile(r"\[\[([a-z-]+)\]\]")
_UNSAFE = re.compile(r"[\r\n\0]")
_UNSUBSCRIBE = "unsubscribe-link"


class _Policy(EmailPolicy):
    """Lines as SMTP wants them, and an address to unsubscribe at in one piece.

    Python folds a header at 78 characters, and what has no blank to break at it would encode:
    no mail program reads that.
    """

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if _is_whole(name) else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        if _is_whole(name):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _is_whole(name: str) -> bool:
    return name.lower() == "list-unsubscribe"


_SMTP = _Policy(linesep="\r\n")


@dataclass(frozen=True)
class Parcel:
    """A leased row as plain values."""

    public_id: str
    recipient: str
    subject: str
    body: str
    calendar: str | None
    calendar_method: str | None
    signup_id: str | None
    access_version: int | None
    invitation_id: str | None
    volunteer_id: str | None
    wish_id: str | None
    message_id: str
    leased_until: datetime


def placeholders(settings: Settings, parcel: Parcel) -> Mapping[str, str]:
    """Everything that may be filled in: a flat allow-list (docs/rules/outbox.md)."""
    values = {"base-url": settings.base_url, "municipality": settings.municipality}
    if parcel.signup_id is not None and parcel.access_version is not None:
        token = settings.keys.manage_token(parcel.signup_id, parcel.access_version)
        values["manage-link"] = f"{settings.base_url}/manage/{token}"
        values["pin"] = settings.keys.pin(parcel.signup_id, parcel.access_version)
    if parcel.invitation_id is not None:
        token = settings.keys.invitation_token(parcel.invitation_id)
        values["account-link"] = f"{settings.base_url}/invitation/{token}"
    if parcel.volunteer_id is not None and parcel.access_version is not None:
        token = settings.keys.volunteer_token(parcel.volunteer_id, parcel.access_version)
        values["volunteer-link"] = f"{settings.base_url}/volunteers/link/{token}"
    if parcel.wish_id is not None and parcel.access_version is not None:
        token = settings.keys.wish_token(parcel.wish_id, parcel.access_version)
        values["wish-link"] = f"{settings.base_url}/wishes/open/{token}"
        token = settings.keys.unsubscribe_token(parcel.wish_id, parcel.access_version)
        values[_UNSUBSCRIBE] = f"{settings.base_url}/unsubscribe/{token}"
    return values


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in, once: what they bring is not looked at again, unknown names stay."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def masked(settings: Settings, text: str) -> str:
    """What staff see of a text: what opens somebody's own pages is left out."""
    values = {
        "base-url": settings.base_url,
        "municipality": settings.municipality,
        "manage-link": _("（本人だけのリンク）"),
        "account-link": _("（本人だけのリンク）"),
        "volunteer-link": _("（本人だけのリンク）"),
        "wish-link": _("（本人だけのリンク）"),
        _UNSUBSCRIBE: _("（本人だけのリンク）"),
        "pin": _("（本人だけの番号）"),
    }
    return fill(text, values)


def build(settings: Settings, parcel: Parcel, *, now: datetime) -> EmailMessage:
    """The message, with one recipient and a Message-ID that is the same on every try.

    Raises Refused where a header would carry a line break, or an address cannot be written.
    """
    values = placeholders(settings, parcel)
    subject = fill(parcel.subject, values)
    if _UNSAFE.search(subject) or _UNSAFE.search(parcel.recipient):
        raise Refused("宛先か件名に、改行などの使えない文字があります。")
    message = EmailMessage(policy=_SMTP)
    try:
        _address(message, settings, parcel)
        message["Subject"] = subject
        message["Date"] = format_datetime(tokyo(now))
        message["Auto-Submitted"] = "auto-generated"
        _offer_unsubscribing(message, parcel, values)
        message.set_content(fill(parcel.body, values), cte="base64")
    except (ValueError, IndexError):  # IndexError: what the parser of addresses ends with
        raise Refused("宛先か本文を、メールとして書けません。") from None
    if parcel.calendar:
        message.add_attachment(
            parcel.calendar,
            subtype="calendar",
            params={"method": parcel.calendar_method or "PUBLISH"},
            filename="yotei.ics",
            cte="base64",
        )
    return message


def _offer_unsubscribing(message: EmailMessage, parcel: Parcel, values: Mapping[str, str]) -> None:
    """What carries the link can be stopped by one click in a mail program, by RFC 8058."""
    if f"[[{_UNSUBSCRIBE}]]" not in parcel.body or _UNSUBSCRIBE not in values:
        return
    message["List-Unsubscribe"] = f"<{values[_UNSUBSCRIBE]}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"


def _address(message: EmailMessage, settings: Settings, parcel: Parcel) -> None:
    name, sender = parseaddr(settings.mail_from)
    message["From"] = Address(name or f"{settings.municipality} 協働マッチ", addr_spec=sender)
    recipient = Address(addr_spec=parcel.recipient)
    recipient.addr_spec.encode("ascii")
    message["To"] = recipient
    if settings.mail_reply_to:
        message["Reply-To"] = settings.mail_reply_to
    message["Message-ID"] = f"<{parcel.message_id}@{sender.rpartition('@')[2]}>"
