"""参加実績, for staff: days that nobody has written down."""

from kyodo_match.participation.views_staff import unmarked
from kyodo_match.participation.views_staff.blueprint import bp

__all__ = ["bp", "unmarked"]
