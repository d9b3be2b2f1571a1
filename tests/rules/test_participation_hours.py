"""活動時間: what is proposed, of which day, how a time is read. Source: docs/rules/hours.md."""

from datetime import date, datetime, timedelta

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.participation import rules
from kyodo_match.participation.errors import DayOutside, TimeMissing

STARTS = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)
ENDS = STARTS + timedelta(hours=2, minutes=15)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2:30", 150),
        ("２：３０", 150),
        ("2時間30分", 150),
        ("2 時間 30 分", 150),
        ("2時間半", 150),
        ("2.5時間", 150),
        ("2.5", 150),
        ("3", 180),
        ("150分", 150),
        ("0:01", 1),
        ("24:00", 1440),
        ("", None),
        ("0", None),
        ("0:00", None),
        ("24:01", None),
        ("25", None),  # 25 minutes, or 2.5 hours? nobody knows
        ("1:60", None),
        ("半", None),
        ("30分半", None),
        ("9:30から", None),
        ("-2", None),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, minutes: int | None) -> None:
    assert rules.read_duration(typed) == minutes


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("60分", 60),
        ("30", 30),
        ("３０", 30),
        ("5", 5),
        ("1", 60),
        ("1.5", 90),
        ("1:15", 75),
        ("0", 0),
        ("なし", 0),
        ("少し", None),
        ("2000", None),
    ],
)
def test_a_number_alone_is_minutes_of_a_break(typed: str, minutes: int | None) -> None:
    assert rules.read_break(typed) == minutes


def test_the_planned_length_is_proposed_and_never_more_than_a_day_has() -> None:
    def proposed(ends_at: datetime, *, standing: bool = False) -> int | None:
        return rules.planned_minutes(starts_at=STARTS, ends_at=ends_at, standing=standing)

    assert proposed(ENDS) == 135
    assert proposed(STARTS + timedelta(days=2)) == 1440
    assert proposed(ENDS, standing=True) is None


def test_a_day_takes_hours_of_its_own_date_once_it_has_begun() -> None:
    def check(day: date, now: datetime) -> None:
        rules.check_day(day, starts_at=STARTS, ends_at=ENDS, standing=False, now=now)

    check(date(2026, 12, 12), STARTS)
    check(date(2026, 12, 12), STARTS + timedelta(days=200))
    with pytest.raises(DayOutside) as too_early:
        check(date(2026, 12, 12), STARTS - timedelta(seconds=1))
    with pytest.raises(DayOutside) as another_day:
        check(date(2026, 12, 13), STARTS + timedelta(days=1))

    assert too_early.value.last < too_early.value.first
    assert another_day.value.first == another_day.value.last == date(2026, 12, 12)


def test_a_standing_need_takes_any_day_of_its_period_up_to_today() -> None:
    now = STARTS + timedelta(days=10)
    until = STARTS + timedelta(days=90)

    def check(day: date, at: datetime = now) -> None:
        rules.check_day(day, starts_at=STARTS, ends_at=until, standing=True, now=at)

    check(date(2026, 12, 12))
    check(date(2026, 12, 22))
    for day in (date(2026, 12, 11), date(2026, 12, 23)):
        with pytest.raises(DayOutside):
            check(day)
    with pytest.raises(DayOutside):
        check(date(2027, 3, 13), until + timedelta(days=9))


def test_a_break_is_no_activity_and_leaves_something() -> None:
    assert rules.without_break(150, 60) == 90
    assert rules.without_break(150, 0) == 150
    with pytest.raises(TimeMissing):
        rules.without_break(60, 60)


def test_nobody_is_active_for_more_than_the_day_has() -> None:
    assert not rules.is_too_much(1440)
    assert rules.is_too_much(1441)


def test_a_group_writes_down_others_hours_for_thirty_days() -> None:
    assert rules.group_records_until(date(2026, 12, 12)) == datetime(2027, 1, 12, tzinfo=TOKYO)
