"""Which age groups an opportunity cannot be for."""

from contextlib import nullcontext

import pytest

from kyodo_match.signups.errors import NotOfAge
from kyodo_match.signups.rules import AgeGroup, check_ages


@pytest.mark.parametrize(
    ("age_group", "min_age", "max_age", "fits"),
    [
        (AgeGroup.ELEMENTARY, None, None, True),
        (AgeGroup.ELEMENTARY, 12, None, True),
        (AgeGroup.ELEMENTARY, 13, None, False),
        (AgeGroup.HIGH_SCHOOL, 18, None, False),
        (AgeGroup.FROM_18_TO_39, 18, None, True),
        (AgeGroup.PRESCHOOL, 6, None, True),
        (AgeGroup.JUNIOR_HIGH, None, 12, True),
        (AgeGroup.HIGH_SCHOOL, None, 12, False),
        (AgeGroup.FROM_40_TO_64, 50, 60, True),
        (AgeGroup.FROM_65, None, 64, False),
    ],
)
def test_only_what_is_impossible_is_refused(
    age_group: AgeGroup,
    min_age: int | None,
    max_age: int | None,
    fits: bool,  # noqa: FBT001 - a column of the table
) -> None:
    outcome = nullcontext() if fits else pytest.raises(NotOfAge)

    with outcome:
        check_ages([age_group], min_age=min_age, max_age=max_age)
