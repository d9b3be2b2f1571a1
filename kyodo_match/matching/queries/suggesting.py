"""What suits a wish, as the page shows it: activities in order, and why others are not there."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.groups.models import Group
from kyodo_match.matching.models import Round, RoundSlot
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules.recommending import (
    Filter,
    Fit,
    Need,
    Ranking,
    WeightsSet,
    person_of,
    rank,
)
from kyodo_match.matching.rules.wishes import WishChoices
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityKind, SlotMode, SlotStatus
from kyodo_match.settings.queries import neighbourhood

SHOWN = 10
MOST_DAYS = 4
MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class ShownDay:
    """What a page says of a day, beside its reasons."""

    slot: str
    opportunity: str
    title: str
    kind: OpportunityKind
    group_name: str
    district: str
    place: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    standing: bool
    status: SlotStatus
    mode: SlotMode
    unit: CapacityUnit
    free: int
    round_id: str | None

    @property
    def apply_at(self) -> str:
        """Where one applies for it: to its round with it as the first wish, or to itself."""
        if self.round_id:
            return f"/draws/{self.round_id}/apply?first={self.slot}"
        return f"/slots/{self.slot}/signup"


@dataclass(frozen=True, slots=True)
class Suggested:
    """One activity: its best day with the reasons, and its next best ones."""

    best: Fit
    day: ShownDay
    others: Sequence[tuple[Fit, ShownDay]]
    more: int  # further days that are not listed


@dataclass(frozen=True, slots=True)
class Kept:
    """Days that one filter kept away: how many, and the next of them."""

    code: Filter
    count: int
    examples: Sequence[ShownDay]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The page of a wish: so many activities fit, the best of them, and what was left out."""

    shown: Sequence[Suggested]
    total: int
    left_out: Sequence[Kept]
    groups: Mapping[int, int]  # how often each group is shown: keys and numbers
    weights: WeightsSet
    now: datetime


def suggestions(
    session: Session,
    choices: WishChoices,
    *,
    now: datetime,
    hidden: Collection[str] = (),
    limit: int = SHOWN,
) -> Suggestions:
    """Rank what is coming for a wish; `hidden` are activities that are put away."""
    weights = current_weights(session)
    needs = coming_needs(session, now=now, kinds=choices.kinds)
    wanted = [need for need in needs if need.opportunity not in hidden]
    found = rank(
        person_of(choices), wanted, weights, neighbourhood=neighbourhood(session), now=now
    )
    by_activity: dict[str, list[Fit]] = defaultdict(list)
    for fit in found.fits:
        by_activity[fit.need.opportunity].append(fit)
    first = list(by_activity.values())[:limit]
    kept = _kept(found)
    ids = [fit.need.slot for days in first for fit in days[:MOST_DAYS]]
    ids += [need.slot for needs in kept.values() for need in needs[:MOST_EXAMPLES]]
    facts = facts_of(session, ids)
    groups: dict[int, int] = defaultdict(int)
    for days in first:
        groups[days[0].need.group] += 1
    return Suggestions(
        shown=[_suggested(days, facts) for days in first],
        total=len(by_activity),
        left_out=[
            Kept(code, len(needs), [facts[need.slot] for need in needs[:MOST_EXAMPLES]])
            for code, needs in kept.items()
        ],
        groups=groups,
        weights=weights,
        now=now,
    )


def _kept(found: Ranking) -> dict[Filter, list[Need]]:
    """What each filter keeps away, under the first that does, in the order of the filters."""
    by_code: dict[Filter, list[Need]] = {code: [] for code in Filter}
    for left in found.left_out:
        by_code[left.filters[0]].append(left.need)
    return {code: needs for code, needs in by_code.items() if needs}


def _suggested(days: Sequence[Fit], facts: Mapping[str, ShownDay]) -> Suggested:
    listed = days[1:MOST_DAYS]
    return Suggested(
        best=days[0],
        day=facts[days[0].need.slot],
        others=[(fit, facts[fit.need.slot]) for fit in listed],
        more=len(days) - 1 - len(listed),
    )


def facts_of(session: Session, slots: Collection[str]) -> dict[str, ShownDay]:
    """What pages and mails say of some days, by their public ids."""
    if not slots:
        return {}
    rows = session.execute(_FACTS.where(Slot.public_id.in_(slots)))
    return {
        row.slot: ShownDay(
            slot=row.slot,
            opportunity=row.opportunity,
            title=row.title,
            kind=row.kind,
            group_name=row.group_name,
            district="" if row.own_place else row.district,
            place=row.own_place or row.place,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            standing=row.standing,
            status=row.status,
            mode=row.mode,
            unit=row.capacity_unit,
            free=max(row.capacity - row.places_taken - row.places_held, 0),
            round_id=row.round_id,
        )
        for row in rows
    }


_FACTS = (
    sa.select(
        Slot.public_id.label("slot"), Opportunity.public_id.label("opportunity"),
        Opportunity.title, Opportunity.kind,
        Group.name.label("group_name"), Opportunity.district, Opportunity.place,
        Slot.place.label("own_place"), Slot.starts_at, Slot.ends_at, Slot.opens_at,
        Slot.closes_at, Slot.standing, Slot.status, Slot.mode, Slot.capacity, Slot.capacity_unit,
        Slot.places_taken, Slot.places_held, Round.public_id.label("round_id"),
    )
    .join(Opportunity, Opportunity.id == Slot.opportunity_id)
    .join(Group, Group.id == Opportunity.group_id)
    .outerjoin(RoundSlot, sa.and_(RoundSlot.slot_id == Slot.id, Slot.mode == SlotMode.LOTTERY))
    .outerjoin(Round, Round.id == RoundSlot.round_id)
)  # fmt: skip
