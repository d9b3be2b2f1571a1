"""Many people at once: each fetches the form, all press the button together."""

import csv
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from time import time

from tests.support.served import Client, Installation, Reply

GROUP = "みどりの会"
_FORMAT = "%Y-%m-%dT%H:%M"
_numbers = count(1)


def _japan(days: float) -> str:
    """A wall-clock time in Japan, that many days from the real now."""
    moment = datetime.fromtimestamp(time(), UTC) + timedelta(days=days, hours=9)
    return moment.strftime(_FORMAT)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text("\ufeff" + text.getvalue(), encoding="utf-8")


def publish_slots(installation: Installation, slots: list[dict[str, str]]) -> list[str]:
    """Import a group and one published slot for each dict, as an operator would; their ids."""
    groups = installation.data_dir / "groups.csv"
    _write(groups, [{"name": GROUP, "kind": "purpose", "fields": "7", "status": "registered"}])
    installation.run("groups", "import", str(groups))
    return import_slots(installation, slots)


def import_slots(installation: Installation, slots: list[dict[str, str]]) -> list[str]:
    """Import one published slot for each dict, of the group that is there; their ids."""
    start = int(time() * 1000)
    usual = {
        "group": GROUP,
        "kind": "experience",
        "description": "川の土手の草を刈り、ごみを拾います。道具は貸します。",
        "place": "小貝川河川敷",
        "address": "川崎地内",
        "fields": "7",
        "fee": "無料",
        "bring": "軍手、飲み物",
        "rain": "小雨決行",
        "contact_name": "みどりの会 事務局",
        "contact_phone": "0297-00-0001",
        "starts_at": _japan(20),
        "ends_at": _japan(20.1),
        "opens_at": _japan(-1),
        "closes_at": _japan(18),
        "mode": "first_come",
        "alone_welcome": "1",
        "beginner_welcome": "1",
        "status": "published",
    }
    file = installation.data_dir / "slots.csv"
    _write(
        file,
        [{**usual, "title": f"川の日 {start}-{n}", **slot} for n, slot in enumerate(slots)],
    )
    printed = installation.run("opportunities", "import", str(file)).stdout
    lines = [line.split(",") for line in printed.splitlines()]
    return [cells[2] for cells in lines if len(cells) == 3 and cells[0].isdigit()]


def person(number: int) -> dict[str, str]:
    """What the number-th person types; all are different people."""
    return {
        "name": f"試験 太郎{number}",
        "kana": "しけん たろう" + _letters(number),
        "email": f"racer{number}@example.jp",
        "phone": "",
        "age_group": "40_64",
        "residency": "resident",
        "privacy_consent": "1",
        "applicant_participates": "1",
    }


def _letters(number: int) -> str:
    letters = "あいうえおかきくけこ"
    return "".join(letters[int(digit)] for digit in str(number))


class Rush:
    """A number of racers at one address; `run` gives what each was answered, in no order."""

    def __init__(self, port: int, slot_id: str, racers: int) -> None:
        self.port = port
        self.path = f"/slots/{slot_id}/signup"
        # New people each time: nobody may apply more than ten times an hour.
        self.people = list(islice(_numbers, racers))

    def run(self) -> list[Reply]:
        """Fetch all forms, then press all buttons at the same moment."""
        return together(self.ready())

    def ready(self) -> list[Callable[[], Reply]]:
        """Everybody has the form before them, filled in; what is left is to press the button."""
        with ThreadPoolExecutor(max_workers=16) as pool:
            return list(pool.map(self._prepare, self.people))

    def _prepare(self, number: int) -> Callable[[], Reply]:
        client = Client(self.port)
        page = client.get(self.path)
        fields = {**page.hidden, **person(number), "confirmed": "1"}
        return lambda: client.post(self.path, fields)


def together(acts: list[Callable[[], Reply]]) -> list[Reply]:
    """Do all at once, each in a thread of its own behind one barrier."""
    barrier = threading.Barrier(len(acts))
    replies: list[Reply] = []
    broken: list[BaseException] = []

    def run(act: Callable[[], Reply]) -> None:
        barrier.wait()
        try:
            replies.append(act())
        except OSError as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise AssertionError(f"{len(broken)} racers got no answer, the first: {broken[0]!r}")
    return replies
