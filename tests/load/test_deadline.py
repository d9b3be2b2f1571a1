"""A deadline over HTTP: whoever is told that they are in is in the list, and nobody else is.

Two processes take applications while a third freezes the round; the same people apply from two
browsers at once.
"""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.services import freezing, rounds
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.signups.models import Signup
from tests.load.driver import SEE_OTHER, person
from tests.support import databases
from tests.support.make_opportunities import make_slot
from tests.support.make_rounds import ACTOR, make_plan, round_now
from tests.support.served import Client, Installation, Reply, Served, served

pytestmark = pytest.mark.rush
RACERS, TWINS = 24, 6
OPEN_SECONDS, AFTER_SECONDS = 1.2, 0.6
Act = Callable[[], Reply]


def real_now() -> datetime:
    """The time that the served processes have; the tests' own clock stands still."""
    return datetime.fromtimestamp(time.time(), UTC)


@pytest.fixture
def installation(settings: Settings) -> Installation:
    return Installation.at(settings.data_dir, database_url=settings.database_url)


def open_round() -> str:
    """A round of one day that everybody wants, open for an hour yet."""
    now = real_now()
    day = make_slot(starts_at=now + timedelta(days=20), capacity=5)
    soon = now + timedelta(hours=1)
    plan = make_plan(
        opens_at=now - timedelta(days=1),
        closes_at=soon,
        freezes_at=soon,
        draw_at=now + timedelta(days=2),
    )
    round_id = rounds.create_round(plan=plan, now=now, actor=ACTOR)
    rounds.choose_days(round_id=round_id, days={day.public_id: {}}, now=now, actor=ACTOR)
    rounds.open_round(round_id=round_id, now=now, actor=ACTOR)
    return round_id


@use_case
def close_at(session: sa.orm.Session, /, round_id: str, moment: datetime) -> None:
    """Everybody has the form before them: now the deadline is set that near."""
    one = session.scalars(sa.select(Round).where(Round.public_id == round_id)).one()
    one.closes_at = one.freezes_at = moment


def ready(port: int, round_id: str, number: int) -> Act:
    """Person `number` has filled the form in; what is left is to press the button."""
    client, path = Client(port), f"/draws/{round_id}/apply"
    page = client.get(path)
    day = round_now(round_id).slots[0].slot.public_id
    typed = {**page.hidden, **person(number), "first_time": "1", "choice_1": day, "confirmed": "1"}
    return lambda: client.post(path, typed)


def race(running: Served, app: Flask, round_id: str) -> list[Reply]:
    """Everybody presses within a moment around the deadline, the office too; their answers."""
    acts = [ready(running.port, round_id, n + 1) for n in range(RACERS)]
    twins = [ready(running.port, round_id, n + 1) for n in range(TWINS)]
    answers = [acts[0]()]  # somebody is in time, however slow the machine is
    start = time.monotonic()
    deadline = real_now() + timedelta(seconds=OPEN_SECONDS)
    close_at(round_id, deadline)

    def press(n: int, act: Act) -> None:
        after = (OPEN_SECONDS + AFTER_SECONDS) * n / RACERS
        # Spread over the deadline: some are in time, some are not.
        time.sleep(max(start + after - time.monotonic(), 0))
        answers.append(act())

    def freeze() -> None:
        time.sleep(max(start + OPEN_SECONDS - time.monotonic(), 0))  # the deadline itself
        with app.app_context():
            # Without the lock it may come to nothing: two wait in a circle. Then there is no list.
            with suppress(sa.exc.SQLAlchemyError, DomainError):
                freezing.freeze(round_id=round_id, now=max(real_now(), deadline), actor=ACTOR)
            databases.close_connections()

    threads = [threading.Thread(target=press, args=one) for one in enumerate(acts[1:], 1)]
    threads += [threading.Thread(target=press, args=one) for one in enumerate(twins)]
    threads.append(threading.Thread(target=freeze))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def disorder(round_id: str, answers: list[Reply]) -> list[str]:
    """What does not hold once the round is frozen."""
    one, session = round_now(round_id), db.session()
    entries = session.scalars(sa.select(DrawEntry).order_by(DrawEntry.id)).all()
    told = sum(answer.status == SEE_OTHER for answer in answers)
    listed = [unit.entry for unit in drawing.read_manifest(one.manifest or "")]
    numbers = [entry.entry_number for entry in entries]
    letters = session.scalar(
        sa.select(sa.func.count()).where(OutboxMessage.kind == "signup-entered")
    )
    names = session.scalars(sa.select(Signup.kana)).all()
    late = session.scalars(
        sa.select(Signup.receipt_number).where(Signup.received_at >= one.closes_at)
    ).all()
    checks = {
        f"answers: {sorted(answer.status for answer in answers)}": {
            answer.status for answer in answers
        }
        <= {SEE_OTHER, 200},
        f"{told} were told that they are in, {letters} letters": told == letters,
        f"in the list {listed}, on file {numbers}": listed == numbers,
        f"numbers {numbers}": numbers == [f"A-{n + 1:04}" for n in range(told)],
        f"twice: {names}": len(set(names)) == len(names),
        f"after the deadline: {late}": late == [],
    }
    return [words for words, holds in checks.items() if not holds]


def test_who_is_told_that_they_are_in_is_in_the_list_and_nobody_else(
    app: Flask, installation: Installation
) -> None:
    round_id = open_round()

    with served(installation, workers=2, worker=False) as running:
        answers = race(running, app, round_id)

    in_time = [answer for answer in answers if answer.status == SEE_OTHER]
    assert disorder(round_id, answers) == []
    assert 0 < len(in_time) < RACERS


def test_without_the_lock_the_list_and_what_people_are_told_differ(
    app: Flask, installation: Installation
) -> None:
    round_id = open_round()
    unlocked = [sys.executable, "-m", "tests.support.unlocked_round"]

    with served(installation, workers=2, worker=False, command=unlocked) as running:
        answers = race(running, app, round_id)

    assert disorder(round_id, answers) != []
