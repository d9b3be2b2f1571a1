"""The register of volunteers: taken, recognised, changed, ended; on both databases."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
from kyodo_match.core.limits import TooOften
from kyodo_match.matching.errors.volunteers import AlreadyRegistered
from kyodo_match.matching.jobs.volunteers import forget_volunteers
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.matching.rules.volunteers import VolunteerState
from kyodo_match.matching.services import volunteers as services
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import MessageState
from kyodo_match.signups.rules import Channel
from tests.support.clock import START
from tests.support.make_signups import at_once, keys
from tests.support.make_volunteers import (
    calls_to_volunteers,
    letters_to_volunteers,
    make_registration,
    make_volunteer,
    only_volunteer,
    register,
    volunteer_now,
)

pytestmark = pytest.mark.usefixtures("app")
TYPED = ("登録 1", "みほん", "touroku", "090-0001", "谷和原")


def kinds() -> list[str]:
    return [letter.kind for letter in letters_to_volunteers()]


def test_a_registration_counts_once_its_link_was_agreed_to(now: datetime) -> None:
    register(1, now=now)
    before = queries.in_numbers(db.session()).total

    services.confirm(volunteer_id=only_volunteer().public_id, now=now)
    services.confirm(volunteer_id=only_volunteer().public_id, now=now)

    assert before == 0
    assert queries.in_numbers(db.session()).total == 1
    assert kinds() == ["volunteer-confirm", "volunteer-registered"]
    said = letters_to_volunteers()[0]
    assert "\n[[volunteer-link]]\n" in said.body
    assert not any(word in said.subject + said.body for word in TYPED)


def test_who_registers_again_is_recognised_and_nobody_else_learns_it(now: datetime) -> None:
    first = make_volunteer(1)

    register(1, email="other@example.jp", name="別の字", now=now)
    register(1, email="other@example.jp", name="別の字", now=now)

    kept = only_volunteer()
    assert (kept.public_id, kept.email, kept.name) == (first.public_id, first.email, "登録 1")
    assert kinds() == ["volunteer-registered", "volunteer-known"]  # a double click is one mail
    assert letters_to_volunteers()[-1].recipient == first.email
    assert not any(letter.recipient == "other@example.jp" for letter in letters_to_volunteers())


def test_a_family_that_shares_its_contact_is_two_people(now: datetime) -> None:
    shared: dict[str, Any] = {"email": "ie@example.jp", "phone": "0297-00-0001"}
    make_volunteer(1, **shared)

    make_volunteer(2, **shared)
    with pytest.raises(AlreadyRegistered):
        make_volunteer(2, name="字が違う", email="", phone="(0297)00-0001")

    assert queries.in_numbers(db.session()).total == 2


def test_who_has_no_mail_and_registers_again_is_phoned() -> None:
    make_volunteer(1, email="")

    register(1)

    assert [call.kind for call in calls_to_volunteers()] == ["volunteer-known"]
    assert letters_to_volunteers() == []


def test_an_address_is_not_flooded() -> None:
    for number in range(5):
        register(number, email="touroku@example.jp", phone="")

    with pytest.raises(TooOften):
        register(9, email="touroku@example.jp", phone="")


def test_a_new_address_gets_a_new_link_and_the_old_one_none(now: datetime) -> None:
    before = make_volunteer(1)

    version = services.change(
        volunteer_id=before.public_id,
        registration=make_registration(1, email="atarashii@example.jp", skills=("photo",)),
        keys=keys(),
        actor="citizen",
        now=now,
    )

    after = volunteer_now(before)
    assert version == after.access_version == 2
    assert after.skills == ("photo",)
    assert after.channel is Channel.COUNTER  # how it came in stays
    told = {letter.kind: letter for letter in letters_to_volunteers()}
    assert told["volunteer-moved-away"].recipient == "touroku1@example.jp"
    assert "[[volunteer-link]]" not in told["volunteer-moved-away"].body
    assert told["volunteer-link"].recipient == "atarashii@example.jp"
    with pytest.raises(AlreadyRegistered):
        make_volunteer(1, email="", phone=after.phone)


def test_who_holds_a_link_cannot_write_to_any_number_of_addresses(now: datetime) -> None:
    volunteer = make_volunteer(1)

    def move(n: int, actor: str) -> None:
        services.change(
            volunteer_id=volunteer.public_id,
            registration=make_registration(1, email=f"dokoka{n}@example.jp"),
            keys=keys(),
            actor=actor,
            now=now,
        )

    for n in range(5):
        move(n, "citizen")
    with pytest.raises(TooOften):
        move(5, "citizen")

    assert volunteer_now(volunteer).email == "dokoka4@example.jp"
    move(6, "a1b2c3d4e5f6")  # the office is known by name
    assert volunteer_now(volunteer).email == "dokoka6@example.jp"


def test_nothing_of_a_person_is_left_of_a_registration_that_ended(now: datetime) -> None:
    volunteer = make_volunteer(1)
    services.pause(volunteer_id=volunteer.public_id, pause=True, actor="citizen", now=now)

    services.end(volunteer_id=volunteer.public_id, actor="citizen", now=now)

    gone = volunteer_now(volunteer)
    assert gone.state is VolunteerState.ENDED
    assert (gone.name, gone.kana, gone.email, gone.phone, gone.person_key) == ("",) * 5
    assert (gone.times, gone.fields, gone.skills, gone.district) == ((), (), (), "")
    assert queries.volunteer_by_id(db.session(), gone.public_id) is None
    assert kinds() == ["volunteer-ended"]  # what was written before has gone with it
    again = make_volunteer(1)
    assert again.public_id != gone.public_id


def test_what_nobody_confirmed_and_what_has_ended_is_forgotten(now: datetime) -> None:
    register(1, now=now)
    kept = make_volunteer(2)
    services.end(volunteer_id=kept.public_id, actor="citizen", now=now)
    _deliver_all()

    early = forget_volunteers(now=now + timedelta(days=6))
    late = forget_volunteers(now=now + timedelta(days=8))

    assert (early, late) == (0, 1)
    assert letters_to_volunteers() == []
    assert only_volunteer().state is VolunteerState.ENDED


@use_case
def _deliver_all(session: Session) -> None:
    session.execute(sa.update(OutboxMessage).values(state=MessageState.SENT))


def test_who_is_written_down_by_several_at_once_is_registered_once(app: Flask) -> None:
    at_once(app, lambda _n: register(1), 4)

    assert only_volunteer().kana == make_registration(1).kana
    assert kinds() == ["volunteer-confirm"]


def test_who_comes_several_times_at_once_with_other_phones_is_registered_once(app: Flask) -> None:
    at_once(app, lambda n: register(1, phone=f"090-0002-000{n}"), 4)

    assert only_volunteer().email == "touroku1@example.jp"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_confirms_while_somebody_writes_them_down_again_keeps_what_they_confirmed(
    app: Flask, now: datetime
) -> None:
    register(1)
    known = only_volunteer()

    def write_down() -> None:
        with app.app_context():
            register(1, name="別の字")

    with ThreadPoolExecutor(1) as other, db.engine.begin() as confirming:
        agreed = sa.update(Volunteer).where(Volunteer.id == known.id).values(confirmed_at=now)
        confirming.execute(agreed)
        written = other.submit(write_down)
        time.sleep(0.1)  # by now it waits at the row
        confirming.commit()
        written.result()

    assert only_volunteer().name == "登録 1"
    assert kinds()[-1] == "volunteer-known"


def test_the_office_and_the_person_at_once_are_one_registration(app: Flask) -> None:
    def write_down(_n: int) -> str:
        try:
            return services.enter(
                registration=make_registration(1), keys=keys(), actor="a1b2c3d4e5f6", now=START
            )
        except AlreadyRegistered as refusal:
            return refusal.volunteer_id

    led_to = at_once(app, write_down, 4)

    assert set(led_to) == {only_volunteer().public_id}
