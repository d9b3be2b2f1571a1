"""The one place that asks what time it is. Everything else is handed `now`."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
# What may be typed: days are added to it, and the calendar of Python ends with 9999-12-31.
YEARS = range(1000, 3000)


def now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the place the others are sent to


def tokyo(moment: datetime) -> datetime:
    """The same moment on the wall clock of Japan."""
    return moment.astimezone(TOKYO)


def tokyo_date(moment: datetime) -> date:
    """The day it is in Japan at that moment: what fiscal years and closing days go by."""
    return moment.astimezone(TOKYO).date()


def midnight(day: date) -> datetime:
    """When a day begins in Japan, aware."""
    return datetime.combine(day, time(), TOKYO)


def from_tokyo(naive: datetime) -> datetime:
    """Read a wall-clock time as Japan's and give it in UTC, as everything is stored.

    Raises ValueError for a year that nobody means.
    """
    if naive.year not in YEARS:
        raise ValueError(naive)
    return naive.replace(tzinfo=TOKYO).astimezone(UTC)
