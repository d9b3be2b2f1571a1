"""Both directions: the days that suit a person, and the people that suit a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import NamedTuple

from kyodo_match.matching.rules.recommending.filters import Filter, Gate, filters_of
from kyodo_match.matching.rules.recommending.needs import Need
from kyodo_match.matching.rules.recommending.people import Person
from kyodo_match.matching.rules.recommending.points import SOON, Fit, Reason, Scorer, boosts_of
from kyodo_match.matching.rules.recommending.weights import WeightsSet
from kyodo_match.opportunities.rules import CapacityUnit
from kyodo_match.settings.rules import Neighbourhood

_ORDER = itemgetter(0, 1)
_SECONDS = 1 << 40  # more than any deadline has: score and deadline in one number
_FIRST = datetime(1, 1, 1, tzinfo=UTC)


class LeftOut(NamedTuple):
    """A day that somebody cannot come to, and everything that keeps them from it."""

    need: Need
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The days for a person, the best first; and those that a hard filter left out."""

    fits: tuple[Fit, ...]
    left_out: tuple[LeftOut, ...]


def rank(
    person: Person,
    needs: Iterable[Need],
    weights: WeightsSet,
    *,
    neighbourhood: Neighbourhood,
    now: datetime,
) -> Ranking:
    """Every day that a person may apply for, and every other with why not.

    The highest score first; of equals the one with the earliest deadline, then by id.
    Source: docs/rules/recommendation.md.
    """
    gate, scorer = Gate(person, now=now), Scorer(person, weights, neighbourhood)
    opens_for, reasons_for = gate.opens_for, scorer.reasons
    lifted: dict[tuple[int, CapacityUnit, bool, bool], tuple[Reason, ...]] = {}
    soon = now + SOON
    sortable: list[tuple[int, str, Fit]] = []
    left_out: list[LeftOut] = []
    for need in needs:
        if not opens_for(need):
            left_out.append(LeftOut(need, filters_of(person, need, now=now)))
            continue
        reasons = reasons_for(need)
        missing, is_unfilled = need.missing, need.is_unfilled
        if missing or is_unfilled:
            alike = (missing, need.unit, is_unfilled, now < need.starts_at <= soon)
            if alike not in lifted:
                lifted[alike] = boosts_of(need, weights, now=now)
            reasons += lifted[alike]
        score = 0
        for reason in reasons:
            score -= reason.points
        fit = Fit(need, tuple(reasons))
        sortable.append((score * _SECONDS + need.deadline, need.slot, fit))
    sortable.sort(key=_ORDER)
    return Ranking(tuple([one[2] for one in sortable]), tuple(left_out))


@dataclass(frozen=True, slots=True)
class SuitedPerson:
    """A person with everything that speaks for asking them."""

    person: Person
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """The sum of the reasons shown."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class SuitedPeople:
    """The people for a day, the best first; and those who cannot come, with why."""

    suited: tuple[SuitedPerson, ...]
    left_out: tuple[tuple[Person, tuple[Filter, ...]], ...]


def rank_people(
    need: Need,
    people: Iterable[Person],
    weights: WeightsSet,
    *,
    neighbourhood: Neighbourhood,
    now: datetime,
) -> SuitedPeople:
    """The same points from the other side; of equals who was asked least recently comes first.

    Who was never asked comes before everybody who was, then it goes by id.
    Source: docs/rules/recommendation.md.
    """
    lifted = boosts_of(need, weights, now=now)
    suited: list[SuitedPerson] = []
    left_out: list[tuple[Person, tuple[Filter, ...]]] = []
    for person in people:
        filters = filters_of(person, need, now=now)
        if filters:
            left_out.append((person, filters))
            continue
        reasons = Scorer(person, weights, neighbourhood).reasons(need)
        suited.append(SuitedPerson(person, (*reasons, *lifted)))
    suited.sort(key=lambda one: (-one.score, one.person.last_asked_at or _FIRST, one.person.id))
    return SuitedPeople(tuple(suited), tuple(left_out))
