"""`kyodo-match doctor`, `db upgrade` and `db check`: what an operator is told."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.served import Installation, free_port


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Installation]:
    with databases.fresh_database("sqlite", tmp_path):
        yield Installation.at(tmp_path)


def test_the_doctor_says_what_to_do_about_an_empty_database(tmp_path: Path) -> None:
    done = Installation.at(tmp_path).run("doctor", check=False)

    assert done.returncode == 1
    assert "kyodo-match db upgrade" in done.stdout
    assert list(tmp_path.rglob("kyodo.db")) == []


def test_help_asks_for_no_database(tmp_path: Path) -> None:
    done = Installation.at(tmp_path).run("staff", "invite", "--help")

    assert "--role" in done.stdout
    assert list(tmp_path.rglob("kyodo.db")) == []


def test_the_doctor_misses_the_worker(home: Installation) -> None:
    done = home.run("doctor", check=False)

    assert done.returncode == 1
    assert "× ワーカー：一度も動いていません" in done.stdout
    assert "○ データベース：sqlite" in done.stdout


def test_the_doctor_tries_the_mail_server(home: Installation) -> None:
    port = free_port()
    away = Installation.at(home.data_dir, KYODO_MAIL_URL=f"smtp://127.0.0.1:{port}")

    done = away.run("doctor", check=False)

    assert done.returncode == 1
    assert f"メールサーバー 127.0.0.1:{port} につながりません" in done.stdout


def test_the_doctor_tells_that_the_database_is_away(tmp_path: Path) -> None:
    away = Installation.at(tmp_path, database_url=f"postgresql://x@127.0.0.1:{free_port()}/x")

    done = away.run("doctor", check=False)

    assert done.returncode == 1
    assert "データベースにつながりません" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KYODO_MAIL_URL", "ftp://example.jp"),
        ("KYODO_MAIL_URL", "smtp://example.jp:mail"),
        ("KYODO_BASE_URL", "https://[::1"),
        ("KYODO_BASE_URL", "https://exam ple.jp"),
        ("KYODO_BASE_URL", "https://example.jp/kyodo"),
        ("KYODO_PROXIES", "²"),
    ],
)
def test_a_bad_setting_is_one_line_that_names_it(
    tmp_path: Path, variable: str, value: str
) -> None:
    done = Installation.at(tmp_path, **{variable: value}).run("doctor", check=False)

    assert done.returncode == 1
    assert done.stderr.startswith(f"{variable}: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_command_without_its_database_fails_in_one_line(tmp_path: Path) -> None:
    away = Installation.at(tmp_path, database_url=f"postgresql://x@127.0.0.1:{free_port()}/x")

    done = away.run("worker", "--once", check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("KYODO_DATABASE_URL: ")
    assert len(done.stderr.splitlines()) == 1


def test_upgrade_twice_changes_nothing(tmp_path: Path) -> None:
    home = Installation.at(tmp_path)
    home.run("db", "upgrade")

    done = home.run("db", "upgrade")

    assert "データベースは最新です" in done.stdout


def test_check_is_content_with_an_upgraded_database(home: Installation) -> None:
    done = home.run("db", "check")

    assert "データベースは最新です" in done.stdout


def test_check_finds_a_table_that_is_not_ours(home: Installation) -> None:
    with sqlite3.connect(home.data_dir / "kyodo.db") as database:
        database.execute("CREATE TABLE stranger (id INTEGER PRIMARY KEY)")
    database.close()

    done = home.run("db", "check", check=False)

    assert done.returncode == 1
    assert "stranger" in done.stderr


def test_commands_refuse_a_database_that_is_behind(tmp_path: Path) -> None:
    done = Installation.at(tmp_path).run("worker", "--once", check=False)

    assert done.returncode == 1
    assert "kyodo-match db upgrade" in done.stderr
