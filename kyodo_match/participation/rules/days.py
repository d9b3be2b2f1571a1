"""参加実績: three states, who is counted, and when names are open to the group."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import TOKYO, tokyo_date


class Attendance(StrEnum):
    """参加実績: unmarked is not absent."""

    UNMARKED = "unmarked"
    ATTENDED = "attended"
    ABSENT = "absent"


# A slot just after midnight is received the evening before.
_EARLY = timedelta(hours=3)
# While marks are missing, editors may still fill them in; later the office does.
_LATE_DAYS = 14


def visits(*, attended: int, adults: int, children: int) -> int:
    """延べ人数: named people who attended, and heads counted (which exclude the named)."""
    return attended + adults + children


def marks_open_at(starts_at: datetime) -> datetime:
    """When marking begins: with the day itself, in Japan, or three hours before the start."""
    midnight = datetime.combine(tokyo_date(starts_at), time(0), TOKYO)
    return min(midnight, starts_at - _EARLY)


def end_of_day_after(ends_at: datetime, *, days: int = 1) -> datetime:
    """The last moment of the day after (or of a later one): names are closed to groups then."""
    day = tokyo_date(ends_at) + timedelta(days=days + 1)
    return datetime.combine(day, time(0), TOKYO)


def names_open(
    *, editor: bool, closes_at: datetime, ends_at: datetime, unmarked: int, now: datetime
) -> bool:
    """Whether a group's member may see names: reception from closing, editors from the sign-up.

    Both until the day after; editors a fortnight while somebody is unmarked, so that a group can
    still finish its count. Source: docs/rules/reception.md.
    """
    if not editor and now < closes_at:
        return False
    if now < end_of_day_after(ends_at):
        return True
    return editor and unmarked > 0 and now < end_of_day_after(ends_at, days=_LATE_DAYS)


@dataclass(frozen=True)
class DayRecord:
    """What one day of one activity comes to, or one imported line: what indicators count.

    `visits` are 延べ人数; `person_keys` say who the named were, `imported_people` is 実人数 as the
    imported line gives it. `event` tells records of one day apart.
    """

    day: date
    kind: str
    event: str
    visits: int
    person_keys: frozenset[str] = frozenset()
    imported_people: int = 0
