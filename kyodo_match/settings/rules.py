"""開庁日 and the data that every slice reads: districts and the office's own hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import jpholiday

from kyodo_match.core.clock import TOKYO, tokyo

_SATURDAY = 5
_YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


@dataclass(frozen=True)
class OfficeCalendar:
    """開庁日: weekdays (0 is Monday) and hours; closed on holidays and at the year's end."""

    weekdays: frozenset[int] = frozenset(range(_SATURDAY))
    opens: time = time(8, 30)
    closes: time = time(17, 15)

    def is_open_on(self, day: date) -> bool:
        """Whether the office is open on a day. Never on holidays and 12/29–1/3."""
        return (
            day.weekday() in self.weekdays
            and (day.month, day.day) not in _YEAR_END
            and not jpholiday.is_holiday(day)
        )

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening of the office at or after a moment."""
        return self._next(moment, self.opens)

    def next_closing(self, moment: datetime) -> datetime:
        """The first closing of the office at or after a moment."""
        return self._next(moment, self.closes)

    def _next(self, moment: datetime, at: time) -> datetime:
        local = tokyo(moment)
        day = local.date()
        while True:
            candidate = datetime.combine(day, at, TOKYO)
            if self.is_open_on(day) and candidate >= local:
                return candidate.astimezone(moment.tzinfo)
            day += timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """The office that citizens phone: its name, number and calendar."""

    name: str = "地域推進課"
    phone: str = ""
    email: str = ""
    calendar: OfficeCalendar = OfficeCalendar()


class Nearness(StrEnum):
    """地区どうしの近さ; what is not set is far. The nearest comes first."""

    NEIGHBOUR = "neighbour"
    WITHIN_2_KM = "within_2_km"
    WITHIN_5_KM = "within_5_km"


@dataclass(frozen=True)
class NearDistricts:
    """近い地区: two districts and how near they are to each other."""

    one: str
    other: str
    nearness: Nearness


class Neighbourhood:
    """Which districts are near to which, looked up from either side."""

    def __init__(self, pairs: Iterable[NearDistricts] = ()) -> None:
        self._near: dict[str, dict[str, Nearness]] = {}
        for pair in pairs:
            self._near.setdefault(pair.one, {})[pair.other] = pair.nearness
            self._near.setdefault(pair.other, {})[pair.one] = pair.nearness

    def near(self, district: str) -> dict[str, Nearness]:
        """The districts near to one, each with how near; itself is not among them."""
        return self._near.get(district, {})
