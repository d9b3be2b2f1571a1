"""Points: what speaks for a day, reason by reason. The score is their sum and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from kyodo_match.matching.rules.recommending.masks import (
    FIELDS,
    SKILLS,
    field_mask,
    skill_mask,
    times_mask,
    words_of,
)
from kyodo_match.matching.rules.recommending.needs import Need, When, Where
from kyodo_match.matching.rules.recommending.people import Person
from kyodo_match.matching.rules.recommending.weights import WeightsSet
from kyodo_match.matching.rules.wishes import FREE_TIMES
from kyodo_match.settings.rules import Nearness, Neighbourhood

# How near the start of a day below its minimum must be. Source: docs/rules/recommendation.md.
SOON = timedelta(days=7)


class Part(StrEnum):
    """配点の項目: five parts of a score, and two boosts."""

    PLACE = "place"
    TIME = "time"
    FIELD = "field"
    SKILL = "skill"
    BEGINNERS = "beginners"
    MINIMUM = "minimum"
    UNFILLED = "unfilled"


class ReasonCode(StrEnum):
    """おすすめの理由: what in particular gave the points of a part."""

    AT_HOME = "at_home"
    SAME_DISTRICT = "same_district"
    NEIGHBOUR = "neighbour"
    WITHIN_2_KM = "within_2_km"
    WITHIN_5_KM = "within_5_km"
    PARKING = "parking"
    WHOLE_TIME = "whole_time"
    PART_OF_TIME = "part_of_time"
    BY_ARRANGEMENT = "by_arrangement"
    SHARED_FIELD = "shared_field"
    WANTED_SKILL = "wanted_skill"
    LIKE_BEFORE = "like_before"
    FIRST_TIME = "first_time"
    MINIMUM_NEAR = "minimum_near"
    GROUP_UNFILLED = "group_unfilled"


_C, _P = ReasonCode, Part
PART_OF: Mapping[ReasonCode, Part] = {
    _C.AT_HOME: _P.PLACE, _C.SAME_DISTRICT: _P.PLACE, _C.NEIGHBOUR: _P.PLACE,
    _C.WITHIN_2_KM: _P.PLACE, _C.WITHIN_5_KM: _P.PLACE, _C.PARKING: _P.PLACE,
    _C.WHOLE_TIME: _P.TIME, _C.PART_OF_TIME: _P.TIME, _C.BY_ARRANGEMENT: _P.TIME,
    _C.SHARED_FIELD: _P.FIELD, _C.WANTED_SKILL: _P.SKILL, _C.LIKE_BEFORE: _P.SKILL,
    _C.FIRST_TIME: _P.BEGINNERS,
    _C.MINIMUM_NEAR: _P.MINIMUM, _C.GROUP_UNFILLED: _P.UNFILLED,
}  # fmt: skip
# What a district is worth that is near, and by which of the weights.
_NEARNESS = {
    Nearness.NEIGHBOUR: (_C.NEIGHBOUR, "place_near"),
    Nearness.WITHIN_2_KM: (_C.WITHIN_2_KM, "place_near"),
    Nearness.WITHIN_5_KM: (_C.WITHIN_5_KM, "place_far"),
}
BOOSTS = frozenset({Part.MINIMUM, Part.UNFILLED})


@dataclass(frozen=True, slots=True)
class Reason:
    """理由: one part's points, and what they are about (a district, fields, times, how many)."""

    code: ReasonCode
    points: int
    about: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        return PART_OF[self.code]


class Fit(NamedTuple):
    """A day with everything that speaks for it."""

    need: Need
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """The sum of the reasons shown."""
        return sum(reason.points for reason in self.reasons)


