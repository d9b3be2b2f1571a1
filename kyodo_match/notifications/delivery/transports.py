"""From a message to the wire: hand over, and say whose fault it is when it is not taken."""

import os
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from kyodo_match.config import Settings
from kyodo_match.notifications.delivery.parcels import Parcel
from kyodo_match.notifications.errors import Broken, NoServer, Refused, TryLater
from kyodo_match.notifications.rules import rejects_address

_PERMANENT = 500
_UNAVAILABLE = 421
_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


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
            code, answer = error.recipients[parcel.recipient]
            raise _of_recipient(code, answer) from error
        except smtplib.SMTPSenderRefused as error:
            raise NoServer(_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _by_class(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Broken(f"送信の途中で接続が切れました（{type(error).__name__}）。") from error


def _words(code: int, answer: bytes | str) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"メールサーバーの返事：{code} {said}"[:500]


def _of_recipient(code: int, answer: bytes | str) -> TryLater | Refused | NoServer:
    """What a recipient was refused with; it need not be the recipient's fault."""
    words = _words(code, answer)
    if code >= _PERMANENT and rejects_address(words):
        return Refused(words, of_address=True)
    return _by_class(code, answer)


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
