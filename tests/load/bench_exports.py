"""Exports of 100,000 slots: lines a second beside a bare cursor, seconds and memory alone.

Memory is the peak of the resident set (RSS) of a fresh `kyodo-match export` process, everything
that it imports included, where nothing for tests is installed.
"""

import csv
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.exports import services
from kyodo_match.exports.queries.figures import slots_statement
from kyodo_match.exports.rules import ExportKind, FileFormat, Scope
from kyodo_match.web import responses
from tests.load.results import Figure, Ratio, Reach
from tests.load.season import DAYS, write_season
from tests.support import databases
from tests.support.served import Installation

ROUNDS = 5
FRESH_ROUNDS = 3
_SCOPE = Scope(ExportKind.PARTICIPANTS)
_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_SHARE = {"sqlite": 0.75, "postgres": 0.5}


def export_results(folder: Path, command: str) -> tuple[list[Ratio], list[Figure]]:
    """Both formats on both databases."""
    ratios: list[Ratio] = []
    figures: list[Figure] = []
    for kind in databases.KINDS:
        with databases.fresh_database(kind, folder) as url:
            place = folder / kind
            place.mkdir()
            settings = databases.settings_for(url, place)
            with databases.new_app(settings).app_context():
                write_season()
                ratios.append(_csv_ratio(kind, place))
                databases.close_connections()
            installation = Installation.at(place, database_url=url, command=command)
            figures += [
                figure
                for form in FileFormat
                for figure in _fresh_process(installation, form, _NAMES[kind])
            ]
    return ratios, figures


def _csv_ratio(kind: str, folder: Path) -> Ratio:
    """In one process and turn by turn: the export, and its statement through `csv.writer`."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(DAYS / 1000 / _seconds_of_export(folder / "ours.csv"))
        bare.append(DAYS / 1000 / _seconds_of_cursor(folder / "bare.csv"))
    return Ratio(
        f"export: `participants` of {DAYS:,} slots as CSV ÷ a cursor of the server written with "
        f"`csv.writer` ({_NAMES[kind]})",
        ours,
        bare,
        "thousand lines/s",
        Reach(_SHARE[kind], more_is_better=True),
    )


def _seconds_of_export(target: Path) -> float:
    session = db.session()
    begin = time.perf_counter()
    document = services.document(
        session,
        _SCOPE,
        FileFormat.CSV,
        title="",
        settings=responses.settings(),
        now=clock.now(),
    )
    with target.open("wb") as out:
        for chunk in document.chunks():
            out.write(chunk)
    spent = time.perf_counter() - begin
    session.rollback()
    if document.rows != DAYS:
        raise AssertionError(document.rows)
    return spent


def _seconds_of_cursor(target: Path) -> float:
    """The same statement, as the driver alone gives it: nothing converted, nothing harmless."""
    compiled = slots_statement(None).compile(
        db.engine, compile_kwargs={"render_postcompile": True}
    )
    values: Any = compiled.params
    if compiled.positiontup is not None:
        values = [compiled.params[name] for name in compiled.positiontup]
    connection: Any = db.engine.raw_connection()
    is_sqlite = db.engine.dialect.name == "sqlite"
    begin = time.perf_counter()
    with target.open("w", newline="", encoding="utf-8") as out:
        cursor = (
            connection.cursor()
            if is_sqlite
            else connection.driver_connection.cursor(name="yardstick")
        )
        cursor.execute(str(compiled), values)
        csv.writer(out).writerows(cursor)
    spent = time.perf_counter() - begin
    connection.rollback()
    connection.close()
    return spent


# A process inherits the peak of whoever starts it: a small one starts the command and asks.
_LAUNCH = (
    "import resource, subprocess, sys;"
    "done = subprocess.run(sys.argv[1:], check=False);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
    "sys.exit(done.returncode)"
)


def _fresh_process(installation: Installation, form: FileFormat, database: str) -> list[Figure]:
    """Time and peak memory of a command as an operator runs it, its start included."""
    seconds, megabytes = [], []
    target = installation.data_dir / f"out.{form}"
    command = [installation.command, "export", _SCOPE.kind.value, "--format", form.value]
    for _ in range(FRESH_ROUNDS):
        begin = time.perf_counter()
        told = subprocess.run(
            [sys.executable, "-S", "-c", _LAUNCH, *command, "-o", str(target)],
            env=installation.env,
            cwd=installation.data_dir,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds.append(time.perf_counter() - begin)
        megabytes.append(int(told.stdout) / 1024)
    name = f"export: {DAYS:,} slots as {form.upper()} ({database})"
    return [
        Figure(f"{name}, the whole command", seconds, "s", 12),
        Figure(f"{name}, peak memory (RSS of the process)", megabytes, "MB", 80),
    ]
