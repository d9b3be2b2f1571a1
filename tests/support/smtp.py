"""A real SMTP server on the loopback, for what only a real conversation shows."""

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Letter:
    """One accepted message: the envelope and what was in it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """The plain text part as a reader sees it, with plain line ends."""
        body = self.message.get_body(("plain",))
        if body is None:
            raise AssertionError(f"no plain text in {self.subject}")
        content: str = body.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class PostOffice:
    """Collects what is delivered; its switches may be turned while it runs.

    ``refuse_with`` answers every recipient with that line (4xx or 5xx), ``refuse_sender_with`` the
    sender, ``refuse_data_with`` the message itself; ``nobody`` are addresses that do not exist.
    ``delay`` waits that many seconds before the message is accepted. ``before_accepting`` and
    ``after_accepting`` are called, in the server's thread, before the 250 is handed to the network
    and after: to kill a worker between the acceptance and its commit, stop it in the one (it could
    be quicker than we) and kill it in the other. ``hang_up`` closes the connection right after
    that 250.
    """

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    refuse_with: str | None = None
    refuse_sender_with: str | None = None
    refuse_data_with: str | None = None
    nobody: set[str] = field(default_factory=set)
    delay: float = 0.0
    hang_up: bool = False
    before_accepting: Callable[[Letter], None] | None = None
    after_accepting: Callable[[Letter], None] | None = None
    connections: int = 0

    @property
    def url(self) -> str:
        """What KYODO_MAIL_URL takes."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Letter]:
        """What was delivered to one address, oldest first."""
        return [letter for letter in self.letters if address in letter.recipients]

    def wait_for(self, count: int, *, to: str | None = None, timeout: float = 20) -> list[Letter]:
        """Wait until that many letters are there and give them; fails after the timeout."""
        end = time.monotonic() + timeout
        while True:
            found = self.to(to) if to else list(self.letters)
            if len(found) >= count:
                return found
            if time.monotonic() > end:
                subjects = [letter.subject for letter in found]
                raise AssertionError(f"{count} letters expected, {len(found)} came: {subjects}")
            time.sleep(0.02)  # letters come on another thread


class _Clerk:
    """The handler that aiosmtpd calls; the method names are its protocol."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.office.refuse_sender_with:
            return self.office.refuse_sender_with
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self.office.refuse_with:
            return self.office.refuse_with
        if address in self.office.nobody:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.office.refuse_data_with:
            return self.office.refuse_data_with
        if self.office.delay:
            await asyncio.sleep(self.office.delay)
        content = envelope.content
        if not isinstance(content, bytes):
            raise TypeError(type(content))
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        letter = Letter(
            sender=envelope.mail_from or "",
            recipients=[str(address) for address in envelope.rcpt_tos],
            message=parsed,
        )
        self.office.letters.append(letter)
        act, hang_up = self.office.after_accepting, self.office.hang_up
        if self.office.before_accepting is not None:
            self.office.before_accepting(letter)
        if act is None and not hang_up:
            return "250 OK"
        await server.push("250 OK")
        if act is not None:
            act(letter)
        transport = server.transport
        if transport is not None:
            transport.close()
        return "250 OK"  # nobody is listening any more


class _Controller(Controller):
    """A controller on a port that the system chooses."""

    def __init__(self, office: PostOffice) -> None:
        super().__init__(_Clerk(office), hostname="127.0.0.1", port=0)
        self.office = office
        self._lock = threading.Lock()

    def factory(self) -> SMTP:
        with self._lock:
            self.office.connections += 1
        return SMTP(self.handler, hostname="localhost", enable_SMTPUTF8=False)

    def _trigger_server(self) -> None:
        """Find the port out; the stock one connects to the port it was given, here 0."""
        if not isinstance(self.server, asyncio.Server):
            raise TypeError(type(self.server))
        self.port = self.office.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Run a server until the block ends: `KYODO_MAIL_URL` is its `url`."""
    office = PostOffice()
    controller = _Controller(office)
    controller.start()
    office.connections = 0
    try:
        yield office
    finally:
        controller.stop()
