"""What a browser's session holds for half an hour: its own receipts, the sign-up in hand.

Ids and times only. Slices above read the rows that they stand for, and decide.
"""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from flask import session

from kyodo_match.core import clock
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


def new_submission() -> str:
    """The submission key of a fresh form."""
    browser_id()
    return token_urlsafe(16)


def submission_fingerprint(about: str, key: str) -> str | None:
    """The key of a form, bound to what it is about and to the session that it was sent from.

    To a slot or a round, since only what waits at the same lock can be told to be a repetition.
    """
    if not key:
        return None
    return settings().keys.fingerprint("submission", browser_id(), about, key)


def remember_receipt(number: str) -> None:
    """Let this browser see a receipt for a while: reload and print work."""
    kept = [pair for pair in session.get(_RECEIPTS, []) if pair[0] != number]
    session[_RECEIPTS] = [*kept, [number, _timestamp(clock.now())]][-_MOST_RECEIPTS:]


def may_see_receipt(number: str) -> bool:
    """Whether this browser made it within the last half hour.

    Source: docs/rules/receipts-and-links.md.
    """
    return any(
        made == number and _is_fresh(seconds) for made, seconds in session.get(_RECEIPTS, [])
    )


def take_in_hand(signup_id: str, version: int) -> None:
    """A true link or number and PIN open `/manage` for a while."""
    session[_IN_HAND] = [signup_id, version, _timestamp(clock.now())]


def in_hand() -> tuple[str, int] | None:
    """The sign-up that this browser holds, by id and version of access; None after a while."""
    identity, version, seconds = session.get(_IN_HAND) or ("", 0, 0)
    return (identity, version) if _is_fresh(seconds) else None


def keep_in_hand() -> None:
    """Who types slowly does not lose the page while at work on it."""
    identity, version, seconds = session[_IN_HAND]
    if _timestamp(clock.now()) - seconds > _RENEWED_AFTER:
        take_in_hand(identity, version)


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _is_fresh(seconds: int) -> bool:
    return _timestamp(clock.now()) - seconds <= _LASTS.total_seconds()
