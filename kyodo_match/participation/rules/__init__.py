"""参加実績: three states and what a day comes to; how tables from before are read."""

from kyodo_match.participation.rules.days import (
    Attendance,
    DayRecord,
    end_of_day_after,
    marks_open_at,
    names_open,
    visits,
)

__all__ = [
    "Attendance",
    "DayRecord",
    "end_of_day_after",
    "marks_open_at",
    "names_open",
    "visits",
]
