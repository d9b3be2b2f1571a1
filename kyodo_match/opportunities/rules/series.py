"""Several days at once: every week, from a list, or those of last year."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from kyodo_match.core import wareki
from kyodo_match.core.clock import YEARS
from kyodo_match.core.fiscal_year import FiscalYear

MOST_DAYS = 60
_WEEKS_OF_A_YEAR = 52
_MARKS = re.compile(r"[年月/.\-]")
_SEPARATORS = re.compile(r"[\n,、;；]+")
_WEEKDAY = re.compile(r"[((][^))]*[))]|\s")


def every_week(first: date, last: date, weekdays: Collection[int]) -> tuple[date, ...]:
    """The days of these weekdays (0 is Monday) from one day to another, both included."""
    span = range((last - first).days + 1)
    days = (first + timedelta(days=number) for number in span)
    return tuple(day for day in days if day.weekday() in weekdays)


def read_days(typed: str, *, today: date) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """The days of a list as people write it, in order and each once, and what is no day.

    2026-12-13, 2026年12月13日（日）, 令和8年12月13日, R8.12.13; without a year (12/13) the next
    time that day comes.
    """
    days: set[date] = set()
    unread: list[str] = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", typed)):
        if not part.strip():
            continue
        found = _read_day(part, today)
        if found is None:
            unread.append(part.strip())
        else:
            days.add(found)
    return tuple(sorted(days)), tuple(unread)


def _read_day(part: str, today: date) -> date | None:
    bare = _WEEKDAY.sub("", part)
    if (of_era := wareki.read_day(bare)) is not None:
        return of_era
    numbers = [number for number in _MARKS.split(bare.removesuffix("日")) if number]
    if not all(number.isdecimal() and len(number) <= len("2026") for number in numbers):
        return None
    try:
        match [int(number) for number in numbers]:
            case [year, month, day] if year in YEARS:
                return date(year, month, day)
            case [month, day]:
                this_year = date(today.year, month, day)
                return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
    return None


def same_weekday_next_year(first: date, *, today: date) -> date:
    """A day one year on, or as many as it takes to lie ahead, on the same day of the week.

    52 weeks keep the weekday and nearly the date; 53 where 52 would stay within the fiscal year
    (1 April would become 31 March). Source: docs/rules/posting.md.
    """
    return next(day for day in _years_on(first) if day >= today)


def _years_on(day: date) -> Iterator[date]:
    while True:
        later = day + timedelta(weeks=_WEEKS_OF_A_YEAR)
        day = later + timedelta(weeks=FiscalYear.of(later) == FiscalYear.of(day))
        yield day
