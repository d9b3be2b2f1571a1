"""The database: base class, column types, and what makes a service one transaction."""

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import wraps
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    make_transient_to_detached,
    mapped_column,
    registry,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from kyodo_match.core.errors import Busy, Overtaken

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

P = ParamSpec("P")
R = TypeVar("R")

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, stored in UTC without its zone. A naive one is refused."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Tags(sa.types.TypeDecorator[tuple[str, ...]]):
    """A few short words in one text column, `,a,b,`: LIKE '%,a,%' finds one on any database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return f",{','.join(value)}," if value else ""

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...]:
        return tuple(value.strip(",").split(",")) if value else ()

    @staticmethod
    def have(column: Any, word: str) -> sa.ColumnElement[bool]:
        """The rows whose column has that word."""
        return sa.type_coerce(column, sa.Text).contains(f",{word},", autoescape=True)


class Texts(FunctionElement[str]):
    """The texts of a JSON list as rows of one column, `value`: many values in one parameter."""

    inherit_cache = True
    type = sa.Text()


@compiles(Texts)
def _texts_on_sqlite(element: Texts, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"json_each({compiler.process(element.clauses, **kwargs)})"


@compiles(Texts, "postgresql")
def _texts_on_postgresql(element: Texts, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kwargs)} AS JSON))"


def by_value(enum: type[StrEnum], *, name: str | None = None) -> sa.Enum:
    """An enum column that stores the value, with a CHECK that says which there are.

    A second column of the same enum in one table takes a name of its own for its CHECK.
    """
    return sa.Enum(
        enum,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        name=name or enum.__name__.lower(),
        length=32,
    )


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over some of the rows."""
    index = sa.Index(name, *columns, unique=unique)
    tell(index, sqlite={"where": sa.text(where)}, postgresql={"where": sa.text(where)})
    return index


def tell(item: sa.Index | sa.FromClause, **options: Mapping[str, Any]) -> None:
    """Have a database told what it alone has to know of an index or a table that is made.

    As keywords (`sqlite_where`) SQLAlchemy would load each database they name: the one that is
    not in use takes megabytes of every process.
    """

    def before(made: Any, connection: sa.Connection, **_: Any) -> None:
        dialect = connection.dialect.name
        for name, value in options.get(dialect, {}).items():
            made.dialect_options[dialect][name] = value

    sa.event.listen(item, "before_create", before)


def dialect_of(session: Session) -> str:
    """The database in use, as SQLAlchemy names it."""
    return session.get_bind().dialect.name


def insert_of(dialect: str) -> "Callable[..., sqlite.Insert | postgresql.Insert]":
    """`insert` as a database has it, with ON CONFLICT; the other one's is not loaded."""
    insert: Callable[..., sqlite.Insert | postgresql.Insert] = import_module(
        f"sqlalchemy.dialects.{dialect}"
    ).insert
    return insert


def public_id() -> str:
    """12 random lower-case hex digits: never a sequence, never a database key."""
    return token_hex(6)


int_pk = Annotated[int, mapped_column(primary_key=True)]
hex_id = Annotated[str, mapped_column(sa.String(12), unique=True, default=public_id)]


class Base(DeclarativeBase):
    """What every table shares. Types sit in the registry: as class attributes they clash."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=_NAMES),
        type_annotation_map={
            datetime: UtcDateTime(),
            date: sa.Date(),
            str: sa.Text(),
            dict[str, Any]: sa.JSON(),
            list[str]: sa.JSON(),
            list[int]: sa.JSON(),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

GATE_SECONDS = 10.0
_PAUSES = (0.01, 0.03, 0.1, 0.3)  # seconds before a use case that was overtaken begins again


@contextmanager
def gate(path: Path, timeout: float = GATE_SECONDS) -> Iterator[None]:
    """One writer at a time on SQLite; the kernel lets go when a process dies.

    SQLite's own busy wait is unfair, and a lock within one process ignores the worker.
    Raises Busy.
    """
    # A description of its own for each taker: it excludes threads as well.
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + timeout
    try:
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise Busy from None
                time.sleep(0.002)  # flock waits for ever or not at all: the limit is ours
        yield
    finally:
        os.close(fd)


def _gate_of(engine: sa.Engine) -> Any:
    """The gate in front of this database: a file beside SQLite's, nothing for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return gate(Path(f"{engine.url.database}.gate"))


