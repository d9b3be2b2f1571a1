"""Many people at once: each fetches the form, all press the button together."""

import csv
import io
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from time import time

from tests.support.served import Client, Installation, Reply

GROUP = "みどりの会"
_FORMAT = "%Y-%m-%dT%H:%M"
_PASSWORD = "hanamizuki to keyaki 12"
_NUMBER_LARGE = re.compile(r'class="number-large">([^<]+)<')
SEE_OTHER = 303
_numbers = count(1)


def in_japan(days: float) -> str:
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
        "starts_at": in_japan(20),
        "ends_at": in_japan(20.1),
        "opens_at": in_japan(-1),
        "closes_at": in_japan(18),
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
        return lambda: self._press(client, fields)

    def _press(self, client: Client, fields: dict[str, str]) -> Reply:
        return client.post(self.path, fields)


class Regrets(Rush):
    """Racers who give their place back at once: the receipt's number and PIN, then the button."""

    def _press(self, client: Client, fields: dict[str, str]) -> Reply:
        reply = super()._press(client, fields)
        if reply.status != SEE_OTHER:
            return reply  # no place was free: there is nothing to give back
        number, pin = _NUMBER_LARGE.findall(client.get(reply.location).text)[:2]
        look_up = client.get("/manage/lookup")
        client.submit(look_up, "/manage/lookup", {"number": number, "pin": pin})
        return client.submit(client.get("/manage"), "/manage", {"action": "cancel"})


class Office:
    """Somebody of the office who changes how many places there are, while people race."""

    def __init__(self, installation: Installation, port: int, email: str) -> None:
        link = installation.run("staff", "invite", email, "--role", "coordinator").stdout.strip()
        self.client = Client(port)
        path = "/invitation/" + link.rpartition("/")[2]
        page = self.client.get(path)
        self.client.submit(page, path, {"name": "係", "password": _PASSWORD})
        signed_in = self.client.submit(
            self.client.get("/signin"), "/signin", {"email": email, "password": _PASSWORD}
        )
        assert signed_in.status == SEE_OTHER, signed_in.text

    def changes(self, slot_id: str, capacities: Iterable[int]) -> Callable[[], Reply]:
        """Set one capacity after the other; one that is below what is taken is refused."""
        path = f"/group/slots/{slot_id}/capacity"

        def act() -> Reply:
            for capacity in capacities:
                page = self.client.get(path)
                reply = self.client.submit(page, path, {"capacity": str(capacity)})
            return reply

        return act


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
