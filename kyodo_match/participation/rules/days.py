"""参加実績: three states, who is counted, and when names are open to the group."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kyodo_match.core.clock import midnight, tokyo_date


class Attendance(StrEnum):
    """参加実績: unmarked is not absent."""

    UNMARKED = "unmarked"
    ATTENDED = "attended"
    ABSENT = "absent"


# A slot just after midnight is received the evening before.
EARLY = timedelta(hours=3)
# So long a group fills in and corrects its days; later the office does.
GROUP_DAYS = 30


def visits(*, attended: int, adults: int, children: int) -> int:
    """延べ人数: named people who attended, and heads counted (which exclude the named)."""
    return attended + adults + children


def marks_open_at(starts_at: datetime) -> datetime:
    """When marking begins: with the day itself, in Japan, or three hours before the start."""
    return min(midnight(tokyo_date(starts_at)), starts_at - EARLY)


def end_of_day_after(ends_at: datetime, *, days: int = 1) -> datetime:
    """The last moment of the day after (or of a later one): names are closed to groups then."""
    day = tokyo_date(ends_at) + timedelta(days=days + 1)
    return midnight(day)


def names_open(
    *, editor: bool, closes_at: datetime, ends_at: datetime, unmarked: int, now: datetime
) -> bool:
    """Whether a group's member may see names: reception from closing, editors from the sign-up.

    Both until the day after; editors for a month while somebody is unmarked, so that a group can
    still finish its count. Source: docs/rules/reception.md.
    """
    if not editor and now < closes_at:
        return False
    if now < end_of_day_after(ends_at):
        return True
    return editor and unmarked > 0 and now < group_until(ends_at)


def desk_opens_at(*, closes_at: datetime | None, starts_at: datetime) -> datetime:
    """When a list is needed at the door: from the closing, three hours before at the latest."""
    before_start = starts_at - EARLY
    return min(closes_at, before_start) if closes_at else before_start


def group_until(ends_at: datetime) -> datetime:
    """Until when a group fills in and corrects: a month of days after the activity."""
    return end_of_day_after(ends_at, days=GROUP_DAYS)


def needs_reason(*, recorded: bool, ends_at: datetime, now: datetime) -> bool:
    """Whether a change says why: what was recorded is changed later than the day after.

    Filling in what nobody had written down yet is no correction. Source: docs/rules/reception.md.
    """
    return recorded and now >= end_of_day_after(ends_at)


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