def begin_writing(session: Session) -> None:
    """Start the transaction of a use case, on SQLite with the write lock from the beginning.

    A deferred BEGIN would answer most racers "database is locked"; PostgreSQL locks rows.
    """
    session.connection(execution_options={"kyodo_begin": "BEGIN IMMEDIATE"})


def execute_beside(
    session: Session,
    statement: sa.Executable,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
) -> sa.Result[Any]:
    """Execute a statement about rows that no object of the session stands for.

    `session.execute` would first write what objects have waiting; here they go on waiting, so
    that a use case writes them all at once, at its end.
    """
    with session.no_autoflush:
        return session.execute(statement, values)


def take_turns(session: Session, words: Iterable[str]) -> None:
    """Let the use cases that are about one of the same words go one after the other.

    For what has no row to lock yet: who comes second waits until the first has committed, and what
    it reads from here on shows what the first wrote. On SQLite the gate has seen to it. Source:
    docs/rules/places.md, on the order of locks.
    """
    if dialect_of(session) != "postgresql":
        return
    numbers = sorted({_number_of(word) for word in words})
    if numbers:
        execute_beside(session, _TAKE_TURNS, {"numbers": numbers})


# A statement of its own: one that also read would see what stood before it waited.
_TAKE_TURNS = sa.text(
    "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"
)


def _number_of(word: str) -> int:
    """A word as PostgreSQL's locks are named: 64 bits, the same in every process."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big", signed=True)


def hold(session: Session, objects: Sequence[object]) -> None:
    """Let the session hold objects of rows that a statement has just written, as if read.

    Where the use case fails, it lets go of them. Rows first and objects from them, where it is
    hot: a session that plans and writes takes three times as long, while the next one waits at a
    lock.
    """
    for item in objects:
        make_transient_to_detached(item)
    session.add_all(objects)
    session.info["held"].extend(objects)


_late: list[str] = []


def load_with_the_first_use_case(*modules: str) -> None:
    """Name modules that must be there whoever writes, and that take megabytes.

    They listen to changes, or tell lower slices what these ask while they write. A process that
    only reads does without them.
    """
    _late.extend(modules)


def use_case(function: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Make a service one transaction: commit if it returns, roll back if it raises.

    The caller does not pass the session. What the request read so far ends first: an object
    loaded before the lock would keep its old attributes and decisions would rest on them. Use
    cases do not call each other; shared steps take the session. One that was overtaken while it
    waited for a lock begins again, a few times: it is given values, so nothing is lost. Raises
    Busy when the gate stays shut.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for pause in _PAUSES:
            try:
                return once(*args, **kwargs)
            except Overtaken:
                time.sleep(pause)  # the other one's commit is a matter of milliseconds
        return once(*args, **kwargs)

    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        for module in _late:
            import_module(module)  # next to nothing where it is there; else threads wait for it
        session = db.session()
        if session.info.get("use_case"):
            raise RuntimeError(f"{session.info['use_case']} called {function.__qualname__}")
        session.rollback()
        session.info["use_case"] = function.__qualname__
        session.info["held"] = []
        try:
            with _gate_of(db.engine):
                begin_writing(session)
                result = function(session, *args, **kwargs)
                session.commit()
        except BaseException:
            session.rollback()
            for item in session.info["held"]:
                session.expunge(item)
            raise
        finally:
            del session.info["use_case"], session.info["held"]
        return result

    return run


def _refuse_writes_outside_a_use_case(session: Session, *_: Any) -> None:
    if not session.info.get("use_case"):
        raise RuntimeError(
            "a write outside a use case: GET never writes, and commits are in one place"
        )


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an accepted sign-up survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",
        "busy_timeout=10000",
        # 1 MB instead of 2 for each thread, and for each sorting of an export: the system keeps
        # the file in its memory anyway.
        "cache_size=-1000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: DBAPIConnection, _record: Any) -> None:
    cursor = connection.cursor()
    # Compiling takes 20 ms where a page's statement, which stops early, takes half of one.
    cursor.execute("SET jit = off")
    cursor.close()
    connection.commit()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("kyodo_begin", "BEGIN"))


def prepare(engine: sa.Engine) -> None:
    """Set up a new engine: pragmas and explicit BEGIN on SQLite, no JIT on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin)
    else:
        sa.event.listen(engine, "connect", _prepare_postgresql)


sa.event.listen(db.session, "before_flush", _refuse_writes_outside_a_use_case)
