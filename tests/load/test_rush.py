"""The last place, raced for over HTTP: never above capacity, one row and one mail each."""

import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from tests.load.driver import Rush, import_slots, publish_slots
from tests.support import databases
from tests.support.served import Installation, Served, served

pytestmark = pytest.mark.rush
ROUNDS = 5


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


def test_every_mail_of_the_rush_is_delivered_once(
    installation: Installation, running: Served
) -> None:
    (slot,) = import_slots(installation, [{"capacity": "20"}])
    folder = installation.data_dir / "mail"
    before = set(folder.glob("*.eml"))

    replies = Rush(running.port, slot, 30).run()

    numbers = {reply.location.rpartition("/")[2] for reply in replies}
    delivered = wait_for_letters(folder, before, 30)
    told = [number for text in delivered for number in numbers if number in text]
    assert sorted(told) == sorted(numbers)


def wait_for_letters(folder: Path, before: set[Path], count: int) -> list[str]:
    """The texts of new letters, once there are that many and no more come."""
    end = monotonic() + 60
    while len(new := set(folder.glob("*.eml")) - before) < count and monotonic() < end:
        sleep(0.2)
    sleep(2)  # a letter too many would come now
    new = set(folder.glob("*.eml")) - before
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in new]
    bodies = [letter.get_body(("plain",)) for letter in letters]
    return [str(body.get_content()) for body in bodies if body is not None]


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
