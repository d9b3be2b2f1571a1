"""When and where a day is held, where it stood before, and how far ahead it may lie."""

from datetime import datetime
from typing import Any

import pytest

from kyodo_match.opportunities.errors import SlotTooFar
from kyodo_match.opportunities.rules import Held, before_last_move, check_year
from tests.support.clock import START, at

HELD = Held(at(12, 20, 13), at(12, 20, 15), standing=False, own_place="", offer_place="公民館")
OF_DAY, OF_TEXT = True, False


def moment(month: int, day: int, hour: int) -> str:
    return at(month, day, hour).isoformat()


def test_what_never_moved_stood_nowhere_else() -> None:
    edited: list[tuple[bool, dict[str, Any]]] = [
        (OF_TEXT, {"fee": "無料"}),
        (OF_DAY, {"capacity": 8}),
        (OF_DAY, {}),  # it was added
    ]

    assert before_last_move(HELD, edited) is None


def test_the_last_move_is_taken_back_and_none_before_it() -> None:
    moves: list[tuple[bool, dict[str, Any]]] = [
        (OF_TEXT, {"fee": "無料"}),
        (OF_DAY, {"starts_at": moment(12, 12, 9), "ends_at": moment(12, 12, 11)}),
        (OF_DAY, {"starts_at": moment(12, 5, 9)}),
    ]

    stood = before_last_move(HELD, moves)

    assert stood is not None
    assert (stood.starts_at, stood.ends_at, stood.place) == (
        at(12, 12, 9), at(12, 12, 11), "公民館",
    )  # fmt: skip


def test_a_new_place_of_the_text_does_not_move_a_day_with_a_place_of_its_own() -> None:
    day = Held(at(12, 20, 13), at(12, 20, 15), False, "集会所", "公民館")  # noqa: FBT003 - no standing need
    moves: list[tuple[bool, dict[str, Any]]] = [
        (OF_TEXT, {"place": "里山"}),
        (OF_DAY, {"place": ""}),
    ]

    stood = before_last_move(day, moves)

    assert stood is not None
    assert stood.place == "里山"


def test_a_day_lies_in_this_fiscal_year_or_the_two_after_it() -> None:
    check_year(datetime.fromisoformat("2029-03-31T23:59+09:00"), now=START)

    with pytest.raises(SlotTooFar) as refused:
        check_year(datetime.fromisoformat("2029-04-01T00:00+09:00"), now=START)

    assert refused.value.latest.isoformat() == "2029-03-31"
