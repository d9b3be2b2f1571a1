"""`make bench`: how our pages compare with bare ones on this machine, as ratios in one run.

A ratio survives a change of machine; a time does not. Each figure is a median with its spread, and
the yardstick is measured in the same minute by the same driver.
"""

import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time, time

from flask import Flask

from kyodo_match.config import Settings
from tests.load.driver import Rush, import_slots, person, publish_slots, together
from tests.support import databases
from tests.support.served import Client, Installation, Reply, served

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
ROUNDS = 30
RUSH_ROUNDS = 5
RACERS = 200


@dataclass(frozen=True)
class Ratio:
    """One line of the table: ours over the yardstick, both as medians."""

    name: str
    ours: float
    bare: float
    unit: str
    reach: str

    @property
    def value(self) -> float:
        return self.ours / self.bare


def median_ms(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU milliseconds of one act, the median after a warm-up."""
    act()
    times = []
    for _ in range(rounds):
        start = process_time()
        act()
        times.append((process_time() - start) * 1000)
    return statistics.median(times)


def bare_app(size: int) -> Flask:
    """A Flask page of that many bytes from a template that loops: what a page costs at least."""
    app = Flask("bare")
    cards = max(size // 700, 1)
    source = (
        "<!doctype html><title>{{ title }}</title>"
        "{% for card in cards %}<li><a href='/x/{{ card.id }}'>{{ card.title }}</a>"
        "<p>{{ card.text }}</p></li>{% endfor %}"
    )
    template = app.jinja_env.from_string(source)
    rows = [{"id": n, "title": f"題 {n}", "text": "あ" * 200} for n in range(cards)]

    @app.route("/bare", methods=["GET", "POST"])
    def bare() -> str:
        return template.render(title="題", cards=rows)

    return app


def page_ratio(app: Flask) -> Ratio:
    """A list of 20 cards, against a bare page of its size."""
    browser = app.test_client()
    size = len(browser.get("/opportunities").data)
    bare = bare_app(size).test_client()
    return Ratio(
        "page: list of 20 cards ÷ a bare page of its size",
        median_ms(lambda: browser.get("/opportunities")),
        median_ms(lambda: bare.get("/bare")),
        "CPU ms",
        "≤ 1.5",
    )


def signup_ratio(app: Flask, slot: str) -> Ratio:
    """Form, check page and sending, against three bare pages of the form's size."""
    people = iter(range(1_000_000))
    path = f"/slots/{slot}/signup"
    size = len(app.test_client().get(path).data)
    bare = bare_app(size).test_client()

    def sign_up() -> None:
        client = app.test_client()
        page = Reply(200, None, client.get(path).data)  # type: ignore[arg-type]
        typed = {**page.hidden, **person(next(people))}
        check = client.post(path, data=typed)
        assert check.status_code == 200, check.status
        sent = client.post(path, data={**typed, "confirmed": "1"})
        assert sent.status_code == 303, sent.get_data(as_text=True)[-2000:]

    def three_pages() -> None:
        for _ in range(3):
            bare.get("/bare")

    return Ratio(
        "sign-up: form, check page, sending ÷ three bare pages",
        median_ms(sign_up),
        median_ms(three_pages),
        "CPU ms",
        "≤ 2.0",
    )


def rush_ratio(installation: Installation) -> Ratio:
    """200 people for 20 places at once, against the same 200 posting to a bare page."""
    slots = import_slots(installation, [{"capacity": "20"}] * RUSH_ROUNDS)
    ours, bare = [], []
    with served(installation, workers=2) as running:
        for slot in slots:
            ours.append(timed(lambda slot=slot: Rush(running.port, slot, RACERS).ready()))  # type: ignore[misc]
            bare.append(timed(lambda: [lambda: Client(running.port).get("/healthz")] * RACERS))
    return Ratio(
        "rush: 200 sign-ups at once ÷ 200 requests for /healthz at once (2 processes)",
        statistics.median(ours) * 1000,
        statistics.median(bare) * 1000,
        "wall ms",
        "≤ 12",
    )


def timed(prepare: Callable[[], list[Callable[[], Reply]]]) -> float:
    """Seconds until everybody has an answer; making ready does not count."""
    acts = prepare()
    start = perf_counter()
    together(acts)
    return perf_counter() - start


def machine() -> str:
    """What this ran on, and how busy it was."""
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, SQLite, load {load}"
    )


def report(ratios: list[Ratio], started: float) -> str:
    """The page that is kept in docs."""
    day = datetime.fromtimestamp(started, UTC).date().isoformat()
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios within one run: ours over a yardstick measured",
        "beside it, so that another machine gives about the same.",
        f"Medians of {ROUNDS} rounds ({RUSH_ROUNDS} of the rush).",
        "",
        f"{day}: {machine()}",
        "",
        "| what | ours | yardstick | ratio | reach |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {r.name} | {r.ours:.1f} {r.unit} | {r.bare:.1f} {r.unit} | {r.value:.2f} | {r.reach} |"
        for r in ratios
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print, and write the page."""
    started = time()
    with tempfile.TemporaryDirectory(prefix="kyodo-bench-") as name:
        folder = Path(name)
        with databases.fresh_database("sqlite", folder) as url:
            installation = Installation.at(folder, database_url=url)
            slots = publish_slots(installation, [{"capacity": "1000"}] * 40)
            settings = Settings.from_env(installation.env)
            app = databases.new_app(settings)
            ratios = [page_ratio(app), signup_ratio(app, slots[0]), rush_ratio(installation)]
            with app.app_context():
                databases.close_connections()
    text = report(ratios, started)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
