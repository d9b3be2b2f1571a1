"""送信: states of a message and when it is tried again."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from kyodo_match.settings.rules import OfficeCalendar

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


# What staff may have tried again.
RETRIABLE = (MessageState.FAILED, MessageState.RETRY, MessageState.SUPPRESSED)

# Who was not reached is called again.
WAITING_CALLS = (CallOutcome.OPEN, CallOutcome.UNREACHED)


class CallView(StrEnum):
    """電話連絡: which calls of the list are looked at."""

    TO_MAKE = "to_make"
    OVERDUE = "overdue"
    UNTOUCHED = "untouched"
    DONE = "done"
    ALL = "all"


# Somebody who is out now may be home in two hours; later tries are further apart.
_FIRST_WAIT, _LATER_WAIT = timedelta(hours=2), timedelta(hours=4)


def next_try(
    tried_at: datetime, *, tries: int, due_at: datetime | None, calendar: OfficeCalendar
) -> datetime:
    """When to phone again after that many tries in vain: in office hours, before the deadline.

    Source: docs/rules/phone-list.md.
    """
    wanted = tried_at + (_FIRST_WAIT if tries <= 1 else _LATER_WAIT)
    opening, closing = calendar.next_opening(wanted), calendar.next_closing(wanted)
    again = wanted if closing < opening else opening
    return min(again, due_at) if due_at is not None and due_at > tried_at else again


# How long an address that sent mail back is not written to; a full mailbox is emptied some day.
UNDELIVERABLE_FOR = timedelta(days=180)

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


# RFC 3463: 5.1 is about the address, 5.2 about the mailbox, 5.4.4 about a domain that is not
# there; these others are about the sender or the size of the message.
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_OF_ADDRESS = ("1", "2")
_NOT_OF_ADDRESS = {("1", "7"), ("1", "8"), ("2", "3")}
_NO_DOMAIN = ("4", "4")
_BASIC = re.compile(r"(?<!\d)(550|551|553)(?!\d)")
_ABOUT_US = re.compile(
    r"relay|spam|block|black.?list|policy|reputation|authenticat|sender|spf|dkim|dmarc", re.ASCII
)


def rejects_address(answer: str) -> bool:
    """Whether a refusal for good says that the address takes no mail, rather than ours not.

    By the enhanced status where there is one, else by the code and what is said beside it.
    Source: docs/rules/bounces.md.
    """
    found = _ENHANCED.search(answer)
    if found is not None:
        kind, subject, detail = found.groups()
        of_address = subject in _OF_ADDRESS and (subject, detail) not in _NOT_OF_ADDRESS
        return kind == "5" and (of_address or (subject, detail) == _NO_DOMAIN)
    return bool(_BASIC.search(answer)) and not _ABOUT_US.search(answer.lower())


# Nobody is phoned because one of these did not arrive: thanks, and a link that was asked for.
WRITTEN_ONLY = frozenset({"signup-thanks", "signup-link", "volunteer-link"})

# A report that names no mail of ours is about one of these last days, or about none.
REPORTS_WITHIN = timedelta(days=7)
