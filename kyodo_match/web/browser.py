"""What a browser's session holds for half an hour: its own receipts, what its links opened.

Ids and times only. Slices above read the rows that they stand for, and decide.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Generic, TypeVar

from flask import abort, g, redirect, session

from kyodo_match.core import clock
from kyodo_match.web.policies import Verdict
from kyodo_match.web.responses import settings

_LASTS = timedelta(minutes=30)
_RENEWED_AFTER = 60  # seconds
_MOST_RECEIPTS = 10  # the cookie has room for so many
_BROWSER, _RECEIPTS, _BY_MAIL = "browser", "receipts", "_by_mail"

Row = TypeVar("Row", bound=Any)


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


def take_in_hand(kind: str, identity: str, version: int) -> None:
    """A true link opens what it is about for a while, by id and version of access."""
    session[kind] = [identity, version, _timestamp(clock.now())]


def in_hand(kind: str) -> str | None:
    """The id of what this browser holds of a kind; None after a while."""
    identity, _version, seconds = session.get(kind) or ("", 0, 0)
    return identity if _is_fresh(seconds) else None


def came_by_mail(kind: str, row: Any) -> bool:
    """Whether this browser opened the row by its mailed link, as it is now: the address is theirs.

    A number and a PIN show only that somebody has them.
    """
    return bool(session.get(f"{kind}{_BY_MAIL}") == [row.public_id, row.access_version])


class InHand(Generic[Row]):
    """Whose row of a kind a browser holds by its mailed link, and may therefore see and change.

    A row has a `public_id` and an `access_version`, which a new link raises: what was opened with
    an earlier one is let go. `find` reads a row by its id; who holds none is led to `lost`.
    """

    def __init__(self, kind: str, find: Callable[[str], Row | None], *, lost: str) -> None:
        self._kind, self._find, self._lost = kind, find, lost

    def take(self, row: Row, *, version: int | None = None, by_mail: bool = False) -> None:
        """A true link, or what stands for it, opens the row; `version` where it has just risen."""
        take_in_hand(self._kind, row.public_id, version or row.access_version)
        if by_mail:
            session[f"{self._kind}{_BY_MAIL}"] = [row.public_id, row.access_version]

    def let_go(self) -> None:
        """Nothing is in hand any more."""
        session.pop(self._kind, None)

    def row(self) -> Row:
        """The row in hand, read once a request."""
        held = f"{self._kind}_in_hand"
        if held not in g:
            setattr(g, held, self._look())
        row: Row | None = g.get(held)
        if row is None:
            abort(redirect(self._lost, 303))
        return row

    def is_held(self, _view_args: dict[str, object]) -> Verdict:
        """The policy of its pages: who holds nothing is led on, not to a sign-in."""
        self.row()
        return Verdict.ALLOWED

    def _look(self) -> Row | None:
        identity, version, seconds = session.get(self._kind) or ("", 0, 0)
        row = self._find(identity) if _is_fresh(seconds) else None
        if row is None or row.access_version != version:
            return None
        if _timestamp(clock.now()) - seconds > _RENEWED_AFTER:
            self.take(row)  # who types slowly does not lose the page while at work on it
        return row


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _is_fresh(seconds: int) -> bool:
    return _timestamp(clock.now()) - seconds <= _LASTS.total_seconds()
