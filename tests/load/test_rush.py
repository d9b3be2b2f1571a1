"""Rushes over HTTP: never above capacity, one row and one mail each, the queue in order.

Each shape runs ten times a database: five times with two processes and five with four.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import pytest
import sqlalchemy as sa

from tests.load.driver import Office, Regrets, Rush, import_slots, publish_slots, together
from tests.support import databases
from tests.support.served import Installation, Served, served

pytestmark = pytest.mark.rush
ROUNDS = 5
SLOTS = 5


@pytest.fixture(scope="module", params=databases.KINDS)
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("rush")
    with databases.fresh_database(request.param, folder) as url:
        place = Installation.at(folder, database_url=url)
        publish_slots(place, [{"capacity": "1"}])
        yield place


@pytest.fixture(scope="module", params=[2, 4], ids=["two-processes", "four-processes"])
def running(request: pytest.FixtureRequest, installation: Installation) -> Iterator[Served]:
    with served(installation, workers=request.param) as process:
        yield process


def counts(installation: Installation, slot_id: str) -> dict[str, int]:
    """What the database holds of a slot: people by status, and the stored number of places."""
    engine = sa.create_engine(installation.env["KYODO_DATABASE_URL"])
    with engine.connect() as connection:
        by_status = connection.execute(
            sa.text(
                "SELECT signup.status, count(*) FROM participant"
                " JOIN signup ON signup.id = participant.signup_id"
                " JOIN slot ON slot.id = signup.slot_id"
                " WHERE slot.public_id = :slot GROUP BY signup.status"
            ),
            {"slot": slot_id},
        )
        found: dict[str, int] = {str(status): int(count) for status, count in by_status}
        found["taken"] = int(
            connection.execute(
                sa.text("SELECT places_taken FROM slot WHERE public_id = :slot"), {"slot": slot_id}
            ).scalar_one()
        )
        found["mails"] = int(
            connection.execute(
                sa.text(
                    "SELECT count(*) FROM outbox_message JOIN signup"
                    " ON signup.public_id = outbox_message.signup_id"
                    " JOIN slot ON slot.id = signup.slot_id WHERE slot.public_id = :slot"
                ),
                {"slot": slot_id},
            ).scalar_one()
        )
    engine.dispose()
    return found


def test_one_of_fifty_gets_the_last_place_and_the_rest_wait_in_order(
    installation: Installation, running: Served
) -> None:
    slots = import_slots(installation, [{"capacity": "1"}] * ROUNDS)

    answers = [Rush(running.port, slot, 50).run() for slot in slots]

    assert [{reply.status for reply in replies} for replies in answers] == [{303}] * ROUNDS
    assert [counts(installation, slot) for slot in slots] == [
        {"confirmed": 1, "waitlisted": 49, "taken": 1, "mails": 50}
    ] * ROUNDS


def test_twenty_of_two_hundred_get_a_place_and_nobody_is_refused_while_one_is_free(
    installation: Installation, running: Served
) -> None:
    slots = import_slots(installation, [{"capacity": "20", "waitlist_limit": "0"}] * ROUNDS)

    answers = [Rush(running.port, slot, 200).run() for slot in slots]

    accepted = [sum(reply.status == 303 for reply in replies) for replies in answers]
    assert accepted == [20] * ROUNDS
    assert {reply.status for replies in answers for reply in replies} <= {303, 200}
    assert [counts(installation, slot) for slot in slots] == [
        {"confirmed": 20, "taken": 20, "mails": 20}
    ] * ROUNDS


def test_of_eighty_people_eight_get_a_place_and_the_rest_wait_in_order(
    installation: Installation, running: Served
) -> None:
    slots = import_slots(installation, [{"capacity": "8"}] * ROUNDS)

    answers = [Rush(running.port, slot, 80).run() for slot in slots]

    assert [{reply.status for reply in replies} for replies in answers] == [{303}] * ROUNDS
    in_order = ["confirmed"] * 8 + ["waitlisted"] * 72
    assert [by_receipt(installation, slot) for slot in slots] == [in_order] * ROUNDS


def test_cancellations_and_edits_in_the_rush_leave_every_slot_in_order(
    installation: Installation, running: Served
) -> None:
    offices = [
        Office(installation, running.port, f"desk{n}-{running.port}@example.jp") for n in range(2)
    ]
    all_slots = import_slots(installation, [{"capacity": "3"}] * (ROUNDS * SLOTS))
    for round_ in range(ROUNDS):
        slots = all_slots[round_ * SLOTS :][:SLOTS]
        acts = [act for slot in slots for act in Rush(running.port, slot, 6).ready()]
        acts += [act for slot in slots for act in Regrets(running.port, slot, 4).ready()]
        acts += [
            office.changes(slots[n], (2 + round_ % 2, 5, 4)) for n, office in enumerate(offices)
        ]

        with Watch(installation) as watch:
            replies = together(acts)

        assert {reply.status for reply in replies} <= {200, 303}
        assert watch.looks > 0
        assert watch.oversold == []
        assert [disorder(installation, slot) for slot in slots] == [[]] * SLOTS


def test_every_mail_of_the_rush_is_delivered_once(
    installation: Installation, running: Served
) -> None:
    (slot,) = import_slots(installation, [{"capacity": "20"}])

    replies = Rush(running.port, slot, 30).run()

    numbers = {reply.location.rpartition("/")[2] for reply in replies}
    assert sorted(wait_for_letters(installation.data_dir / "mail", numbers)) == sorted(numbers)


def by_receipt(installation: Installation, slot_id: str) -> list[str]:
    """The states of a slot's sign-ups in the order of their receipt numbers."""
    with reading(installation) as connection:
        return [
            str(status)
            for (status,) in connection.execute(
                sa.text(
                    "SELECT signup.status FROM signup JOIN slot ON slot.id = signup.slot_id"
                    " WHERE slot.public_id = :slot ORDER BY receipt_number"
                ),
                {"slot": slot_id},
            )
        ]


