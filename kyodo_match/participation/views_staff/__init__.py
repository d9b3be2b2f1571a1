"""参加実績, for staff: days that nobody has written down, and results from before."""

from kyodo_match.participation.views_staff import imports, unmarked
from kyodo_match.participation.views_staff.blueprint import bp

__all__ = ["bp", "imports", "unmarked"]
