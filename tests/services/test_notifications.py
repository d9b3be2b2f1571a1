"""Delivery over a real SMTP server and into files, on both databases."""

import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.notifications import calendar, outbox, queries, services
from kyodo_match.notifications.delivery import build
from kyodo_match.notifications.errors import CallClosed, NotToBeRetried, Refused
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.rules import LEASE, CallOutcome, MessageState
from tests.support.make_messages import make_call, make_message, message_now
from tests.support.served import Installation, free_port
from tests.support.smtp import PostOffice, post_office

SIGNUP = "a1b2c3d4e5f6"

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def by_smtp(settings: Settings, office: PostOffice) -> Settings:
    return replace(
        settings,
        mail_url=office.url,
        mail_from="kyodo@city.example.jp",
        mail_reply_to="kyodo-tanto@city.example.jp",
        mail_bounce="bounce@city.example.jp",
    )


def calls() -> list[PhoneCall]:
    return list(db.session().scalars(sa.select(PhoneCall)))


def eml_files(settings: Settings) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((settings.data_dir / "mail").glob("*.eml"))
    ]


# --- the outbox -----------------------------------------------------------


def test_the_same_key_twice_is_one_message() -> None:
    first = make_message(key="confirmed:1")

    second = make_message(key="confirmed:1", letter=Letter("note", "別の件名", "別の本文"))

    assert second.public_id == first.public_id
    assert message_now(first).subject == "お知らせ"
    assert queries.message_counts(db.session())[MessageState.QUEUED] == 1


def test_a_message_that_a_use_case_takes_back_was_never_there(now: datetime) -> None:
    @use_case
    def fails(session: sa.orm.Session) -> None:
        outbox.enqueue(session, Letter("x", "x", "x"), key="x", recipient="a@example.jp", now=now)
        raise DomainError

    with pytest.raises(DomainError):
        fails()

    assert not db.session().scalars(sa.select(OutboxMessage)).all()


def test_settling_closes_what_is_still_to_be_called_and_nothing_else(now: datetime) -> None:
    mine, others = make_call(signup_id=SIGNUP), make_call(signup_id="ffffffffffff")

    @use_case
    def settle(session: sa.orm.Session) -> None:
        outbox.settle_calls(
            session, signup_id=SIGNUP, outcome=CallOutcome.NOT_NEEDED, by="system", now=now
        )

    settle()

    waiting = [call.public_id for call in queries.waiting_calls(db.session())]
    assert waiting == [others.public_id]
    assert mine.public_id not in waiting


# --- what arrives -----------------------------------------------------------


