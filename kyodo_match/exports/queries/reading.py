"""How every export reads: as a stream, by fiscal year, in a constant number of statements."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.config import Settings
from kyodo_match.core.clock import midnight
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports.rules import Column, Scope, columns_of
from kyodo_match.opportunities.models import Slot

Line = Sequence[object]
_CHUNK = 200


@dataclass(frozen=True)
class Asked:
    """What is asked of an export, and where and when."""

    scope: Scope
    settings: Settings
    now: datetime

    @property
    def fiscal_year(self) -> FiscalYear | None:
        return self.scope.fiscal_year


@dataclass(frozen=True)
class Table:
    """An export before it has a form: its lines are read as they are asked for.

    Cells stand in the order of the columns: days, times and moments as such, words of enums as
    their bare values, what is unknown as None.
    """

    columns: tuple[Column, ...]
    lines: Iterator[Line]

    @classmethod
    def of(cls, asked: Asked, lines: Iterator[Line]) -> "Table":
        """Lines under the columns that the kind has everywhere."""
        return cls(columns_of(asked.scope.kind), lines)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


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
