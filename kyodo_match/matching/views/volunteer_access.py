"""The registration that a browser has opened by its mailed link: in hand for half an hour."""

from datetime import datetime, timedelta

from flask import abort, g, redirect, session

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.web.policies import Verdict

_LASTS = timedelta(minutes=30)
_RENEWED_AFTER = 60  # seconds
_IN_HAND = "volunteer"


def take_in_hand(volunteer: Volunteer) -> None:
    """A true link opens `/volunteers/mine` for a while."""
    take_version_in_hand(volunteer.public_id, volunteer.access_version)


def take_version_in_hand(volunteer_id: str, version: int) -> None:
    """Who has just changed their own address stays in."""
    session[_IN_HAND] = [volunteer_id, version, _timestamp(clock.now())]


def let_go() -> None:
    """Nothing is in hand any more."""
    session.pop(_IN_HAND, None)


def volunteer_in_hand() -> Volunteer:
    """The registration that this browser may see and change; others ask for their link."""
    if "volunteer_in_hand" not in g:
        g.volunteer_in_hand = _look()
    volunteer: Volunteer | None = g.volunteer_in_hand
    if volunteer is None:
        abort(redirect("/volunteers/resend", 303))
    return volunteer


def is_volunteer(_view_args: dict[str, object]) -> Verdict:
    """The policy `volunteer`: who holds nothing is led to where the link is sent again."""
    volunteer_in_hand()
    return Verdict.ALLOWED


def _look() -> Volunteer | None:
    identity, version, seconds = session.get(_IN_HAND) or ("", 0, 0)
    if _timestamp(clock.now()) - seconds > _LASTS.total_seconds():
        return None
    volunteer = queries.volunteer_by_id(db.session(), identity)
    if volunteer is None or volunteer.access_version != version:
        return None
    if _timestamp(clock.now()) - seconds > _RENEWED_AFTER:
        take_in_hand(volunteer)  # who types slowly does not lose the page while at work on it
    return volunteer


def _timestamp(moment: datetime) -> int:
    return int(moment.timestamp())
