"""Several people at the same call, and what failed sent again in one go."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.notifications import queries, services
from kyodo_match.notifications.errors import CallClosed, CallTriedMeanwhile
from kyodo_match.notifications.models import CallTry, JobPulse
from kyodo_match.notifications.rules import CallOutcome, MessageState
from tests.support.make_messages import make_call, make_message, message_now
from tests.support.make_signups import at_once

SIGNUP = "a1b2c3d4e5f6"

pytestmark = pytest.mark.usefixtures("app")


def tries() -> list[CallTry]:
    db.session().expire_all()
    return list(db.session().scalars(sa.select(CallTry).order_by(CallTry.id)))


def test_of_six_who_end_a_call_at_once_one_is_first(app: Flask, now: datetime) -> None:
    call = make_call(signup_id=SIGNUP)

    def end(number: int) -> bool:
        try:
            services.close_call(
                call_id=call.public_id,
                outcome=CallOutcome.REACHED,
                note="",
                actor=f"{number:012}",
                now=now,
                tries_seen=0,
            )
        except CallClosed:
            return False
        return True

    ended = at_once(app, end, 6)

    assert sorted(ended) == [False] * 5 + [True]
    assert len(tries()) == 1
    found = queries.phone_call(db.session(), call.public_id)
    assert found is not None
    assert found.done_by == tries()[0].by


def test_of_six_who_try_in_vain_at_once_the_others_see_the_first(
    app: Flask, now: datetime
) -> None:
    call = make_call(signup_id=SIGNUP)

    def fail(number: int) -> bool:
        try:
            services.close_call(
                call_id=call.public_id,
                outcome=CallOutcome.UNREACHED,
                note="",
                actor=f"{number:012}",
                now=now,
                tries_seen=0,
            )
        except CallTriedMeanwhile:
            return False
        return True

    tried = at_once(app, fail, 6)

    assert sorted(tried) == [False] * 5 + [True]
    assert len(tries()) == 1


def test_what_failed_since_is_sent_again_and_its_address_believed(now: datetime) -> None:
    old, fresh = make_message(), make_message(recipient="taro@example.jp")
    for message, at in ((old, now), (fresh, now + timedelta(days=1))):
        parcels = services.lease(now=at, most=10)
        (parcel,) = (one for one in parcels if one.public_id == message.public_id)
        services.put_back(parcels=[one for one in parcels if one is not parcel])
        services.note_failed(parcel=parcel, reason="550", for_good=True, now=at)

    number = services.send_failed_again(
        since=now - timedelta(hours=1), actor="abc", now=now + timedelta(days=1)
    )

    assert number == 2
    assert {message_now(one).state for one in (old, fresh)} == {MessageState.QUEUED}
    assert {message_now(one).tries for one in (old, fresh)} == {0}
    assert queries.distrusted(db.session(), "taro@example.jp") is None


def test_a_job_fails_since_its_first_failure_until_it_goes_through(now: datetime) -> None:
    for minutes, ok in ((0, True), (1, False), (2, False)):
        services.note_job(
            name="remind", ok=ok, error="" if ok else "Busy", now=now + timedelta(minutes=minutes)
        )
    (failing,) = queries.failing_jobs(db.session())
    was = (failing.done_at, failing.failed_at, failing.error)

    services.note_job(name="remind", ok=True, error="", now=now + timedelta(minutes=3))

    assert was == (now, now + timedelta(minutes=1), "Busy")
    assert not queries.failing_jobs(db.session())
    db.session().rollback()
    pulse = db.session().scalars(sa.select(JobPulse)).one()
    assert pulse.done_at == now + timedelta(minutes=3)
