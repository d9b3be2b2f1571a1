"""戻ってきたメール: refused at delivery, reported later, or seen by staff; then phoned."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kyodo_match.config import Settings
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications import outbox, queries, services
from kyodo_match.notifications.delivery import read_report
from kyodo_match.notifications.errors import NoSuchMail, NotSentYet
from kyodo_match.notifications.jobs import deliver_due
from kyodo_match.notifications.models import OutboxMessage, UndeliverableAddress
from kyodo_match.notifications.outbox import Letter
from kyodo_match.notifications.rules import UNDELIVERABLE_FOR, CallOutcome, MessageState
from tests.support.make_messages import all_calls, make_message, message_now
from tests.support.make_reports import report_as_answer, report_of
from tests.support.smtp import PostOffice

SIGNUP = "a1b2c3d4e5f6"
HANAKO = "hanako@example.jp"
BODY = (
    "席が空きました。\n\n受付番号：R8-00012\n\n次のページで選んでください。\n\n"
    "お申込みの確認ページ：\n[[manage-link]]\n\n[[pin]] [[base-url]]/opportunities\n\n"
    "[[municipality]] 地域推進課\n"
)
OFFER = Letter("signup-offer", "席が空きました", BODY)

pytestmark = pytest.mark.usefixtures("app")


def distrusted() -> list[str]:
    return list(db.session().scalars(sa.select(UndeliverableAddress.address)))


def sent(settings: Settings, now: datetime, **values: object) -> OutboxMessage:
    """A mail that the server has taken."""
    letter = values.pop("letter", OFFER)
    signup_id = values.pop("signup_id", SIGNUP)
    assert isinstance(letter, Letter)
    message = make_message(letter=letter, signup_id=str(signup_id) if signup_id else None)
    deliver_due(settings, now=now)
    return message


# --- refused at delivery ----------------------------------------------------


def test_a_refused_address_is_written_to_no_more_and_phoned_at_once(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    refused = make_message(letter=OFFER, signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"
    deliver_due(by_smtp, now=now)
    office.refuse_with = None

    later = make_message(signup_id=SIGNUP)
    deliver_due(by_smtp, now=now)

    assert message_now(refused).state is MessageState.FAILED
    assert message_now(later).state is MessageState.SUPPRESSED
    assert distrusted() == [HANAKO]
    assert office.letters == []


def test_the_call_says_what_the_mail_said_without_link_and_number(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    make_message(letter=OFFER, signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    (call,) = all_calls()
    assert "席が空きました。\n\n受付番号：R8-00012" in call.script
    assert "（本人だけのリンク）" in call.script
    assert "[[" not in call.script
    assert by_smtp.keys.pin(SIGNUP, 1) not in call.script
    assert call.script.endswith("\n\n地域推進課")


def test_what_has_words_for_the_phone_is_said_in_those(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    make_message(letter=replace(OFFER, spoken="参加するかを聞いてください。"), signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    (call,) = all_calls()
    assert call.script.endswith("うかがってください。\n\n参加するかを聞いてください。")


def test_the_call_is_due_when_the_office_closes_next(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    make_message(letter=OFFER, signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)  # a Sunday; Monday is a holiday

    (call,) = all_calls()
    assert call.due_at == datetime.fromisoformat("2026-11-24T17:15+09:00")


@pytest.mark.parametrize(
    ("switch", "answer"),
    [
        ("refuse_with", "554 5.7.1 Relay access denied"),
        ("refuse_with", "550 blocked using a blocklist"),
        ("refuse_data_with", "554 5.7.1 looks like spam"),
    ],
)
def test_who_refuses_us_is_phoned_and_still_written_to(
    by_smtp: Settings, office: PostOffice, now: datetime, switch: str, answer: str
) -> None:
    message = make_message(letter=OFFER, signup_id=SIGNUP)
    setattr(office, switch, answer)

    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.FAILED
    assert [call.kind for call in all_calls()] == ["mail_failed"]
    assert distrusted() == []


def test_a_server_that_refuses_our_sender_marks_no_recipient(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message(letter=OFFER, signup_id=SIGNUP)
    office.refuse_sender_with = "550 5.1.1 sender unknown"

    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.RETRY
    assert all_calls() == []
    assert distrusted() == []


def test_what_waits_for_a_dead_address_is_phoned_with_it(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    make_message(letter=OFFER, signup_id=SIGNUP)
    tomorrow = make_message(signup_id=SIGNUP, due_at=now + timedelta(days=1))
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    assert message_now(tomorrow).state is MessageState.SUPPRESSED
    assert len(all_calls()) == 2


@pytest.mark.parametrize("kind", ["signup-thanks", "signup-link"])
def test_nobody_is_phoned_because_thanks_did_not_arrive(
    by_smtp: Settings, office: PostOffice, now: datetime, kind: str
) -> None:
    message = make_message(letter=Letter(kind, "件名", "本文\n"), signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.SUPPRESSED
    assert all_calls() == []
    assert distrusted() == [HANAKO]


def test_a_letter_to_an_account_fails_and_is_shown(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message()
    office.refuse_with = "550 5.1.1 no such user"

    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.FAILED
    assert queries.message_counts(db.session())[MessageState.FAILED] == 1
    assert all_calls() == []


# --- held back --------------------------------------------------------------


def test_a_letter_that_is_held_back_tells_its_writer_to_phone(now: datetime) -> None:
    distrust(HANAKO, now)

    @use_case
    def write(session: Session) -> list[bool]:
        return [
            outbox.enqueue(session, OFFER, key="a", recipient=HANAKO, now=now),
            outbox.enqueue(session, OFFER, key="b", recipient="taro@example.jp", now=now),
            outbox.enqueue(session, OFFER, key="b", recipient="taro@example.jp", now=now),
        ]

    assert write() == [False, True, True]


@use_case
def distrust(session: Session, /, address: str, since: datetime) -> None:
    session.add(UndeliverableAddress(address=address, since=since, reason="550 5.1.1"))


def test_an_address_is_believed_again_after_half_a_year(now: datetime) -> None:
    distrust(HANAKO, now - UNDELIVERABLE_FOR)

    message = make_message()

    assert message.state is MessageState.QUEUED


def test_a_second_try_by_staff_frees_the_address(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    distrust(HANAKO, now)
    message = make_message(signup_id=SIGNUP)

    services.send_again(message_id=message.public_id, actor="abc", now=now)
    deliver_due(by_smtp, now=now)

    assert message_now(message).state is MessageState.SENT
    assert distrusted() == []


def test_who_fails_again_after_the_call_is_on_the_list_again(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    message = make_message(letter=OFFER, signup_id=SIGNUP)
    office.refuse_with = "550 5.1.1 no such user"
    deliver_due(by_smtp, now=now)
    services.close_call(
        call_id=all_calls()[0].public_id, outcome=CallOutcome.REACHED, note="", actor="a", now=now
    )
    services.send_again(message_id=message.public_id, actor="abc", now=now)

    deliver_due(by_smtp, now=now)

    (call,) = all_calls()
    assert call.outcome is CallOutcome.OPEN


def test_trying_everything_again_believes_in_every_address(
    by_smtp: Settings, office: PostOffice, now: datetime
) -> None:
    messages = [make_message(recipient=f"p{n}@example.jp", signup_id=SIGNUP) for n in range(2)]
    office.refuse_with = "550 no such user"  # a server that knows nobody since it was moved
    deliver_due(by_smtp, now=now)
    office.refuse_with = None

    services.send_failed_again(since=now - timedelta(hours=1), actor="abc", now=now)
    deliver_due(by_smtp, now=now)

    assert {message_now(message).state for message in messages} == {MessageState.SENT}
    assert distrusted() == []


# --- reported later ---------------------------------------------------------


def test_a_report_finds_the_mail_by_its_id(settings: Settings, now: datetime) -> None:
    other, message = sent(settings, now), sent(settings, now)
    newer = sent(settings, now)

    bounce = services.note_report(
        report=read_report(report_of(message)), actor="cli:root", now=now
    )

    assert (bounce.message_id, bounce.is_new) == (message.public_id, True)
    assert message_now(message).state is MessageState.FAILED
    assert {message_now(one).state for one in (other, newer)} == {MessageState.SENT}
    assert len(all_calls()) == 1
    assert distrusted() == [HANAKO]


def test_a_report_that_only_answers_our_mail_finds_it_too(
    settings: Settings, now: datetime
) -> None:
    message = sent(settings, now)

    bounce = services.note_report(
        report=read_report(report_as_answer(message)), actor="cli:root", now=now
    )

    assert bounce.message_id == message.public_id


def test_a_report_without_an_id_is_about_the_last_mail_to_that_address(
    settings: Settings, now: datetime
) -> None:
    sent(settings, now)
    message = sent(settings, now)

    bounce = services.note_report(report=read_report(report_of(None)), actor="cli:root", now=now)

    assert bounce.message_id == message.public_id
    assert len(all_calls()) == 1
    assert distrusted() == []  # anybody could have written it


def test_the_same_report_again_changes_nothing(settings: Settings, now: datetime) -> None:
    message = sent(settings, now)
    report = read_report(report_of(message))
    services.note_report(report=report, actor="cli:root", now=now)

    again = services.note_report(report=report, actor="cli:root", now=now + timedelta(hours=1))

    assert not again.is_new
    assert len(all_calls()) == 1


def test_a_mail_that_was_given_up_after_days_leaves_its_address_alone(
    settings: Settings, now: datetime
) -> None:
    message = sent(settings, now)
    report = report_of(message, status="4.4.7", said="smtp; delivery time expired")

    services.note_report(report=read_report(report), actor="cli:root", now=now)

    assert message_now(message).state is MessageState.FAILED
    assert len(all_calls()) == 1
    assert distrusted() == []


def test_a_mail_that_came_back_from_where_it_was_forwarded_leaves_its_address_alone(
    settings: Settings, now: datetime
) -> None:
    message = sent(settings, now)
    report = report_of(message, recipient="old-phone@example.org")

    services.note_report(report=read_report(report), actor="cli:root", now=now)

    assert message_now(message).state is MessageState.FAILED
    assert distrusted() == []


@pytest.mark.parametrize(
    "report",
    [
        report_of(OutboxMessage(message_id="0" * 12 + "." + "0" * 12)),
        report_of(None, recipient="someone@example.org"),
    ],
    ids=["another-id", "another-address"],
)
def test_a_report_about_no_mail_of_ours_is_refused(
    settings: Settings, now: datetime, report: bytes
) -> None:
    message = sent(settings, now)

    with pytest.raises(NoSuchMail):
        services.note_report(report=read_report(report), actor="cli:root", now=now)

    assert message_now(message).state is MessageState.SENT


def test_a_report_without_an_id_is_not_about_a_mail_of_long_ago(
    settings: Settings, now: datetime
) -> None:
    sent(settings, now)

    with pytest.raises(NoSuchMail):
        services.note_report(
            report=read_report(report_of(None)), actor="cli:root", now=now + timedelta(days=8)
        )


# --- seen by staff ----------------------------------------------------------


def test_staff_note_that_a_mail_came_back(settings: Settings, now: datetime) -> None:
    message = sent(settings, now)

    for _ in range(2):
        services.note_bounced(
            message_id=message.public_id, reason="宛先不明で戻ってきた", actor="abc", now=now
        )

    failed = message_now(message)
    assert (failed.state, failed.last_error) == (MessageState.FAILED, "宛先不明で戻ってきた")
    assert len(all_calls()) == 1
    assert distrusted() == [HANAKO]


def test_what_was_not_sent_cannot_have_come_back(now: datetime) -> None:
    message = make_message(signup_id=SIGNUP)

    with pytest.raises(NotSentYet):
        services.note_bounced(message_id=message.public_id, reason="", actor="abc", now=now)


def test_a_mail_that_is_not_there_cannot_have_come_back(now: datetime) -> None:
    with pytest.raises(NoResultFound):
        services.note_bounced(message_id="0" * 12, reason="", actor="abc", now=now)
