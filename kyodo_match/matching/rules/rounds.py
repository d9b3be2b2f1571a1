"""A round: slots drawn together, and the way from its draft to its published results.

Source: docs/rules/rounds.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kyodo_match.core.clock import tokyo_date
from kyodo_match.matching.errors.rounds import (
    RoundEdgeNotDrawn,
    RoundFaulty,
)
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityStatus, SlotMode, SlotStatus
from kyodo_match.signups.rules import Residency


class RoundStatus(StrEnum):
    """抽選の状態."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"
    DRAWN = "drawn"
    PUBLISHED = "published"


class RoundMode(StrEnum):
    """抽選の方式: one serial order, or deferred acceptance with soft reserves."""

    SERIAL = "serial"
    SOFT_RESERVES = "soft_reserves"


class PaperRule(StrEnum):
    """郵送の扱い: by arrival (必着) or by postmark (消印有効)."""

    ARRIVAL = "arrival"
    POSTMARK = "postmark"


class MinimumDecision(StrEnum):
    """開催判断 of a slot below its minimum."""

    HOLD = "hold"
    EXTEND = "extend"
    CANCEL = "cancel"


_EDGES = {
    RoundStatus.DRAFT: RoundStatus.OPEN,
    RoundStatus.OPEN: RoundStatus.FROZEN,
    RoundStatus.FROZEN: RoundStatus.DRAWN,
    RoundStatus.DRAWN: RoundStatus.PUBLISHED,
}


def move(old: RoundStatus, new: RoundStatus) -> RoundStatus:
    """The next state: a round goes one way and never back. Raises RoundEdgeNotDrawn."""
    if _EDGES.get(old) is not new:
        raise RoundEdgeNotDrawn(old, new)
    return new


# --- Classes ----------------------------------------------------------------


@dataclass(frozen=True)
class DrawClass:
    """区分: a row of the published table; whom no earlier row takes, it takes."""

    number: int
    name: str
    residencies: tuple[Residency, ...] = ()  # none: whatever ties to the city
    first_time: bool = False  # only who takes part for the first time

    def takes(self, person: "PersonFacts") -> bool:
        """Whether somebody is of this class, as far as its own words go."""
        fits = not self.residencies or person.residency in self.residencies
        return fits and (person.first_time or not self.first_time)

    def row(self) -> dict[str, Any]:
        """The row as it is stored."""
        return {
            "class": self.number,
            "name": self.name,
            "residencies": [one.value for one in self.residencies],
            "first_time": self.first_time,
        }


@dataclass(frozen=True)
class PersonFacts:
    """申告: what decides somebody's class, as they say it or as the office has checked it."""

    residency: Residency
    first_time: bool
    verified: bool = False

    def row(self) -> dict[str, Any]:
        """The facts as they are stored."""
        return {
            "residency": self.residency.value,
            "first_time": self.first_time,
            "verified": self.verified,
        }


_OURS = (Residency.RESIDENT, Residency.WORKER, Residency.STUDENT)
FIRST_TIMER, OF_THE_CITY, OTHERS = 0, 1, 2


def default_classes(names: Sequence[str]) -> tuple[DrawClass, ...]:
    """The table that a round begins with: of the city and new, of the city, everybody else."""
    return (
        DrawClass(FIRST_TIMER, names[FIRST_TIMER], _OURS, first_time=True),
        DrawClass(OF_THE_CITY, names[OF_THE_CITY], _OURS),
        DrawClass(OTHERS, names[OTHERS]),
    )


def read_classes(rows: Iterable[Mapping[str, Any]]) -> tuple[DrawClass, ...]:
    """The table as it is stored, best class first."""
    return tuple(
        DrawClass(
            number=int(row["class"]),
            name=str(row["name"]),
            residencies=tuple(Residency(one) for one in row.get("residencies", ())),
            first_time=bool(row.get("first_time", False)),
        )
        for row in rows
    )


