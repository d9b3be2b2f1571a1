"""More and fewer places, and why nobody moves."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kyodo_match.core.db import db
from kyodo_match.opportunities.errors import CapacityBelowTaken, SlotPast
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import CapacityBelowMinimum
from kyodo_match.signups.rules import Receipt, SignupStatus, WaitingReason
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    leave,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")


# --- Why nobody moves -------------------------------------------------------


@pytest.mark.parametrize(
    ("arrange", "now", "expected"),
    [
        (lambda _: None, START, (WaitingReason.NOBODY_CANCELLED, 0)),
        (leave, START, (WaitingReason.NEXT_NEEDS_MORE, 1)),
        (leave, COMING - timedelta(hours=24), (WaitingReason.OFFERS_STOPPED, 1)),
    ],
    ids=["nobody-cancelled", "next-needs-more", "offers-stopped"],
)
def test_the_page_learns_why_nobody_moves(
    arrange: Callable[[Receipt], None], now: datetime, expected: tuple[WaitingReason, int]
) -> None:
    slot = make_slot(capacity=2)
    first = sign_up(slot, 1)
    sign_up(slot, 2)
    sign_up(slot, 3, party=2)
    last = sign_up(slot, 4)
    arrange(first)

    waiting = queries.why_waiting(db.session(), slot_now(slot), signup_now(last), now=now)

    assert (waiting.reason, waiting.free) == expected
    assert (waiting.ahead, waiting.next_needs) == (1, 2)


def test_without_a_queue_there_is_no_next() -> None:
    slot = make_slot(capacity=1)
    receipt = sign_up(slot)

    waiting = queries.why_waiting(db.session(), slot_now(slot), signup_now(receipt), now=START)

    assert (waiting.ahead, waiting.next_needs) == (0, 0)


# --- Capacity ---------------------------------------------------------------


def change(slot: Slot, capacity: int, *, now: datetime = START) -> None:
    services.change_capacity(
        slot_id=slot.public_id, capacity=capacity, now=now, actor="0123456789ab"
    )


def test_more_places_are_offered_to_the_queue_in_the_same_transaction() -> None:
    slot = make_slot(capacity=1)
    sign_up(slot, 1)
    waiting = [sign_up(slot, n) for n in (2, 3, 4)]

    change(slot, 3)

    assert [status_of(receipt) for receipt in waiting] == [
        SignupStatus.OFFERED,
        SignupStatus.OFFERED,
        SignupStatus.WAITLISTED,
    ]
    now = slot_now(slot)
    assert (now.capacity, now.places_taken, now.places_waiting) == (3, 3, 1)


@pytest.mark.parametrize(("capacity", "by"), [(2, 1), (0, 3)])
def test_capacity_never_goes_below_what_is_taken_and_says_by_how_many(
    capacity: int, by: int
) -> None:
    slot = make_slot(capacity=5)
    sign_up(slot, 1, party=3)

    with pytest.raises(CapacityBelowTaken) as refusal:
        change(slot, capacity)

    assert refusal.value.by == by
    assert slot_now(slot).capacity == 5


def test_an_empty_slot_keeps_at_least_one_place() -> None:
    slot = make_slot()

    with pytest.raises(CapacityBelowTaken):
        change(slot, 0)


def test_capacity_does_not_go_below_the_number_that_the_day_needs() -> None:
    slot = make_slot(capacity=5, minimum=4)

    with pytest.raises(CapacityBelowMinimum) as refusal:
        change(slot, 3)

    assert (refusal.value.capacity, refusal.value.minimum) == (3, 4)
    change(slot, 4)


def test_a_day_that_is_over_keeps_its_capacity() -> None:
    slot = make_slot()

    with pytest.raises(SlotPast):
        change(slot, 20, now=slot.ends_at)
