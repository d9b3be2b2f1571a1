"""`kyodo-match worker`: one round, a loop, and its end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.notifications.rules import MessageState
from tests.support.clock import START
from tests.support.make_messages import make_message, message_now
from tests.support.served import Installation

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Installation:
    return Installation.at(tmp_path, database_url=settings.database_url)


def delivered(home: Installation) -> int:
    return len(list((home.data_dir / "mail").glob("*.eml")))


def test_once_does_what_is_due_and_ends(home: Installation) -> None:
    message = make_message()

    home.run("worker", "--once", "--now", START.isoformat())

    assert message_now(message).state is MessageState.SENT
    assert delivered(home) == 1


@pytest.mark.parametrize(
    ("at", "sent"),
    [("2026-11-22T09:59", 0), ("2026-11-22T10:00", 1), ("2026-11-22T01:00Z", 1)],
    ids=["before, Japan time", "then, Japan time", "then, UTC"],
)
def test_a_time_without_an_offset_is_japan_s(home: Installation, at: str, sent: int) -> None:
    make_message()

    home.run("worker", "--once", "--now", at)

    assert delivered(home) == sent


@pytest.mark.parametrize("at", ["2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59-10:00"])
def test_a_time_that_is_none_is_wrong_usage(home: Installation, at: str) -> None:
    done = home.run("worker", "--once", "--now", at, check=False)

    assert done.returncode == 2


def test_production_has_no_time_but_its_own(home: Installation) -> None:
    production = Installation.at(
        home.data_dir,
        database_url=home.env["KYODO_DATABASE_URL"],
        KYODO_ENV="production",
        KYODO_BASE_URL="https://kyodo.example.jp",
        KYODO_MAIL_URL=(home.data_dir / "mail").as_uri(),
    )

    done = production.run("worker", "--once", "--now", "2026-11-22T10:00", check=False)

    assert done.returncode == 1
    assert "--now" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_loop_delivers_beats_and_ends_politely(home: Installation, app: Flask) -> None:
    make_message()
    assert app
    loop = subprocess.Popen(
        [sys.executable, "-m", "kyodo_match", "worker"],
        env=home.env,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 30
    while not delivered(home) and time.monotonic() < end:
        time.sleep(0.05)  # the worker is another process

    loop.send_signal(signal.SIGTERM)
    _out, log = loop.communicate(timeout=20)

    assert loop.returncode == 0
    assert delivered(home) == 1
    assert "worker.stopped" in log
    assert "hanako" not in log
    assert "ワーカー：動いています。" in home.run("doctor").stdout
