"""参加実績: three states, and how people are counted."""

from enum import StrEnum


class Attendance(StrEnum):
    """参加実績: unmarked is not absent."""

    UNMARKED = "unmarked"
    ATTENDED = "attended"
    ABSENT = "absent"


def visits(*, attended: int, adults: int, children: int) -> int:
    """延べ人数: named people who attended, and heads counted without names (which exclude them)."""
    return attended + adults + children
