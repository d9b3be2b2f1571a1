"""Rules of posting: dates that move, lists of dates, and what changed while somebody typed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.opportunities.rules import (
    CONTENT,
    Content,
    OpportunityKind,
    OpportunityStatus,
    SlotPlan,
    every_week,
    faults,
    kept_by_office,
    meanwhile,
    moved,
    overlapping,
    read_days,
    rescheduled,
    same_weekday_next_year,
    version_of,
)

TODAY = date(2026, 11, 22)
START = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)
PLAN = SlotPlan(
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    capacity=8,
    opens_at=START - timedelta(days=20),
    closes_at=datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO),
    cancel_until=datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO),
)
TEXT = Content(kind=OpportunityKind.EVENT, title="何か", bring="軍手", fee="無料", rain="中止")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (date(2026, 5, 10), date(2027, 5, 9)),
        (date(2026, 11, 22), date(2027, 11, 21)),
        # 52 weeks after 1 April is 31 March, still the same fiscal year.
        (date(2026, 4, 1), date(2027, 4, 7)),
        # Three years ago: the first time that it lies ahead.
        (date(2023, 12, 2), date(2026, 11, 28)),
    ],
)
def test_next_year_is_the_same_weekday_in_a_later_fiscal_year_and_ahead(
    earlier: date, later: date
) -> None:
    found = same_weekday_next_year(earlier, today=TODAY)

    assert found == later
    assert found.weekday() == earlier.weekday()


def test_times_move_with_their_day_and_what_would_be_past_is_blank() -> None:
    now = datetime(2026, 12, 18, 12, 0, tzinfo=TOKYO)

    later = moved(PLAN, days=7, now=now)

    assert later.starts_at == START + timedelta(days=7)
    assert later.opens_at is None
    assert later.closes_at == datetime(2026, 12, 18, 17, 0, tzinfo=TOKYO)
    assert faults(later) == ()


@pytest.mark.parametrize(
    ("starts_at", "hours"),
    [
        (START + timedelta(days=7), 2),
        (START - timedelta(days=3), 2),
        (START - timedelta(hours=9), 1),
        (datetime(2026, 12, 12, 0, 10, tzinfo=TOKYO), 1),
    ],
)
def test_a_rescheduled_day_never_contradicts_itself(starts_at: datetime, hours: int) -> None:
    until = START - timedelta(minutes=10)
    plan = replace(PLAN, closes_at=until, cancel_until=until)

    later = rescheduled(
        plan, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), place=""
    )

    assert later.opens_at == plan.opens_at
    assert set(faults(later)) <= {"opens_at"}


def test_every_week_takes_both_ends() -> None:
    days = every_week(date(2026, 12, 6), date(2026, 12, 20), {6, 2})

    assert [f"{day:%m-%d}" for day in days] == ["12-06", "12-09", "12-13", "12-16", "12-20"]


def test_a_list_of_days_is_read_as_people_write_it() -> None:
    typed = "2026-12-13、12/20\n令和9年1月10日（日）\nＲ８．１２．６\n2026年12月13日(日), 1月9日"

    days, unread = read_days(typed, today=TODAY)

    assert [day.isoformat() for day in days] == [
        "2026-12-06",
        "2026-12-13",
        "2026-12-20",
        "2027-01-09",
        "2027-01-10",
    ]
    assert unread == ()


def test_what_is_no_day_is_named() -> None:
    days, unread = read_days("あした\n2/30\n12/20\n1\n99999-1-1\n2026-12-1-5", today=TODAY)

    assert days == (date(2026, 12, 20),)
    assert unread == ("あした", "2/30", "1", "99999-1-1", "2026-12-1-5")


def test_days_that_only_touch_do_not_clash() -> None:
    taken = [(PLAN.ends_at, PLAN.ends_at + timedelta(hours=1))]

    assert overlapping(PLAN, taken) is None
    assert overlapping(replace(PLAN, ends_at=PLAN.ends_at + timedelta(minutes=1)), taken)


def test_only_what_somebody_else_changed_is_told_and_both_where_both_did() -> None:
    opened = version_of(TEXT, CONTENT)
    stands = replace(TEXT, bring="水着", fee="100円", rain="小雨は行う")
    typed = replace(TEXT, bring="長靴", rain="小雨は行う", place="広場")

    since = meanwhile(opened, stands=stands, typed=typed, names=CONTENT)

    assert (since.theirs, since.both) == (("fee",), ("bring",))


def test_a_version_that_cannot_be_read_overwrites_nothing() -> None:
    typed = replace(TEXT, bring="長靴")

    since = meanwhile("?", stands=TEXT, typed=typed, names=CONTENT)

    assert since.both == ("bring",)


def test_the_same_text_on_both_sides_asks_nothing() -> None:
    opened = version_of(TEXT, CONTENT)
    same = replace(TEXT, bring="長靴")

    assert not meanwhile(opened, stands=same, typed=same, names=CONTENT)


@pytest.mark.parametrize("status", OpportunityStatus)
def test_only_a_published_name_is_kept_and_never_from_the_office(
    status: OpportunityStatus,
) -> None:
    kept = kept_by_office(status, office=False)

    assert bool(kept) is (status is OpportunityStatus.PUBLISHED)
    assert kept_by_office(status, office=True) == ()
