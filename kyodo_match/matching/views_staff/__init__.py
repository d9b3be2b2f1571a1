"""マッチングの画面: each subject adds its pages to the blueprint."""

from flask import Flask

from kyodo_match.matching.messages.rounds import FILTERS as ROUND_FILTERS
from kyodo_match.matching.views_staff import desk, draws, entries, rounds, volunteers, weights
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = ["bp", "desk", "draws", "entries", "install", "rounds", "volunteers", "weights"]


def install(app: Flask, _policies: Policies) -> None:
    """The words of matching in templates."""
    app.jinja_env.filters.update(ROUND_FILTERS)
