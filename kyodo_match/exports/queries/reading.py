"""How every export reads: as a stream, by fiscal year, in a constant number of statements."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.opportunities.models import Slot

Line = Sequence[object]
_CHUNK = 500


def of_year(fiscal_year: FiscalYear | None) -> list[sa.ColumnElement[bool]]:
    """Slots that start within the year, by the date in Japan."""
    if fiscal_year is None:
        return []
    after = fiscal_year.last_day + timedelta(days=1)
    return [
        Slot.starts_at >= midnight(fiscal_year.first_day),
        Slot.starts_at < midnight(after),
    ]


def stream(session: Session, statement: Any) -> Iterator[Any]:
    """The rows of a statement, some hundred at a time: a cursor of the server on PostgreSQL."""
    return iter(session.execute(statement.execution_options(yield_per=_CHUNK)))


def bare(column: Any) -> sa.ColumnElement[Any]:
    """A column as the driver gives it: a hundred thousand lines do without objects for words."""
    return sa.type_coerce(column, sa.types.NullType())


def moment_of(stored: str | datetime) -> datetime:
    """A moment that was read `bare`: text on SQLite, without its zone on both."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.replace(tzinfo=UTC)
