"""一人加える: one person more in an application, where that takes nobody's place."""

from datetime import datetime

import pytest
from flask import Flask

from kyodo_match.opportunities.rules import CapacityUnit
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import (
    AnswerFirst,
    ApplicationsClosed,
    NoPlaceToAdd,
    NotLive,
    PartyTooLarge,
    WaitlistFull,
)
from kyodo_match.signups.rules import AgeGroup, Companion, Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import (
    at_once,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")

STAFF = "0123456789ab"
AUNT = Companion("見本 おば", "みほん おば", AgeGroup.FROM_65)


def add(
    receipt: Receipt,
    person: Companion = AUNT,
    *,
    now: datetime = START,
    actor: str = "citizen",
) -> None:
    services.add_companion(
        signup_id=receipt.signup_id, person=person, keys=keys(), now=now, actor=actor
    )


def cancel(receipt: Receipt) -> None:
    services.cancel(signup_id=receipt.signup_id, now=START, actor="citizen")


def names(receipt: Receipt) -> list[str]:
    return [person.name for person in queries.live(signup_now(receipt))]


def test_a_sure_party_grows_into_a_free_place() -> None:
    slot = make_slot(capacity=2)
    receipt = sign_up(slot)

    add(receipt)

    assert names(receipt) == ["見本 1", "見本 おば"]
    assert slot_now(slot).places_taken == 2
    assert kinds_to(receipt) == ["signup-confirmed", "signup-party-changed"]
    assert "お申込みは2人です" in letters_to(receipt)[-1].body


def test_one_person_more_passes_nobody_who_waits() -> None:
    """Free places that the next party of three waits for are not for one more of another."""
    slot = make_slot(capacity=3)
    receipt = sign_up(slot, 1)
    waiting = sign_up(slot, 2, party=3)

    with pytest.raises(NoPlaceToAdd) as refusal:
        add(receipt)

    assert refusal.value.somebody_waits
    assert (slot_now(slot).places_taken, status_of(waiting)) == (1, SignupStatus.WAITLISTED)


def test_without_a_free_place_nobody_more_comes() -> None:
    receipt = sign_up(make_slot(capacity=1))

    with pytest.raises(NoPlaceToAdd) as refusal:
        add(receipt)

    assert not refusal.value.somebody_waits


def test_where_parties_are_counted_one_person_more_takes_no_place() -> None:
    slot = make_slot(capacity=1, capacity_unit=CapacityUnit.PARTIES)
    receipt = sign_up(slot, 1)
    sign_up(slot, 2)

    add(receipt)

    assert (slot_now(slot).places_taken, len(names(receipt))) == (1, 2)


def test_a_party_that_waits_grows_where_it_stands() -> None:
    slot = make_slot(capacity=2)
    full = sign_up(slot, 1, party=2)
    first, second = sign_up(slot, 2), sign_up(slot, 3)

    add(first)
    cancel(full)

    assert (status_of(first), status_of(second)) == (SignupStatus.OFFERED, SignupStatus.WAITLISTED)
    assert len(names(first)) == 2


def test_a_waitlist_that_is_full_takes_nobody_more() -> None:
    slot = make_slot(capacity=1, waitlist_limit=1)
    sign_up(slot, 1)
    waiting = sign_up(slot, 2)

    with pytest.raises(WaitlistFull):
        add(waiting)


def test_an_offer_is_answered_before_the_party_grows() -> None:
    slot = make_slot(capacity=2)
    full, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2)
    cancel(full)

    with pytest.raises(AnswerFirst):
        add(waiting)


def test_sent_twice_it_is_one_person_more() -> None:
    receipt = sign_up(make_slot(party_limit=2))

    add(receipt)
    add(receipt)

    assert len(names(receipt)) == 2
    assert kinds_to(receipt).count("signup-party-changed") == 1


def test_the_limit_of_a_party_holds_for_who_joins_later() -> None:
    receipt = sign_up(make_slot(party_limit=2), party=2)

    with pytest.raises(PartyTooLarge):
        add(receipt)


def test_after_closing_only_the_office_adds_somebody() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    assert slot.closes_at is not None

    with pytest.raises(ApplicationsClosed):
        add(receipt, now=slot.closes_at)
    add(receipt, now=slot.closes_at, actor=STAFF)

    assert len(names(receipt)) == 2


def test_who_adds_and_who_signs_up_race_for_one_place(app: Flask) -> None:
    slot = make_slot(capacity=4)
    parties = [sign_up(slot, n) for n in range(1, 4)]

    def act(n: int) -> bool:
        try:
            if n < len(parties):
                add(parties[n])
            else:
                return sign_up(slot, 10 + n).status is SignupStatus.CONFIRMED
        except NoPlaceToAdd:
            return False
        return True

    taken = at_once(app, act, 6)

    assert sum(taken) == 1
    assert slot_now(slot).places_taken == 4


def test_who_cancelled_adds_nobody() -> None:
    gone = sign_up(make_slot())
    cancel(gone)

    with pytest.raises(NotLive):
        add(gone)
