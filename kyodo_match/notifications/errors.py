"""What goes wrong around delivery, and what staff cannot do. Facts only."""

from datetime import datetime

from kyodo_match.core.errors import DomainError


class DeliveryFailed(Exception):
    """One message was not taken; `reason` is shown to staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(DeliveryFailed):
    """The server refused this message for now (4xx)."""


class Broken(DeliveryFailed):
    """The connection broke over this message: it may or may not have been taken."""


class Refused(DeliveryFailed):
    """The server refused for good (5xx), or the message cannot be written.

    `of_address` says that it is the address that takes no mail, and not this message or us.
    """

    def __init__(self, reason: str, *, of_address: bool = False) -> None:
        super().__init__(reason)
        self.of_address = of_address


class NoServer(DeliveryFailed):
    """No connection, or a server that takes nothing from us: not the message's fault."""


class NotToBeRetried(DomainError):
    """Only what failed, or waits to be tried again, is sent again."""


class CallClosed(DomainError):
    """The call has its outcome already; `at` is when it was written down."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class CallTriedMeanwhile(DomainError):
    """Somebody else has tried since this person looked; `at` is when."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class NotAReport(DomainError):
    """What was read is no report by RFC 3464 of what came of a mail."""


class NoSuchMail(DomainError):
    """A report about a mail that is not in this outbox."""


class NotSentYet(DomainError):
    """A mail that was not sent cannot have come back."""
