"""A month as people in Japan hang it on the wall, and days as calendar applications read them."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import jpholiday

from kyodo_match.core.i18n import _
from kyodo_match.notifications.calendar import Entry, Status, publish
from kyodo_match.opportunities.rules import SlotStatus

# Further ahead nobody plans; a robot that follows 次の月 comes to an end.
MONTHS_AHEAD = 12
_FROM_SUNDAY = calendar.Calendar(calendar.SUNDAY)
_STATUS = {
    SlotStatus.SCHEDULED: Status.CONFIRMED,
    SlotStatus.POSTPONED: Status.TENTATIVE,
    SlotStatus.CANCELLED: Status.CANCELLED,
}


@dataclass(frozen=True)
class Month:
    """A month, its weeks from Sunday on (None where another month's days would be)."""

    first: date
    today: date

    @classmethod
    def shown(cls, asked: date, *, today: date) -> "Month":
        """The month of a day, moved to where there may be something: this one at the earliest."""
        earliest = today.replace(day=1)
        return cls(min(max(asked.replace(day=1), earliest), _later(earliest, MONTHS_AHEAD)), today)

    @property
    def weeks(self) -> list[list[date | None]]:
        return [
            [day if day.month == self.first.month else None for day in week]
            for week in _FROM_SUNDAY.monthdatescalendar(self.first.year, self.first.month)
        ]

    @property
    def holidays(self) -> dict[date, str]:
        """祝日 by name, 振替休日 among them."""
        return dict(jpholiday.month_holidays(self.first.year, self.first.month))

    @property
    def previous(self) -> date | None:
        """The month before; None for this month: what is over is not listed."""
        return _later(self.first, -1) if self.first > self.today else None

    @property
    def following(self) -> date | None:
        limit = _later(self.today.replace(day=1), MONTHS_AHEAD)
        return _later(self.first, 1) if self.first < limit else None


def _later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True)
class Day:
    """A day of an activity, by what a calendar application shows of it."""

    slot_id: str
    url: str
    title: str
    group_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    status: SlotStatus


def ics(days: Iterable[Day], *, name: str, stamp: datetime) -> str:
    """An iCalendar file of days, cancelled ones as cancelled; nobody's data is in it.

    The UID of a day never changes, so that a second import replaces the first.
    """
    return publish([_entry(day) for day in days], name=name, stamp=stamp)


def _entry(day: Day) -> Entry:
    return Entry(
        uid=f"slot-{day.slot_id}@kyodo-match",
        sequence=day.sequence,
        starts_at=day.starts_at,
        ends_at=day.ends_at,
        summary=_("【中止】%(title)s", title=day.title)
        if day.status is SlotStatus.CANCELLED
        else _("【延期】%(title)s", title=day.title)
        if day.status is SlotStatus.POSTPONED
        else day.title,
        location=day.place,
        description=_("主催：%(group)s\nくわしくは %(url)s", group=day.group_name, url=day.url),
        status=_STATUS[day.status],
        url=day.url,
    )
