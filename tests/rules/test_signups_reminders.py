"""Who is reminded, thanked and written to on which day, around weekends and holidays."""

from datetime import date, datetime, time, timedelta

import pytest

from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups import rules
from kyodo_match.signups.rules import DigestDays, Reminder, ReminderWindow
from tests.support.clock import at

OFFICE = OfficeCalendar()  # weekdays, closed on holidays and 12/29–1/3


def windows(
    reminder: Reminder, now: datetime, *, calls: bool, calendar: OfficeCalendar = OFFICE
) -> list[ReminderWindow]:
    found = rules.reminder_windows(reminder, now=now, calendar=calendar)
    return [window for window in found if (window.call_by is not None) is calls]


def days(found: list[ReminderWindow]) -> list[date]:
    return [tokyo_date(window.starts_from) for window in found]


@pytest.mark.parametrize("reminder", Reminder)
def test_before_nine_nobody_is_reminded(reminder: Reminder) -> None:
    assert rules.reminder_windows(reminder, now=at(12, 11, 8, 59), calendar=OFFICE) == ()


@pytest.mark.parametrize("now", [at(12, 11, 9), at(12, 11, 23, 59)], ids=["nine", "midnight"])
def test_from_nine_on_those_of_tomorrow_are_written_to(now: datetime) -> None:
    (window,) = windows(Reminder.DAY, now, calls=False)

    assert (window.starts_from, window.starts_before) == (at(12, 12), at(12, 13))
    assert window.settled_before == at(12, 11)


def test_a_week_before_is_said_until_five_days_before_and_by_the_same_settlement() -> None:
    found = windows(Reminder.WEEK, at(12, 5, 9), calls=False)

    assert days(found) == [date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 12)]
    assert [window.settled_before for window in found] == [at(12, 3), at(12, 4), at(12, 5)]


@pytest.mark.parametrize(
    ("now", "called_about"),
    [
        pytest.param(at(12, 10, 9), [11], id="thursday-for-friday"),
        pytest.param(at(12, 11, 9), [12, 13, 14], id="friday-for-the-weekend-and-monday"),
        pytest.param(at(12, 12, 9), [13, 14], id="saturday-for-what-friday-left"),
        pytest.param(at(12, 13, 9), [14], id="sunday-for-what-friday-left"),
    ],
)
def test_calls_of_the_day_before_are_made_on_the_last_office_day(
    now: datetime, called_about: list[int]
) -> None:
    found = windows(Reminder.DAY, now, calls=True)

    assert [day.day for day in days(found)] == called_about


def test_a_call_is_due_when_the_office_closes_that_day() -> None:
    found = windows(Reminder.DAY, at(12, 12, 9), calls=True)

    assert {window.call_by for window in found} == {at(12, 11, 17, 15)}
    assert {window.settled_before for window in found} == {at(12, 11)}


def test_calls_for_the_first_days_of_january_are_made_in_december() -> None:
    found = windows(Reminder.DAY, at(12, 28, 9), calls=True)

    assert days(found) == [date(2026, 12, 29) + timedelta(days=n) for n in range(7)]


def test_the_call_of_the_week_is_left_out_where_it_falls_together_with_the_last() -> None:
    # 2027-01-04 is the first office day: a week before is 12-28, and so is the last office day.
    found = windows(Reminder.WEEK, at(12, 28, 9), calls=True)

    assert date(2027, 1, 4) not in days(found)
    assert date(2027, 1, 5) in days(found)


def test_an_office_that_never_opens_phones_on_the_very_day() -> None:
    never = OfficeCalendar(weekdays=frozenset())

    (window,) = windows(Reminder.DAY, at(12, 12, 9), calls=True, calendar=never)

    assert tokyo_date(window.starts_from) == date(2026, 12, 13)
    assert window.call_by == at(12, 12, 17, 15)


@pytest.mark.parametrize("hour", [time(9, 59), time(20, 0), time(0, 0)])
def test_nobody_is_thanked_early_or_late_in_the_day(hour: time) -> None:
    assert rules.thanks_window(datetime.combine(date(2026, 12, 13), hour, TOKYO)) is None


def test_who_came_is_thanked_from_the_day_after_and_for_two_weeks() -> None:
    assert rules.thanks_window(at(12, 13, 10)) == (at(11, 29), at(12, 13))


def test_groups_are_told_of_yesterday_from_seven_on() -> None:
    early = rules.digest_days(now=at(12, 13, 6, 59), told_until=None)
    due = rules.digest_days(now=at(12, 13, 7), told_until=None)

    assert early is None
    assert due == DigestDays(date(2026, 12, 12), date(2026, 12, 12))
    assert (due.begins_at, due.ends_at) == (at(12, 12), at(12, 13))


@pytest.mark.parametrize(
    ("told_until", "first"),
    [
        (date(2026, 12, 12), None),
        (date(2026, 12, 11), date(2026, 12, 12)),
        (date(2026, 12, 9), date(2026, 12, 10)),
        (date(2026, 10, 1), date(2026, 12, 6)),
    ],
)
def test_days_that_an_outage_left_out_are_told_of_afterwards(
    told_until: date, first: date | None
) -> None:
    due = rules.digest_days(now=at(12, 13, 7), told_until=told_until)

    assert (due.first if due else None) == first


@pytest.mark.parametrize(
    ("starts_at", "follow"),
    [
        (at(11, 22, 13), []),
        (at(11, 23, 23, 59), []),
        (at(11, 24), ["day"]),
        (at(11, 29, 23), ["day"]),
        (at(11, 30), ["week", "day"]),
    ],
    ids=["today", "late tomorrow", "the day after tomorrow", "in a week", "later"],
)
def test_what_is_promised_at_the_sign_up_is_what_still_comes(
    starts_at: datetime, follow: list[str]
) -> None:
    assert list(rules.reminders_to_come(starts_at, now=at(11, 22, 12))) == follow
