"""`make bench`: how our pages compare with bare ones on this machine, as ratios in one run.

A ratio survives a change of machine; a time does not. Both sides are served by gunicorn in the
same layout and asked by the same client; what counts is the CPU time of the server's processes.
"""

import dataclasses
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.load.bench_alerts import alert_figures
from tests.load.bench_exports import export_results
from tests.load.bench_list import list_ratios
from tests.load.bench_matching_draw import draw_figures
from tests.load.bench_matching_rank import rank_figures
from tests.load.bench_start import start_figures
from tests.load.cpu import BATCHES, REQUESTS, measured
from tests.load.driver import Rush, import_slots, person, publish_slots, together
from tests.load.results import Figure, Ratio, Reach
from tests.support import databases
from tests.support.served import (
    START_SECONDS,
    Client,
    Installation,
    Reply,
    free_port,
    served,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
RUSH_ROUNDS = 5
RACERS = 200
# What the first issue's three came to when it was done: to be held.
HELD = {"page": Reach(4.25), "sign-up": Reach(6.07), "rush": Reach(7.35)}


@dataclass(frozen=True)
class Bare:
    """The running yardstick."""

    port: int
    pid: int


@contextmanager
def bare_server(workers: int) -> Iterator[Bare]:
    """Serve the yardstick on a free port."""
    port = free_port()
    layout = ["--worker-class", "gthread", "--workers", str(workers), "--threads", "4"]
    command = [sys.executable, "-m", "gunicorn", *layout, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--log-level", "error", "tests.load.bare:app"], cwd=ROOT)
    try:
        _wait_for(port)
        yield Bare(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):
            Client(port).get("/healthz")
            return
        time.sleep(0.05)  # until its port answers
    raise AssertionError("the yardstick did not start")


def page_ratio(port: int, pid: int, bare: Bare) -> Ratio:
    """A list of 20 cards, against a bare page of its size."""
    size = len(Client(port).get("/opportunities").body)
    return Ratio(
        "page: a list of 20 cards ÷ a bare page of its size",
        measured(pid, lambda: Client(port).get("/opportunities")),
        measured(bare.pid, lambda: Client(bare.port).get(f"/bare/{size}")),
        "CPU ms",
        HELD["page"],
    )


def signup_ratio(port: int, pid: int, bare: Bare, slot: str) -> Ratio:
    """Form, check page and sending, against three bare pages of the form's size."""
    people = iter(range(500_000, 1_000_000))
    path = f"/slots/{slot}/signup"
    size = len(Client(port).get(path).body)

    def sign_up() -> None:
        client = Client(port)
        typed = {**client.get(path).hidden, **person(next(people))}
        answers = [client.post(path, typed), client.post(path, {**typed, "confirmed": "1"})]
        if [answer.status for answer in answers] != [200, 303]:
            raise AssertionError(answers[1].text[-2000:])

    def three_pages() -> None:
        for _ in range(3):
            Client(bare.port).get(f"/bare/{size}")

    return Ratio(
        "sign-up: form, check page and sending ÷ three bare pages",
        measured(pid, sign_up),
        measured(bare.pid, three_pages),
        "CPU ms",
        HELD["sign-up"],
    )


def rush_ratio(installation: Installation) -> Ratio:
    """200 people for 20 places at once, against the same 200 asking for a bare page."""
    slots = import_slots(installation, [{"capacity": "20"}] * RUSH_ROUNDS)
    ours, bare = [], []
    with served(installation, workers=2) as running, bare_server(2) as yardstick:
        size = len(Client(running.port).get(f"/slots/{slots[0]}/signup").body)
        for slot in slots:
            ours.append(_seconds(Rush(running.port, slot, RACERS).ready()))
            bare.append(_seconds([lambda: Client(yardstick.port).get(f"/bare/{size}")] * RACERS))
    return Ratio(
        "rush: 200 people for 20 places at once ÷ 200 bare pages at once (2 processes)",
        [value * 1000 for value in ours],
        [value * 1000 for value in bare],
        "wall ms",
        HELD["rush"],
    )


def _seconds(acts: list[Callable[[], Reply]]) -> float:
    """Until everybody has an answer; making ready does not count."""
    start = time.perf_counter()
    together(acts)
    return time.perf_counter() - start


def machine(started: float) -> str:
    """What this ran on, when, and how busy it was."""
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{datetime.fromtimestamp(started, UTC).date()}: {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite unless named, load {load}."
    )


def report(ratios: list[Ratio], figures: list[Figure], started: float) -> str:
    """The page that is kept in docs."""
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`. Ratios within one run: ours over a yardstick that is served",
            "beside it in the same layout and asked by the same client, so that another machine",
            f"gives about the same. Medians, with least and most of {BATCHES} batches of",
            f"{REQUESTS} ({RUSH_ROUNDS} rounds of the rush). CPU is the server processes';",
            "the rush is wall time, and its 200 clients share the machine with the server.",
            "",
            machine(started),
            "",
            "| what | ours | yardstick | ratio | reach | |",
            "| --- | ---: | ---: | ---: | ---: | --- |",
            *(ratio.line() for ratio in ratios),
            "",
            "Not ratios: what a person waits for, and what a machine must have. These processes",
            "run where `make setup` has installed what `requirements.lock` names, and no more.",
            "",
            "| what | measured | reach | |",
            "| --- | ---: | ---: | --- |",
            *(figure.line() for figure in figures),
            "",
        ]
    )


def installed_alone(folder: Path) -> str:
    """The command where nothing for tests is installed, as on the machine of an operator."""
    setup = ["make", "--silent", "setup", f"VENV={folder}"]
    subprocess.run(setup, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return str(folder / "bin" / "kyodo-match")


def main() -> None:
    """Measure, print, and write the page. What is missed is said, and stops nothing."""
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="kyodo-bench-") as name:
        folder = Path(name)
        command = installed_alone(folder / "venv")
        with databases.fresh_database("sqlite", folder) as url:
            installation = Installation.at(folder, database_url=url)
            slots = publish_slots(installation, [{"capacity": "1000"}] * 40)
            with (
                served(installation, workers=1, worker=False) as running,
                bare_server(1) as bare,
            ):
                ours = (running.port, running.process.pid)
                ratios = [page_ratio(*ours, bare), signup_ratio(*ours, bare, slots[0])]
            ratios.append(rush_ratio(installation))
            figures = start_figures(dataclasses.replace(installation, command=command))
        for kind in databases.KINDS:
            ratios += list_ratios(kind, folder)
        exported, sizes = export_results(folder, command)
        sizes += alert_figures(folder)
    text = report(
        [*ratios, *exported], [*figures, *sizes, *draw_figures(), *rank_figures()], started
    )
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