def disorder(installation: Installation, slot_id: str) -> list[str]:
    """What does not hold of a slot once the rush is over; people are parties of one."""
    with reading(installation) as connection:
        row = connection.execute(
            sa.text("SELECT id, capacity, places_taken FROM slot WHERE public_id = :slot"),
            {"slot": slot_id},
        ).one()
        states = [
            (str(status), int(told), int(edges))
            for status, told, edges in connection.execute(
                sa.text(
                    "SELECT s.status, (SELECT COUNT(*) FROM outbox_message m"
                    " WHERE m.signup_id = s.public_id), (SELECT COUNT(*) FROM audit_event a"
                    " WHERE a.object_id = s.public_id AND a.object_kind = 'signup')"
                    " FROM signup s WHERE s.slot_id = :slot ORDER BY s.id"
                ),
                {"slot": row.id},
            )
        ]
    wrong = []
    holding = [state for state, _, _ in states if state in {"confirmed", "offered"}]
    waiting = [state for state, _, _ in states if state == "waitlisted"]
    if not len(holding) == row.places_taken <= row.capacity:
        wrong.append(f"{row.places_taken} of {row.capacity}, but {len(holding)} rows")
    if waiting and row.places_taken < row.capacity:
        wrong.append(f"{len(waiting)} wait while {row.capacity - row.places_taken} are free")
    if any(told != edges for _, told, edges in states):
        wrong.append(f"edges and mails: {states}")
    kinds = [state for state, _, _ in states]
    behind = kinds[kinds.index("waitlisted") :] if waiting else []
    if {"confirmed", "offered"} & set(behind):
        wrong.append(f"somebody passed in the queue: {kinds}")
    return wrong


@contextmanager
def reading(installation: Installation) -> Iterator[sa.Connection]:
    """A connection of one's own, beside the server's."""
    engine = sa.create_engine(installation.env["KYODO_DATABASE_URL"])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


class Watch:
    """Looks at what is committed all the time: is anything above its capacity, at any moment?"""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.looks = 0
        self.oversold: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        counted = sa.text(
            "SELECT slot.public_id FROM slot JOIN signup ON signup.slot_id = slot.id"
            " WHERE signup.status IN ('confirmed', 'offered', 'awaiting_answer')"
            " GROUP BY slot.public_id, slot.capacity HAVING COUNT(*) > slot.capacity"
        )
        with reading(self.installation) as connection:
            while not self._over.wait(0.05):
                self.oversold += [str(slot) for (slot,) in connection.execute(counted)]
                connection.rollback()
                self.looks += 1


def wait_for_letters(folder: Path, numbers: set[str]) -> list[str]:
    """The numbers that letters tell, one for each letter, once all are told and no more come.

    Letters of earlier rushes may still be on their way: patience ends when none has come at all.
    """
    read: set[Path] = set()
    told: list[str] = []
    end = monotonic() + 60
    while not numbers <= set(told) and monotonic() < end:
        sleep(0.2)
        for path in set(folder.glob("*.eml")) - read:
            read.add(path)
            told += numbers_in(path, numbers)
            end = monotonic() + 60
    sleep(2)  # a letter too many would come now
    for path in set(folder.glob("*.eml")) - read:
        told += numbers_in(path, numbers)
    return told


def numbers_in(path: Path, numbers: set[str]) -> list[str]:
    """Which of the numbers a letter tells."""
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    return [number for number in numbers if number in text]


@pytest.fixture(params=databases.KINDS)
def unguarded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose database does not repeat the rule: the CHECK would refuse as well."""
    with databases.fresh_database(request.param, tmp_path) as url:
        if request.param == "postgres":
            engine = sa.create_engine(url)
            with engine.begin() as connection:
                connection.execute(
                    sa.text("ALTER TABLE slot DROP CONSTRAINT ck_slot_never_above_capacity")
                )
            engine.dispose()
        place = Installation.at(tmp_path, database_url=url)
        publish_slots(place, [{"capacity": "1"}])
        yield place


def test_without_the_lock_the_same_race_oversells(unguarded: Installation) -> None:
    slots = import_slots(unguarded, [{"capacity": "1"}] * ROUNDS)
    unlocked = [sys.executable, "-m", "tests.support.unlocked"]

    with served(unguarded, workers=2, command=unlocked) as process:
        for slot in slots:
            Rush(process.port, slot, 16).run()

    confirmed = [counts(unguarded, slot).get("confirmed", 0) for slot in slots]
    assert min(confirmed) > 1, confirmed
