"""What everybody may know of the register of volunteers, and its states."""

import pytest

from kyodo_match.matching.errors.volunteers import NotRegistered
from kyodo_match.matching.rules.volunteers import (
    VolunteerState,
    paused,
    shown_number,
    shown_total,
)


@pytest.mark.parametrize(("number", "shown"), [(0, None), (2, None), (3, 3), (40, 40)])
def test_a_small_number_of_people_is_not_told(number: int, shown: int | None) -> None:
    assert shown_number(number) == shown


def test_the_whole_is_not_told_where_it_would_give_a_small_part_away() -> None:
    assert shown_total({"みらい平": 5, "伊奈": 4}) == 9
    assert shown_total({"みらい平": 5, "伊奈": 4, "谷和原": 1}) is None


def test_who_rests_comes_back_and_who_has_ended_does_not() -> None:
    resting = paused(VolunteerState.ACTIVE, pause=True)

    assert resting is VolunteerState.PAUSED
    assert paused(resting, pause=False) is VolunteerState.ACTIVE
    with pytest.raises(NotRegistered):
        paused(VolunteerState.ENDED, pause=False)
