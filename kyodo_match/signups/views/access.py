"""What a browser's session holds for half an hour: its own receipts, the sign-up in hand."""

from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache
from secrets import token_urlsafe

from flask import abort, g, redirect, session

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt
from kyodo_match.web.policies import Verdict
from kyodo_match.web.responses import settings

_LASTS = timedelta(minutes=30)
_RENEWED_AFTER = 60  # seconds
_MOST_RECEIPTS = 10  # the cookie has room for so many
_BROWSER, _RECEIPTS, _IN_HAND = "browser", "receipts", "signup"


def browser_id() -> str:
    """A random value of this session: a submission key is worth nothing elsewhere."""
    if _BROWSER not in session:
        session[_BROWSER] = token_urlsafe(16)
    return str(session[_BROWSER])


def submission_fingerprint(slot_id: str, key: str) -> str | None:
    """The key of a form, bound to its slot and to the session that it was sent from.

    To its slot, since only what waits at the same lock can be told to be a repetition.
    """
    if not key:
        return None
    return settings().keys.fingerprint("submission", browser_id(), slot_id, key)


def remember_receipt(receipt: Receipt) -> None:
    """Let this browser see the receipt for a while: reload and print work."""
    kept = [pair for pair in session.get(_RECEIPTS, []) if pair[0] != receipt.number]
    session[_RECEIPTS] = [*kept, [receipt.number, _timestamp(clock.now())]][-_MOST_RECEIPTS:]


def may_see_receipt(number: str) -> bool:
    """Whether this browser made it within the last half hour.

    Source: docs/rules/receipts-and-links.md.
    """
    return any(
        made == number and _is_fresh(seconds) for made, seconds in session.get(_RECEIPTS, [])
    )


def take_in_hand(signup: Signup) -> None:
    """A true link or number and PIN open `/manage` for a while."""
    session[_IN_HAND] = [signup.public_id, signup.access_version, _timestamp(clock.now())]


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
    identity, version, seconds = session.get(_IN_HAND) or ("", 0, 0)
    if not _is_fresh(seconds):
        return None
    signup = queries.signup_by_id(db.session(), identity)
    if signup is None or signup.access_version != version:
        return None
    if _timestamp(clock.now()) - seconds > _RENEWED_AFTER:
        take_in_hand(signup)  # who types slowly does not lose the page while at work on it
    return signup


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _is_fresh(seconds: int) -> bool:
    return _timestamp(clock.now()) - seconds <= _LASTS.total_seconds()
