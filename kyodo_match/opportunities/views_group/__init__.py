"""募集: a group writes, copies and changes what it offers; coordinators do so for groups."""

from kyodo_match.opportunities.views_group import copying, days, history, writing
from kyodo_match.opportunities.views_group.blueprint import bp

__all__ = ["bp", "copying", "days", "history", "writing"]