def read_facts(row: Mapping[str, Any]) -> PersonFacts:
    """The facts of one person as they are stored."""
    return PersonFacts(
        residency=Residency(row["residency"]),
        first_time=bool(row["first_time"]),
        verified=bool(row.get("verified", False)),
    )


def class_of(person: PersonFacts, classes: Sequence[DrawClass]) -> int:
    """The first class of the table that takes somebody; the last one takes everybody."""
    return next((one.number for one in classes if one.takes(person)), classes[-1].number)


def class_of_party(people: Iterable[PersonFacts], classes: Sequence[DrawClass]) -> int:
    """A party takes the worst class among its members: nobody rides on somebody else's."""
    return max(class_of(person, classes) for person in people)


# --- Setting up -------------------------------------------------------------

MOST_CHOICES = 5
MOST_PARTY = 5


@dataclass(frozen=True)
class RoundPlan:
    """抽選の設定: what is typed for a round, without its days."""

    title: str
    opens_at: datetime
    closes_at: datetime
    freezes_at: datetime
    classes: tuple[DrawClass, ...]
    description: str = ""
    paper_rule: PaperRule = PaperRule.ARRIVAL
    draw_at: datetime | None = None
    draw_place: str = ""
    entropy_plan: str = ""
    confirm_by: date | None = None
    most_choices: int = 3
    party_limit: int = 5
    mode: RoundMode = RoundMode.SERIAL


# What nobody counts on when they apply: it may be set right until the list is frozen.
CHANGES_WHILE_OPEN = ("title", "description", "draw_at", "draw_place", "entropy_plan")
# Who has applied may want to be there.
ANNOUNCED_OF_THE_DRAW = ("draw_at", "draw_place", "entropy_plan")


class RoundFault(StrEnum):
    """設定の誤り."""

    OPENS_AFTER_CLOSING = "opens_after_closing"
    FREEZES_BEFORE_CLOSING = "freezes_before_closing"
    ARRIVAL_NEEDS_NO_WAIT = "arrival_needs_no_wait"
    DRAWN_BEFORE_FREEZE = "drawn_before_freeze"
    CONFIRM_BEFORE_DRAW = "confirm_before_draw"
    MOST_CHOICES = "most_choices"
    PARTY_LIMIT = "party_limit"
    PARTIES_WITH_RESERVES = "parties_with_reserves"
    CLASSES = "classes"
    LAST_CLASS = "last_class"
    NO_DRAW_TIME = "no_draw_time"
    NO_ENTROPY_PLAN = "no_entropy_plan"
    NO_DAYS = "no_days"
    CLOSED_BEFORE = "closed_before"
    RESERVES_ABOVE_CAPACITY = "reserves_above_capacity"
    NO_LATER = "no_later"


def faults(plan: RoundPlan) -> tuple[RoundFault, ...]:
    """What in a plan contradicts itself; needed for its draft already."""
    return tuple(fault for fault, wrong in _faults(plan) if wrong)


def _faults(plan: RoundPlan) -> Iterator[tuple[RoundFault, bool]]:
    by_arrival = plan.paper_rule is PaperRule.ARRIVAL
    yield RoundFault.OPENS_AFTER_CLOSING, plan.opens_at >= plan.closes_at
    yield RoundFault.FREEZES_BEFORE_CLOSING, plan.freezes_at < plan.closes_at
    yield (
        RoundFault.ARRIVAL_NEEDS_NO_WAIT,
        by_arrival and plan.freezes_at > plan.closes_at,
    )
    yield (
        RoundFault.DRAWN_BEFORE_FREEZE,
        plan.draw_at is not None and plan.draw_at < plan.freezes_at,
    )
    yield (
        RoundFault.CONFIRM_BEFORE_DRAW,
        plan.confirm_by is not None
        and plan.confirm_by <= tokyo_date(plan.draw_at or plan.freezes_at),
    )
    yield RoundFault.MOST_CHOICES, not 1 <= plan.most_choices <= MOST_CHOICES
    yield RoundFault.PARTY_LIMIT, not 1 <= plan.party_limit <= MOST_PARTY
    # Whole parties and reserved places do not go together: a party could be placed neither as
    # one of the reserved nor as one of the others.
    yield (
        RoundFault.PARTIES_WITH_RESERVES,
        plan.mode is RoundMode.SOFT_RESERVES and plan.party_limit > 1,
    )
    numbers = [one.number for one in plan.classes]
    yield (
        RoundFault.CLASSES,
        not plan.classes
        or numbers != list(range(len(numbers)))
        or any(not one.name for one in plan.classes),
    )
    yield (
        RoundFault.LAST_CLASS,
        bool(plan.classes) and (bool(plan.classes[-1].residencies) or plan.classes[-1].first_time),
    )


