"""Calendar files (.ics), made from plain values: the one with a mail, and days to subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from kyodo_match.core.clock import tokyo

_NINE_HOURS = timedelta(hours=9)


def _japan() -> Timezone:
    """One offset since 1952; icalendar would scan decades of hours to find that out."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time by RFC 5545
    standard.add("tzname", "JST")
    standard.add("tzoffsetfrom", _NINE_HOURS)
    standard.add("tzoffsetto", _NINE_HOURS)
    zone = Timezone()
    zone.add("tzid", "Asia/Tokyo")
    zone.add_component(standard)
    return zone


_JAPAN = _japan()


class Status(StrEnum):
    """Whether an event takes place (RFC 5545, 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """One event in Japan time; the same UID and a higher SEQUENCE replace it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    status: Status
    url: str = ""


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
    return _written([entry], how=method(cancelled=cancelled), stamp=stamp)


def publish(entries: Iterable[Entry], *, name: str, stamp: datetime) -> str:
    """Events for a calendar that is fetched again: each says itself whether it takes place."""
    return _written(entries, how="PUBLISH", stamp=stamp, name=name)


def _written(entries: Iterable[Entry], *, how: str, stamp: datetime, name: str = "") -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Kyodo Match//JP")
    calendar.add("version", "2.0")
    calendar.add("method", how)
    if name:
        calendar.add("x-wr-calname", name)  # not in the standard, and what applications read
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add_component(_JAPAN)
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", tokyo(entry.starts_at))
    event.add("dtend", tokyo(entry.ends_at))
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    event.add("status", entry.status.value)
    return event


def method(*, cancelled: bool) -> str:
    """The METHOD of an invite, which the mail's part repeats."""
    return "CANCEL" if cancelled else "PUBLISH"
