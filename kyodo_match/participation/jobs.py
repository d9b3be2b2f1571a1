"""Due work: what was read from files that nobody took is forgotten."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.participation import queries, services


def forget_drafts(*, now: datetime) -> None:
    """Forget drafts after a day; writes only where there are some."""
    if queries.has_old_drafts(db.session(), now=now):
        services.forget_drafts(now=now)
