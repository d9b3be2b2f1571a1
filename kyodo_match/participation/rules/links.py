"""受付用リンク: how long one opens the reception of its day, and what it is at a moment."""

from datetime import datetime, timedelta
from enum import StrEnum

from kyodo_match.participation.errors import DayIsOver
from kyodo_match.participation.rules.days import EARLY, end_of_day_after

LASTS = timedelta(hours=12)
MOST_LINKS = 5  # so many phones and sheets lie at a door; more is a link that got lost


class LinkState(StrEnum):
    """受付用リンクの状態."""

    COMING = "coming"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def link_window(
    *, starts_at: datetime, ends_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """From when until when a link made now is good.

    Twelve hours from three hours before the start, or from now where it is made later; never
    longer than names are open to a reception, which is the day after. Raises DayIsOver.
    Source: docs/rules/reception.md.
    """
    over = end_of_day_after(ends_at)
    if now >= over:
        raise DayIsOver
    valid_from = max(now, starts_at - EARLY)
    return valid_from, min(valid_from + LASTS, over)


def link_state(
    *,
    valid_from: datetime,
    expires_at: datetime,
    revoked: bool,
    starts_at: datetime,
    now: datetime,
) -> LinkState:
    """What a link is at a moment; where its day was moved to later, it waits for the new day."""
    if revoked:
        return LinkState.REVOKED
    if now >= expires_at:
        return LinkState.EXPIRED
    if now < link_opens_at(valid_from=valid_from, starts_at=starts_at):
        return LinkState.COMING
    return LinkState.VALID


def link_opens_at(*, valid_from: datetime, starts_at: datetime) -> datetime:
    """From when a link opens: names of a day that was moved do not open on the old one."""
    return max(valid_from, starts_at - EARLY)
