"""申込みの確認: link, receipt number and PIN, lists for staff."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.core.limits import TooOften
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import LookUpFailed
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import (
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
)

pytestmark = pytest.mark.usefixtures("app")
WRONG = "no-pin"


def pin_of(receipt: Receipt) -> str:
    return keys().pin(receipt.signup_id, signup_now(receipt).access_version)


def look_up(number: str, pin: str, *, minutes: float = 0) -> str:
    now = START + timedelta(minutes=minutes)
    return services.look_up(number=number, pin=pin, keys=keys(), now=now)


# --- Receipt number and PIN -------------------------------------------------


@pytest.mark.parametrize("number", ["R8-00001", "ｒ８－１"])
def test_receipt_number_and_pin_open_the_sign_up(number: str) -> None:
    receipt = sign_up(make_slot())

    assert look_up(number, f" {pin_of(receipt)} ") == receipt.signup_id


def test_wrong_and_absent_answer_alike() -> None:
    receipt = sign_up(make_slot())
    refusals = []

    for number in (receipt.number, "R8-99999"):
        with pytest.raises(LookUpFailed) as refusal:
            look_up(number, WRONG)
        refusals.append(refusal.value.args)

    assert refusals == [(), ()]


@pytest.mark.parametrize("number", ["R8-00001", "R8-99999"], ids=["known", "absent"])
def test_five_failures_close_a_receipt_for_fifteen_minutes(number: str) -> None:
    receipt = sign_up(make_slot())
    for _ in range(5):
        with pytest.raises(LookUpFailed):
            look_up(number, WRONG)

    with pytest.raises(TooOften):
        look_up(number, pin_of(receipt), minutes=14)

    if number == receipt.number:
        assert look_up(number, pin_of(receipt), minutes=15) == receipt.signup_id


def test_a_success_forgets_the_failures_before_it() -> None:
    receipt = sign_up(make_slot())
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(LookUpFailed):
                look_up(receipt.number, WRONG)
        look_up(receipt.number, pin_of(receipt))

    assert look_up(receipt.number, pin_of(receipt)) == receipt.signup_id


def test_one_receipts_failures_close_no_other() -> None:
    slot = make_slot()
    first, second = sign_up(slot, 1), sign_up(slot, 2)
    for _ in range(5):
        with pytest.raises(LookUpFailed):
            look_up(first.number, WRONG)

    assert look_up(second.number, pin_of(second)) == second.signup_id


# --- The link ---------------------------------------------------------------


def token_of(receipt: Receipt) -> str:
    return keys().manage_token(receipt.signup_id, signup_now(receipt).access_version)


def test_the_link_opens_its_sign_up_and_no_other_does() -> None:
    receipt = sign_up(make_slot())
    token = token_of(receipt)

    found = queries.signup_of_token(db.session(), token, keys=keys())

    assert found is not None
    assert found.public_id == receipt.signup_id
    absent = keys().manage_token("0" * 12, 1)
    for false in (token[:-4] + "AAAA", absent, "", "x" * 51):
        assert queries.signup_of_token(db.session(), false, keys=keys()) is None


def test_renewed_access_revokes_link_and_pin() -> None:
    receipt = sign_up(make_slot())
    token, pin = token_of(receipt), pin_of(receipt)

    services.renew_access(
        signup_id=receipt.signup_id, keys=keys(), now=START, actor="0123456789ab"
    )

    assert queries.signup_of_token(db.session(), token, keys=keys()) is None
    with pytest.raises(LookUpFailed):
        look_up(receipt.number, pin)
    assert look_up(receipt.number, pin_of(receipt)) == receipt.signup_id
    assert queries.signup_of_token(db.session(), token_of(receipt), keys=keys()) is not None
    assert kinds_to(receipt) == ["signup-confirmed"]


def test_access_of_a_sign_up_that_does_not_exist_is_not_renewed() -> None:
    with pytest.raises(NoResultFound):
        services.renew_access(signup_id="0" * 12, keys=keys(), now=START, actor="0123456789ab")


# --- Re-send ----------------------------------------------------------------


def resend(email: str, *, minutes: float = 0) -> None:
    services.resend_link(email=email, keys=keys(), now=START + timedelta(minutes=minutes))


def test_the_links_of_live_sign_ups_are_mailed_each_in_its_own_letter() -> None:
    one, other, gone = (sign_up(make_slot()) for _ in range(3))
    stranger = sign_up(make_slot(), 2)
    services.cancel(signup_id=gone.signup_id, now=START, actor="citizen")
    services.renew_access(signup_id=other.signup_id, keys=keys(), now=START, actor="0123456789ab")

    resend("ＭＩＨＯＮ1@example.jp")

    assert [kinds_to(r).count("signup-link") for r in (one, other, gone, stranger)] == [1, 1, 0, 0]
    letter = letters_to(other)[-1]
    assert (letter.recipient, letter.access_version) == ("mihon1@example.jp", 2)


def test_days_that_are_over_are_left_out() -> None:
    slot = make_slot()
    receipt = sign_up(slot)

    services.resend_link(email="mihon1@example.jp", keys=keys(), now=slot.ends_at)

    assert "signup-link" not in kinds_to(receipt)


def test_an_unknown_address_answers_the_same_and_mails_nothing() -> None:
    sign_up(make_slot())

    resend("unknown@example.jp")

    assert db.session().scalars(sa.select(OutboxMessage.kind)).all() == ["signup-confirmed"]


@pytest.mark.parametrize("email", ["mihon1@example.jp", "unknown@example.jp"])
def test_three_times_an_hour_known_or_not(email: str) -> None:
    sign_up(make_slot())
    for minute in range(3):
        resend(email, minutes=minute)

    with pytest.raises(TooOften):
        resend(email, minutes=59)

    resend(email, minutes=60)


# --- Notes ------------------------------------------------------------------


def test_a_note_is_opened_with_a_reason_that_is_kept() -> None:
    receipt = sign_up(make_slot(), note="駅から歩きます")

    note = services.read_note(
        signup_id=receipt.signup_id,
        reason="送迎の相談",
        keys=keys(),
        now=START,
        actor="0123456789ab",
    )

    read = db.session().scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert note == "駅から歩きます"
    assert queries.has_note(db.session(), signup_now(receipt))
    assert read is not None
    assert (read.action, read.reason) == ("signup.note-read", "送迎の相談")


def test_a_new_pin_opens_at_once_although_the_old_one_was_locked() -> None:
    receipt = sign_up(make_slot(), 1)
    for _ in range(5):
        with pytest.raises(LookUpFailed):
            services.look_up(number=receipt.number, pin="000000", keys=keys(), now=START)

    services.renew_access(
        signup_id=receipt.signup_id, keys=keys(), now=START, actor="0123456789ab"
    )

    new_pin = keys().pin(receipt.signup_id, 2)
    found = services.look_up(number=receipt.number, pin=new_pin, keys=keys(), now=START)
    assert found == receipt.signup_id


def test_staff_see_one_state_and_one_page_at_a_time() -> None:
    slot = make_slot(capacity=1)
    sign_up(slot, 1)
    waiting = sign_up(slot, 2)

    page = queries.listing(db.session(), status=SignupStatus.WAITLISTED, page=9)

    assert [s.public_id for s in page.signups] == [waiting.signup_id]
    assert page.page == 1


def test_the_sign_ups_of_a_slot_stand_in_the_order_of_receipt() -> None:
    slot = make_slot()
    receipts = [sign_up(slot, n) for n in (3, 1, 2)]

    found = queries.signups_of_slot(db.session(), slot.public_id)

    assert [s.public_id for s in found] == [r.signup_id for r in receipts]
    by_number = queries.signup_by_number(db.session(), receipts[0].number)
    assert by_number is found[0]
