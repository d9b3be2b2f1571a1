"""キャンセル待ち: offers, their deadlines and answers, and a capacity that changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import CapacityUnit
from kyodo_match.signups import jobs, queries, services
from kyodo_match.signups.errors import OfferOver
from kyodo_match.signups.rules import OfferAnswer, Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    at_once,
    calls_to,
    kinds_to,
    leave,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")

# Sunday 22 November plus 72 h is Wednesday 10:00: the office closes at 17:15.
DEADLINE = datetime(2026, 11, 25, 17, 15, tzinfo=TOKYO)


def answer(
    receipt: Receipt, *, accept: bool, now: datetime = START, actor: str = "citizen"
) -> None:
    services.answer_offer(signup_id=receipt.signup_id, accept=accept, now=now, actor=actor)


def offered(*, now: datetime = START, **first: Any) -> tuple[Slot, Receipt, Receipt]:
    """A slot of one place: the first who waited has the offer, a second one waits."""
    slot = make_slot(capacity=1)
    taken = sign_up(slot, 1)
    waiting = sign_up(slot, 2, **first)
    behind = sign_up(slot, 3)
    leave(taken, now=now)
    return slot, waiting, behind


# --- Offers -----------------------------------------------------------------


def test_a_place_given_back_is_offered_to_the_head_of_the_queue() -> None:
    slot, waiting, behind = offered()

    signup = signup_now(waiting)
    assert signup.status is SignupStatus.OFFERED
    assert [offer.expires_at for offer in signup.offers] == [DEADLINE]
    assert kinds_to(waiting) == ["signup-waitlisted", "signup-offer"]
    assert status_of(behind) is SignupStatus.WAITLISTED
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (1, 1)


def test_an_offer_that_is_accepted_is_a_sure_place() -> None:
    slot, waiting, behind = offered()

    answer(waiting, accept=True)

    signup = signup_now(waiting)
    assert signup.status is SignupStatus.CONFIRMED
    assert signup.offers[0].answer is OfferAnswer.ACCEPTED
    assert kinds_to(waiting)[-1] == "signup-confirmed"
    assert letters_to(waiting)[-1].calendar is not None
    assert status_of(behind) is SignupStatus.WAITLISTED
    assert slot_now(slot).places_taken == 1


def test_a_declined_offer_goes_to_the_next_at_once() -> None:
    slot, waiting, behind = offered()

    answer(waiting, accept=False)

    assert status_of(waiting) is SignupStatus.DECLINED
    assert kinds_to(waiting)[-1] == "signup-declined"
    assert status_of(behind) is SignupStatus.OFFERED
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (1, 0)


def test_a_cancelled_offer_frees_its_place_and_offers_it_to_the_next() -> None:
    slot, waiting, behind = offered()

    leave(waiting)

    signup = signup_now(waiting)
    assert signup.status is SignupStatus.CANCELLED
    assert signup.offers[0].answer is OfferAnswer.CANCELLED
    assert letters_to(waiting)[-1].calendar is None
    assert status_of(behind) is SignupStatus.OFFERED
    assert slot_now(slot).places_taken == 1


def test_an_accepted_offer_that_is_cancelled_frees_its_place_too() -> None:
    _, waiting, behind = offered()
    answer(waiting, accept=True)

    leave(waiting)

    assert status_of(behind) is SignupStatus.OFFERED


@pytest.mark.parametrize("accept", [True, False])
def test_an_offer_is_answered_once(*, accept: bool) -> None:
    _, waiting, _ = offered()
    answer(waiting, accept=accept)

    with pytest.raises(OfferOver):
        answer(waiting, accept=True)


def test_who_declined_may_apply_again() -> None:
    slot, waiting, _ = offered()
    answer(waiting, accept=False)

    again = sign_up(slot, 2)

    assert again.status is SignupStatus.WAITLISTED


def test_from_its_deadline_on_an_offer_cannot_be_accepted() -> None:
    _, waiting, _ = offered()

    with pytest.raises(OfferOver):
        answer(waiting, accept=True, now=DEADLINE)

    answer(waiting, accept=True, now=DEADLINE - timedelta(seconds=1))


def test_a_party_is_offered_whole_or_not_at_all() -> None:
    slot = make_slot(capacity=3)
    leaving, staying = sign_up(slot, 1), sign_up(slot, 2, party=2)
    family, single = sign_up(slot, 3, party=2), sign_up(slot, 4)

    leave(leaving)

    assert [status_of(r) for r in (staying, family, single)] == [
        SignupStatus.CONFIRMED,
        SignupStatus.WAITLISTED,
        SignupStatus.WAITLISTED,
    ]
    leave(staying)
    assert [status_of(r) for r in (family, single)] == [SignupStatus.OFFERED] * 2
    assert slot_now(slot).places_taken == 3


def test_smaller_parties_pass_only_where_the_slot_says_so() -> None:
    slot = make_slot(capacity=3, pass_smaller=True)
    leaving = sign_up(slot, 1)
    sign_up(slot, 2, party=2)
    family, single = sign_up(slot, 3, party=2), sign_up(slot, 4)

    leave(leaving)

    assert status_of(family) is SignupStatus.WAITLISTED
    assert status_of(single) is SignupStatus.OFFERED


def test_in_parties_the_next_family_fits_whatever_its_size() -> None:
    slot = make_slot(capacity=1, capacity_unit=CapacityUnit.PARTIES)
    leaving = sign_up(slot, 1)
    family = sign_up(slot, 2, party=5)

    leave(leaving)

    assert status_of(family) is SignupStatus.OFFERED
    assert slot_now(slot).places_taken == 1


def test_a_party_that_shrinks_while_it_waits_may_fit() -> None:
    slot = make_slot(capacity=3)
    sign_up(slot, 1, party=2)
    family = sign_up(slot, 2, party=2)
    child = signup_now(family).participants[1].public_id

    services.cancel(signup_id=family.signup_id, participant_id=child, now=START, actor="citizen")

    assert status_of(family) is SignupStatus.OFFERED
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (3, 0)


# --- Deadlines --------------------------------------------------------------


def test_an_offer_nobody_answers_ends_and_goes_to_the_next() -> None:
    slot, waiting, behind = offered()

    ended = jobs.expire_offers(now=DEADLINE)

    assert ended == 1
    signup = signup_now(waiting)
    assert signup.status is SignupStatus.EXPIRED
    assert signup.offers[0].answer is OfferAnswer.EXPIRED
    assert kinds_to(waiting)[-1] == "signup-offer-expired"
    assert status_of(behind) is SignupStatus.OFFERED
    assert slot_now(slot).places_taken == 1


def test_the_job_ends_nothing_before_the_deadline_and_nothing_twice() -> None:
    _, waiting, _ = offered()

    early = jobs.expire_offers(now=DEADLINE - timedelta(seconds=1))
    jobs.expire_offers(now=DEADLINE)
    twice = jobs.expire_offers(now=DEADLINE)

    assert (early, twice) == (0, 0)
    assert kinds_to(waiting).count("signup-offer-expired") == 1


def test_the_state_is_looked_at_again_under_the_lock() -> None:
    slot, waiting, _ = offered()
    due = queries.slots_with_ended_offers(db.session(), now=DEADLINE)
    answer(waiting, accept=True)

    ended = services.expire_offers_of(slot_id=due[0], now=DEADLINE)

    assert (due, ended) == ([slot.public_id], 0)
    assert status_of(waiting) is SignupStatus.CONFIRMED


def test_what_a_page_has_loaded_before_the_offer_ended_does_not_count(app: Flask) -> None:
    _, waiting, _ = offered()
    seen = status_of(waiting)
    at_once(app, lambda _: jobs.expire_offers(now=DEADLINE), 1)

    with pytest.raises(OfferOver):
        answer(waiting, accept=True, now=DEADLINE - timedelta(seconds=1))

    assert seen is SignupStatus.OFFERED
    assert status_of(waiting) is SignupStatus.EXPIRED


def test_while_some_leave_and_others_come_places_are_never_oversold(app: Flask) -> None:
    slot = make_slot(capacity=4)
    sure = [sign_up(slot, n) for n in range(4)]

    def come_or_go(n: int) -> None:
        if n % 2:
            leave(sure[n // 2])
        else:
            sign_up(slot, 10 + n)

    at_once(app, come_or_go, 8)

    now = slot_now(slot)
    assert (now.places_taken, now.places_waiting) == (4, 0)
    assert queries.places_taken(db.session(), now) == 4


def test_nobody_is_offered_a_place_once_the_activity_has_begun() -> None:
    _, waiting, behind = offered(now=COMING - timedelta(minutes=1))

    jobs.expire_offers(now=COMING)

    assert status_of(waiting) is SignupStatus.EXPIRED
    assert status_of(behind) is SignupStatus.WAITLISTED


# --- Without e-mail, and without time to write ------------------------------


def test_someone_without_e_mail_is_offered_by_phone() -> None:
    _, waiting, _ = offered(email="")

    waited, offer = calls_to(waiting)

    assert letters_to(waiting) == []
    assert (waited.kind, waited.outcome) == ("signup-waitlisted", CallOutcome.NOT_NEEDED)
    assert (offer.kind, offer.outcome) == ("signup-offer", CallOutcome.OPEN)
    assert offer.due_at == DEADLINE
    assert "返事の期限：2026年11月25日（水）17:15" in offer.script
    assert "[[manage-link]]" not in offer.script


def test_staff_record_the_answer_they_heard_and_need_not_call_again() -> None:
    _, waiting, _ = offered(email="")

    answer(waiting, accept=True, actor="0123456789ab")

    _, *calls = calls_to(waiting)
    assert [call.kind for call in calls] == ["signup-offer", "signup-confirmed"]
    assert {(call.outcome, call.done_by) for call in calls} == {
        (CallOutcome.REACHED, "0123456789ab")
    }


def test_a_call_that_is_overtaken_is_taken_off_the_list() -> None:
    _, waiting, _ = offered(email="")

    jobs.expire_offers(now=DEADLINE)

    assert [(call.kind, call.outcome) for call in calls_to(waiting)] == [
        ("signup-waitlisted", CallOutcome.NOT_NEEDED),
        ("signup-offer", CallOutcome.NOT_NEEDED),
        ("signup-offer-expired", CallOutcome.OPEN),
    ]


def test_after_offers_stop_an_offer_is_a_phone_call_until_the_start() -> None:
    stopped = COMING - timedelta(hours=24)

    _, waiting, _ = offered(now=stopped)

    assert kinds_to(waiting) == ["signup-waitlisted"]
    assert [(call.kind, call.due_at) for call in calls_to(waiting)] == [("signup-offer", COMING)]


def test_after_offers_stop_someone_without_a_phone_is_still_written_to() -> None:
    _, waiting, _ = offered(now=COMING - timedelta(hours=23), phone="")

    assert kinds_to(waiting) == ["signup-waitlisted", "signup-offer"]
    assert calls_to(waiting) == []
