"""申込み: who is refused and what is left behind, the same person twice, limits, all at once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core import limits
from kyodo_match.core.db import db
from kyodo_match.core.limits import TooOften
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import (
    AlreadySignedUp,
    ApplicationsClosed,
    NobodyTakesPart,
    NotOfAge,
    NotYetOpen,
    PartyTooLarge,
    SamePersonTwice,
    SlotNotHeld,
)
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import AgeGroup, Companion, SignupStatus
from kyodo_match.signups.services import applying
from tests.support.clock import START
from tests.support.databases import rows_of
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_signups import (
    at_once,
    calls_to,
    keys,
    kinds_to,
    letters_to,
    make_application,
    sign_up,
    slot_now,
)

pytestmark = pytest.mark.usefixtures("app")


# --- Refusals ---------------------------------------------------------------


def test_a_refused_sign_up_leaves_nothing_behind() -> None:
    slot = make_slot(party_limit=2)

    with pytest.raises(PartyTooLarge) as refusal:
        sign_up(slot, party=3)

    assert (refusal.value.limit, refusal.value.party) == (2, 3)
    assert [rows_of(m) for m in (Signup, Participant, OutboxMessage, AuditEvent)] == [0] * 4


def test_somebody_must_take_part() -> None:
    with pytest.raises(NobodyTakesPart):
        sign_up(make_slot(), applicant_participates=False)


def test_one_person_is_not_named_twice() -> None:
    same = Companion("見本 1", "みほんい", AgeGroup.FROM_65)

    with pytest.raises(SamePersonTwice):
        sign_up(make_slot(), companions=(same,))


def test_before_opening_the_opening_is_told() -> None:
    slot = make_slot(opens_at=START + timedelta(days=1))

    with pytest.raises(NotYetOpen) as refusal:
        sign_up(slot)

    assert refusal.value.opens_at == START + timedelta(days=1)


def test_from_the_closing_on_nobody_is_taken() -> None:
    slot = make_slot(closes_at=START)

    with pytest.raises(ApplicationsClosed) as refusal:
        sign_up(slot)

    assert refusal.value.closed_at == START


def test_what_came_in_time_is_entered_after_the_closing_but_not_after_the_start() -> None:
    slot = make_slot(starts_at=START + timedelta(hours=1), closes_at=START)
    in_time = START - timedelta(hours=1)

    receipt = sign_up(slot, 1, received_at=in_time)

    assert receipt.status is SignupStatus.CONFIRMED
    with pytest.raises(ApplicationsClosed):
        sign_up(slot, 2, received_at=in_time, now=START + timedelta(hours=1))


@pytest.mark.parametrize(
    "values",
    [{"status": SlotStatus.CANCELLED}, {"status": SlotStatus.POSTPONED}, {"opens_at": None}],
    ids=["cancelled", "postponed", "never-opened"],
)
def test_a_day_that_is_not_on_offer_takes_nobody(values: dict[str, Any]) -> None:
    slot = make_slot(**values)

    with pytest.raises(SlotNotHeld):
        sign_up(slot)


def test_what_is_not_published_takes_nobody() -> None:
    slot = make_slot(opportunity=make_opportunity(status=OpportunityStatus.DRAFT))

    with pytest.raises(SlotNotHeld):
        sign_up(slot)


def test_a_slot_that_does_not_exist_is_not_found() -> None:
    application = make_application()

    with pytest.raises(NoResultFound):
        services.sign_up(slot_id="0" * 12, application=application, keys=keys(), now=START)


def test_who_cannot_be_of_the_age_is_refused_whoever_enters_them() -> None:
    slot = make_slot(opportunity=make_opportunity(min_age=65))

    with pytest.raises(NotOfAge):
        sign_up(slot, entered_by="0123456789ab")

    assert rows_of(Signup) == 0


# --- The same person --------------------------------------------------------


@pytest.mark.parametrize(
    "contact",
    [
        {"email": "new@example.jp"},
        {"phone": "090-9999-9999"},
        {"email": "", "kana": "ミホン　イ"},
        {"phone": ""},
    ],
    ids=["same-phone", "same-e-mail", "only-phone-other-kana-form", "only-e-mail"],
)
def test_the_same_person_is_refused_and_the_receipts_mail_sent_again(
    contact: dict[str, Any],
) -> None:
    slot = make_slot()
    receipt = sign_up(slot)

    with pytest.raises(AlreadySignedUp):
        sign_up(slot, **contact)

    assert rows_of(Signup) == 1
    assert kinds_to(receipt) == ["signup-confirmed", "signup-link"]
    assert letters_to(receipt)[-1].recipient == "mihon1@example.jp"


def test_a_family_shares_a_phone_and_an_address() -> None:
    slot = make_slot()
    sign_up(slot, 1)

    receipt = sign_up(slot, 2, email="mihon1@example.jp", phone="090-0000-0001")

    assert receipt.status is SignupStatus.CONFIRMED


def test_a_companion_is_recognised_by_the_partys_contact() -> None:
    slot = make_slot()
    sign_up(slot, 1, party=2)
    child = make_application(1, party=2).companions[0]

    with pytest.raises(AlreadySignedUp):
        sign_up(slot, 1, kana=child.kana, name=child.name)


def test_who_cancelled_may_apply_again() -> None:
    slot = make_slot()
    first = sign_up(slot)
    services.cancel(signup_id=first.signup_id, now=START, actor="citizen")

    second = sign_up(slot)

    assert second.status is SignupStatus.CONFIRMED
    assert second.signup_id != first.signup_id


def test_the_receipts_mail_is_sent_again_three_times_an_hour_at_most() -> None:
    slot = make_slot()
    receipt = sign_up(slot)

    for minute in range(1, 6):
        with pytest.raises(AlreadySignedUp):
            sign_up(slot, now=START + timedelta(minutes=minute))

    assert kinds_to(receipt).count("signup-link") == 3


def test_someone_without_e_mail_who_applies_twice_is_called_once_more() -> None:
    slot = make_slot()
    receipt = sign_up(slot, email="")

    for minute in (1, 2):
        with pytest.raises(AlreadySignedUp):
            sign_up(slot, email="", now=START + timedelta(minutes=minute))

    assert [call.kind for call in calls_to(receipt)] == ["signup-confirmed", "signup-link"]


def test_an_overlap_with_an_own_sure_place_is_noticed() -> None:
    slot = make_slot()
    overlapping = make_slot(starts_at=COMING + timedelta(hours=1))
    apart = make_slot(starts_at=COMING + timedelta(hours=2))
    sign_up(slot)
    application = make_application()

    found = [queries.has_overlap(db.session(), s, application) for s in (overlapping, apart, slot)]

    assert found == [True, False, False]
    assert not queries.has_overlap(db.session(), overlapping, make_application(2))
    nameless = replace(application, email="", phone="")
    assert not queries.has_overlap(db.session(), overlapping, nameless)


# --- Limits -----------------------------------------------------------------


def test_ten_applications_an_hour_from_the_same_contact() -> None:
    phone = "0297-58-2111"
    for n in range(1, 11):
        sign_up(make_slot(), n, phone=phone, email="")

    with pytest.raises(TooOften):
        sign_up(make_slot(), 11, phone=phone, email="")

    later = START + timedelta(hours=1, seconds=1)
    assert sign_up(make_slot(), 11, phone=phone, email="", now=later).party == 1


def test_an_address_is_counted_apart_from_contacts(monkeypatch: pytest.MonkeyPatch) -> None:
    flood = replace(limits.SIGN_UP_ADDRESS, times=1)
    monkeypatch.setattr(applying, "SIGN_UP_ADDRESS", flood)
    slot = make_slot()
    values: dict[str, Any] = {"slot_id": slot.public_id, "keys": keys(), "now": START}
    services.sign_up(application=make_application(1), address="192.0.2.1", **values)

    with pytest.raises(TooOften):
        services.sign_up(application=make_application(2), address="192.0.2.1", **values)

    services.sign_up(application=make_application(2), address="192.0.2.2", **values)
    services.sign_up(application=make_application(3), **values)


# --- Together ---------------------------------------------------------------


def test_eight_people_race_for_one_place(app: Flask) -> None:
    slot = make_slot(capacity=1)

    receipts = at_once(app, lambda n: sign_up(slot, n), 8)

    assert Counter(receipt.status for receipt in receipts) == {
        SignupStatus.CONFIRMED: 1,
        SignupStatus.WAITLISTED: 7,
    }
    assert sorted(r.number for r in receipts) == [f"R8-0000{n}" for n in range(1, 9)]
    assert rows_of(OutboxMessage) == 8
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (1, 7)


def test_the_same_submission_at_once_is_one_sign_up(app: Flask) -> None:
    slot = make_slot()

    receipts = at_once(app, lambda _: sign_up(slot, submission_key="abc"), 4)

    assert len({receipt.number for receipt in receipts}) == 1
    assert rows_of(OutboxMessage) == 1


def test_what_was_loaded_before_is_read_again_under_the_lock(app: Flask) -> None:
    slot = make_slot(capacity=1)
    seen = slot_now(slot).places_taken
    at_once(app, lambda _: sign_up(slot, 1), 1)

    receipt = sign_up(slot, 2)

    assert seen == 0
    assert receipt.status is SignupStatus.WAITLISTED
