"""What other points would change, before they are saved: the first ten of some wishes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.suggesting import facts_of
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.queries.wishes import saved_wishes
from kyodo_match.matching.rules.recommending import Board, Need, WeightsSet
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.settings.queries import districts, neighbourhood

FIRST = 10
MOST_WISHES = 100
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class ChangedList:
    """One wish whose first ten change: the days before and after, best first."""

    choices: WishChoices
    before: Sequence[tuple[str, int]]  # title and score
    after: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """In how many places of these lists a group stood, and would stand."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a set of points would change; `examples`: of invented wishes, none was saved yet."""

    lists: int
    changed: int
    of_examples: bool
    shown: Sequence[ChangedList]
    groups: Sequence[GroupChange]


def preview(session: Session, weights: WeightsSet, *, now: datetime) -> Preview:
    """Rank what is coming for up to 100 saved wishes with the points of today and with others.

    Where no wish was saved, for one invented wish of each field and district.
    """
    wishes = [WishChoices.of(wish) for wish in saved_wishes(session, limit=MOST_WISHES)]
    asked = wishes or _invented(session)
    needs, near = coming_needs(session, now=now), neighbourhood(session)
    before, after = (
        [_first(board, choices) for choices in asked]
        for board in (
            Board(needs, one, neighbourhood=near, now=now)
            for one in (current_weights(session), weights)
        )
    )
    changed = [
        (choices, old, new)
        for choices, old, new in zip(asked, before, after, strict=True)
        if [need for need, _ in old] != [need for need, _ in new]
    ]
    titles = facts_of(
        session,
        {need.slot for _, old, new in changed[:_EXAMPLES] for need, _score in (*old, *new)},
    )

    def told(days: Sequence[tuple[Need, int]]) -> list[tuple[str, int]]:
        return [(titles[need.slot].title, score) for need, score in days]

    return Preview(
        lists=len(asked),
        changed=len(changed),
        of_examples=not wishes,
        shown=[ChangedList(one, told(old), told(new)) for one, old, new in changed[:_EXAMPLES]],
        groups=_groups(session, before, after),
    )


def _invented(session: Session) -> list[WishChoices]:
    return [
        WishChoices(district=district, fields=(field.value,), times=("sat_am", "sun_am"))
        for district in districts(session) or ("",)
        for field in PlainField
    ]


def _first(board: Board, choices: WishChoices) -> list[tuple[Need, int]]:
    """The first ten activities, each by its best day."""
    picked = board.best_activities(choices, limit=FIRST)
    return [(one.best.need, one.best.score) for one in picked]


def _groups(
    session: Session,
    before: Sequence[Sequence[tuple[Need, int]]],
    after: Sequence[Sequence[tuple[Need, int]]],
) -> list[GroupChange]:
    was, will = (
        Counter(need.group for days in lists for need, _score in days) for lists in (before, after)
    )
    moved = {group for group in was | will if was[group] != will[group]}
    names = session.execute(sa.select(Group.id, Group.name).where(Group.id.in_(moved)))
    rows = [GroupChange(name, was[group], will[group]) for group, name in names]
    return sorted(rows, key=lambda row: (row.before - row.after, row.name))
