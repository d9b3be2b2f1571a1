"""参加実績, for staff: days that nobody has written down, hours, and results from before."""

from kyodo_match.participation.views_staff import hours, imports, unmarked
from kyodo_match.participation.views_staff.blueprint import bp

__all__ = ["bp", "hours", "imports", "unmarked"]
