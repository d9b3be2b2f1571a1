"""Writing calendar files (.ics), RFC 5545: lines of name and value, folded at 75 bytes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from kyodo_match.core.clock import tokyo
from kyodo_match.notifications.calendar.entries import Entry

_LONGEST = 75  # bytes of a line, RFC 5545 3.1; what follows starts with a space
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})
# One offset since 1952.
_JAPAN = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Tokyo",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZNAME:JST",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def written(entries: Iterable[Entry], *, how: str, stamp: datetime, name: str = "") -> str:
    """The events as a file with their VTIMEZONE."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kyodo Match//JP", f"METHOD:{how}"]
    if name:
        # Not in the standard, and what applications read.
        lines += [f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    lines += _JAPAN
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: Entry, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Asia/Tokyo:{tokyo(entry.starts_at):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Asia/Tokyo:{tokyo(entry.ends_at):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"LOCATION:{_text(entry.location)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    if entry.url:
        yield f"URL:{entry.url}"
    yield f"STATUS:{entry.status.value}"
    yield "END:VEVENT"


def _text(words: str) -> str:
    """A TEXT value (RFC 5545 3.3.11)."""
    return words.translate(_ESCAPES)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, and never within a letter."""
    if len(line.encode()) <= _LONGEST:
        return line
    pieces, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += width
    return "\r\n".join(pieces)
