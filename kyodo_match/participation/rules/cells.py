"""What a cell of somebody's table says: a day, or a number of people.

Source: docs/rules/imports.md. Nothing is guessed in silence: what could be meant otherwise is
taken with a doubt.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kyodo_match.core import wareki
from kyodo_match.core.clock import YEARS
from kyodo_match.core.fiscal_year import FiscalYear

Cell = str | int | float | None

_WEEKDAYS = "月火水木金土日"
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: what a serial number of a day can be
_NEVER = 30_000_000  # beyond 20250509 as a number
_EXCEL_EPOCH = date(1899, 12, 30)
_LONGEST = 200
_MOST = 99_999
_NEW_YEAR_MONTHS = 3  # January to March lie in the calendar year after the fiscal year's


class Doubt(StrEnum):
    """気をつける点: why a line that is taken ought to be looked at."""

    SERIAL_DAY = "serial_day"
    SEVERAL_DAYS = "several_days"
    WRONG_WEEKDAY = "wrong_weekday"
    ERA_ASSUMED = "era_assumed"
    OTHER_YEAR = "other_year"
    DAY_CARRIED = "day_carried"
    ABOUT = "about"
    PARTS_DIFFER = "parts_differ"
    TWICE_IN_FILE = "twice_in_file"
    LIKE_IMPORTED = "like_imported"
    LIKE_COUNTED = "like_counted"


@dataclass(frozen=True)
class Read:
    """A value, and what was doubtful about it; `value` is None where nothing could be read."""

    value: date | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Count:
    """How many people a cell says, all told."""

    value: int | None = None
    doubts: tuple[Doubt, ...] = ()


def plain(cell: Cell) -> str:
    """A cell as text: NFKC, one line, at a length that somebody typed."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell)[:_LONGEST])
    return re.sub(r"\s+", " ", text).strip()


_ISO = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_SHORT_YEAR_SIGNS = re.compile(r"(\d{1,2})\s*(?P<sign>[./-])\s*(\d{1,2})\s*(?P=sign)\s*(\d{1,2})")
_NO_YEAR = re.compile(r"(\d{1,2})\s*[月/.]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(
    r"(午前|午後|AM|PM)?\s*\d{1,2}\s*[:時]\s*(\d{1,2}|半)?\s*分?.*$", re.IGNORECASE
)
_WEEKDAY = re.compile(
    rf"[(（]\s*([{_WEEKDAYS}])(?:曜日?)?(?:\s*[・･/]?\s*[祝休])?\s*[)）]|([{_WEEKDAYS}])曜日?"
)
_ANOTHER_DAY = re.compile(
    r"(?<=[\d日)])\s*([~〜～・,、&]|から|及び|と|\s[-–—]\s|[-–—](?=\d{1,2}/)).*$"
)


