"""和暦: the eras since 1868, days as papers write them, and years as 年度 are named."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Era:
    """元号: its name, its letter on forms, and its first day."""

    name: str
    letter: str
    first_day: date

    def year(self, number: int) -> int:
        """The calendar year of 令和N年."""
        return self.first_day.year + number - 1


# Newest first. Sources: 元号を改める政令 (平成, 令和), the imperial orders before them. The day of
# the change in 1912 and 1926 belongs to both eras: written with the new one, read with either.
ERAS = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
_BY_NAME = {name: era for era in ERAS for name in (era.name, era.letter)}
_ERA = r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\s*(?P<year>元|\d{1,2})"
_DAY = re.compile(
    _ERA + r"\s*(?:年|[./-])\s*(?P<month>\d{1,2})\s*(?:月|[./-])\s*(?P<day>\d{1,2})\s*日?"
)
_FISCAL_YEAR = re.compile(_ERA + r"\s*年?度")
_LONGEST = 200


def of_day(day: date) -> Era | None:
    """The era of a day; None before 明治."""
    return next((era for era in ERAS if day >= era.first_day), None)


def write_day(day: date) -> str:
    """令和7年5月9日, and 令和元年 for the first year; years before 明治 are the calendar's."""
    era = of_day(day)
    year = f"{day.year}年" if era is None else f"{era.name}{_ordinal(day.year, era)}年"
    return f"{year}{day.month}月{day.day}日"


def _ordinal(year: int, era: Era) -> str:
    number = year - era.first_day.year + 1
    return "元" if number == 1 else str(number)


def read_day(text: str) -> date | None:
    """The day that 令和7年5月9日, R7.5.9 or 令和元年5月1日 says, full-width or not.

    None where it is no such day, or one before its era. One after its era is taken for what was
    meant: papers of 平成30年 speak of 平成32年.
    """
    found = _DAY.fullmatch(_half(text))
    if found is None:
        return None
    era = _BY_NAME[found["era"]]
    try:
        day = date(_year(found, era), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if day >= era.first_day else None


def read_fiscal_year(text: str) -> int | None:
    """The calendar year in which the 年度 of 「令和7年度 参加実績」 begins; None without one."""
    found = _FISCAL_YEAR.search(_half(text))
    return None if found is None else _year(found, _BY_NAME[found["era"]])


def _year(found: re.Match[str], era: Era) -> int:
    return era.year(1 if found["year"] == "元" else int(found["year"]))


def _half(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST]).strip().upper()
