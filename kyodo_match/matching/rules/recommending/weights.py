"""配点: how many points each reason is worth. Data with a version; staff tune it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

WHOLE = 100
MOST_BOOST = 20


@dataclass(frozen=True, slots=True)
class WeightsSet:
    """One version of the points; the first is what people say they look at.

    74 : 68 : 64 : 28 : 19 made to 100. Source: docs/rules/recommendation.md.
    """

    version: int = 1
    place: int = 29  # at home or online; the same district
    place_near: int = 20  # a neighbouring district, or within 2 km
    place_far: int = 10  # within 5 km, or parking for one who drives
    time: int = 27  # the whole of it within the times given
    time_part: int = 15  # part of it, and leaving early is fine; or by arrangement
    field: int = 25
    skill: int = 11
    beginners: int = 8
    minimum: int = 6  # boost: below the minimum, within 7 days
    unfilled: int = 4  # boost: a group not yet filled this fiscal year
    minimum_on: bool = True
    unfilled_on: bool = True
    boost_cap: int = 10

    @classmethod
    def read(
        cls, version: int, points: Mapping[str, Any], boosts: Mapping[str, Any]
    ) -> "WeightsSet":
        """From the two JSON columns of a stored version; what is missing is as in the first."""
        stored = {**points, **boosts}
        known = {field.name for field in fields(cls)} - {"version"}
        return cls(version=version, **{name: stored[name] for name in known & stored.keys()})

    def points(self) -> dict[str, int]:
        """The column `points` of a stored version."""
        return {name: getattr(self, name) for name in POINTS}

    def boosts(self) -> dict[str, int | bool]:
        """The column `boosts` of a stored version."""
        return {name: getattr(self, name) for name in BOOSTS}

    @property
    def total(self) -> int:
        """What somebody for whom everything fits gets, boosts aside."""
        return self.place + self.time + self.field + self.skill + self.beginners


POINTS = (
    "place", "place_near", "place_far", "time", "time_part", "field", "skill", "beginners",
)  # fmt: skip
BOOSTS = ("minimum", "minimum_on", "unfilled", "unfilled_on", "boost_cap")
FIRST_WEIGHTS = WeightsSet()


class WeightsFault(StrEnum):
    """What is wrong with a set of points."""

    NOT_100 = "not_100"
    NEARER_IS_LESS = "nearer_is_less"
    PART_IS_MORE = "part_is_more"
    OUT_OF_RANGE = "out_of_range"


def faults(weights: WeightsSet) -> tuple[WeightsFault, ...]:
    """What has to change before a set can be used; nothing: it can.

    The five parts make 100, so that a score reads as so many of 100. Nearer is never less than
    farther, nor the whole of a day less than a part. A boost is at most 20: it lifts among what
    suits, and never what does not.
    """
    w = weights
    plain = (getattr(w, name) for name in POINTS)
    boosts = (w.minimum, w.unfilled, w.boost_cap)
    in_range = all(0 <= points <= WHOLE for points in plain) and all(
        0 <= points <= MOST_BOOST for points in boosts
    )
    found = {
        WeightsFault.OUT_OF_RANGE: not in_range,
        WeightsFault.NOT_100: w.total != WHOLE,
        WeightsFault.NEARER_IS_LESS: not w.place >= w.place_near >= w.place_far,
        WeightsFault.PART_IS_MORE: w.time_part > w.time,
    }
    return tuple(fault for fault, is_there in found.items() if is_there)
