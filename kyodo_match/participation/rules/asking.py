"""実績記入のお願い: when a group is asked to write down who came."""

from datetime import datetime, timedelta

from kyodo_match.core.clock import tokyo_date
from kyodo_match.participation.rules.days import group_until

PATIENCE = timedelta(days=3)


def asked_today(asked_at: datetime | None, now: datetime) -> bool:
    """Whether the group was asked on this very day: a second letter would only annoy."""
    return asked_at is not None and tokyo_date(asked_at) == tokyo_date(now)


def is_due(*, ends_at: datetime, asked_at: datetime | None, now: datetime) -> bool:
    """Whether a day belongs among those that are all asked for at once.

    Its group may still write it down, and was not asked within three days. Source:
    docs/rules/reception.md.
    """
    patient = asked_at is None or now >= asked_at + PATIENCE
    return patient and now < group_until(ends_at)


def days_since(ends_at: datetime, now: datetime) -> int:
    """How many days ago, by Japan's calendar."""
    return (tokyo_date(now) - tokyo_date(ends_at)).days
