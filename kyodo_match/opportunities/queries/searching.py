"""What is looked for, as conditions of SQL; what a word needs is read from an index first.

A statement is built once for each shape of a search (which conditions it has); values are bound.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kyodo_match.core import text
from kyodo_match.core.clock import midnight
from kyodo_match.core.db import Texts
from kyodo_match.opportunities.models import Opportunity, SearchGram
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus, SlotStatus
from kyodo_match.opportunities.rules.finding import grams_of_word

MOST_WORDS = 8
# A word in fewer texts than this is looked up; a more common one is met soon in date order.
COMMON = 500
_LAST = "\U0010ffff"


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


class _holds(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Whether a text holds another, letter by letter: quicker than LIKE, and nothing to escape."""

    inherit_cache = True
    type = sa.Boolean()


@compiles(_holds)
def _holds_on_sqlite(element: _holds, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"instr({compiler.process(element.clauses, **kwargs)}) > 0"


@compiles(_holds, "postgresql")
def _holds_on_postgresql(element: _holds, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"strpos({compiler.process(element.clauses, **kwargs)}) > 0"


@dataclass(frozen=True)
class Alike:
    """Like an activity: one of its fields or its district, and not itself."""

    fields: tuple[str, ...]
    district: str
    but: int


@dataclass(frozen=True)
class Search:
    """What somebody looks for; nothing chosen is everything that is coming.

    `weekdays` count from Monday, 0; `words` are search keys, all of which must occur. `led_to` is
    a hint of `looked_up`: it makes a search quick and changes nothing of what is found.
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
    alike: Alike | None = None
    led_to: tuple[int, ...] | None = None

    @staticmethod
    def split(typed: str) -> tuple[str, ...]:
        """The search keys of the words that somebody typed."""
        return tuple(key for word in typed.split()[:MOST_WORDS] if (key := text.search_key(word)))


def looked_up(session: Session, search: Search) -> Search:
    """The same search, with the few texts that the rarest pair of letters of its words leads to.

    One statement, none without words. The keys are read here, not joined to: from the number of
    them a database plans better than from what it guesses of a pair.
    Source: docs/rules/finding.md.
    """
    asked = {gram for word in search.words for gram in grams_of_word(word)}
    if not asked:
        return search
    rows = session.execute(_LED_TO, {"grams": _as_json(asked)}).all()
    if not rows:  # each pair is common
        return search
    keys = {row.opportunity_id for row in rows} - {None}
    return replace(search, led_to=tuple(sorted(keys)))


def _as_json(grams: set[str]) -> str:
    return json.dumps(sorted(grams), ensure_ascii=False)


def _begins_with(value: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """A pair is itself; a single letter is all that begins with it."""
    end = sa.case((sa.func.length(value) == 1, value + sa.literal(_LAST)), else_=value)
    return sa.and_(SearchGram.gram >= value, SearchGram.gram <= end)


_EACH = Texts(sa.bindparam("grams", type_=sa.Text())).table_valued("value")
_VALUE = sa.type_coerce(_EACH.c.value, sa.Text())
_SOME = sa.select(sa.literal(1).label("one")).where(_begins_with(_VALUE)).limit(COMMON)
_FREQUENCIES = sa.select(
    _VALUE.label("value"),
    sa.select(sa.func.count())
    .select_from(_SOME.correlate(_EACH).subquery())
    .scalar_subquery()
    .label("number"),
).subquery()
# The rarest pair, if it is rare at all, with its texts: a row without a text where it has none.
_RAREST = (
    sa.select(_FREQUENCIES.c.value)
    .where(_FREQUENCIES.c.number < COMMON)
    .order_by(_FREQUENCIES.c.number, _FREQUENCIES.c.value)
    .limit(1)
    .subquery()
)
_LED_TO = sa.select(SearchGram.opportunity_id).select_from(
    _RAREST.outerjoin(SearchGram, _begins_with(_RAREST.c.value))
)


# --- Conditions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """Which conditions a search has, without their values."""

    words: int = 0
    kind: bool = False
    plain_field: bool = False
    district: bool = False
    weekdays: bool = False
    since: bool = False
    until: bool = False
    only_free: bool = False
    group: bool = False
    alike: int | None = None
    led_to: bool = False

    @property
    def is_gathered(self) -> bool:
        """Few at most: they are gathered and put in order, not met in the order of their days."""
        return self.led_to or self.group


def shape_of(search: Search) -> Shape:
    """The shape that a search has."""
    return Shape(
        words=len(search.words),
        kind=search.kind is not None,
        plain_field=bool(search.plain_field),
        district=bool(search.district),
        weekdays=bool(search.weekdays),
        since=search.since is not None,
        until=search.until is not None,
        only_free=search.only_free,
        group=search.group_id is not None,
        alike=len(search.alike.fields) if search.alike else None,
        led_to=search.led_to is not None,
    )


def values_of(search: Search, now: datetime) -> dict[str, Any]:
    """The values of a search, by the names that its conditions bind."""
    values: dict[str, Any] = {
        "now": now,
        "kind": search.kind,
        "field": f",{search.plain_field},",
        "district": search.district,
        "weekdays": sorted((day + 1) % 7 for day in search.weekdays),
        "since": midnight(search.since or date.min.replace(year=2000)),
        "until": midnight((search.until or date.min.replace(year=2000)) + timedelta(days=1)),
        "group_id": search.group_id,
        "led_to": search.led_to or (),
    }
    values |= {f"word{n}": word for n, word in enumerate(search.words)}
    if search.alike:
        values |= {f"alike{n}": f",{slug}," for n, slug in enumerate(search.alike.fields)}
        values |= {"alike_district": search.alike.district, "but": search.alike.but}
    return values


def is_coming(slot: Any) -> list[sa.ColumnElement[bool]]:
    """Not cancelled, and not over."""
    return [slot.status != SlotStatus.CANCELLED, slot.ends_at > _bound("now", slot.ends_at)]


def is_free(slot: Any) -> list[sa.ColumnElement[bool]]:
    """Somebody could still get a place."""
    return [
        slot.status == SlotStatus.SCHEDULED,
        slot.closes_at > _bound("now", slot.ends_at),
        slot.places_taken + slot.places_held < slot.capacity,
    ]


def of_slot(slot: Any, shape: Shape) -> list[sa.ColumnElement[bool]]:
    """What is asked of a day; that it is coming is asked apart.

    A standing need fits every weekday, and every day of its period.
    """
    found: list[sa.ColumnElement[bool]] = []
    if shape.weekdays:
        weekdays = sa.bindparam("weekdays", expanding=True, type_=sa.Integer())
        found.append(sa.or_(slot.standing, _tokyo_weekday(slot.starts_at).in_(weekdays)))
    if shape.since:
        found.append(slot.last_call >= _bound("since", slot.starts_at))
    if shape.until:
        found.append(slot.starts_at < _bound("until", slot.starts_at))
    if shape.only_free:
        found += is_free(slot)
    return found


def of_opportunity(shape: Shape) -> list[sa.ColumnElement[bool]]:
    """What is asked of an activity; that it is published is asked apart."""
    fields = sa.type_coerce(Opportunity.plain_fields, sa.Text())
    found: list[sa.ColumnElement[bool]] = [
        _holds(Opportunity.search_text, _text(f"word{number}")) for number in range(shape.words)
    ]
    if shape.kind:
        found.append(Opportunity.kind == _bound("kind", Opportunity.kind))
    if shape.plain_field:
        found.append(_holds(fields, _text("field")))
    if shape.district:
        found.append(Opportunity.district == _text("district"))
    if shape.group:
        found.append(Opportunity.group_id == sa.bindparam("group_id", type_=sa.Integer()))
    if shape.alike is not None:
        district = _text("alike_district")
        near = sa.and_(district != "", Opportunity.district == district)
        same = [_holds(fields, _text(f"alike{number}")) for number in range(shape.alike)]
        found += [sa.or_(near, *same), Opportunity.id != sa.bindparam("but", type_=sa.Integer())]
    if shape.led_to:
        keys = sa.bindparam("led_to", expanding=True, type_=sa.Integer())
        found.append(Opportunity.id.in_(keys))
    return found


def is_listed(slot: Any, shape: Shape) -> sa.ColumnElement[bool]:
    """The activity of a day is published and fits.

    As a value, not as a join: the database shall walk along the days and ask each for its
    activity, and neither SQLite nor PostgreSQL turns that round. As a truth, not as a comparison:
    PostgreSQL takes that for likely, and so expects to be done soon.
    """
    return (
        sa.select(
            sa.and_(Opportunity.status == OpportunityStatus.PUBLISHED, *of_opportunity(shape))
        )
        .where(Opportunity.id == slot.opportunity_id)
        .correlate(slot)
        .scalar_subquery()
    )


def is_published() -> sa.ColumnElement[bool]:
    """Published, asked of the few that were gathered: a value, so that no index leads to all."""
    return sa.case((Opportunity.status == OpportunityStatus.PUBLISHED, 1), else_=0) == 1


def _bound(name: str, column: Any) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=column.type)


def _text(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(name, type_=sa.Text())
