"""How many days are on offer on each day of a month: one statement, whatever the city's size."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.core.db import Texts
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries.searching import (
    Search,
    Shape,
    is_coming,
    is_free,
    is_listed,
    is_published,
    of_opportunity,
    of_slot,
    shape_of,
    values_of,
)

# A day's counting stops here, and the calendar says 以上.
MOST_A_DAY = 10
_LONGEST_MONTH = 31
_AS_STORED = "%Y-%m-%d %H:%M:%S"


class _begins(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """The moment that a text names; all days of a month come in one parameter."""

    inherit_cache = True
    type = Slot.starts_at.type


class _ends(FunctionElement[datetime]):  # noqa: N801 - a function of SQL
    """A day after the moment that a text names."""

    inherit_cache = True
    type = Slot.starts_at.type


@compiles(_begins)
def _begins_on_sqlite(element: _begins, compiler: SQLCompiler, **kwargs: object) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(_begins, "postgresql")
def _begins_on_postgresql(element: _begins, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"CAST({compiler.process(element.clauses, **kwargs)} AS TIMESTAMP)"


@compiles(_ends)
def _ends_on_sqlite(element: _ends, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"datetime({compiler.process(element.clauses, **kwargs)}, '+1 day')"


@compiles(_ends, "postgresql")
def _ends_on_postgresql(element: _ends, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"CAST({compiler.process(element.clauses, **kwargs)} AS TIMESTAMP) + interval '1 day'"


@dataclass(frozen=True, slots=True)
class OnOffer:
    """What one day of the calendar has: at least MOST_A_DAY days on offer, or exactly `number`."""

    number: int
    has_free: bool


def on_offer(
    session: Session, search: Search, month: date, *, now: datetime
) -> dict[date, OnOffer]:
    """The days of the month (given by any of its days) that have something on offer.

    What the search says of dates is left aside: the calendar shows what else there is. Days before
    today have nothing any more; what runs over several days counts on the first.
    """
    first = max(month.replace(day=1), tokyo_date(now))
    search = replace(search, since=None, until=None)
    shape, values = shape_of(search), values_of(search, now)
    end = (first.replace(day=1) + timedelta(days=_LONGEST_MONTH)).replace(day=1)
    if shape.is_gathered:
        values |= {"month0": midnight(first), "month1": midnight(end)}
        return _counted(session.execute(_few(shape), values).all())
    days = {
        midnight(day).astimezone(UTC).strftime(_AS_STORED): day
        for day in (first + timedelta(days=number) for number in range((end - first).days))
    }
    rows = session.execute(_day_by_day(shape), values | {"days": json.dumps(list(days))}).all()
    return {days[row.begins]: OnOffer(row.found, bool(row.has_free)) for row in rows if row.found}


def _counted(rows: Any) -> dict[date, OnOffer]:
    number: Counter[date] = Counter()
    free: Counter[date] = Counter()
    for row in rows:
        day = tokyo_date(row.starts_at)
        number[day] += 1
        free[day] += bool(row.has_free)
    return {day: OnOffer(min(found, MOST_A_DAY), bool(free[day])) for day, found in number.items()}


@lru_cache(maxsize=256)
def _day_by_day(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    """Each day's own days are met one by one, until there are enough of them."""
    days = Texts(sa.bindparam("days", type_=sa.Text())).table_valued("value")
    on_the_day = (
        ~Slot.standing,
        Slot.last_call >= _begins(days.c.value),
        Slot.last_call < _ends(days.c.value),
        *is_coming(Slot),
        *of_slot(Slot, shape),
        is_listed(Slot, shape),
    )
    some = sa.select(sa.literal(1).label("one")).where(*on_the_day).limit(MOST_A_DAY)
    found = sa.select(sa.func.count()).select_from(some.correlate(days).subquery())
    free = sa.select(sa.literal(1)).where(*on_the_day, *is_free(Slot)).correlate(days)
    return sa.select(
        sa.type_coerce(days.c.value, sa.Text()).label("begins"),
        found.scalar_subquery().label("found"),
        free.exists().label("has_free"),
    )


@lru_cache(maxsize=256)
def _few(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    """All days of the month that fit, where the activities are few."""
    begins, ends = (sa.bindparam(name, type_=Slot.starts_at.type) for name in ("month0", "month1"))
    return (
        sa.select(Slot.starts_at, sa.and_(*is_free(Slot)).label("has_free"))
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(
            is_published(),
            *of_opportunity(shape),
            ~Slot.standing,
            Slot.last_call >= begins,
            Slot.last_call < ends,
            *is_coming(Slot),
            *of_slot(Slot, shape),
        )
    )
