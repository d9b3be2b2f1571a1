"""Hard filters: each code at its edges, and that the quick gate says what they say."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from kyodo_match.matching.rules.recommending import (
    FIRST_WEIGHTS,
    Board,
    Filter,
    Need,
    Person,
    filters_of,
    rank,
)
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.opportunities.rules import CapacityUnit, SlotMode
from kyodo_match.signups.rules import AgeGroup, Residency
from tests.support.make_needs import NEAR, NOW, PEOPLE, SATURDAY, a_need, needs

F = Filter
END = SATURDAY + timedelta(hours=2, minutes=30)
SECOND = timedelta(seconds=1)
LOTTERY = {"mode": SlotMode.LOTTERY}
CHILD = {"age_group": AgeGroup.ELEMENTARY}
CONSENT = {"guardian_consent": True}


def _days(number: int) -> dict[str, Any]:
    """A day that is so many days of the calendar away, in the evening and closing then."""
    start = NOW.replace(hour=20) + timedelta(days=number)
    return {"starts_at": start, "ends_at": start + timedelta(hours=1), "closes_at": start}


Case = tuple[dict[str, Any], dict[str, Any], tuple[Filter, ...]]
CASES: list[Case] = [
    ({}, {}, ()),
    # Over, or closed.
    ({}, {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW}, (F.PAST,)),
    ({}, {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW + SECOND}, ()),
    ({}, {"closes_at": NOW}, (F.CLOSED,)),
    ({}, {"closes_at": NOW + SECOND}, ()),
    ({}, {"closes_at": None}, (F.CLOSED,)),
    ({}, {"opens_at": None}, (F.CLOSED,)),
    ({}, {"opens_at": NOW + SECOND}, ()),
    # A round: from its opening until its deadline; then the draw is waited for.
    ({}, LOTTERY | {"opens_at": NOW + SECOND}, (F.CLOSED,)),
    ({}, LOTTERY | {"opens_at": NOW}, ()),
    ({}, LOTTERY | {"closes_at": NOW}, (F.DRAW_PENDING,)),
    ({}, LOTTERY | {"taken": 10}, ()),
    ({"party_size": 3}, LOTTERY | {"party_limit": 2}, (F.NO_PLACES,)),
    # Places, by the unit of the day.
    ({}, {"taken": 10}, (F.NO_PLACES,)),
    ({}, {"held": 10}, (F.NO_PLACES,)),
    ({"party_size": 2}, {"taken": 8}, ()),
    ({"party_size": 2}, {"taken": 9}, (F.NO_PLACES,)),
    ({"party_size": 3}, {"party_limit": 2}, (F.NO_PLACES,)),
    ({"party_size": 4}, {"taken": 9, "capacity_unit": CapacityUnit.PARTIES}, ()),
    ({}, {"taken": 10, "capacity_unit": CapacityUnit.PARTIES}, (F.NO_PLACES,)),
    # Age groups nobody of whom can be of age; not said is not kept out.
    ({"age_group": AgeGroup.HIGH_SCHOOL}, {"min_age": 18}, (F.AGE,)),
    ({"age_group": AgeGroup.HIGH_SCHOOL}, {"min_age": 17}, ()),
    ({"age_group": AgeGroup.FROM_65}, {"max_age": 64}, (F.AGE,)),
    ({}, {"min_age": 18, "max_age": 64}, ()),
    ({"residency": Residency.OTHER}, {"residencies": ("resident", "worker")}, (F.RESIDENCE,)),
    ({"residency": Residency.WORKER}, {"residencies": ("resident", "worker")}, ()),
    ({"residency": Residency.OTHER}, {}, ()),
    ({}, {"residencies": ("resident",)}, ()),
    # The guardian's paper takes two days, by the calendar of Japan.
    (CHILD, CONSENT | _days(1), (F.GUARDIAN_CONSENT,)),
    (CHILD, CONSENT | _days(2), ()),
    (CHILD, _days(1), ()),
    ({"age_group": AgeGroup.FROM_18_TO_39}, CONSENT | _days(1), ()),
    ({}, CONSENT | _days(1), ()),
    ({}, {"certificate": "普通自動車免許"}, (F.CERTIFICATE,)),
    ({"certificate": True}, {"certificate": "普通自動車免許"}, ()),
    # Insurance is arranged so many days before.
    ({}, {"insurance_days": 3} | _days(2), (F.INSURANCE,)),
    ({}, {"insurance_days": 3} | _days(3), ()),
    ({}, {"insurance_days": 0} | _days(0), ()),
    ({}, {"insurance_days": 3, "standing": True, "starts_at": NOW}, ()),
    # All of it is said, in the order of the codes.
    (
        {"age_group": AgeGroup.FROM_65, "residency": Residency.OTHER, "party_size": 2},
        {"taken": 9, "max_age": 64, "residencies": ("resident",), "certificate": "免許"},
        (F.NO_PLACES, F.AGE, F.RESIDENCE, F.CERTIFICATE),
    ),
]
# Own days, with half an hour to get from one to the other.
OVERLAPS: list[Case] = [
    ({"spans": ((END, END + timedelta(hours=1)),)}, {}, (F.OVERLAP,)),
    ({"spans": ((END + timedelta(minutes=30), END + timedelta(hours=1)),)}, {}, ()),
    ({"spans": ((END + timedelta(minutes=29), END + timedelta(hours=1)),)}, {}, (F.OVERLAP,)),
    ({"spans": ((NOW, SATURDAY - timedelta(minutes=30)),)}, {}, ()),
    ({"spans": ((NOW, SATURDAY - timedelta(minutes=29)),)}, {}, (F.OVERLAP,)),
    ({"spans": ((SATURDAY, END),)}, {"standing": True}, ()),
]


@pytest.mark.parametrize(("person", "need", "expected"), [*CASES, *OVERLAPS])
def test_a_day_is_kept_from_a_person_for_these_reasons_alone(
    person: dict[str, Any], need: dict[str, Any], expected: tuple[Filter, ...]
) -> None:
    who, day = Person(**person), a_need(**need)

    ranking = rank(who, [day], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)

    assert filters_of(who, day, now=NOW) == expected
    assert [fit.need for fit in ranking.fits] == ([] if expected else [day])
    assert [left.filters for left in ranking.left_out] == ([expected] if expected else [])


@pytest.mark.parametrize(("person", "need", "expected"), CASES)
def test_the_board_of_all_days_leaves_out_the_same(
    person: dict[str, Any], need: dict[str, Any], expected: tuple[Filter, ...]
) -> None:
    day = a_need(**need)

    picked = Board([day], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).best_activities(
        WishChoices(**person), limit=1
    )

    assert [one.best.need for one in picked] == ([] if expected else [day])


@given(person=PEOPLE, need=needs())
def test_a_day_is_ranked_exactly_where_no_filter_keeps_it(person: Person, need: Need) -> None:
    filters = filters_of(person, need, now=NOW)

    found = rank(person, [need], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)

    assert bool(found.fits) is not bool(filters)
    assert [left.filters for left in found.left_out] == ([filters] if filters else [])
