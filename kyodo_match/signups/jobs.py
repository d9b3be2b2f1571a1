"""Due work: each slot in a transaction of its own; a second round finds nothing left to do."""

from datetime import datetime

from kyodo_match.core.db import db
from kyodo_match.signups import queries, rules, services


def expire_offers(*, now: datetime) -> int:
    """End offers past their deadline and offer their places to the next. How many ended."""
    due = queries.slots_with_ended_offers(db.session(), now=now)
    return sum(services.expire_offers_of(slot_id=slot_id, now=now) for slot_id in due)


def remind(*, now: datetime) -> int:
    """Remind whoever comes tomorrow, from 9:00 in Japan. How many were told."""
    window = rules.reminder_window(now)
    due = queries.slots_to_remind(db.session(), window) if window else ()
    return sum(services.remind_slot(slot_id=slot_id, now=now) for slot_id in due)