def read_day(cell: Cell, *, fiscal_year: int | None) -> Read:
    """The day that a cell means: an Excel date, 和暦, 2025/5/9, or 5/9 within a fiscal year.

    Of several days it is the first. A year without an era is 令和's, unless the fiscal year says
    otherwise.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(cell)
    text = plain(cell)
    if text.isdecimal():
        return _serial(int(text))
    doubts: list[Doubt] = []
    days = _CLOCK.sub("", text).strip(" T")
    first = _ANOTHER_DAY.sub("", days)
    if first != days:
        doubts.append(Doubt.SEVERAL_DAYS)
    weekday = _WEEKDAY.search(first)
    first = _WEEKDAY.sub("", first).strip()
    day, assumed = _day_of(first, fiscal_year)
    if day is None:
        return Read()
    if assumed:
        doubts.append(Doubt.ERA_ASSUMED)
    if weekday and _WEEKDAYS[day.weekday()] != (weekday[1] or weekday[2]):
        doubts.append(Doubt.WRONG_WEEKDAY)
    if fiscal_year is not None and FiscalYear.of(day).year != fiscal_year:
        doubts.append(Doubt.OTHER_YEAR)
    return Read(day, tuple(doubts))


def _serial(number: float) -> Read:
    if not 0 < number < _NEVER:
        return Read()
    if int(number) in _EXCEL_DAYS:
        return Read(_EXCEL_EPOCH + timedelta(days=int(number)), (Doubt.SERIAL_DAY,))
    found = _COMPACT.fullmatch(str(int(number)))
    return Read(_made(*found.groups()) if found else None)


def _day_of(text: str, fiscal_year: int | None) -> tuple[date | None, bool]:
    """The day, and whether its era was not written."""
    day = wareki.read_day(text)
    if day is not None:
        return day, False
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _made(*found.groups()), False
    if found := _SHORT_YEAR.fullmatch(text):
        return _without_era(found[1], found[2], found[3], fiscal_year)
    if found := _SHORT_YEAR_SIGNS.fullmatch(text):
        return _without_era(found[1], found[3], found[4], fiscal_year)
    found = _NO_YEAR.fullmatch(text)
    if found is None or fiscal_year is None:
        return None, False
    month = int(found[1])
    return _made(fiscal_year + (month <= _NEW_YEAR_MONTHS), month, found[2]), False


def _without_era(
    year: str, month: str, day_of_month: str, fiscal_year: int | None
) -> tuple[date | None, bool]:
    """7年5月9日: of the era in which it falls into the fiscal year, else of the present one."""
    number = 1 if year == "元" else int(year)
    for era in wareki.ERAS if fiscal_year is not None else ():
        day = _made(era.year(number), month, day_of_month)
        if day is not None and FiscalYear.of(day).year == fiscal_year:
            return day, False
    return _made(wareki.ERAS[0].year(number), month, day_of_month), True


def _made(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if made.year in YEARS else None


_UNIT = r"(?:人|名)?"
_NUMBER = re.compile(
    rf"(?P<about>約|およそ|概ね)?(?:延べ|のべ|延|計)?(?P<n>\d+){_UNIT}(?P<or_so>程度|ほど|位|くらい|ぐらい|前後)?"
)
_PARTIES = re.compile(rf"\d+組(?P<n>\d+){_UNIT}")
_WITHIN = re.compile(rf"(?:計|合計)?(?P<n>\d+){_UNIT}[(\[](?P<parts>[^()\[\]]*)[)\]]")
_PART = re.compile(rf"(?P<label>[^\W\d_]*)[:\s]?(?P<n>\d+){_UNIT}")
_BETWEEN = re.compile(r"[+,、・･;/\s]*")
_OF_THEM = ("うち", "内")
_NOTHING = {"-", "‐", "―", "—", "ー", "–", "なし", "無し", "無", "*", "※"}


def is_blank_count(cell: Cell) -> bool:
    """Whether a cell for a number says nothing: blank, or a dash."""
    return plain(cell) in ("", *_NOTHING)


def read_count(cell: Cell) -> Count:
    """How many people a cell says: 12, 12名, １２人, 大人10 こども5, 12人（うち子ども5人）."""
    if isinstance(cell, int | float):
        whole = 0 <= cell <= _MOST and cell == int(cell) and not isinstance(cell, bool)
        return Count(int(cell)) if whole else Count()
    text = re.sub(r"(?<=\d),(?=\d{3})", "", plain(cell))
    close = re.sub(r"(?<!\d) | (?!\d)", "", text)
    if found := _NUMBER.fullmatch(close):
        about = found["about"] or found["or_so"]
        return _count(int(found["n"]), *([Doubt.ABOUT] if about else []))
    if found := _PARTIES.fullmatch(close):
        return _count(int(found["n"]))
    if found := _WITHIN.fullmatch(close):
        within = [int(part["n"]) for part in _PART.finditer(found["parts"])]
        adds_up = found["parts"].startswith(_OF_THEM) or sum(within) in (0, int(found["n"]))
        return _count(int(found["n"]), *([] if adds_up else [Doubt.PARTS_DIFFER]))
    parts = list(_PART.finditer(text))
    named = any(part["label"] for part in parts)
    if (named or "+" in text) and len(parts) > 1 and _BETWEEN.fullmatch(_PART.sub("", text)):
        return _summed(parts)
    return Count()


def _summed(parts: Sequence[re.Match[str]]) -> Count:
    """大人10 こども5 is 15; a 計 at the end is compared and not added."""
    *rest, last = [int(part["n"]) for part in parts]
    if "計" not in parts[-1]["label"]:
        return _count(sum(rest) + last)
    return _count(last, *([] if sum(rest) == last else [Doubt.PARTS_DIFFER]))


def _count(number: int, *doubts: Doubt) -> Count:
    return Count(number, doubts) if number <= _MOST else Count()
