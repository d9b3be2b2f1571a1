"""Whose application a browser holds, and may therefore see and change."""

from kyodo_match.core.db import db
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.web import browser

SIGNUP: browser.InHand[Signup] = browser.InHand(
    "signup",
    lambda identity: queries.signup_by_id(db.session(), identity),
    lost="/manage/lookup",
)
