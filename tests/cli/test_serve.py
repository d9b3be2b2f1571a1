"""`kyodo-match serve` as an operator runs it: web and worker live and die together."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.served import Client, Installation, Served, free_port, served


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Installation]:
    with databases.fresh_database("sqlite", tmp_path):
        yield Installation.at(tmp_path)


def until(found: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something; fails when it does not come."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)  # other processes: nothing to wait on but what they show


def workers(running: Served) -> list[int]:
    return [number for number, line in running.processes().items() if " worker " in f"{line} "]


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_it_serves_pages_and_looks_after_the_worker(home: Installation) -> None:
    with served(home) as running:
        until(lambda: running.client().get("/readyz").status == 200)
        (first,) = workers(running)

        os.kill(first, signal.SIGKILL)

        until(lambda: [number for number in workers(running) if number != first])
        assert running.client().get("/").status == 200


def test_everything_ends_with_a_polite_stop(home: Installation) -> None:
    with served(home) as running:
        until(lambda: workers(running))
        everything = list(running.processes())

        running.process.send_signal(signal.SIGTERM)
        status = running.process.wait(20)

        assert status == 0
        assert not [number for number in everything if is_alive(number)]


def test_nothing_is_left_when_the_server_is_killed(home: Installation) -> None:
    with served(home) as running:
        until(lambda: workers(running))
        everything = list(running.processes())

        running.process.kill()

        until(lambda: not [number for number in everything if is_alive(number)])


def test_without_a_worker_it_is_not_ready_but_serves(home: Installation) -> None:
    with served(home, worker=False) as running:
        assert not workers(running)
        assert running.client().get("/readyz").status == 503
        assert running.client().get("/").status == 200


def test_a_database_that_is_behind_is_refused_in_one_line(tmp_path: Path) -> None:
    behind = Installation.at(tmp_path)

    done = behind.run("serve", "--port", str(free_port()), check=False)

    assert done.returncode == 1
    assert "kyodo-match db upgrade" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_refused_in_one_line(home: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        done = home.run("serve", "--port", str(port), check=False)

    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_logs_carry_neither_tokens_nor_what_is_searched(tmp_path: Path) -> None:
    port = free_port()
    strict = Installation.at(
        tmp_path,
        KYODO_ENV="production",
        KYODO_BASE_URL=f"http://127.0.0.1:{port}",
        KYODO_MAIL_URL=(tmp_path / "mail").as_uri(),
    )
    strict.run("db", "upgrade")

    with served(strict) as running:
        strange = Client(running.port, headers={"Host": f"127.0.0.1:{port}"})
        strange.get("/manage/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789")
        strange.get("/invitation/ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210")
        strange.get("/unsubscribe/ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210")
        strange.get("/wishes/open/ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210")
        strange.get("/opportunities?q=ishikawa-hanako")
        until(lambda: "/opportunities" in running.log)
        log = running.log

    lines = [json.loads(line) for line in log.splitlines()]
    paths = {line["path"] for line in lines if line["event"] == "request"}
    assert {"/manage/***", "/invitation/***", "/unsubscribe/***", "/wishes/open/***"} <= paths
    assert "/opportunities" in paths
    assert not re.search("AbCdEf|ZyXwVu|ishikawa", log)
