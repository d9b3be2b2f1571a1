"""Due work: counters that no limit looks at any more are dropped."""

from datetime import datetime

from kyodo_match.accounts import services
from kyodo_match.core import limits
from kyodo_match.core.db import db


def forget_attempts(*, now: datetime) -> None:
    """Drop attempts older than every window; writes only where there are some."""
    if limits.any_old(db.session(), now=now):
        services.forget_attempts(now=now)
