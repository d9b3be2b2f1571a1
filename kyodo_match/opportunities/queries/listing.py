"""The public list: one page of it in one statement, built once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kyodo_match.core import text
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import Tags
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    Places,
    SlotState,
    SlotStatus,
    slot_state,
)

PAGE = 20
MOST_WORDS = 8


class _tokyo_weekday(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """0 for Sunday … 6 for Saturday, by the date in Japan, which has no summer time."""

    inherit_cache = True
    type = sa.Integer()


@compiles(_tokyo_weekday)
def _on_sqlite(element: _tokyo_weekday, compiler: SQLCompiler, **kwargs: object) -> str:
    moment = compiler.process(element.clauses, **kwargs)
    return f"CAST(strftime('%w', {moment}, '+9 hours') AS INTEGER)"


@compiles(_tokyo_weekday, "postgresql")
def _on_postgresql(element: _tokyo_weekday, compiler: SQLCompiler, **kwargs: object) -> str:
    moment = compiler.process(element.clauses, **kwargs)
    return f"CAST(extract(dow FROM {moment} + interval '9 hours') AS INTEGER)"


@dataclass(frozen=True)
class Search:
    """What somebody looks for; nothing chosen is everything that is coming.

    `weekdays` count from Monday, 0; `words` are search keys, all of which must occur.
    """

    words: tuple[str, ...] = ()
    kind: OpportunityKind | None = None
    plain_field: str = ""
    district: str = ""
    weekdays: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None
    only_free: bool = False
    group_id: int | None = None

    @staticmethod
    def split(typed: str) -> tuple[str, ...]:
        """The search keys of the words that somebody typed."""
        return tuple(key for word in typed.split()[:MOST_WORDS] if (key := text.search_key(word)))


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One day on a card."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime | None
    state: SlotState
    free: int


@dataclass(frozen=True, slots=True)
class Card:
    """One opportunity of a list, with the days that fit the search."""

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
    slots: Sequence[SlotLine]


@dataclass(frozen=True)
class Listing:
    """One page of the list, and how many there are in all."""

    cards: Sequence[Card] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1


def _statement(
    of_slot: Sequence[sa.ColumnElement[bool]] = (),
    of_opportunity: Sequence[sa.ColumnElement[bool]] = (),
) -> sa.Select[*tuple[Any, ...]]:
    coming = (
        Slot.status != SlotStatus.CANCELLED,
        Slot.ends_at > sa.bindparam("now", type_=Slot.ends_at.type),
        *of_slot,
    )
    found = (
        sa.select(Slot.opportunity_id, sa.func.min(Slot.starts_at).label("first"))
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(Opportunity.status == OpportunityStatus.PUBLISHED, *coming, *of_opportunity)
        .group_by(Slot.opportunity_id)
        .subquery()
    )
    page = (
        sa.select(found, sa.func.count().over().label("total"))
        .order_by(found.c.first, found.c.opportunity_id)
        .limit(sa.bindparam("limit"))
        .offset(sa.bindparam("offset"))
        .subquery()
    )
    return (
        sa.select(
            Opportunity.public_id, Opportunity.title, Opportunity.kind, Opportunity.plain_fields,
            Opportunity.district, Opportunity.place, Opportunity.fee,
            Opportunity.alone_welcome, Opportunity.beginner_welcome,
            Group.name.label("group_name"), Slot.public_id.label("slot_id"),
            Slot.starts_at, Slot.ends_at, Slot.opens_at, Slot.closes_at,
            Slot.status, Slot.capacity, Slot.places_taken, Slot.places_waiting,
            Slot.waitlist_limit, page.c.total,
        )
        .join(page, page.c.opportunity_id == Opportunity.id)
        .join(Group, Group.id == Opportunity.group_id)
        .join(Slot, sa.and_(Slot.opportunity_id == Opportunity.id, *coming))
        .order_by(page.c.first, Opportunity.id, Slot.starts_at)
    )  # fmt: skip


_EVERYTHING = _statement()


def _conditions(
    search: Search, now: datetime
) -> tuple[list[sa.ColumnElement[bool]], list[sa.ColumnElement[bool]]]:
    of_slot: list[sa.ColumnElement[bool]] = []
    of_opportunity = [Opportunity.search_text.contains(w, autoescape=True) for w in search.words]
    if search.kind is not None:
        of_opportunity.append(Opportunity.kind == search.kind)
    if search.plain_field:
        of_opportunity.append(Tags.have(Opportunity.plain_fields, search.plain_field))
    if search.district:
        of_opportunity.append(Opportunity.district == search.district)
    if search.group_id is not None:
        of_opportunity.append(Opportunity.group_id == search.group_id)
    if search.weekdays:
        from_sunday = sorted((day + 1) % 7 for day in search.weekdays)
        of_slot.append(_tokyo_weekday(Slot.starts_at).in_(from_sunday))
    if search.since:
        of_slot.append(Slot.starts_at >= _midnight(search.since))
    if search.until:
        of_slot.append(Slot.starts_at < _midnight(search.until + timedelta(days=1)))
    if search.only_free:
        of_slot += [
            Slot.status == SlotStatus.SCHEDULED,
            Slot.closes_at > now,
            Slot.places_taken < Slot.capacity,
            Slot.places_waiting == 0,
        ]
    return of_slot, of_opportunity


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def coming(
    session: Session, search: Search, *, now: datetime, page: int = 1, size: int = PAGE
) -> Listing:
    """What is published and coming, the nearest day first: one page in one statement.

    A page beyond the last one gives the last one.
    """
    plain = search == Search()
    statement = _EVERYTHING if plain else _statement(*_conditions(search, now))
    values = {"now": now, "limit": size, "offset": (page - 1) * size}
    rows = session.execute(statement, values).all()
    if not rows and page > 1:
        first = coming(session, search, now=now, size=size)
        return (
            first
            if first.pages == 1
            else coming(session, search, now=now, page=first.pages, size=size)
        )
    total = rows[0].total if rows else 0
    cards = [
        _card(list(lines), now) for _, lines in groupby(rows, key=lambda row: str(row.public_id))
    ]
    return Listing(cards, total, page, max(-(-total // size), 1))


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
        slots=[_line(row, now) for row in lines],
    )


def _line(row: sa.Row[*tuple[Any, ...]], now: datetime) -> SlotLine:
    places = Places(row.capacity, row.places_taken, row.places_waiting, row.waitlist_limit)
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
        ),
        free=places.free,
    )
