"""お知らせ: what a letter and a call say, what they never say, and the reminder."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import use_case
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.settings.models import Setting
from kyodo_match.signups import jobs, services
from tests.support.clock import START
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import (
    calls_to,
    keys,
    letters_to,
    sign_up,
    signup_now,
)

pytestmark = pytest.mark.usefixtures("app")
NINE = datetime(2026, 12, 11, 9, 0, tzinfo=TOKYO)
STAFF = "0123456789ab"
EVERY_KIND = {
    "signup-confirmed",
    "signup-waitlisted",
    "signup-offer",
    "signup-offer-expired",
    "signup-declined",
    "signup-cancelled",
    "signup-participant-cancelled",
    "signup-slot-cancelled",
    "signup-reminder",
    "signup-link",
}
TYPED = ("見本", "みほん", "同行", "mihon", "090-0000", "駅から", "荒天")


@use_case
def set_office(session: Session, /, **value: Any) -> None:
    session.add(Setting(name="office", value=value))


def every_letter() -> dict[str, OutboxMessage]:
    """One letter of each kind, out of one story, by its kind."""
    set_office(name="地域推進課", phone="0297-58-2111")
    slot = make_slot(capacity=2, opportunity=make_opportunity(title="里山の\n一日体験"))
    party = sign_up(slot, 1, party=2, note="駅から歩きます")
    declines, lets_pass, waits = (sign_up(slot, n, party=2) for n in (2, 3, 4))
    services.resend_link(email="mihon1@example.jp", keys=keys(), now=START)
    jobs.remind(now=NINE)
    first, second = (p.public_id for p in signup_now(party).participants)
    for minutes, person in enumerate((first, second)):
        now = START + timedelta(minutes=minutes)
        services.cancel(signup_id=party.signup_id, participant_id=person, now=now, actor="citizen")
    services.answer_offer(signup_id=declines.signup_id, accept=False, now=START, actor="citizen")
    jobs.expire_offers(now=START + timedelta(days=4))
    services.cancel_slot(slot_id=slot.public_id, reason="荒天のため", now=START, actor=STAFF)
    receipts = (party, declines, lets_pass, waits)
    return {letter.kind: letter for receipt in receipts for letter in letters_to(receipt)}


def test_every_letter_stands_alone() -> None:
    letters = every_letter()

    assert set(letters) == EVERY_KIND
    for letter in letters.values():
        lines = letter.body.splitlines()
        assert lines.count("[[manage-link]]") == 1
        assert "催し：里山の 一日体験" in lines
        assert "日時：2026年12月12日（土）9:30～11:30" in lines
        assert "場所：豊森の里山" in lines
        assert any(line.startswith("受付番号：R8-0000") for line in lines)
        assert lines[-2:] == ["[[municipality]] 地域推進課", "電話 0297-58-2111"]
        assert letter.subject.endswith("】里山の 一日体験 12月12日（土）")
        assert "%(" not in letter.body


def test_no_letter_carries_a_name_or_anything_that_was_typed() -> None:
    letters = every_letter()

    for letter in letters.values():
        whole = f"{letter.subject}{letter.body}{letter.calendar or ''}"
        assert [word for word in TYPED if word in whole] == []


def test_a_letter_says_for_how_many_people_it_is() -> None:
    letters = every_letter()

    for kind, people in (
        ("signup-confirmed", 2),
        ("signup-participant-cancelled", 1),
        ("signup-cancelled", 1),
        ("signup-slot-cancelled", 2),
    ):
        assert f"人数：{people}人" in letters[kind].body


def test_an_offer_says_until_when_to_answer() -> None:
    letter = every_letter()["signup-offer"]

    assert "返事の期限：2026年11月" in letter.body


def test_only_a_sure_place_comes_with_a_calendar_entry() -> None:
    letters = every_letter()

    assert {kind: one.calendar_method for kind, one in letters.items() if one.calendar} == {
        "signup-confirmed": "PUBLISH",
        "signup-cancelled": "CANCEL",
    }


def test_without_a_number_of_the_office_none_is_given() -> None:
    receipt = sign_up(make_slot())

    assert letters_to(receipt)[0].body.splitlines()[-1] == "[[municipality]] 地域推進課"


def test_the_place_of_the_day_comes_before_that_of_the_opportunity() -> None:
    receipt = sign_up(make_slot(place="中央公民館"))

    letter = letters_to(receipt)[0]
    assert "場所：中央公民館" in letter.body
    assert letter.calendar is not None
    assert "LOCATION:中央公民館" in letter.calendar


def test_a_call_says_the_same_without_a_link() -> None:
    receipt = sign_up(make_slot(), email="")

    call = calls_to(receipt)[0]
    assert call.kind == "signup-confirmed"
    assert call.due_at is None
    assert "ご参加いただけます" in call.script
    assert f"受付番号：{receipt.number}" in call.script
    assert "[[" not in call.script
    assert [word for word in TYPED if word in call.script] == []
