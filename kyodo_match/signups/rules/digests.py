"""Which days a group's daily mail is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kyodo_match.core.clock import midnight, tokyo

_WRITE_FROM = time(7, 0)
_MOST_DAYS = 7  # after a longer outage the groups' pages say it better


@dataclass(frozen=True)
class DigestDays:
    """The days from `first` to `last` that have ended and of which nobody was told yet."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.last + timedelta(days=1))


def digest_days(*, now: datetime, told_until: date | None) -> DigestDays | None:
    """What to tell groups about now: from 7:00 yesterday, and days that an outage left out.

    `told_until` is the last day that groups were told of. Source: docs/rules/reminders.md.
    """
    local = tokyo(now)
    yesterday = local.date() - timedelta(days=1)
    if local.time() < _WRITE_FROM or (told_until is not None and told_until >= yesterday):
        return None
    first = yesterday
    if told_until is not None:
        earliest = yesterday - timedelta(days=_MOST_DAYS - 1)
        first = max(told_until + timedelta(days=1), earliest)
    return DigestDays(first, yesterday)
