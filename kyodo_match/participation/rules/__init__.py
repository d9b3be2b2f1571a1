"""参加実績: three states and what a day comes to; how tables from before are read."""

from kyodo_match.participation.rules.asking import asked_today, days_since, is_due
from kyodo_match.participation.rules.days import (
    GROUP_DAYS,
    Attendance,
    DayRecord,
    desk_opens_at,
    end_of_day_after,
    group_until,
    marks_open_at,
    names_open,
    needs_reason,
    visits,
)
from kyodo_match.participation.rules.hours import HoursState
from kyodo_match.participation.rules.links import (
    MOST_LINKS,
    LinkState,
    link_opens_at,
    link_state,
    link_window,
)

__all__ = [
    "GROUP_DAYS",
    "MOST_LINKS",
    "Attendance",
    "DayRecord",
    "HoursState",
    "LinkState",
    "asked_today",
    "days_since",
    "desk_opens_at",
    "end_of_day_after",
    "group_until",
    "is_due",
    "link_opens_at",
    "link_state",
    "link_window",
    "marks_open_at",
    "names_open",
    "needs_reason",
    "visits",
]
