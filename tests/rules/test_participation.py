"""When marking begins, and how long a group works with names."""

from datetime import datetime, timedelta

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.participation.rules import marks_open_at, names_open, visits

CLOSES = datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO)
STARTS = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)
ENDS = datetime(2026, 12, 12, 11, 30, tzinfo=TOKYO)
MINUTE = timedelta(minutes=1)
DAY_AFTER_IS_OVER = datetime(2026, 12, 14, 0, 0, tzinfo=TOKYO)
FORTNIGHT_IS_OVER = datetime(2026, 12, 27, 0, 0, tzinfo=TOKYO)


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
        pytest.param(True, FORTNIGHT_IS_OVER, 1, False, id="editor after a fortnight"),
    ],
)
def test_names_are_open_to_a_group_in_its_window(
    *, editor: bool, now: datetime, unmarked: int, open_: bool
) -> None:
    answer = names_open(editor=editor, closes_at=CLOSES, ends_at=ENDS, unmarked=unmarked, now=now)

    assert answer is open_


def test_visits_are_the_named_who_came_and_the_heads_counted() -> None:
    assert visits(attended=3, adults=12, children=5) == 20
