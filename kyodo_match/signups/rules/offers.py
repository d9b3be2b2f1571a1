"""How long an offer lasts."""

from datetime import datetime, timedelta

from kyodo_match.settings.rules import OfficeCalendar


def offer_lasts(until_start: timedelta) -> timedelta:
    """How long an offer lasts, by how far away the start is.

    Source: docs/rules/waitlist-and-offers.md.
    """
    for days, hours in ((14, 72), (7, 48), (3, 24)):
        if until_start > timedelta(days=days):
            return timedelta(hours=hours)
    return timedelta(hours=6)


def offer_expires_at(
    *, now: datetime, starts_at: datetime, offers_stop_at: datetime, calendar: OfficeCalendar
) -> datetime:
    """The deadline of an offer made now.

    Its hours, then to the next closing of an office day, never past `offers_stop_at`. One made
    after that is a phone call, which ends when the activity starts.
    Source: docs/rules/waitlist-and-offers.md.
    """
    if now >= offers_stop_at:
        return starts_at
    return min(calendar.next_closing(now + offer_lasts(starts_at - now)), offers_stop_at)


def answer_by(*, now: datetime, starts_at: datetime, calendar: OfficeCalendar) -> datetime:
    """Until when we ask for an answer after a change that matters: like an offer made now.

    Nobody loses a place when it passes: from then on the office phones.
    Source: docs/rules/changed-days.md.
    """
    stop = offers_stop(stop_at=None, starts_at=starts_at)
    return offer_expires_at(now=now, starts_at=starts_at, offers_stop_at=stop, calendar=calendar)


_OFFERS_STOP = timedelta(hours=24)


def offers_stop(*, stop_at: datetime | None, starts_at: datetime) -> datetime:
    """When offers in writing end: 24 h before the start unless the slot says otherwise.

    Source: docs/rules/waitlist-and-offers.md.
    """
    return stop_at or starts_at - _OFFERS_STOP
