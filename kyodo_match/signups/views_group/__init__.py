"""申込み for groups: who has signed up for a day, and applications that wait for an answer."""

from kyodo_match.signups.views_group import approving, days
from kyodo_match.signups.views_group.blueprint import bp

__all__ = ["approving", "bp", "days"]
