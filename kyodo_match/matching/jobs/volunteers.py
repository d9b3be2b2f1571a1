"""Due work around volunteers; a second round finds nothing left to do."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.matching.services import volunteers as services


def forget_volunteers(*, now: datetime) -> int:
    """Forget registrations that nobody confirmed, and the last letters to those that ended."""
    due = queries.unconfirmed_since(db.session(), now=now)
    forgotten = sum(services.forget(volunteer_id=one, now=now) for one in due)
    if queries.has_letters_to_forget(db.session()):
        services.forget_letters(now=now)
    return forgotten
