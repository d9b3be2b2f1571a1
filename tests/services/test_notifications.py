"""Delivery over a real SMTP server and into files, on both databases."""

import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.notifications import calendar, outbox, queries, services
from kyodo_match.notifications.errors import CallClosed, NotToBeRetried
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.rules import CallOutcome, MessageState
from tests.support.make_messages import make_call, make_message, message_now
from tests.support.smtp import PostOffice

SIGNUP = "a1b2c3d4e5f6"

pytestmark = pytest.mark.usefixtures("app")


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
