"""Participation without signing in: one's own hours of activity."""

from kyodo_match.participation.views import own_hours
from kyodo_match.participation.views.blueprint import bp

__all__ = ["bp", "own_hours"]
