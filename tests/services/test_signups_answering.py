"""変更への返事: who has a place on a day that was changed says whether they still come."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import ActivityBegun, NothingToAnswer
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    calls_to,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")

ANSWER_BY = START + timedelta(days=3)


@use_case
def ask(session: Session, /, *, receipt: Receipt) -> None:
    """Let a day have changed: whoever has a place is asked."""
    signup = queries.signup_under_lock(session, receipt.signup_id)
    signup.status = SignupStatus.AWAITING_ANSWER
    signup.answer_by = ANSWER_BY


def asked(receipt: Receipt) -> Receipt:
    ask(receipt=receipt)
    return receipt


def answer(
    receipt: Receipt, *, comes: bool, now: datetime = START, actor: str = "citizen"
) -> None:
    services.answer_change(signup_id=receipt.signup_id, comes=comes, now=now, actor=actor)


def test_who_comes_all_the_same_has_a_sure_place_again() -> None:
    slot = make_slot()
    receipt = asked(sign_up(slot))

    answer(receipt, comes=True)

    signup = signup_now(receipt)
    assert (signup.status, signup.answer_by) == (SignupStatus.CONFIRMED, None)
    assert kinds_to(receipt) == ["signup-confirmed", "signup-answered"]
    assert slot_now(slot).places_taken == 1


def test_who_cannot_come_any_more_frees_the_places_and_is_never_late() -> None:
    slot = make_slot(capacity=1)
    receipt, waiting = asked(sign_up(slot, 1)), sign_up(slot, 2)
    assert slot.cancel_until is not None

    answer(receipt, comes=False, now=slot.cancel_until + timedelta(minutes=1))

    signup = signup_now(receipt)
    assert (signup.status, signup.cancelled_late) == (SignupStatus.CANCELLED, False)
    assert kinds_to(receipt)[-1] == "signup-cancelled"
    assert letters_to(receipt)[-1].calendar_method == "CANCEL"
    assert status_of(waiting) is SignupStatus.OFFERED


@pytest.mark.parametrize("comes", [True, False])
def test_a_change_is_answered_once(*, comes: bool) -> None:
    receipt = asked(sign_up(make_slot()))
    answer(receipt, comes=True)

    with pytest.raises(NothingToAnswer):
        answer(receipt, comes=comes)

    assert kinds_to(receipt).count("signup-answered") == 1


def test_after_the_deadline_the_answer_still_counts_until_the_day_begins() -> None:
    late, too_late = asked(sign_up(make_slot(), 1)), asked(sign_up(make_slot(), 2))

    answer(late, comes=True, now=ANSWER_BY + timedelta(days=1))
    with pytest.raises(ActivityBegun):
        answer(too_late, comes=True, now=COMING)

    assert status_of(late) is SignupStatus.CONFIRMED


def test_what_staff_heard_on_the_phone_closes_the_call_and_makes_no_other() -> None:
    receipt = asked(sign_up(make_slot(), email=""))

    answer(receipt, comes=True, actor="0123456789ab")

    calls = calls_to(receipt)
    assert [call.kind for call in calls] == ["signup-confirmed", "signup-answered"]
    assert {(call.outcome, call.done_by, call.done_at) for call in calls} == {
        (CallOutcome.REACHED, "0123456789ab", START)
    }


def test_who_is_asked_and_gives_another_address_is_asked_there_again() -> None:
    receipt = asked(sign_up(make_slot()))

    services.change_contact(
        signup_id=receipt.signup_id,
        email="new@example.jp",
        phone="",
        keys=keys(),
        now=START,
        actor="citizen",
    )

    last = letters_to(receipt)[-1]
    assert (last.kind, last.recipient) == ("signup-changed", "new@example.jp")
