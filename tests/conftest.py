"""What every test may ask for. Stays under 60 lines for ever: more goes to tests/support."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.core import clock
from tests.support import databases
from tests.support.clock import FrozenClock


@pytest.fixture(autouse=True)
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It is Sunday 2026-11-22, 10:00 in Japan; `frozen_clock.move(hours=1)` lets time pass."""
    frozen = FrozenClock()
    monkeypatch.setattr(clock, "now", frozen)
    return frozen


@pytest.fixture
def now(frozen_clock: FrozenClock) -> datetime:
    return frozen_clock.moment


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database: every test that uses it runs on SQLite and on PostgreSQL."""
    with databases.fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return databases.settings_for(database_url, tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application with its context open: services and queries can be called directly."""
    app = databases.new_app(settings)
    with app.app_context():
        yield app
        databases.close_connections()
