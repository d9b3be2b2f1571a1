"""When marking begins, and how long a group works with names."""

from datetime import datetime, timedelta

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.participation.errors import DayIsOver
from kyodo_match.participation.rules import (
    LinkState,
    asked_today,
    days_since,
    desk_opens_at,
    group_until,
    is_due,
    link_state,
    link_window,
    marks_open_at,
    names_open,
    needs_reason,
    visits,
)

CLOSES = datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO)
STARTS = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)
ENDS = datetime(2026, 12, 12, 11, 30, tzinfo=TOKYO)
MINUTE = timedelta(minutes=1)
DAY_AFTER_IS_OVER = datetime(2026, 12, 14, 0, 0, tzinfo=TOKYO)
MONTH_IS_OVER = datetime(2027, 1, 12, 0, 0, tzinfo=TOKYO)


def test_marking_begins_with_the_day_itself() -> None:
    assert marks_open_at(STARTS) == datetime(2026, 12, 12, 0, 0, tzinfo=TOKYO)


def test_marking_for_a_start_after_midnight_begins_three_hours_before() -> None:
    starts = datetime(2026, 12, 12, 0, 30, tzinfo=TOKYO)

    assert marks_open_at(starts) == datetime(2026, 12, 11, 21, 30, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("editor", "now", "unmarked", "open_"),
    [
        pytest.param(False, CLOSES - MINUTE, 0, False, id="reception before closing"),
        pytest.param(False, CLOSES, 0, True, id="reception from closing"),
        pytest.param(True, CLOSES - timedelta(days=30), 0, True, id="editor from the sign-up"),
        pytest.param(False, DAY_AFTER_IS_OVER - MINUTE, 3, True, id="reception the day after"),
        pytest.param(False, DAY_AFTER_IS_OVER, 3, False, id="reception two days later"),
        pytest.param(True, DAY_AFTER_IS_OVER, 0, False, id="editor when all are marked"),
        pytest.param(True, DAY_AFTER_IS_OVER, 1, True, id="editor while one is unmarked"),
        pytest.param(True, MONTH_IS_OVER - MINUTE, 1, True, id="editor within a month"),
        pytest.param(True, MONTH_IS_OVER, 1, False, id="editor after a month"),
    ],
)
def test_names_are_open_to_a_group_in_its_window(
    *, editor: bool, now: datetime, unmarked: int, open_: bool
) -> None:
    answer = names_open(editor=editor, closes_at=CLOSES, ends_at=ENDS, unmarked=unmarked, now=now)

    assert answer is open_


def test_visits_are_the_named_who_came_and_the_heads_counted() -> None:
    assert visits(attended=3, adults=12, children=5) == 20


def test_the_door_has_its_list_from_the_closing_and_three_hours_before_at_the_latest() -> None:
    three_before = STARTS - timedelta(hours=3)

    assert desk_opens_at(closes_at=CLOSES, starts_at=STARTS) == CLOSES
    assert desk_opens_at(closes_at=STARTS, starts_at=STARTS) == three_before
    assert desk_opens_at(closes_at=None, starts_at=STARTS) == three_before


@pytest.mark.parametrize(
    ("made", "since", "until"),
    [
        pytest.param(
            STARTS - timedelta(days=9),
            STARTS - timedelta(hours=3),
            STARTS + timedelta(hours=9),
            id="made long before",
        ),
        pytest.param(ENDS, ENDS, ENDS + timedelta(hours=12), id="made late: from now"),
        pytest.param(
            DAY_AFTER_IS_OVER - MINUTE,
            DAY_AFTER_IS_OVER - MINUTE,
            DAY_AFTER_IS_OVER,
            id="never past the day after",
        ),
    ],
)
def test_a_link_is_good_for_twelve_hours_around_its_day(
    made: datetime, since: datetime, until: datetime
) -> None:
    assert link_window(starts_at=STARTS, ends_at=ENDS, now=made) == (since, until)


def test_no_link_is_made_when_names_are_closed_to_the_reception() -> None:
    with pytest.raises(DayIsOver):
        link_window(starts_at=STARTS, ends_at=ENDS, now=DAY_AFTER_IS_OVER)


@pytest.mark.parametrize(
    ("now", "revoked", "starts", "state"),
    [
        (STARTS - timedelta(hours=3), False, STARTS, LinkState.VALID),
        (STARTS - timedelta(hours=3) - MINUTE, False, STARTS, LinkState.COMING),
        (STARTS + timedelta(hours=9) - MINUTE, False, STARTS, LinkState.VALID),
        (STARTS + timedelta(hours=9), False, STARTS, LinkState.EXPIRED),
        (STARTS, True, STARTS, LinkState.REVOKED),
        # The day was moved to later: its names do not open on the old one.
        (STARTS, False, STARTS + timedelta(days=7), LinkState.COMING),
    ],
)
def test_what_a_link_is_at_a_moment(
    *, now: datetime, revoked: bool, starts: datetime, state: LinkState
) -> None:
    window = {
        "valid_from": STARTS - timedelta(hours=3),
        "expires_at": STARTS + timedelta(hours=9),
    }

    assert link_state(**window, revoked=revoked, starts_at=starts, now=now) is state


@pytest.mark.parametrize(
    ("recorded", "now", "needed"),
    [
        pytest.param(True, DAY_AFTER_IS_OVER - MINUTE, False, id="until the day after"),
        pytest.param(True, DAY_AFTER_IS_OVER, True, id="later"),
        pytest.param(False, DAY_AFTER_IS_OVER, False, id="filling in is no correction"),
    ],
)
def test_a_later_correction_needs_a_reason(*, recorded: bool, now: datetime, needed: bool) -> None:
    assert needs_reason(recorded=recorded, ends_at=ENDS, now=now) is needed


def test_a_group_has_a_month_of_days() -> None:
    assert group_until(ENDS) == MONTH_IS_OVER


@pytest.mark.parametrize(
    ("asked_at", "now", "due"),
    [
        pytest.param(None, ENDS + timedelta(days=1), True, id="never asked"),
        pytest.param(ENDS, ENDS + timedelta(days=3) - MINUTE, False, id="asked within three days"),
        pytest.param(ENDS, ENDS + timedelta(days=3), True, id="asked three days ago"),
        pytest.param(None, MONTH_IS_OVER, False, id="the group's month is over"),
    ],
)
def test_which_days_are_asked_for_together(
    *, asked_at: datetime | None, now: datetime, due: bool
) -> None:
    assert is_due(ends_at=ENDS, asked_at=asked_at, now=now) is due


def test_asked_today_goes_by_the_calendar_of_japan() -> None:
    late = datetime(2026, 12, 14, 23, 50, tzinfo=TOKYO)

    assert asked_today(late, late + timedelta(minutes=9))
    assert not asked_today(late, late + timedelta(minutes=10))
    assert not asked_today(None, late)
    assert days_since(ENDS, late + timedelta(minutes=10)) == 3
