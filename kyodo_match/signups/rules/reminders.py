"""Who is reminded when."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kyodo_match.core.clock import TOKYO, tokyo, tokyo_date

_REMIND_FROM = time(9, 0)


@dataclass(frozen=True)
class ReminderWindow:
    """Whom a reminder is for: when their activity begins, and until when the place was settled."""

    starts_from: datetime
    starts_before: datetime
    settled_before: datetime


def reminder_window(now: datetime) -> ReminderWindow | None:
    """Who is reminded now: from 9:00 in Japan, those whose activity begins tomorrow.

    Who got the confirmation today is not told the same again a few hours later. None before 9:00.
    """
    local = tokyo(now)
    if local.time() < _REMIND_FROM:
        return None
    today = datetime.combine(local.date(), time(), TOKYO)
    tomorrow = today + timedelta(days=1)
    return ReminderWindow(tomorrow, tomorrow + timedelta(days=1), settled_before=today)


def reminder_follows(starts_at: datetime, *, now: datetime) -> bool:
    """Whether whose place is settled now is reminded: not of what begins today or tomorrow."""
    return tokyo_date(starts_at) - tokyo_date(now) >= timedelta(days=2)