def test_a_mail_arrives_with_the_headers_of_the_installation(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message()

    deliver_due(by_smtp, now=now)

    (letter,) = office.letters
    assert letter.recipients == ["hanako@example.jp"]
    assert letter.sender == "bounce@city.example.jp"
    assert letter.message["To"] == "hanako@example.jp"
    assert letter.message["From"] == "つくばみらい市 協働マッチ <kyodo@city.example.jp>"
    assert letter.message["Reply-To"] == "kyodo-tanto@city.example.jp"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Date"] == "Sun, 22 Nov 2026 10:00:00 +0900"
    assert letter.message_id == f"<{message.message_id}@city.example.jp>"
    assert letter.text == "こんにちは。\n"
    assert message_now(message).state is MessageState.SENT
    assert message_now(message).sent_at == now


def test_link_and_pin_are_filled_in_at_delivery_and_nowhere_else(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    body = "番号 [[pin]]\n\n[[manage-link]]\n\n[[municipality]] [[base-url]] [[other]]\n"
    message = make_message(letter=Letter("note", "お知らせ", body), signup_id=SIGNUP)

    deliver_due(by_smtp, now=now)

    (letter,) = office.letters
    token = by_smtp.keys.manage_token(SIGNUP, 1)
    pin = by_smtp.keys.pin(SIGNUP, 1)
    link = f"http://localhost/manage/{token}"
    assert letter.text == f"番号 {pin}\n\n{link}\n\nつくばみらい市 http://localhost [[other]]\n"
    assert message_now(message).body == body


def test_what_a_placeholder_brings_is_not_filled_in_again(
    settings: Settings, now: datetime
) -> None:
    named = replace(
        settings, municipality="[[pin]]市", mail_url=(settings.data_dir / "mail").as_uri()
    )
    make_message(letter=Letter("note", "件名", "[[municipality]]\n"), signup_id=SIGNUP)

    deliver_due(named, now=now)

    (letter,) = eml_files(named)
    assert letter.get_content().strip() == "[[pin]]市"


def test_an_invitation_to_the_calendar_goes_as_a_part_with_its_method(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    ics = calendar.invite(
        uid="a1b2c3d4e5f6@example.jp",
        sequence=2,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=2),
        summary="花壇づくり",
        location="中央公園",
        description="受付番号：R8-00012",
        stamp=now,
        cancelled=True,
    )
    make_message(letter=Letter("note", "件名", "本文\n", ics, "CANCEL"))

    deliver_due(by_smtp, now=now)

    (part,) = office.letters[0].message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "CANCEL"
    assert "DTSTART;TZID=Asia/Tokyo:20261123T100000" in part.get_content()
    assert "STATUS:CANCELLED" in part.get_content()


def test_names_in_rare_characters_arrive_as_typed(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    make_message(letter=Letter("note", "𠮷野 髙﨑 葛󠄀", "𠮷野 髙﨑 葛󠄀 😀\n"))

    deliver_due(by_smtp, now=now)

    assert office.letters[0].subject == "𠮷野 髙﨑 葛󠄀"
    assert office.letters[0].text == "𠮷野 髙﨑 葛󠄀 😀\n"


def test_one_connection_carries_a_batch(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    for number in range(5):
        make_message(recipient=f"p{number}@example.jp")

    sent = deliver_due(by_smtp, now=now)

    assert sent == 5
    assert office.connections == 1
    assert [letter.recipients for letter in office.letters] == [
        [f"p{number}@example.jp"] for number in range(5)
    ]


def test_files_appear_whole_and_once(settings: Settings, now: datetime) -> None:
    message = make_message()

    deliver_due(settings, now=now)

    folder = settings.data_dir / "mail"
    assert [path.name for path in folder.iterdir()] == [f"{message.message_id}.eml"]
    assert eml_files(settings)[0]["Subject"] == "お知らせ"


def test_what_is_not_due_yet_waits(settings: Settings, now: datetime) -> None:
    make_message(due_at=now + timedelta(hours=1))

    early, later = (
        deliver_due(settings, now=now),
        deliver_due(settings, now=now + timedelta(hours=1)),
    )

    assert (early, later) == (0, 1)


# --- what goes wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("recipient", "subject"),
    [
        ("a@example.jp\r\nBcc: b@example.jp", "件名"),
        ("a@example.jp\nBcc: b@example.jp", "件名"),
        ("a@example.jp, b@example.jp", "件名"),
        ("花子@example.jp", "件名"),
        ("", "件名"),
        ("a@example.jp", "件名\r\nBcc: b@example.jp"),
        ("a@example.jp", "件名\nBcc: b@example.jp"),
    ],
)
def test_a_header_cannot_be_smuggled_in(
    by_smtp: Settings, office: PostOffice, now: datetime, recipient: str, subject: str
) -> None:
    bad = make_message(recipient=recipient, letter=Letter("note", subject, "本文\n"))
    good = make_message()

    deliver_due(by_smtp, now=now)

    assert message_now(bad).state is MessageState.FAILED
    assert message_now(good).state is MessageState.SENT
    assert [letter.recipients for letter in office.letters] == [["hanako@example.jp"]]


def test_a_nul_is_refused_before_a_server_sees_it(settings: Settings, now: datetime) -> None:
    make_message()
    (parcel,) = services.lease(now=now, most=1)

    with pytest.raises(Refused):
        build(settings, replace(parcel, recipient="a@example.jp\0"), now=now)


def test_a_refusal_for_good_fails_at_once_and_asks_staff_to_phone(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message(signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    failed = message_now(message)
    assert failed.state is MessageState.FAILED
    assert failed.last_error == "メールサーバーの返事：550 5.1.1 no such user"
    assert [(call.kind, call.signup_id) for call in calls()] == [("mail_failed", SIGNUP)]


def test_a_refusal_for_now_is_tried_again_later_and_does_not_stop_the_others(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    first, second = make_message(), make_message()
    office.refuse_with = "451 4.7.1 try again later"

    deliver_due(by_smtp, now=now)

    for message in (message_now(first), message_now(second)):
        assert message.state is MessageState.RETRY
        assert message.tries == 1
        assert message.due_at == now + timedelta(minutes=1)
    assert not calls()


def test_somebody_phones_when_every_try_was_in_vain(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message(signup_id=SIGNUP)
    office.refuse_with = "450 mailbox busy"
    moment = now

    while message_now(message).state in {MessageState.QUEUED, MessageState.RETRY}:
        moment = max(moment, message_now(message).due_at)
        deliver_due(by_smtp, now=moment)

    assert message_now(message).state is MessageState.FAILED
    assert moment - now >= timedelta(hours=4)
    assert len(calls()) == 1


def test_an_hour_without_a_server_loses_nothing(settings: Settings, now: datetime) -> None:
    down = replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}")
    messages = [make_message(recipient=f"p{n}@example.jp") for n in range(3)]
    for minute in range(60):
        deliver_due(down, now=now + timedelta(minutes=minute))

    with post_office() as office:
        up = replace(settings, mail_url=office.url)
        for minute in range(60, 150):
            deliver_due(up, now=now + timedelta(minutes=minute))

    assert sorted(letter.recipients[0] for letter in office.letters) == [
        f"p{n}@example.jp" for n in range(3)
    ]
    assert {message_now(message).state for message in messages} == {MessageState.SENT}


def test_a_server_that_is_not_there_is_asked_once_a_round(
    settings: Settings, now: datetime
) -> None:
    down = replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}")
    messages = [make_message() for _ in range(3)]

    deliver_due(down, now=now)
    deliver_due(down, now=now)

    for message in map(message_now, messages):
        assert (message.state, message.tries) == (MessageState.RETRY, 1)
        assert "つながりません" in (message.last_error or "")


def test_a_broken_connection_counts_for_the_message_in_hand_alone(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    first, second, third = make_message(), make_message(), make_message()
    office.hang_up = True

    deliver_due(by_smtp, now=now)

    assert message_now(first).state is MessageState.SENT
    assert message_now(second).state is MessageState.RETRY
    assert message_now(third).state is MessageState.QUEUED


# --- leases -----------------------------------------------------------


def test_what_a_dead_worker_held_is_taken_over_after_its_lease(
    settings: Settings, now: datetime
) -> None:
    message = make_message()
    services.lease(now=now, most=10)

    early = deliver_due(settings, now=now + LEASE / 2)
    later = deliver_due(settings, now=now + LEASE)

    assert (early, later) == (0, 1)
    assert message_now(message).state is MessageState.SENT


def test_a_worker_that_lost_its_lease_cannot_fail_the_message(
    settings: Settings, now: datetime
) -> None:
    message = make_message()
    (slow,) = services.lease(now=now, most=10)
    deliver_due(settings, now=now + LEASE)

    services.note_failed(parcel=slow, reason="遅い", for_good=True, now=now + LEASE)

    assert message_now(message).state is MessageState.SENT


def test_two_workers_send_each_message_once(
    app: Flask, by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    for number in range(30):
        make_message(recipient=f"p{number}@example.jp")
    begin = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            begin.wait()
            deliver_due(by_smtp, now=now)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    arrived = sorted(letter.recipients[0] for letter in office.letters)
    assert arrived == sorted(f"p{number}@example.jp" for number in range(30))


def test_a_worker_killed_after_the_250_sends_one_duplicate_with_the_same_id(
    settings: Settings, now: datetime, tmp_path: Path
) -> None:
    message, other = make_message(), make_message(recipient="taro@example.jp")
    with post_office() as office:
        home = Installation.at(
            tmp_path, database_url=settings.database_url, KYODO_MAIL_URL=office.url
        )
        dying = subprocess.Popen(
            [sys.executable, "-m", "kyodo_match", "worker", "--once", "--now", now.isoformat()],
            env=home.env,
        )
        office.before_accepting = lambda _letter: os.kill(dying.pid, signal.SIGSTOP)
        office.after_accepting = lambda _letter: os.kill(dying.pid, signal.SIGKILL)
        dying.wait(60)
        office.before_accepting = office.after_accepting = None
        home.run("worker", "--once", "--now", (now + LEASE).isoformat())

    ids = [letter.message_id for letter in office.to("hanako@example.jp")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len(office.to("taro@example.jp")) == 1
    assert {message_now(m).state for m in (message, other)} == {MessageState.SENT}


# --- staff -----------------------------------------------------------


def test_staff_send_a_failed_message_again(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message()
    office.refuse_with = "550 no"
    deliver_due(by_smtp, now=now)
    office.refuse_with = None

    services.send_again(message_id=message.public_id, actor="abc", now=now)
    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.SENT
    assert len(office.letters) == 1


def test_a_sent_message_is_not_sent_again(settings: Settings, now: datetime) -> None:
    message = make_message()
    deliver_due(settings, now=now)

    with pytest.raises(NotToBeRetried):
        services.send_again(message_id=message.public_id, actor="abc", now=now)


def test_who_was_not_reached_stays_on_the_list(now: datetime) -> None:
    call = make_call(signup_id=SIGNUP)

    services.close_call(
        call_id=call.public_id, outcome=CallOutcome.UNREACHED, note="留守", actor="abc", now=now
    )

    (waiting,) = queries.waiting_calls(db.session())
    assert (waiting.outcome, waiting.note) == (CallOutcome.UNREACHED, "留守")


def test_a_call_is_closed_once(now: datetime) -> None:
    call = make_call(signup_id=SIGNUP)
    services.close_call(
        call_id=call.public_id, outcome=CallOutcome.REACHED, note="", actor="abc", now=now
    )

    with pytest.raises(CallClosed):
        services.close_call(
            call_id=call.public_id, outcome=CallOutcome.REACHED, note="", actor="def", now=now
        )

    assert not queries.waiting_calls(db.session())


def test_a_beat_is_one_row_a_worker_and_old_ones_go(now: datetime) -> None:
    services.beat(name="old", now=now - timedelta(days=2))

    services.beat(name="here", now=now)
    services.beat(name="here", now=now + timedelta(seconds=10))

    assert queries.last_beat(db.session()) == now + timedelta(seconds=10)
    assert db.session().scalar(sa.text("SELECT count(*) FROM worker_pulse")) == 1
