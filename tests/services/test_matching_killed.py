"""Whoever publishes results may be killed at any moment: all is told once, or nothing is."""

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.matching.errors.rounds import RoundEdgeNotDrawn
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.signups import queries as signups
from kyodo_match.signups.models import QueuePlace, Signup
from kyodo_match.signups.rules import SignupStatus
from tests.support.make_entries import PUBLISHED_AT, apply, freeze, hold, publish
from tests.support.make_rounds import make_days, make_round, round_now
from tests.support.make_signups import slot_now

# A process of its own that publishes, and kills itself once it has told so many.
_PUBLISHER = """
import os, signal, sys
from datetime import datetime
from kyodo_match.backend import create_backend
from kyodo_match.config import Settings
from kyodo_match.matching.services import publishing
from kyodo_match.signups.services import drawn

left, tell = int(sys.argv[3]), drawn.tell

def tell_and_die(*values, **names):
    global left
    tell(*values, **names)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

drawn.tell = tell_and_die
with create_backend(Settings.from_env()).app_context():
    publishing.publish(
        round_id=sys.argv[1], now=datetime.fromisoformat(sys.argv[2]), actor="a1b2c3d4e5f6"
    )
"""


def publish_and_die(settings: Settings, one: Round, *, told: int) -> int:
    env = {
        **os.environ,
        "KYODO_ENV": "test",
        "KYODO_DATA_DIR": str(settings.data_dir),
        "KYODO_DATABASE_URL": settings.database_url,
    }
    publisher = [sys.executable, "-c", _PUBLISHER]
    about = [one.public_id, PUBLISHED_AT.isoformat(), str(told)]
    return subprocess.run([*publisher, *about], env=env, check=False, timeout=60).returncode


def results_told() -> Counter[str]:
    """How many letters and calls tell each sign-up of its result."""
    session = db.session()
    session.expire_all()
    drawn = "signup-draw-%"
    found: Counter[str] = Counter()
    for model in (OutboxMessage, PhoneCall):
        found.update(session.scalars(sa.select(model.signup_id).where(model.kind.like(drawn))))
    return found


@pytest.mark.usefixtures("app")
def test_a_publication_that_is_killed_has_told_nobody_and_is_done_once_afterwards(
    settings: Settings,
) -> None:
    days = make_days(2, capacity=3)
    one = make_round(days)
    by_mail = [apply(one, n, days, party=1 + n % 2) for n in range(1, 7)]
    by_phone = [apply(one, n, days, email="") for n in (7, 8)]
    everybody = [receipt.signup_id for receipt in (*by_mail, *by_phone)]
    freeze(one)
    hold(one)
    db.session().rollback()

    ended = [publish_and_die(settings, one, told=told) for told in (3, len(everybody))]

    states = set(db.session().scalars(sa.select(Signup.status)))
    assert ended == [-signal.SIGKILL] * 2
    assert (round_now(one.public_id).status, states) == (
        RoundStatus.DRAWN,
        {SignupStatus.ENTERED},
    )
    assert results_told() == Counter()
    assert db.session().scalars(sa.select(QueuePlace)).all() == []

    publish(one)
    with pytest.raises(RoundEdgeNotDrawn):
        publish(one)

    assert results_told() == Counter(everybody)
    for day in days:
        slot = slot_now(day)
        crowd = signups.crowd(db.session(), slot)
        assert (slot.places_taken, slot.places_waiting) == (crowd.taken, crowd.waiting)
    assert queries.changed_since(db.session(), round_now(one.public_id)) == ()
