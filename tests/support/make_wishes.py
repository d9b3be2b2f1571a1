"""Makers of kept wishes: all that a test does not name is filled in."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.matching.models import Wish
from kyodo_match.matching.rules.wishes import Frequency, WishState
from tests.support.clock import START

_numbers = count(1)


@use_case
def make_wish(session: Session, /, **values: Any) -> Wish:
    """A daily wish for environment whose turn came an hour ago; keywords are columns."""
    written = START - timedelta(days=3)
    filled: dict[str, Any] = {
        "email": f"wisher{next(_numbers)}@example.jp",
        "fields": ("environment",),
        "frequency": Frequency.DAILY,
        "state": WishState.ACTIVE,
        "privacy_version": "wish-1",
        "created_at": written,
        "changed_at": written,
        "confirmed_at": written,
        "next_alert_at": START - timedelta(hours=1),
        **values,
    }
    wish = Wish(**filled)
    session.add(wish)
    return wish
