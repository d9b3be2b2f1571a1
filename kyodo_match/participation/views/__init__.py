"""Participation without signing in: the reception by a link, and one's own hours of activity."""

from flask import Flask

from kyodo_match.participation.views import by_link, own_hours
from kyodo_match.participation.views.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = ["bp", "by_link", "install", "own_hours"]


def install(_app: Flask, policies: Policies) -> None:
    """The policy of phones that have opened a link."""
    policies.register("reception_link", by_link.has_a_link)
