"""申込みの画面: the form, the receipt, one's own application, and what is done to a slot."""

from flask import Flask

from kyodo_match.signups.messages import FILTERS
from kyodo_match.signups.views import application, days, manage, slots
from kyodo_match.signups.views.access import SIGNUP
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web.policies import Policies

__all__ = ["application", "bp", "days", "install", "manage", "slots"]


def install(app: Flask, policies: Policies) -> None:
    """The policy of citizens with a link, and the words of states and choices."""
    policies.register("citizen", SIGNUP.is_held)
    # This form checks its token by itself: whoever took too long gets it back with what was typed.
    app.extensions["csrf"].exempt(application.sign_up)
    app.jinja_env.filters.update(FILTERS)
