"""Whose fault a refusal is, and what a report says."""

import pytest

from kyodo_match.notifications.delivery import read_report
from kyodo_match.notifications.errors import NotAReport
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import rejects_address
from tests.support.make_reports import (
    out_of_office,
    report_as_answer,
    report_of,
    report_with_whole_mail,
)

ID = "a1b2c3d4e5f6.0123456789ab"
MESSAGE = OutboxMessage(message_id=ID)


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <spam-block@example.jp>: User unknown",
        "552 5.2.2 mailbox full",
        "554 5.4.4 Host or domain name not found",
        "5.1.2 smtp; 550 no such domain",
        "550 no such user here",
        "553 sorry, no mailbox by that name",
    ],
)
def test_the_address_is_at_fault(answer: str) -> None:
    assert rejects_address(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "554 5.7.1 Relay access denied",
        "550 5.7.26 unauthenticated mail (DMARC)",
        "550 5.1.8 sender address rejected: domain not found",
        "552 5.3.4 message too big",
        "550 relay not permitted",
        "550 blocked using a blocklist",
        "554 transaction failed",
        "450 4.2.1 mailbox busy",
        "4.4.7 smtp; delivery time expired",
        "",
    ],
)
def test_something_else_is_at_fault(answer: str) -> None:
    assert not rejects_address(answer)


@pytest.mark.parametrize("write", [report_of, report_with_whole_mail, report_as_answer])
def test_a_report_names_our_mail_and_its_recipient(write: type) -> None:
    report = read_report(write(MESSAGE))

    assert report.message_ids == (ID,)
    assert report.recipients == ("hanako@example.jp",)
    assert report.has_failed
    assert report.of_address
    assert "User unknown" in report.reason


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_only_what_failed_has_failed(action: str) -> None:
    report = read_report(report_of(MESSAGE, action=action, status="4.4.1"))

    assert not report.has_failed
    assert not report.of_address


def test_what_failed_after_days_of_trying_is_not_the_fault_of_the_address() -> None:
    report = read_report(report_of(MESSAGE, status="4.4.7", said="smtp; delivery time expired"))

    assert report.has_failed
    assert not report.of_address


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00\x81garbage",
        out_of_office(),
        report_of(MESSAGE).replace(b"Action: failed\r\n", b""),
        report_of(MESSAGE)[:400],
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" * 50,
        b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    ],
    ids=["empty", "bytes", "out-of-office", "no-action", "cut-off", "no-block", "nested", "deep"],
)
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAReport):
        read_report(raw)


def test_what_a_report_says_stays_on_one_line() -> None:
    report = read_report(report_of(MESSAGE, said="smtp; 550 5.1.1 no\x1b[31m\n user\tunknown"))

    assert report.reason.isprintable()
    assert "no[31m user unknown" in report.reason


def test_of_a_report_that_names_no_end_of_mails_only_the_first_are_looked_for() -> None:
    ids = " ".join(f"<{number:012x}.{number:012x}@x>" for number in range(100_000))
    report = report_of(MESSAGE).replace(b"Subject:", f"References: {ids}\r\nSubject:".encode(), 1)

    found = read_report(report).message_ids

    assert MESSAGE.message_id in found
    assert len(found) < 100
