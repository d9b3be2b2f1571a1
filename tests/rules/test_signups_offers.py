"""Offers and deadlines: how long an offer lasts, what is late, why nobody moves."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core.clock import TOKYO
from kyodo_match.settings.rules import OfficeCalendar
from kyodo_match.signups import rules
from kyodo_match.signups.rules import (
    SignupStatus,
    WaitingReason,
)
from tests.support.clock import at

CALENDAR = OfficeCalendar()
S = SignupStatus


# --- Offers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("until_start", "hours"),
    [
        (timedelta(days=14, seconds=1), 72),
        (timedelta(days=14), 48),
        (timedelta(days=7, seconds=1), 48),
        (timedelta(days=7), 24),
        (timedelta(days=3, seconds=1), 24),
        (timedelta(days=3), 6),
        (timedelta(minutes=1), 6),
    ],
    ids=str,
)
def test_an_offer_is_shorter_the_nearer_the_start(until_start: timedelta, hours: int) -> None:
    assert rules.offer_lasts(until_start) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "starts_at", "expected"),
    [
        (at(11, 10, 10), at(12, 12, 9), at(11, 13, 17, 15)),
        (at(11, 10, 17, 15), at(12, 12, 9), at(11, 13, 17, 15)),
        (at(11, 10, 17, 16), at(12, 12, 9), at(11, 16, 17, 15)),
        (at(11, 19, 18), at(12, 12, 9), at(11, 24, 17, 15)),
        (at(12, 28, 10), at(1, 20, 9, year=2027), at(1, 4, 17, 15, year=2027)),
        (at(4, 28, 18), at(5, 20, 9), at(5, 7, 17, 15)),
        (at(12, 9, 10), at(12, 12, 10), at(12, 9, 17, 15)),
        (at(12, 10, 18), at(12, 12, 9), at(12, 11, 9)),
        (at(12, 11, 8, 59), at(12, 12, 9), at(12, 11, 9)),
        (at(12, 11, 9), at(12, 12, 9), at(12, 12, 9)),
        (at(12, 12, 8), at(12, 12, 9), at(12, 12, 9)),
    ],
    ids=[
        "to-the-closing-of-that-day",
        "at-the-very-closing",
        "past-closing-over-a-weekend",
        "over-a-weekend-and-a-holiday",
        "over-the-year-end",
        "over-golden-week",
        "six-hours-near-the-start",
        "never-past-the-stop",
        "a-minute-before-the-stop",
        "after-the-stop-a-call-until-the-start",
        "on-the-day",
    ],
)
def test_an_offer_ends_when_an_office_day_closes(
    now: datetime, starts_at: datetime, expected: datetime
) -> None:
    stop = rules.offers_stop(stop_at=None, starts_at=starts_at)

    deadline = rules.offer_expires_at(
        now=now, starts_at=starts_at, offers_stop_at=stop, calendar=CALENDAR
    )

    assert deadline == expected


@given(now=st.datetimes(datetime(2026, 4, 1), datetime(2027, 4, 1)), ahead=st.integers(1, 90_000))  # noqa: DTZ001 - given a zone below
def test_an_offer_ends_in_office_hours_before_offers_stop_or_at_the_start(
    now: datetime, ahead: int
) -> None:
    now = now.replace(tzinfo=TOKYO)
    starts_at = now + timedelta(minutes=ahead)
    stop = rules.offers_stop(stop_at=None, starts_at=starts_at)

    deadline = rules.offer_expires_at(
        now=now, starts_at=starts_at, offers_stop_at=stop, calendar=CALENDAR
    )

    assert now < deadline <= starts_at
    assert deadline in {stop, starts_at} or (
        CALENDAR.is_open_on(deadline.date()) and deadline.time() == CALENDAR.closes
    )


def test_a_slot_may_say_itself_when_offers_stop() -> None:
    own = at(12, 1, 12)

    assert rules.offers_stop(stop_at=own, starts_at=at(12, 12, 9)) == own


# --- Leaving late, waiting, reminders ---------------------------------------


@pytest.mark.parametrize(
    ("status", "now", "late"),
    [
        (S.CONFIRMED, at(12, 11, 17), False),
        (S.CONFIRMED, at(12, 11, 17, 1), True),
        (S.AWAITING_ANSWER, at(12, 11, 17, 1), False),
        (S.OFFERED, at(12, 11, 17, 1), False),
        (S.WAITLISTED, at(12, 11, 17, 1), False),
    ],
)
def test_only_a_sure_place_given_back_after_the_limit_is_late(
    status: SignupStatus,
    now: datetime,
    *,
    late: bool,
) -> None:
    assert rules.is_late(status, now=now, cancel_until=at(12, 11, 17)) is late


def test_without_a_limit_nothing_is_late() -> None:
    assert not rules.is_late(S.CONFIRMED, now=at(12, 12), cancel_until=None)


@pytest.mark.parametrize(
    ("free", "stopped", "offered", "reason"),
    [
        (0, False, False, WaitingReason.NOBODY_CANCELLED),
        (0, False, True, WaitingReason.OTHERS_DECIDE),
        (2, False, False, WaitingReason.NEXT_NEEDS_MORE),
        (2, False, True, WaitingReason.NEXT_NEEDS_MORE),
        (0, True, True, WaitingReason.OFFERS_STOPPED),
        (2, True, False, WaitingReason.OFFERS_STOPPED),
    ],
)
def test_there_is_a_reason_why_nobody_moves(
    free: int,
    *,
    stopped: bool,
    offered: bool,
    reason: WaitingReason,
) -> None:
    assert rules.why_waiting(free=free, stopped=stopped, offered=offered) is reason