def faults_to_open(plan: RoundPlan, *, days: int, now: datetime) -> tuple[RoundFault, ...]:
    """What is missing before people may apply: the draw is announced before it begins."""
    return (
        *faults(plan),
        *(
            fault
            for fault, wrong in (
                (RoundFault.NO_DRAW_TIME, plan.draw_at is None or not plan.draw_place),
                (RoundFault.NO_ENTROPY_PLAN, not plan.entropy_plan),
                (RoundFault.NO_DAYS, days == 0),
                (RoundFault.CLOSED_BEFORE, plan.closes_at <= now),
            )
            if wrong
        ),
    )


@dataclass(frozen=True)
class DayFacts:
    """What decides whether a day can be drawn for."""

    status: SlotStatus
    opportunity: OpportunityStatus
    mode: SlotMode
    unit: CapacityUnit
    standing: bool
    starts_at: datetime
    has_signups: bool
    in_another_round: bool
    has_roles: bool = False


class DayFault(StrEnum):
    """抽選にできない日程の理由."""

    NOT_PUBLISHED = "not_published"
    NOT_HELD = "not_held"
    OTHER_ROUND = "other_round"
    SIGNED_UP = "signed_up"
    OTHER_MODE = "other_mode"
    BY_PARTY = "by_party"
    TOO_EARLY = "too_early"
    OTHER_ESCORTS = "other_escorts"


def other_escorts(days: Mapping[str, bool]) -> dict[str, DayFault | None]:
    """Days that count escorts otherwise than the first one: an application has one size.

    `days` says of each, by its id, whether it counts them. Source: docs/rules/escorts.md.
    """
    first = next(iter(days.values()), False)
    return {
        day: DayFault.OTHER_ESCORTS if counts is not first else None
        for day, counts in days.items()
    }


def day_fault(day: DayFacts, *, freezes_at: datetime, draw_at: datetime | None) -> DayFault | None:
    """Why a day cannot be in a round; None where it can.

    It comes after its draw. Its places are counted in people, since the draw counts people.
    """
    checks = (
        (DayFault.NOT_PUBLISHED, day.opportunity is not OpportunityStatus.PUBLISHED),
        (DayFault.NOT_HELD, day.status is not SlotStatus.SCHEDULED),
        (DayFault.OTHER_ROUND, day.in_another_round),
        (DayFault.SIGNED_UP, day.has_signups),
        (
            DayFault.OTHER_MODE,
            day.mode is not SlotMode.FIRST_COME or day.standing or day.has_roles,
        ),
        (DayFault.BY_PARTY, day.unit is not CapacityUnit.PEOPLE),
        (DayFault.TOO_EARLY, day.starts_at <= max(freezes_at, draw_at or freezes_at)),
    )
    return next((fault for fault, wrong in checks if wrong), None)


def reserves_fit(reserves: Mapping[str, int], *, capacity: int) -> bool:
    """Whether the places that are kept for classes are not more than there are."""
    return all(kept >= 0 for kept in reserves.values()) and sum(reserves.values()) <= capacity


def check_longer(*, closes_at: datetime, old: datetime, plan: RoundPlan, now: datetime) -> None:
    """A deadline goes only further, before the list is frozen. Raises RoundFaulty."""
    if closes_at <= old or closes_at <= now:
        raise RoundFaulty((RoundFault.NO_LATER,))
    if wrong := faults(plan):
        raise RoundFaulty(wrong)
