"""マッチングの画面: each subject adds its pages to the blueprint."""

from flask import Flask

from kyodo_match.matching.forms import pickers
from kyodo_match.matching.messages import draws as draw_words
from kyodo_match.matching.messages import recommending
from kyodo_match.matching.messages import volunteers as words
from kyodo_match.matching.views import (
    applying,
    draws,
    kept_wishes,
    own_draw,
    unsubscribing,
    verifying,
    volunteers,
    wishing,
)
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = [
    "applying",
    "bp",
    "draws",
    "install",
    "kept_wishes",
    "own_draw",
    "unsubscribing",
    "verifying",
    "volunteers",
    "wishing",
]


def install(app: Flask, policies: Policies) -> None:
    """The policies of who came by a mailed link, and the words of states and choices."""
    policies.register("volunteer", volunteers.VOLUNTEER.is_held)
    # As the form of a sign-up it checks its token by itself, so that nothing typed is lost.
    app.extensions["csrf"].exempt(applying.apply)
    # Mail programs send it, without a cookie: the token in the address is all that counts.
    app.extensions["csrf"].exempt(unsubscribing.unsubscribe)
    policies.register("wisher", kept_wishes.WISH.is_held)
    app.jinja_env.filters.update(pickers.FILTERS)
    app.jinja_env.filters.update(recommending.FILTERS)
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.filters.update(draw_words.FILTERS)
