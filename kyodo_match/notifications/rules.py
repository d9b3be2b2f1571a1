"""送信: states of a message and when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum

# Back-off of 4xx and connection errors: at least four hours of tries, then a day of patience.
_WAITS = (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 480)


class MessageState(StrEnum):
    """メール送信状況."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class CallOutcome(StrEnum):
    """電話連絡票: what came of a call."""

    OPEN = "open"
    REACHED = "reached"
    UNREACHED = "unreached"
    NOT_NEEDED = "not_needed"


# Who was not reached is called again.
WAITING_CALLS = (CallOutcome.OPEN, CallOutcome.UNREACHED)

# How long a worker may hold a message; one that died is taken over after that.
LEASE = timedelta(minutes=2)


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after that many failed tries; None when a person is to phone."""
    if tries > len(_WAITS):
        return None
    return timedelta(minutes=_WAITS[tries - 1])


# A pulse older than that means that no worker is running.
PULSE_LIMIT = timedelta(minutes=2)


def is_beating(beat_at: datetime | None, now: datetime) -> bool:
    """Whether a worker runs, by its last pulse."""
    return beat_at is not None and now - beat_at <= PULSE_LIMIT
