"""Dates and times as people read them: Japan time, with the day of the week."""

from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

import jpholiday

from kyodo_match.core.clock import tokyo
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.i18n import _

WEEKDAYS = "月火水木金土日"
WEEKDAY_SLUGS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day(value: date) -> str:
    """2026年5月10日（日）, with 祝 on a public holiday."""
    return f"{value.year}年{short_day(value)}"


def short_day(value: date) -> str:
    """5月10日（日）."""
    holiday = "・祝" if jpholiday.is_holiday(value) else ""
    return f"{value.month}月{value.day}日（{WEEKDAYS[value.weekday()]}{holiday}）"


def clock_time(value: datetime) -> str:
    """9:30 in Japan."""
    local = tokyo(value)
    return f"{local.hour}:{local.minute:02}"


def moment(value: datetime) -> str:
    """2026年5月10日（日）9:30."""
    return f"{day(tokyo(value).date())}{clock_time(value)}"


def span(start: datetime, end: datetime) -> str:
    """2026年5月10日（日）9:30～11:30; both days where it runs over midnight."""
    if tokyo(start).date() == tokyo(end).date():
        return f"{moment(start)}～{clock_time(end)}"
    return f"{moment(start)}～{moment(end)}"


@lru_cache(maxsize=4096)
def short_span(start: datetime, end: datetime, today: date | None = None) -> str:
    """12月12日（土）9:30～11:30: for lists, where the year goes without saying.

    With `today`, a day of another fiscal year than today's is written with its year.
    """
    first, last = tokyo(start).date(), tokyo(end).date()
    is_far = today is not None and FiscalYear.of(first) != FiscalYear.of(today)
    since = day(first) if is_far else short_day(first)
    until = "" if first == last else short_day(last)
    return f"{since}{clock_time(start)}～{until}{clock_time(end)}"


class Timed(Protocol):
    """A day with its hours, or a standing need with the period in which it runs."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def standing(self) -> bool: ...


def standing_until(end: datetime) -> str:
    """随時（2027年3月31日まで）: people agree on days of their own."""
    last = tokyo(end).date()
    return _("随時（%(y)s年%(m)s月%(d)s日まで）", y=last.year, m=last.month, d=last.day)


def when(on: Timed) -> str:
    """The day and its hours; of a standing need until when it runs."""
    return standing_until(on.ends_at) if on.standing else span(on.starts_at, on.ends_at)


def short_when(on: Timed, today: date | None = None) -> str:
    """The same for lists."""
    if on.standing:
        return standing_until(on.ends_at)
    return short_span(on.starts_at, on.ends_at, today)


def iso_local(value: datetime) -> str:
    """2027-05-09T09:30, Japan time, as files carry it."""
    return tokyo(value).strftime("%Y-%m-%dT%H:%M")
