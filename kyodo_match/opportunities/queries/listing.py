"""The public list: one page of it in one statement, built once for each shape of a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries.searching import (
    Search,
    Shape,
    is_coming,
    is_listed,
    is_published,
    of_opportunity,
    of_slot,
    shape_of,
    values_of,
)
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    Places,
    SlotState,
    slot_state,
)

PAGE = 20
# Counting stops here and the list says 以上: a count of all would read all for every visitor.
COUNTED = 100
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One day on a card."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    state: SlotState
    free: int
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One opportunity of a list, with the days that fit the search: a value, compared as such."""

    public_id: str
    title: str
    kind: OpportunityKind
    plain_fields: tuple[str, ...]
    district: str
    place: str
    fee: str
    alone_welcome: bool | None
    beginner_welcome: bool | None
    group_name: str
    slots: tuple[SlotLine, ...]


@dataclass(frozen=True)
class Listing:
    """One page of the list, and how many there are: in all, or with `more` at least."""

    cards: Sequence[Card] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    more: bool = False


def _in_date_order(shape: Shape) -> sa.Subquery:
    """Walk along the days until enough are met: the first fitting day of each activity.

    Standing needs come where they end; one with days besides is met by its days.
    """
    other = aliased(Slot)
    is_first = (
        sa.select(other.id == Slot.id)
        .where(
            other.opportunity_id == Slot.opportunity_id,
            *is_coming(other),
            *of_slot(other, shape),
        )
        .order_by(other.standing, other.last_call, other.id)
        .limit(1)
        .correlate(Slot)
        .scalar_subquery()
    )
    return (
        sa.select(Slot.opportunity_id, Slot.last_call.label("first"))
        .where(*is_coming(Slot), *of_slot(Slot, shape), is_listed(Slot, shape), is_first)
        .order_by(Slot.last_call, Slot.opportunity_id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .subquery()
    )


def _gathered(shape: Shape) -> sa.Subquery:
    """All that fit, where they are few, each with its first fitting day."""
    day = sa.case((~Slot.standing, Slot.last_call))
    first = sa.func.coalesce(sa.func.min(day), sa.func.min(Slot.last_call))
    return (
        sa.select(Slot.opportunity_id, first.label("first"))
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(
            is_published(),
            *of_opportunity(shape),
            *is_coming(Slot),
            *of_slot(Slot, shape),
        )
        .group_by(Slot.opportunity_id)
        .subquery()
    )


@lru_cache(maxsize=256)
def _statement(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    found = _gathered(shape) if shape.is_gathered else _in_date_order(shape)
    page = (
        sa.select(found, sa.func.count().over().label("total"))
        .order_by(found.c.first, found.c.opportunity_id)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .offset(sa.bindparam("offset", type_=sa.Integer()))
        .subquery()
    )
    of_card = sa.and_(
        Slot.opportunity_id == Opportunity.id, *is_coming(Slot), *of_slot(Slot, shape)
    )
    return (
        sa.select(
            Opportunity.public_id, Opportunity.title, Opportunity.kind, Opportunity.plain_fields,
            Opportunity.district, Opportunity.place, Opportunity.fee,
            Opportunity.alone_welcome, Opportunity.beginner_welcome,
            Group.name.label("group_name"), Slot.public_id.label("slot_id"),
            Slot.starts_at, Slot.ends_at, Slot.opens_at, Slot.closes_at,
            Slot.status, Slot.capacity, Slot.places_taken, Slot.places_held, Slot.places_waiting,
            Slot.waitlist_limit, Slot.mode, Slot.standing, page.c.total,
        )
        .join(page, page.c.opportunity_id == Opportunity.id)
        .join(Group, Group.id == Opportunity.group_id)
        .join(Slot, of_card)
        .order_by(page.c.first, Opportunity.id, Slot.starts_at)
    )  # fmt: skip


def coming(
    session: Session, search: Search, *, now: datetime, page: int = 1, size: int = PAGE
) -> Listing:
    """What is published and coming, the nearest day first: one page in one statement.

    A page beyond the last one gives the last one.
    """
    found = _page(session, search, now=now, page=page, size=size)
    if found.cards or page == 1:
        return found
    whole = _page(session, search, now=now, page=1, size=size, most=_ALL)
    if whole.pages == 1:
        return whole
    return _page(session, search, now=now, page=whole.pages, size=size)


def _page(
    session: Session,
    search: Search,
    *,
    now: datetime,
    page: int,
    size: int,
    most: int | None = None,
) -> Listing:
    shape = shape_of(search)
    counted = most or max(COUNTED, page * size)
    values = values_of(search, now)
    values |= {"most": counted + 1, "limit": size, "offset": (page - 1) * size}
    rows = session.execute(_statement(shape), values).all()
    total = rows[0].total if rows else 0
    more = total > counted and not shape.is_gathered
    total = counted if more else total
    cards = [
        _card(list(lines), now) for _, lines in groupby(rows, key=lambda row: str(row.public_id))
    ]
    return Listing(cards, total, page, max(-(-total // size) + more, 1), more)


def coming_of_group(session: Session, group_id: int, *, now: datetime) -> Sequence[Card]:
    """What one group offers next: for its public page. `group_id` is the row's own id."""
    return coming(session, Search(group_id=group_id), now=now, size=100).cards


def _card(lines: Sequence[sa.Row[*tuple[Any, ...]]], now: datetime) -> Card:
    head = lines[0]
    return Card(
        public_id=head.public_id,
        title=head.title,
        kind=head.kind,
        plain_fields=head.plain_fields,
        district=head.district,
        place=head.place,
        fee=head.fee,
        alone_welcome=head.alone_welcome,
        beginner_welcome=head.beginner_welcome,
        group_name=head.group_name,
        slots=tuple(_line(row, now) for row in lines),
    )


def _line(row: sa.Row[*tuple[Any, ...]], now: datetime) -> SlotLine:
    places = Places(
        row.capacity, row.places_taken, row.places_held, row.places_waiting, row.waitlist_limit
    )
    return SlotLine(
        public_id=row.slot_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        opens_at=row.opens_at,
        state=slot_state(
            row.status,
            places,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            ends_at=row.ends_at,
            now=now,
            mode=row.mode,
        ),
        free=places.free,
        standing=row.standing,
    )
