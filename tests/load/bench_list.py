"""The list with many opportunities against the same with few, with and without words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from kyodo_match.core.db import db
from tests.load.cpu import in_turns
from tests.load.driver import import_slots, in_japan, publish_slots
from tests.load.results import Ratio, Reach
from tests.support import databases
from tests.support.served import Client, Installation, Served, served

FEW, MANY = 100, 10_000
FILE = 2000  # lines of one import
RARE = "蛍"
# What is looked for: nothing, what every text says, what one says, what none says.
WORDS = {"no word": "", "common word": "土手", "rare word": RARE, "no hit": "みつからない"}


@contextmanager
def city_of(kind: str, number: int, folder: Path) -> Iterator[Installation]:
    """An installation with that many opportunities over the next two months."""
    folder.mkdir()
    with databases.fresh_database(kind, folder) as url:
        installation = Installation.at(folder, database_url=url)
        rows = [_opportunity(n, number) for n in range(number)]
        publish_slots(installation, rows[:FILE])
        for start in range(FILE, number, FILE):
            import_slots(installation, rows[start : start + FILE])
        yield installation


def _opportunity(n: int, number: int) -> dict[str, str]:
    day = 2 + n * 60 / number
    watched = f"{RARE}も見られます。" if n == number // 2 else ""
    return {
        "starts_at": in_japan(day),
        "ends_at": in_japan(day + 0.1),
        "closes_at": in_japan(day - 1),
        "description": "川の土手の草を刈り、ごみを拾います。道具は貸します。" + watched,
        "capacity": "20",
    }


def list_ratios(kind: str, folder: Path) -> list[Ratio]:
    """The list with many opportunities against the same with few: words, and statements."""
    with (
        city_of(kind, MANY, folder / f"{kind}-many") as large,
        city_of(kind, FEW, folder / f"{kind}-few") as small,
        served(large, workers=1, worker=False) as many,
        served(small, workers=1, worker=False) as few,
    ):
        ratios = []
        for name, word in WORDS.items():
            path = f"/opportunities?q={quote(word)}"
            numbers = [statements(city, path) for city in (large, small)]
            asked = " and ".join(dict.fromkeys(str(number) for number in numbers))
            ours, bare = in_turns([_asked(running, path) for running in (many, few)])
            label = f"list with {MANY:,} ÷ with {FEW}: {name} ({kind}, {asked} statements)"
            growth = Reach(1.3) if numbers[0] == numbers[1] else Reach(0)  # more to ask is a miss
            ratios.append(Ratio(label, ours, bare, "CPU ms", growth))
        return ratios


def _asked(running: Served, path: str) -> tuple[int, Callable[[], object]]:
    return running.process.pid, lambda: Client(running.port).get(path)


def statements(installation: Installation, path: str) -> int:
    """How many statements the page asks of the database."""
    url = installation.env["KYODO_DATABASE_URL"]
    app = databases.new_app(databases.settings_for(url, installation.data_dir))
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.extend([statement] if "SELECT" in statement else [])

    with app.app_context():
        app.test_client().get(path)
        sa.event.listen(db.engine, "before_cursor_execute", note)
        app.test_client().get(path)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        databases.close_connections()
    return len(asked)
