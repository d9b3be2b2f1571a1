"""年度 and 和暦: 1 April to 31 March, and how papers write years."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kyodo_match.core import wareki
from kyodo_match.core.clock import tokyo_date

_APRIL = 4
# A fiscal year that begins in April 2019 is called 令和元年度 as a whole.
_FIRST_OF_REIWA = date(2019, 4, 1)


@dataclass(frozen=True, order=True)
class FiscalYear:
    """年度: named by the calendar year in which it begins (2026 is 令和8年度)."""

    year: int

    @classmethod
    def of(cls, day: date) -> "FiscalYear":
        """The fiscal year that a day belongs to."""
        return cls(day.year if day.month >= _APRIL else day.year - 1)

    @classmethod
    def at(cls, moment: datetime) -> "FiscalYear":
        """The fiscal year of a moment, by the day it is in Japan."""
        return cls.of(tokyo_date(moment))

    @property
    def first_day(self) -> date:
        return date(self.year, _APRIL, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + 1, _APRIL, 1) - timedelta(days=1)

    @property
    def reiwa(self) -> int:
        """The Reiwa year that receipt numbers carry (2026 → 8)."""
        return self.year - 2018

    def __str__(self) -> str:
        return f"{wareki_year(self.first_day)}度"


def wareki_year(day: date) -> str:
    """The year as papers write it: 令和8年, and 令和元年 for the first."""
    if day == _FIRST_OF_REIWA:
        return "令和元年"
    return wareki.write_day(day).partition("年")[0] + "年"
