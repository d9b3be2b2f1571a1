"""Many wishes before the same days: what `rank` says, from sets of days instead of one by one.

A set is one number with a bit for each day, in the order of ties, so a wish costs some hundred
operations however many days there are. For the batch of all kept wishes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from kyodo_match.matching.rules.recommending.filters import (
    Filter,
    Gate,
    age_bit,
    filters_of,
    residency_bit,
)
from kyodo_match.matching.rules.recommending.masks import field_mask, skill_mask
from kyodo_match.matching.rules.recommending.needs import Need
from kyodo_match.matching.rules.recommending.people import MINORS, Person, person_of
from kyodo_match.matching.rules.recommending.points import Fit, Reason, Scorer, boosts_of
from kyodo_match.matching.rules.recommending.weights import WeightsSet
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.settings.rules import Neighbourhood

K = TypeVar("K", bound=Hashable)
Level = tuple[int, int]  # points, and the days that give them
_ANYBODY = Person(certificate=True)
_MOST_KEPT = 2048


class Picked(NamedTuple):
    """An activity by its best day, and its other days that suit, best first."""

    best: Fit
    others: tuple[Fit, ...]


class Board:
    """The days at one moment, sorted into sets; asked for the best of them by wish after wish.

    A wish knows nobody's days and nobody's past, so neither is looked at here. Source:
    docs/rules/recommendation.md.
    """

    def __init__(
        self,
        needs: Iterable[Need],
        weights: WeightsSet,
        *,
        neighbourhood: Neighbourhood,
        now: datetime,
    ) -> None:
        self._needs = sorted(needs, key=lambda need: (need.deadline, need.slot))
        self._weights, self._near, self._now = weights, neighbourhood, now
        gate = Gate(_ANYBODY, now=now)
        self._open = self._where(gate.opens_for)
        self._minors_too_late = self._where(self._asks_consent_too_late)
        self._certificate = self._where(lambda need: need.certificate)
        self._welcoming = self._where(lambda need: need.is_welcoming)
        self._boosts = [boosts_of(need, weights, now=now) for need in self._needs]
        self._of_places = self._by(lambda need: need.where)
        self._of_times = self._by(lambda need: need.when)
        self._of_fields = self._by(lambda need: need.fields)
        self._of_skills = self._by(lambda need: need.skills)
        self._of_ages = self._by(lambda need: need.ages)
        self._of_residencies = self._by(lambda need: need.residencies)
        self._of_rooms = self._by(lambda need: need.room)
        self._of_kinds = self._by(lambda need: need.kind.value)
        self._of_activities = self._by(lambda need: need.opportunity)
        self._of_slots = {need.slot: 1 << place for place, need in enumerate(self._needs)}
        self._lifts = self._levels_of_boosts()
        self._places_kept: dict[Hashable, list[Level]] = {}
        self._times_kept: dict[Hashable, list[Level]] = {}

    def _where(self, holds: Callable[[Need], bool]) -> int:
        return sum(1 << place for place, need in enumerate(self._needs) if holds(need))

    def _by(self, value: Callable[[Need], K]) -> dict[K, int]:
        found: dict[K, int] = defaultdict(int)
        for place, need in enumerate(self._needs):
            found[value(need)] |= 1 << place
        return found

    def _asks_consent_too_late(self, need: Need) -> bool:
        minor = Person(certificate=True, age_group=next(iter(MINORS)))
        return Filter.GUARDIAN_CONSENT in filters_of(minor, need, now=self._now)

    def _levels_of_boosts(self) -> list[Level]:
        sets: dict[int, int] = defaultdict(int)
        for place, reasons in enumerate(self._boosts):
            sets[sum(reason.points for reason in reasons)] |= 1 << place
        return [(points, days) for points, days in sets.items() if points]

    def best_activities(
        self,
        choices: WishChoices,
        *,
        limit: int,
        least: int = 0,
        without: Collection[str] = (),
        told: Iterable[str] = (),
    ) -> list[Picked]:
        """The first activities for a wish, each with all of its days that suit.

        Days of `told` are left out, and those with fewer than `least` points before boosts: a
        boost lifts among what suits.
        """
        person = person_of(choices)
        candidates = self._candidates(person) & self._asked_for(choices.kinds, without)
        candidates &= ~_union(self._of_slots.get(slot, 0) for slot in told)
        if not candidates:
            return []
        scorer = Scorer(person, self._weights, self._near)
        scored = self._scored(candidates, person, scorer, least=least)
        first: dict[str, list[Fit]] = {}
        for place in _in_order(scored):
            first.setdefault(self._needs[place].opportunity, [])
            if len(first) == limit:
                break
        own = _union(self._of_activities[activity] for activity in first)
        for place in _in_order({score: days & own for score, days in scored.items()}):
            need = self._needs[place]
            fit = Fit(need, (*scorer.reasons(need), *self._boosts[place]))
            first[need.opportunity].append(fit)
        return [Picked(days[0], tuple(days[1:])) for days in first.values()]

    def _asked_for(self, kinds: Collection[str], without: Collection[str]) -> int:
        asked = _union(self._of_kinds.get(kind, 0) for kind in kinds) if kinds else -1
        return asked & ~_union(self._of_activities.get(one, 0) for one in without)

    def _candidates(self, person: Person) -> int:
        """Everything that no hard filter keeps away."""
        age, residency, size = age_bit(person), residency_bit(person), person.party_size
        days = self._open
        days &= _union(found for room, found in self._of_rooms.items() if room >= size)
        if person.age_group is not None:
            days &= _union(found for ages, found in self._of_ages.items() if ages & age)
        if person.residency is not None:
            days &= _union(found for who, found in self._of_residencies.items() if who & residency)
        if not person.certificate:
            days &= ~self._certificate
        if person.age_group in MINORS:
            days &= ~self._minors_too_late
        return days

    def _scored(
        self, candidates: int, person: Person, scorer: Scorer, *, least: int = 0
    ) -> dict[int, int]:
        """The candidates by their score: each part splits what the parts before it gave.

        Those with fewer points than `least` before boosts are left out.
        """
        fields, skills = field_mask(person.fields), skill_mask(person.skills)
        skilled = _union(found for mask, found in self._of_skills.items() if mask & skills)
        weights = self._weights
        layers = (
            self._kept(
                self._places_kept,
                (person.district, person.drives, person.remote_ok),
                lambda: _levels(self._of_places, scorer.place),
            ),
            self._kept(
                self._times_kept, person.times, lambda: _levels(self._of_times, scorer.time)
            ),
            [(weights.field, _union(f for mask, f in self._of_fields.items() if mask & fields))],
            [(weights.skill, skilled)],
            [(weights.beginners, self._welcoming if person.beginner else 0)],
        )
        scored = {0: candidates}
        for layer in layers:
            scored = _split(scored, layer)
        enough = {score: days for score, days in scored.items() if score >= least}
        return _split(enough, self._lifts)

    @staticmethod
    def _kept(
        known: dict[Hashable, list[Level]], at: Hashable, make: Callable[[], list[Level]]
    ) -> list[Level]:
        """Many wishes share a district or their times; so many are kept that memory is flat."""
        if at not in known:
            if len(known) >= _MOST_KEPT:
                known.clear()
            known[at] = make()
        return known[at]


def _union(sets: Iterable[int]) -> int:
    whole = 0
    for days in sets:
        whole |= days
    return whole


def _levels(sets: dict[K, int], reason_of: Callable[[K], Reason | None]) -> list[Level]:
    """The days by the points that a part gives them; those without points are in none."""
    found: dict[int, int] = defaultdict(int)
    for value, days in sets.items():
        reason = reason_of(value)
        if reason:
            found[reason.points] |= days
    return list(found.items())


def _split(scored: dict[int, int], layer: Sequence[Level]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for score, days in scored.items():
        rest = days
        for points, level in layer:
            both = rest & level
            if both:
                found[score + points] |= both
                rest ^= both
        if rest:
            found[score] |= rest
    return found


def _in_order(scored: dict[int, int]) -> Iterator[int]:
    """The places of the days, the highest score first, of equals in the order of ties."""
    for score in sorted(scored, reverse=True):
        days = scored[score]
        while days:
            lowest = days & -days
            yield lowest.bit_length() - 1
            days ^= lowest
