"""What goes wrong on the way: refusals, broken servers and workers that die."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kyodo_match.config import Settings
from kyodo_match.notifications import services
from kyodo_match.notifications.delivery import build
from kyodo_match.notifications.errors import Refused
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.rules import LEASE, MessageState
from tests.support.make_messages import all_calls, make_message, message_now
from tests.support.served import Installation, free_port
from tests.support.smtp import PostOffice, post_office

SIGNUP = "a1b2c3d4e5f6"

pytestmark = pytest.mark.usefixtures("app")


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
    assert [(call.kind, call.signup_id) for call in all_calls()] == [("mail_failed", SIGNUP)]


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
    assert not all_calls()


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
    assert len(all_calls()) == 1


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
