"""Calendar files (.ics), made from plain values: the one with a mail, and days to subscribe to."""

from collections.abc import Iterable
from datetime import datetime

from kyodo_match.notifications.calendar.entries import Entry, Status
from kyodo_match.notifications.calendar.files import written

__all__ = ["Entry", "Status", "invite", "method", "publish"]


def invite(
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    location: str,
    description: str,
    stamp: datetime,
    cancelled: bool,
) -> str:
    """One event in Japan time with its VTIMEZONE; the same UID and a higher SEQUENCE replace it.

    PUBLISH, since nobody answers through the calendar; CANCEL takes the event out again.
    """
    entry = Entry(
        uid=uid,
        sequence=sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        summary=summary,
        location=location,
        description=description,
        status=Status.CANCELLED if cancelled else Status.CONFIRMED,
    )
    return written([entry], how=method(cancelled=cancelled), stamp=stamp)


def publish(entries: Iterable[Entry], *, name: str, stamp: datetime) -> str:
    """Events for a calendar that is fetched again: each says itself whether it takes place."""
    return written(entries, how="PUBLISH", stamp=stamp, name=name)


def method(*, cancelled: bool) -> str:
    """The METHOD of an invite, which the mail's part repeats."""
    return "CANCEL" if cancelled else "PUBLISH"
