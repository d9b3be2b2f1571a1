"""Whose application a browser holds, and may therefore see and change."""

from email.utils import parseaddr
from functools import cache

from flask import abort, g, redirect

from kyodo_match.core.db import db
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.web import browser
from kyodo_match.web.policies import Verdict
from kyodo_match.web.responses import settings


def take_in_hand(signup: Signup) -> None:
    """A true link or number and PIN open `/manage` for a while."""
    browser.take_in_hand(signup.public_id, signup.access_version)


def sender() -> str:
    """The address that our mail comes from: what a phone's settings must let through."""
    return _address(settings().mail_from)


@cache
def _address(mail_from: str) -> str:
    return parseaddr(mail_from)[1]


def signup_in_hand() -> Signup:
    """The sign-up that this browser may see and change; others are led to the look-up."""
    if "signup_in_hand" not in g:
        g.signup_in_hand = _look()
    signup: Signup | None = g.signup_in_hand
    if signup is None:
        abort(redirect("/manage/lookup", 303))
    return signup


def is_citizen(_view_args: dict[str, object]) -> Verdict:
    """The policy `citizen`: who holds nothing is led to the look-up, not to a sign-in."""
    signup_in_hand()
    return Verdict.ALLOWED


def _look() -> Signup | None:
    held = browser.in_hand()
    signup = queries.signup_by_id(db.session(), held[0]) if held else None
    if signup is None or held is None or signup.access_version != held[1]:
        return None
    browser.keep_in_hand()
    return signup
