"""Every kind of notice, whoever sends it: what stands in it, what never does, how it travels."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.notifications.models import OutboxMessage, UndeliverableAddress
from kyodo_match.notifications.rules import MessageState
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import Receipt
from tests.support.clock import START
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import calls_to, letters_to, sign_up

pytestmark = pytest.mark.usefixtures("app")
OFFICE = Office(phone="0297-58-2111")
TYPED = ("見本", "みほん", "同行", "mihon", "090-0000", "駅から")
WAS = "変更前：12月12日（土）9:30～11:30\n変更後：12月19日（土）9:30～11:30"
ASKS = (Kind.OFFER, Kind.CHANGED)


@use_case
def notify(session: Session, /, kind: Kind, receipt: Receipt, **values: Any) -> None:
    """Tell one applicant, as a use case of the slice does."""
    phone_first = values.pop("phone_first", False)
    slot = locked_slot(session, queries.slot_id_of(session, receipt.signup_id))
    signup = queries.signup_under_lock(session, receipt.signup_id)
    values = {"deadline": START + timedelta(days=3) if kind in ASKS else None, **values}
    if kind in (Kind.CHANGED, Kind.CHANGED_WAITING):
        values = {"was": WAS, **values}
    notice = Notice(kind, signup, slot, OFFICE, occasion="1", **values)
    tell(session, notice, now=START, phone_first=phone_first)


def applied(**over: Any) -> Receipt:
    offer = make_opportunity(title="里山の\n一日体験", bring="軍手")
    return sign_up(make_slot(opportunity=offer), 1, party=2, note="駅から歩きます", **over)


def letter(kind: Kind, **values: Any) -> OutboxMessage:
    receipt = applied()
    notify(kind, receipt, **values)
    return letters_to(receipt)[-1]


def test_a_letter_stands_alone_and_says_nothing_that_was_typed() -> None:
    receipt = applied()

    for kind in Kind:
        notify(kind, receipt)

    letters = {one.kind: one for one in letters_to(receipt)}
    assert set(letters) == set(Kind)
    for one in letters.values():
        lines = one.body.splitlines()
        assert lines.count("[[manage-link]]") == 1
        assert "催し：里山の 一日体験" in lines
        assert "人数：2人" in lines
        assert lines[-2:] == ["[[municipality]] 地域推進課", "電話 0297-58-2111"]
        assert one.subject.endswith("】里山の 一日体験 12月12日（土）")
        whole = f"{one.subject}{one.body}{one.calendar or ''}"
        assert [word for word in (*TYPED, "%(", "None", "\n\n\n") if word in whole] == []


def test_a_call_says_it_without_a_link() -> None:
    receipt = applied(email="")

    for kind in Kind:
        notify(kind, receipt)

    scripts = {call.kind: call.script for call in calls_to(receipt)}
    assert set(scripts) == set(Kind) - {Kind.THANKS}
    for script in scripts.values():
        assert "受付番号" in script
        assert [word for word in (*TYPED, "[[", "%(", "次のページ") if word in script] == []


def test_nobody_is_called_for_thanks() -> None:
    receipt = applied(email="")

    notify(Kind.THANKS, receipt)

    assert [call.kind for call in calls_to(receipt)] == ["signup-confirmed"]


@pytest.mark.parametrize(
    ("kind", "values", "method"),
    [
        (Kind.CONFIRMED, {}, "PUBLISH"),
        (Kind.CHANGED, {}, "PUBLISH"),
        (Kind.ANSWERED, {}, "PUBLISH"),
        (Kind.CANCELLED, {"had_place": True}, "CANCEL"),
        (Kind.REMINDER, {}, None),
        (Kind.CHANGED_WAITING, {}, None),
        (Kind.CANCELLED, {}, None),
    ],
)
def test_the_calendar_entry_goes_with_what_changes_a_place(
    kind: Kind, values: dict[str, Any], method: str | None
) -> None:
    assert letter(kind, **values).calendar_method == method


@use_case
def raise_sequence(session: Session, /, receipt: Receipt, *, starts_at: datetime) -> None:
    slot = locked_slot(session, queries.slot_id_of(session, receipt.signup_id))
    slot.starts_at, slot.ends_at = starts_at, starts_at + timedelta(hours=2)
    slot.calendar_sequence += 1


def entry(letter: OutboxMessage) -> Any:
    """The event of the .ics, as a calendar reads it."""
    return next(iter(Calendar.from_ical(letter.calendar or "").walk("VEVENT")))


def test_the_entry_of_a_changed_day_replaces_the_one_before() -> None:
    receipt = applied()
    raise_sequence(receipt, starts_at=START + timedelta(days=30))

    notify(Kind.CHANGED, receipt)

    first, second = (entry(one) for one in letters_to(receipt))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == START + timedelta(days=30)


def test_a_change_says_what_was_and_until_when_to_answer() -> None:
    lines = letter(Kind.CHANGED).body.splitlines()

    assert "変更前：12月12日（土）9:30～11:30" in lines
    assert "返事の期限：2026年11月25日（水）10:00" in lines
    assert any("席はそのまま" in line for line in lines)


# --- the address that was ---------------------------------------------------


def test_the_old_address_is_told_without_a_link_and_is_never_phoned_about() -> None:
    receipt = applied()
    notify(Kind.CONTACT_CHANGED, receipt, to="old@example.jp")
    notify(Kind.CONTACT_CHANGED, receipt)

    old, new = letters_to(receipt)[-2:]
    assert (old.recipient, new.recipient) == ("old@example.jp", "mihon1@example.jp")
    assert "[[manage-link]]" not in old.body
    assert "[[pin]]" not in old.body
    assert "覚えのないとき" in old.body
    assert (old.access_version, new.access_version) == (None, 1)
    assert old.key != new.key


def test_an_old_address_that_is_dead_is_nobodys_business() -> None:
    receipt = applied()
    distrust("old@example.jp")

    notify(Kind.CONTACT_CHANGED, receipt, to="old@example.jp")

    assert letters_to(receipt)[-1].state is MessageState.SUPPRESSED
    assert calls_to(receipt) == []


# --- how it travels ---------------------------------------------------------


@use_case
def distrust(session: Session, /, address: str) -> None:
    session.add(UndeliverableAddress(address=address, since=START, reason="550 5.1.1"))


def test_a_dead_address_is_phoned_at_once_with_the_deadline_of_the_answer() -> None:
    receipt = applied()
    distrust("mihon1@example.jp")

    notify(Kind.OFFER, receipt)

    (call,) = calls_to(receipt)
    assert (call.kind, call.due_at) == ("signup-offer", START + timedelta(days=3))
    assert letters_to(receipt)[-1].state is MessageState.SUPPRESSED


def test_who_gave_no_number_is_written_to_whatever_came_back_before() -> None:
    receipt = applied(phone="")
    distrust("mihon1@example.jp")

    notify(Kind.OFFER, receipt)

    assert letters_to(receipt)[-1].state is MessageState.QUEUED
    assert calls_to(receipt) == []


def test_the_same_notice_twice_is_one_letter_or_one_call() -> None:
    by_mail, by_phone = applied(), applied(email="")

    for receipt in (by_mail, by_phone, by_mail, by_phone):
        notify(Kind.CHANGED, receipt)

    assert [one.kind for one in letters_to(by_mail)] == ["signup-confirmed", "signup-changed"]
    assert [one.kind for one in calls_to(by_phone)] == ["signup-confirmed", "signup-changed"]


def test_the_same_notice_twice_to_a_dead_address_is_one_call() -> None:
    receipt = applied()
    distrust("mihon1@example.jp")

    for _ in range(2):
        notify(Kind.OFFER, receipt)

    assert len(calls_to(receipt)) == 1
