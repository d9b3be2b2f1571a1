"""What the desks and the health checks show, gathered from the slices below."""

from kyodo_match.pages.queries.group import GroupDay, GroupPart, News, group_desk
from kyodo_match.pages.queries.health import Late, Machine, Work, health, machine
from kyodo_match.pages.queries.search import Found, search
from kyodo_match.pages.queries.staff import (
    URGENT,
    ComingDay,
    StaffDesk,
    Task,
    Waiting,
    staff_desk,
)

__all__ = [
    "URGENT",
    "ComingDay",
    "Found",
    "GroupDay",
    "GroupPart",
    "Late",
    "Machine",
    "News",
    "StaffDesk",
    "Task",
    "Waiting",
    "Work",
    "group_desk",
    "health",
    "machine",
    "search",
    "staff_desk",
]
