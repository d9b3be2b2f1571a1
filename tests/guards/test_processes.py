"""What a process does not need it does not import: an installation has little memory."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kyodo_match.cli import main
from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from tests.support.golden_draws import made
from tests.support.repository import python_files

# Each takes megabytes, and is loaded where it is used: the one database in the other's place.
_HEAVY = {"cryptography", "openpyxl", "sqlalchemy.dialects.postgresql"}
_MIGRATIONS = {"alembic", "mako"}
_OF_MIGRATIONS = {"sqlalchemy.dialects.postgresql"}  # Alembic loads it by itself
_PAGES = {"flask_wtf", "gunicorn", "kyodo_match.app", "segno", "wtforms"}
_DATABASE = {"sqlalchemy", "flask_sqlalchemy", "psycopg", "kyodo_match.backend", *_HEAVY}
_LISTENERS = {
    "kyodo_match.opportunities.services.searching",
    "kyodo_match.matching.queries.entries",
    "kyodo_match.matching.services.moved",
}
_WRITES = """
import sys
from pathlib import Path

from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.core.db import use_case

settings = Settings.from_env({"KYODO_ENV": "test", "KYODO_DATA_DIR": sys.argv[1]})
with create_backend(settings).app_context():
    use_case(lambda session: None)()
print(*sys.modules)
"""
_ALWAYS = "kyodo_match.cli"
_BACKEND = "kyodo_match.backend"  # what every command but those of a file runs in


def _imported(*modules: str) -> set[str]:
    """All that a fresh process has loaded once it has these."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        pytest.param("kyodo_match.cli.work", _HEAVY | _MIGRATIONS | _PAGES, id="mail worker"),
        pytest.param("kyodo_match.exports.commands", _HEAVY | _MIGRATIONS | _PAGES, id="export"),
        pytest.param("kyodo_match.cli.health", _HEAVY | _MIGRATIONS | _PAGES, id="doctor"),
        pytest.param("kyodo_match.cli.database", _HEAVY - _OF_MIGRATIONS | _PAGES, id="db"),
        pytest.param("kyodo_match.cli.serve", _HEAVY | _MIGRATIONS, id="web worker"),
    ],
)
def test_a_process_loads_only_what_it_needs(module: str, unwanted: set[str]) -> None:
    assert _imported(_ALWAYS, _BACKEND, module) & unwanted == set()


def test_what_answers_pages_is_there_before_anybody_writes() -> None:
    answers = {"kyodo_match.matching.queries.entries", "kyodo_match.matching.queries.proposals"}

    assert answers <= _imported("kyodo_match.app")


def test_whoever_checks_the_record_of_a_draw_loads_neither_database_nor_tables(
    tmp_path: Path,
) -> None:
    file = tmp_path / "record.json"
    file.write_text(
        json.dumps(made([Unit("A", 1, 0, ("s1",))], [DrawSlot("s1", 1)], entropy=None))
    )
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules)); "
        f"from kyodo_match.cli import main; main(['draw', 'verify', {str(file)!r}])"
    )

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    words, loaded = done.stdout.splitlines()
    assert words.startswith("正しい記録です。")
    assert not set(loaded.split()) & (_DATABASE | _MIGRATIONS | _PAGES)
    assert not [name for name in loaded.split() if ".models" in name and "kyodo" in name]


def test_whoever_writes_all_tables_are_known_and_search_listens(tmp_path: Path) -> None:
    files = [path.with_suffix("") for path in python_files() if path.name == "models.py"]
    models = {".".join(file.parts) for file in files}

    loaded = _imported(_BACKEND)
    done = subprocess.run(
        [sys.executable, "-c", _WRITES, str(tmp_path)], check=True, capture_output=True, text=True
    )

    assert models
    assert models <= loaded
    assert _LISTENERS & loaded == set()
    assert set(done.stdout.split()) >= _LISTENERS


def test_no_command_is_loaded_before_it_is_asked_for() -> None:
    loaded = _imported(_ALWAYS)

    assert not [name for name in loaded if name.endswith(".commands")]
    assert not [name for name in loaded if name.startswith(f"{_ALWAYS}.")]


def test_help_lists_every_command_with_what_it_does() -> None:
    told = CliRunner().invoke(main, ["--help"])

    commands = [
        line.split(maxsplit=1) for line in told.output.split("Commands:\n")[1].splitlines()
    ]
    assert [line[0] for line in commands] == main.list_commands(click.Context(main))
    assert all(len(line) > 1 for line in commands)


def test_a_command_that_there_is_not_is_wrong_usage() -> None:
    told = CliRunner().invoke(main, ["exprot"])

    assert told.exit_code == 2
