"""No protected attribute enters a score: each is swapped over every reason there is."""

from dataclasses import fields
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from kyodo_match.matching.rules.recommending import (
    FIRST_WEIGHTS,
    Person,
    ReasonCode,
    liked_tags,
    rank,
    rank_people,
)
from kyodo_match.matching.rules.wishes import CHOSEN
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.signups.rules import AgeGroup, Residency
from tests.support.make_needs import DISTRICTS, NEAR, NOW, SATURDAY, a_need

# One day for each thing that can speak for it, and one that nothing speaks for.
FACTS: list[dict[str, Any]] = [
    {"is_remote": True},
    *({"district": district} for district in DISTRICTS),
    {"parking": "あり"},
    {"standing": True},
    {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=6), "leave_early_ok": True},
    {"fields": ("environment",)},
    {"wanted_skills": ("photo",)},
    {"fields": ("culture",), "kind": OpportunityKind.COURSE},
    {"beginner_welcome": True},
    {"alone_welcome": True},
    {"minimum": 5, "starts_at": NOW + timedelta(days=3), "closes_at": SATURDAY},
    {"group_unfilled": True},
    {"district": "みらい平", "fields": ("environment",), "alone_welcome": True},
    {"starts_at": SATURDAY + timedelta(hours=12), "ends_at": SATURDAY + timedelta(days=1)},
]
EVERY_PART = [a_need(slot=f"{place:012x}", **facts) for place, facts in enumerate(FACTS)]
WHOEVER: dict[str, Any] = {
    "district": "みらい平", "drives": True, "times": ("sat_am", "sun_am"),
    "fields": ("environment",), "skills": ("photo",), "beginner": True,
    "liked": liked_tags([(OpportunityKind.COURSE, ("culture",))]),
}  # fmt: skip


AT_HOME: dict[str, Any] = {"remote_ok": True, "times": ("sat_am",)}


@pytest.mark.parametrize("says", [WHOEVER, AT_HOME, {}], ids=["whoever", "at home", "nothing"])
def test_swapping_a_protected_attribute_changes_neither_points_nor_order(
    says: dict[str, Any],
) -> None:
    base = rank(Person(**says), EVERY_PART, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)

    for age_group, residency in product((None, *AgeGroup), (None, *Residency)):
        other = Person(**says, age_group=age_group, residency=residency, id="ffffffffffff")
        found = rank(other, EVERY_PART, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)
        people = [
            rank_people(need, [other], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).suited[0]
            for need in EVERY_PART
        ]
        assert (found.fits, found.left_out) == (base.fits, ())
        assert {one.reasons for one in people} == {fit.reasons for fit in base.fits}


def test_every_reason_there_is_was_swapped() -> None:
    found = [
        fit
        for says in (WHOEVER, AT_HOME)
        for fit in rank(
            Person(**says), EVERY_PART, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW
        ).fits
    ]

    assert {reason.code for fit in found for reason in fit.reasons} == set(ReasonCode)


def test_a_wish_says_nothing_of_who_somebody_is_but_age_group_and_residency() -> None:
    assert set(CHOSEN) == {
        "district", "drives", "remote_ok", "times", "fields", "kinds", "skills", "party_size",
        "age_group", "residency", "beginner", "certificate",
    }  # fmt: skip
    assert {one.name for one in fields(Person)} - set(CHOSEN) == {
        "spans", "liked", "id", "last_asked_at",
    }  # fmt: skip
