"""Hours of activity: of whom, of which day, how long, and who has to look at them.

Source: docs/rules/hours.md.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import midnight, tokyo, tokyo_date
from kyodo_match.participation.errors import DayOutside, TimeMissing
from kyodo_match.participation.rules.days import GROUP_DAYS


class HoursState(StrEnum):
    """活動時間の状態."""

    RECORDED = "recorded"
    APPROVED = "approved"
    RETURNED = "returned"


MOST_MINUTES = 24 * 60
# What nobody has looked at for so long stands on the office's desk.
PATIENCE_FOR_HOURS = timedelta(days=7)

_ASKED_FROM = time(9, 0)
_HOUR = 60
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_WORDS = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2})?)時間)?(?:(\d{1,4})分)?(半)?")
_BARE = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
_NO_BREAK = frozenset({"0", "0分", "0:00", "なし", "無し", "無"})
_BARE_MINUTES_FROM = 5


def planned_minutes(*, starts_at: datetime, ends_at: datetime, standing: bool) -> int | None:
    """What is proposed for a day: its planned length. A standing need has none.

    So who forgot to note when they left has neither 0 nor 24 hours.
    """
    if standing:
        return None
    return min(int((ends_at - starts_at).total_seconds()) // _HOUR, MOST_MINUTES)


def days_of_activity(
    *, starts_at: datetime, ends_at: datetime, standing: bool, now: datetime
) -> tuple[date, date]:
    """The first and the last day of which hours can be recorded now.

    The day's own date; of a standing need any day of its period up to today. The last is before
    the first as long as there is none.
    """
    first = tokyo_date(starts_at)
    if now < starts_at:
        return first, first - timedelta(days=1)
    return (first, min(tokyo_date(ends_at), tokyo_date(now))) if standing else (first, first)


def check_day(
    day: date, *, starts_at: datetime, ends_at: datetime, standing: bool, now: datetime
) -> None:
    """Raises DayOutside for a day that hours cannot be recorded of."""
    first, last = days_of_activity(
        starts_at=starts_at, ends_at=ends_at, standing=standing, now=now
    )
    if not first <= day <= last:
        raise DayOutside(first, last)


def check_not_left(day: date, *, since: datetime, left_at: datetime | None) -> None:
    """Raises DayOutside for a day after somebody left; `since` is when the need began."""
    if left_at is not None and day > tokyo_date(left_at):
        raise DayOutside(tokyo_date(since), tokyo_date(left_at))


def group_records_until(day: date) -> datetime:
    """Until when a group writes down hours of a day for others, or changes them."""
    return midnight(day + timedelta(days=GROUP_DAYS + 1))


def asked_for_before(now: datetime) -> datetime:
    """Groups are asked for hours of the days that ended before: from 9:00 of the second day after.

    A day's reception is open on the day after; and nobody is written to at night.
    """
    local = tokyo(now)
    return midnight(local.date() - timedelta(days=1 if local.time() >= _ASKED_FROM else 2))


def without_break(minutes: int, rest: int) -> int:
    """How long somebody was active: a break is none. Raises TimeMissing where nothing is left."""
    if minutes - rest < 1:
        raise TimeMissing
    return minutes - rest


def is_too_much(total: int) -> bool:
    """Whether one person's minutes of one day, over all needs, are more than the day has."""
    return total > MOST_MINUTES


def read_duration(typed: str) -> int | None:
    """Minutes of what somebody typed: 2:30, 2時間30分, 2時間半, 2.5 (hours) or 150分.

    None where it says no time from one minute to 24 hours. A number alone is hours; one above 24
    is nothing, because it may be meant otherwise.
    """
    said = "".join(unicodedata.normalize("NFKC", typed).split())
    minutes = _minutes(said)
    return minutes if minutes is not None and 1 <= minutes <= MOST_MINUTES else None


def read_break(typed: str) -> int | None:
    """Minutes of a break that somebody typed: as a duration, or a number alone, or none at all.

    A whole number from 5 on means minutes here, since nobody rests for five hours; 0 and なし are
    no break. None where it says no time.
    """
    said = "".join(unicodedata.normalize("NFKC", typed).split())
    if said in _NO_BREAK:
        return 0
    if said.isdecimal() and int(said) >= _BARE_MINUTES_FROM:
        said += "分"
    return read_duration(said)


def _minutes(said: str) -> int | None:
    if found := _CLOCK.fullmatch(said):
        return int(found[1]) * _HOUR + int(found[2])
    if _BARE.fullmatch(said):
        return round(float(said) * _HOUR)
    found = _WORDS.fullmatch(said)
    if found is None or not (found[1] or found[2]):
        return None
    half = _HOUR // 2 if found[3] and found[1] and not found[2] else 0
    if found[3] and not half:
        return None
    return round(float(found[1] or 0) * _HOUR) + int(found[2] or 0) + half
