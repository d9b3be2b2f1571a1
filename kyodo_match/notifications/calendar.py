"""The .ics that goes with a mail, made from plain values."""

from datetime import datetime

from icalendar import Calendar, Event

from kyodo_match.core.clock import tokyo


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
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", tokyo(starts_at))
    event.add("dtend", tokyo(ends_at))
    event.add("summary", summary)
    event.add("location", location)
    event.add("description", description)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Kyodo Match//JP")
    calendar.add("version", "2.0")
    calendar.add("method", method(cancelled=cancelled))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written.decode()


def method(*, cancelled: bool) -> str:
    """The METHOD of an invite, which the mail's part repeats."""
    return "CANCEL" if cancelled else "PUBLISH"
