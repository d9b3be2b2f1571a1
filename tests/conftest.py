"""What every test may ask for. Stays under 60 lines for ever: more goes to tests/support."""

import gc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.core import clock
from tests.support import databases
from tests.support.clock import FrozenClock


def pytest_collection_finish() -> None:
    """What is loaded stays: the garbage collector need not look through it all the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It is Sunday 2026-11-22, 10:00 in Japan; `frozen_clock.move(hours=1)` lets time pass."""
    frozen = FrozenClock()
    monkeypatch.setattr(clock, "now", frozen)
    return frozen


@pytest.fixture
def now(frozen_clock: FrozenClock) -> datetime:
    return frozen_clock.moment


@pytest.fixture
def data_dir() -> Path:
    """The data folder of the test's installation, empty; `tmp_path` is for everything else."""
    return databases.emptied_home()


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[str]:
    """A migrated, empty database: every test that uses it runs on SQLite and on PostgreSQL."""
    with databases.fresh_database(request.param, data_dir) as url:
        yield url


@pytest.fixture
def settings(database_url: str, data_dir: Path) -> Settings:
    return databases.settings_for(database_url, data_dir)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application with its context open: services and queries can be called directly."""
    with databases.lent_app(settings) as app:
        yield app
