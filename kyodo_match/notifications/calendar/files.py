"""Writing calendar files (.ics): the one module that imports icalendar."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

from kyodo_match.core.clock import tokyo
from kyodo_match.notifications.calendar.entries import Entry

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


def written(entries: Iterable[Entry], *, how: str, stamp: datetime, name: str = "") -> str:
    """The events as a file with their VTIMEZONE."""
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