class Scorer:
    """One person's eyes: what each day is worth to them, under some weights.

    Place, time, field and skill depend on few values of a day, so each is worked out once and
    kept: a thousand days share a dozen of them. `age_group` and `residency` are not read here.
    Source: docs/rules/recommendation.md.
    """

    __slots__ = (
        "_at_home", "_beginners", "_district", "_drives", "_fields", "_fields_known", "_liked",
        "_near", "_places_known", "_skills", "_skills_known", "_times", "_times_known", "_weights",
    )  # fmt: skip

    def __init__(self, person: Person, weights: WeightsSet, neighbourhood: Neighbourhood) -> None:
        self._weights = weights
        self._district = person.district
        self._near = neighbourhood.near(person.district) if person.district else {}
        self._drives, self._at_home = person.drives, person.remote_ok
        self._times = times_mask(person.times)
        self._fields, self._skills = field_mask(person.fields), skill_mask(person.skills)
        self._liked = person.liked
        self._beginners = _worth(_C.FIRST_TIME, weights.beginners) if person.beginner else None
        self._places_known: dict[Where, Reason | None] = {}
        self._times_known: dict[When, Reason | None] = {}
        self._fields_known: dict[int, Reason | None] = {}
        self._skills_known: dict[tuple[int, bool], Reason | None] = {}

    def reasons(self, need: Need) -> list[Reason]:
        """The parts that count for this person, in the order of the parts; boosts are apart."""
        found: list[Reason] = []
        where, when, fields = need.where, need.when, need.fields
        known = self._places_known
        reason = known[where] if where in known else self._keep_place(where)
        if reason:
            found.append(reason)
        times = self._times_known
        reason = times[when] if when in times else self._keep_time(when)
        if reason:
            found.append(reason)
        if fields & self._fields:
            reason = self._field(fields & self._fields)
            if reason:
                found.append(reason)
        if need.skills & self._skills or need.tags & self._liked:
            reason = self._skill(need)
            if reason:
                found.append(reason)
        if need.is_welcoming and self._beginners:
            found.append(self._beginners)
        return found

    def _keep_place(self, where: Where) -> Reason | None:
        self._places_known[where] = reason = self.place(where)
        return reason

    def place(self, where: Where) -> Reason | None:
        """What the place of a day is worth: the nearest that holds, once."""
        is_remote, district, has_parking = where
        if is_remote and self._at_home:
            return _worth(_C.AT_HOME, self._weights.place)
        if district and district == self._district:
            return _worth(_C.SAME_DISTRICT, self._weights.place, district)
        if district in self._near:
            code, weight = _NEARNESS[self._near[district]]
            return _worth(code, getattr(self._weights, weight), district)
        if has_parking and self._drives:
            return _worth(_C.PARKING, self._weights.place_far)
        return None

    def _keep_time(self, when: When) -> Reason | None:
        self._times_known[when] = reason = self.time(when)
        return reason

    def time(self, when: When) -> Reason | None:
        """What the time of a day is worth: all of it, or its beginning."""
        taken, first, leave_early_ok, by_arrangement = when
        if not self._times:
            return None  # nothing was said about times: nothing speaks for one or against it
        if by_arrangement:
            return _worth(_C.BY_ARRANGEMENT, self._weights.time_part)
        within = taken & self._times
        about = words_of(within, FREE_TIMES)
        if within == taken:
            return _worth(_C.WHOLE_TIME, self._weights.time, *about)
        # Who leaves early was there at the start.
        if leave_early_ok and first & within:
            return _worth(_C.PART_OF_TIME, self._weights.time_part, *about)
        return None

    def _field(self, shared: int) -> Reason | None:
        known = self._fields_known
        if shared not in known:
            names = words_of(shared, FIELDS)
            known[shared] = _worth(_C.SHARED_FIELD, self._weights.field, *names)
        return known[shared]

    def _skill(self, need: Need) -> Reason | None:
        wanted = need.skills & self._skills
        at = (wanted, not wanted)
        known = self._skills_known
        if at not in known:
            code = _C.WANTED_SKILL if wanted else _C.LIKE_BEFORE
            known[at] = _worth(code, self._weights.skill, *words_of(wanted, SKILLS))
        return known[at]


@lru_cache(maxsize=1024)
def _worth(code: ReasonCode, points: int, *about: str) -> Reason | None:
    """A reason; one that is worth nothing under these weights is none."""
    return Reason(code, points, about) if points else None


def boosts_of(need: Need, weights: WeightsSet, *, now: datetime) -> tuple[Reason, ...]:
    """What lifts a day for everybody alike, each shown; together never above the cap.

    A day that starts within 7 days and lacks people for its minimum; a day of a group none of
    whose days was filled this fiscal year. Source: docs/rules/recommendation.md.
    """
    if not need.missing and not need.is_unfilled:
        return ()
    left = weights.boost_cap
    minimum = unfilled = None
    if weights.minimum_on and need.missing and now < need.starts_at <= now + SOON:
        points = min(weights.minimum, left)
        minimum = _worth(_C.MINIMUM_NEAR, points, str(need.missing), need.unit.value)
        left -= points
    if weights.unfilled_on and need.is_unfilled:
        unfilled = _worth(_C.GROUP_UNFILLED, min(weights.unfilled, left))
    return tuple(reason for reason in (minimum, unfilled) if reason)


def kept(reasons: tuple[Reason, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts and boosts as JSON, to be kept with what was sent: why was I shown this?"""
    parts: dict[str, Any] = {}
    boosts: dict[str, Any] = {}
    for reason in reasons:
        part, stored = _stored(reason)
        column = boosts if part in BOOSTS else parts
        column[part.value] = stored
    return parts, boosts


@lru_cache(maxsize=4096)
def _stored(reason: Reason) -> tuple[Part, dict[str, Any]]:
    """A batch keeps the same reason for thousands of wishes: nobody changes what it gives."""
    about = list(reason.about)
    return reason.part, {"code": reason.code.value, "points": reason.points, "about": about}


def read_reasons(parts: Mapping[str, Any], boosts: Mapping[str, Any]) -> tuple[Reason, ...]:
    """The reasons that `kept` kept, in the order of the parts."""
    stored = {**parts, **boosts}
    return tuple(
        Reason(ReasonCode(one["code"]), int(one["points"]), tuple(one["about"]))
        for one in (stored[part.value] for part in Part if part.value in stored)
    )
