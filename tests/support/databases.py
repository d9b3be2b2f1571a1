"""Fresh, migrated databases of both kinds: migrations run once a process, a test gets a copy."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from kyodo_match.config import Settings
from kyodo_match.core import migrating
from kyodo_match.core.db import db
from tests.support import postgres

KINDS = ("sqlite", "postgres")
_ROOM = 500_000_000  # bytes: far more than all files of one test
# Hundreds of people sign in: what a hash costs in earnest has a test of its own.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# Of itself structlog draws a failure with rich, and takes seconds over it.
PLAIN_LOG = structlog.dev.ConsoleRenderer(
    colors=False, exception_formatter=structlog.dev.plain_traceback
)


def settings_for(database_url: str, data_dir: Path, **env: str) -> Settings:
    """Settings of a test installation; ``env`` are further variables of the environment."""
    own = {
        "KYODO_ENV": "test",
        "KYODO_DATA_DIR": str(data_dir),
        "KYODO_DATABASE_URL": database_url,
        "KYODO_BASE_URL": "http://localhost",
    }
    return Settings.from_env({**own, **env})


def new_app(settings: Settings) -> Flask:
    """Make the application; imported here so that tests of pure rules do not wait for it."""
    from kyodo_match.accounts import services  # noqa: PLC0415 - see above
    from kyodo_match.app import create_app  # noqa: PLC0415 - see above

    services.HASHER = QUICK_HASHER
    if not structlog.is_configured():
        structlog.configure(processors=[structlog.processors.add_log_level, PLAIN_LOG])
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _compiled_templates()
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a test shows the fault, not the page about it
    return app


@contextmanager
def lent_app(settings: Settings) -> Iterator[Flask]:
    """Lend the application of these settings, its context open, made once a process.

    What is lent comes back as it was: a test that changes its application makes one of its own.
    """
    app = _app_of(settings)
    before = _parts_of(app)
    with app.app_context():
        yield app
        close_connections()
    if _parts_of(app) != before:
        _app_of.cache_clear()
        raise AssertionError("the test has changed an application that others use: new_app()")


@lru_cache(maxsize=4)
def _app_of(settings: Settings) -> Flask:
    return new_app(settings)


def _parts_of(app: Flask) -> list[object]:
    """What a test could change of an application and leave to the next."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    return [
        dict(app.config),
        dict(app.extensions),
        dict(app.view_functions),
        dict(app.jinja_env.globals),
        dict(app.jinja_env.filters),
        [{name: list(functions) for name, functions in hook.items()} for hook in hooks],
    ]


@cache
def _compiled_templates() -> FileSystemBytecodeCache:
    """Each test has an application of its own; its templates are compiled once a process."""
    folder = tempfile.TemporaryDirectory(prefix="kyodo-templates-")
    atexit.register(folder.cleanup)
    return FileSystemBytecodeCache(folder.name)


def emptied_home() -> Path:
    """The data folder of this process's tests, one after the other, with nothing in it.

    It is always the same, so that tests have the same settings and share their application.
    """
    for found in _home().iterdir():
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()
    return _home()


@cache
def _home() -> Path:
    # The product waits until the disk has what it wrote; memory has it at once.
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is ours alone
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    folder = tempfile.TemporaryDirectory(prefix="kyodo-home-", dir=memory if roomy else None)
    atexit.register(folder.cleanup)
    return Path(folder.name)


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database at the newest migration, `sqlite` or `postgres`."""
    if kind == "postgres":
        with postgres.migrated_database(_upgrade) as url:
            yield url
    else:
        file = folder / "kyodo.db"
        file.write_bytes(_migrated_file())
        yield f"sqlite:///{file}"


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory(prefix="kyodo-template-") as folder:
        file = Path(folder) / "template.db"
        _upgrade(f"sqlite:///{file}")
        return file.read_bytes()


def _upgrade(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="kyodo-data-") as folder:
        app = new_app(settings_for(url, Path(folder)))
        with app.app_context():
            migrating.upgrade()
            close_connections()


def close_connections() -> None:
    """Let go of the database of the current app: a copy needs it alone, warnings are errors."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def look_again() -> None:
    """End what the test has read: on SQLite an open read keeps showing the same moment."""
    db.session().rollback()


def rows_of(model: type[Any]) -> int:
    """How many rows a table has."""
    return db.session().scalars(sa.select(sa.func.count()).select_from(model)).one()
