"""Whose application a browser holds, and may therefore see and change."""

from email.utils import parseaddr
from functools import cache

from kyodo_match.core.db import db
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.web import browser
from kyodo_match.web.responses import settings

SIGNUP: browser.InHand[Signup] = browser.InHand(
    "signup",
    lambda identity: queries.signup_by_id(db.session(), identity),
    lost="/manage/lookup",
)


def sender() -> str:
    """The address that our mail comes from: what a phone's settings must let through."""
    return _address(settings().mail_from)


@cache
def _address(mail_from: str) -> str:
    return parseaddr(mail_from)[1]
