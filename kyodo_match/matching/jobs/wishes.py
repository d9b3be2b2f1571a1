"""Due work of kept wishes."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.matching.queries.wishes import any_unconfirmed
from kyodo_match.matching.services import wishes


def forget_unconfirmed(*, now: datetime) -> int:
    """Erase the wishes whose link nobody opened within a week. How many there were."""
    return wishes.forget_unconfirmed(now=now) if any_unconfirmed(db.session(), now=now) else 0
