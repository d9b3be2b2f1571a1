"""お知らせのメール: when somebody is written to about new days, and which days are worth it."""

from datetime import datetime, time, timedelta

from kyodo_match.core.clock import TOKYO, tokyo
from kyodo_match.matching.rules.recommending import WeightsSet
from kyodo_match.matching.rules.wishes import Frequency, WishChoices

# お知らせ: the kind of these letters in the outbox.
ALERT_KIND = "wish-alert"
# Mails come in the morning; what an outage delayed is not sent in the night.
_WRITE_FROM, _WRITE_UNTIL = time(9, 0), time(18, 0)
# Thursday: somebody can still arrange the weekend, and phone the office on Friday.
_WEEKLY_ON = 3
_A_WEEK = 7

# What one mail lists: activities, each by its best day.
MOST_ACTIVITIES = 5
# A city's mail relay takes so many and no more: the letters of one run are spread over time.
LETTERS_A_MINUTE = 100


def may_write(now: datetime) -> bool:
    """Whether it is a time for alerts: from 9:00 to 18:00 in Japan.

    Source: docs/rules/alerts.md.
    """
    return _WRITE_FROM <= tokyo(now).time() < _WRITE_UNTIL


def next_alert_at(frequency: Frequency, *, now: datetime) -> datetime | None:
    """When to look again for new days, after now: at 9:00, daily or on a Thursday.

    None where nothing is to be sent. Source: docs/rules/alerts.md.
    """
    if frequency is Frequency.NONE:
        return None
    local = tokyo(now)
    days = 0 if frequency is Frequency.DAILY else (_WEEKLY_ON - local.weekday()) % _A_WEEK
    step = timedelta(days=1 if frequency is Frequency.DAILY else _A_WEEK)
    first = datetime.combine(local.date() + timedelta(days=days), _WRITE_FROM, TOKYO)
    return (first if first > local else first + step).astimezone(now.tzinfo)


def least_points(choices: WishChoices, weights: WeightsSet) -> int:
    """What a day must have, before boosts, to be worth a mail: half of what could be had.

    Of what the wish says of place, time and field, which people look at first; of skills where it
    says none of these. A wish that says nothing hears of every new day. Source:
    docs/rules/alerts.md.
    """
    said = (
        weights.place * bool(choices.district)
        + weights.time * bool(choices.times)
        + weights.field * bool(choices.fields)
    )
    return -(-(said or weights.skill * bool(choices.skills)) // 2)


def due_at(number: int, *, since: datetime) -> datetime:
    """When the letter of that number, counted from 0, goes out: so many a minute."""
    return since + timedelta(minutes=number // LETTERS_A_MINUTE)
