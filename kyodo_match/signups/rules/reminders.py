"""Who is reminded when, and who is thanked."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kyodo_match.core.clock import TOKYO, midnight, tokyo, tokyo_date
from kyodo_match.settings.rules import OfficeCalendar

_REMIND_FROM = time(9, 0)
_THANK_FROM, _THANK_UNTIL = time(10, 0), time(20, 0)
_THANKS_WAIT = 14  # days for the group to mark who was there
# A city hall is closed for twelve days at the very most.
_LONGEST_CLOSURE = 12


class Reminder(StrEnum):
    """ご案内の時期: which of the two reminders."""

    WEEK = "week"
    DAY = "day"


# How many days before; after an outage it is still worth saying until the second number.
_DAYS_BEFORE = {Reminder.WEEK: (7, 5), Reminder.DAY: (1, 1)}


@dataclass(frozen=True)
class ReminderWindow:
    """Whom a reminder is for: when their activity begins, and until when the place was settled.

    By mail, or by a call that is due at `call_by`.
    """

    starts_from: datetime
    starts_before: datetime
    settled_before: datetime
    call_by: datetime | None = None


def reminder_windows(
    reminder: Reminder, *, now: datetime, calendar: OfficeCalendar
) -> tuple[ReminderWindow, ...]:
    """Who is reminded now, one window a day of activity; none before 9:00 in Japan.

    Whose place was settled after the window began has just been told everything. Calls are made
    when the office is open: on the last office day until then. Where both calls would fall on the
    same day, the one of the week is left out. Source: docs/rules/reminders.md.
    """
    local = tokyo(now)
    if local.time() < _REMIND_FROM:
        return ()
    today = local.date()
    before, until = _DAYS_BEFORE[reminder]
    windows = [
        _window(today + timedelta(days=days), told_on=today + timedelta(days=days - before))
        for days in range(until, before + 1)
    ]
    for days in range(until, before + _LONGEST_CLOSURE + 1):
        day = today + timedelta(days=days)
        told_on = _office_day(day - timedelta(days=before), calendar)
        is_double = reminder is Reminder.WEEK and told_on == _office_day(
            day - timedelta(days=1), calendar
        )
        if told_on <= today and not is_double:
            call_by = datetime.combine(told_on, calendar.closes, TOKYO)
            windows.append(_window(day, told_on=told_on, call_by=call_by))
    return tuple(windows)


def _office_day(day: date, calendar: OfficeCalendar) -> date:
    """The day itself or the last office day before it; itself where the office never opens."""
    days = (day - timedelta(days=back) for back in range(_LONGEST_CLOSURE + 1))
    return next((one for one in days if calendar.is_open_on(one)), day)


def _window(day: date, *, told_on: date, call_by: datetime | None = None) -> ReminderWindow:
    return ReminderWindow(
        starts_from=midnight(day),
        starts_before=midnight(day + timedelta(days=1)),
        settled_before=midnight(told_on),
        call_by=call_by,
    )


def reminders_to_come(starts_at: datetime, *, now: datetime) -> tuple[Reminder, ...]:
    """What whose place is settled now will be reminded by: not by what would come today."""
    days = (tokyo_date(starts_at) - tokyo_date(now)).days
    return tuple(one for one in Reminder if days > _DAYS_BEFORE[one][0])


def thanks_window(now: datetime) -> tuple[datetime, datetime] | None:
    """Between when an activity must have ended for its people to be thanked now.

    The day after, from 10:00 to 20:00, and for two weeks whenever somebody is marked late.
    Source: docs/rules/reminders.md.
    """
    local = tokyo(now)
    if not _THANK_FROM <= local.time() < _THANK_UNTIL:
        return None
    today = local.date()
    return midnight(today - timedelta(days=_THANKS_WAIT)), midnight(today)
