"""Days for people's own calendars: those of the list, and those that were called off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries.rows import PUBLIC
from kyodo_match.opportunities.queries.searching import (
    Search,
    Shape,
    of_opportunity,
    of_slot,
    shape_of,
    values_of,
)
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus

# As many as a calendar application takes in without trouble; the nearest days first.
MOST_DAYS = 500


@dataclass(frozen=True)
class FeedDay:
    """One day as a calendar shows it; each day of a withdrawn activity is cancelled."""

    slot_id: str
    opportunity_id: str
    title: str
    group_name: str
    place: str
    address: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    status: SlotStatus


def feed(session: Session, search: Search, *, now: datetime) -> Sequence[FeedDay]:
    """The days that a search finds, at most MOST_DAYS, and with them those that were called off.

    A calendar that is subscribed to takes a day out only when it is told so; so days stay in it,
    as cancelled, until they would have been over.
    """
    shape, values = shape_of(search), values_of(search, now)
    return [_day(row) for row in session.execute(_found(shape), values | {"most": MOST_DAYS})]


def feed_of(opportunity: Opportunity, *, only: Slot | None = None) -> Sequence[FeedDay]:
    """The days of a loaded activity, past ones too; or one of them. A period is no day."""
    return [
        FeedDay(
            slot_id=slot.public_id,
            opportunity_id=opportunity.public_id,
            title=opportunity.title,
            group_name=opportunity.group.name,
            place=slot.place or opportunity.place,
            address="" if slot.place else opportunity.address,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            sequence=slot.calendar_sequence,
            status=slot.status,
        )
        for slot in ([only] if only else opportunity.slots)
        if not slot.standing
    ]


@lru_cache(maxsize=64)
def _found(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    """Walk along the days until there are enough; of called-off ones no free place is asked."""
    called_off = sa.or_(
        Slot.status == SlotStatus.CANCELLED, Opportunity.status == OpportunityStatus.WITHDRAWN
    )
    asked = of_slot(Slot, replace(shape, only_free=False))
    free = sa.and_(sa.true(), *of_slot(Slot, Shape(only_free=shape.only_free)))
    was_public = sa.or_(
        Opportunity.status == OpportunityStatus.PUBLISHED,
        sa.and_(
            Opportunity.status.in_((*PUBLIC, OpportunityStatus.WITHDRAWN)),
            Opportunity.published_at.is_not(None),
            called_off,
        ),
    )
    return (
        sa.select(
            Slot.public_id.label("slot_id"), Opportunity.public_id.label("opportunity_id"),
            Opportunity.title, Opportunity.place, Opportunity.address, Opportunity.status,
            Group.name.label("group_name"), Slot.place.label("own_place"),
            Slot.starts_at, Slot.ends_at, Slot.calendar_sequence, Slot.status.label("of_day"),
        )
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .join(Group, Group.id == Opportunity.group_id)
        .where(
            ~Slot.standing,
            Slot.ends_at > sa.bindparam("now", type_=Slot.ends_at.type),
            was_public,
            *asked,
            sa.or_(called_off, free),
            *of_opportunity(shape),
        )
        .order_by(Slot.last_call, Slot.opportunity_id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )  # fmt: skip


def _day(row: Any) -> FeedDay:
    withdrawn = row.status is OpportunityStatus.WITHDRAWN
    return FeedDay(
        slot_id=row.slot_id,
        opportunity_id=row.opportunity_id,
        title=row.title,
        group_name=row.group_name,
        place=row.own_place or row.place,
        address="" if row.own_place else row.address,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=row.calendar_sequence + withdrawn,
        status=SlotStatus.CANCELLED if withdrawn else row.of_day,
    )
