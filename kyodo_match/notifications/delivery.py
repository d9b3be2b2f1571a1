"""From a row of the outbox to the wire: fill in, build, hand over. No database here."""

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from kyodo_match.config import Settings
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _
from kyodo_match.notifications.errors import Broken, NoServer, Refused, TryLater

_PLACEHOLDER = re.compile(r"\[\[([a-z-]+)\]\]")
_UNSAFE = re.compile(r"[\r\n\0]")
_PERMANENT = 500
_UNAVAILABLE = 421
_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


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
    message = EmailMessage(policy=SMTP)
    try:
        _address(message, settings, parcel)
        message["Subject"] = subject
        message["Date"] = format_datetime(tokyo(now))
        message["Auto-Submitted"] = "auto-generated"
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


def _address(message: EmailMessage, settings: Settings, parcel: Parcel) -> None:
    name, sender = parseaddr(settings.mail_from)
    message["From"] = Address(name or f"{settings.municipality} 協働マッチ", addr_spec=sender)
    recipient = Address(addr_spec=parcel.recipient)
    recipient.addr_spec.encode("ascii")
    message["To"] = recipient
    if settings.mail_reply_to:
        message["Reply-To"] = settings.mail_reply_to
    message["Message-ID"] = f"<{parcel.message_id}@{sender.rpartition('@')[2]}>"


class Transport(Protocol):
    """One connection over which a batch goes."""

    def send(self, message: EmailMessage, parcel: Parcel) -> None:
        """Hand a message over. Raises TryLater, Refused, Broken, NoServer."""


class _Folder:
    """One .eml a message, appearing whole; a second try overwrites the first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, parcel: Parcel) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._folder / f"{parcel.message_id}.eml")
        except OSError as error:
            raise NoServer(f"フォルダーに書けません（{error.strerror}）。") from error


class _Smtp:
    """A session with a mail server."""

    def __init__(self, server: smtplib.SMTP, bounce_to: str) -> None:
        self._server = server
        self._bounce_to = bounce_to

    def send(self, message: EmailMessage, parcel: Parcel) -> None:
        try:
            self._server.send_message(message, self._bounce_to, [parcel.recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_class(*error.recipients[parcel.recipient]) from error
        except smtplib.SMTPSenderRefused as error:
            raise NoServer(_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _by_class(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Broken(f"送信の途中で接続が切れました（{type(error).__name__}）。") from error


def _words(code: int, answer: bytes | str) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"メールサーバーの返事：{code} {said}"[:500]


def _by_class(code: int, answer: bytes | str) -> TryLater | Refused | NoServer:
    if code == _UNAVAILABLE:
        return NoServer(_words(code, answer))
    return (Refused if code >= _PERMANENT else TryLater)(_words(code, answer))


@contextmanager
def connect(settings: Settings) -> Iterator[Transport]:
    """Open what KYODO_MAIL_URL names, for one batch. Raises NoServer."""
    url = urlsplit(settings.mail_url)
    if url.scheme == "file":
        yield _Folder(Path(url2pathname(url.path)))
        return
    host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
    try:
        if url.scheme == "smtps":
            secure = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise NoServer(f"メールサーバー {host}:{port} につながりません。") from error
    try:
        if url.username:
            _sign_in(server, url.scheme, host, unquote(url.username), unquote(url.password or ""))
        bounce = settings.mail_bounce or parseaddr(settings.mail_from)[1]
        yield _Smtp(server, bounce)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _sign_in(server: smtplib.SMTP, scheme: str, host: str, user: str, password: str) -> None:
    """Give user and password, never in the clear over a network."""
    try:
        server.ehlo_or_helo_if_needed()
        if scheme == "smtp" and host not in _LOOPBACK:
            server.starttls(context=ssl.create_default_context())
        server.login(user, password)
    except (smtplib.SMTPException, OSError) as error:
        reason = f"メールサーバー {host} にサインインできません（{type(error).__name__}）。"
        raise NoServer(reason) from error
