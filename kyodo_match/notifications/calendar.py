"""The .ics that goes with a mail, made from plain values."""

from datetime import datetime, timedelta

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
    calendar.add_component(_JAPAN)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def method(*, cancelled: bool) -> str:
    """The METHOD of an invite, which the mail's part repeats."""
    return "CANCEL" if cancelled else "PUBLISH"
