"""Due work: hours that nobody wrote down are asked for, files that nobody took are forgotten."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.participation import queries, rules, services


def forget_drafts(*, now: datetime) -> None:
    """Forget drafts after a day; writes only where there are some."""
    if queries.has_old_drafts(db.session(), now=now):
        services.forget_drafts(now=now)


def remind_of_hours(*, now: datetime) -> int:
    """Ask groups, once a day of activity, for the hours of those who came. How many letters."""
    before = rules.asked_for_before(now)
    if not queries.any_to_ask_for_hours(db.session(), ended_before=before):
        return 0
    return services.ask_for_hours(now=now)
