"""The results of a draw: what everybody gets and is told, who comes later, what is left."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
from kyodo_match.matching.errors.draws import (
    NotBelowMinimum,
    PlacesGone,
)
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.entries import entry_of
from kyodo_match.matching.queries.short_days import below_minimum
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.rounds import MinimumDecision, RoundStatus
from kyodo_match.matching.services import leftovers, reviewing
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.signups import jobs, services
from kyodo_match.signups import queries as signup_queries
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_entries import (
    PUBLISHED_AT,
    apply,
    freeze,
    hold,
    publish,
)
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_rounds import ACTOR, entry_now, make_days, make_round, round_now
from tests.support.make_signups import (
    at_once,
    calls_to,
    kinds_to,
    letters_to,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")


def counted(*slots: Slot) -> list[tuple[int, int]]:
    """What is written of each day, which has to be what its rows say."""
    written = []
    for slot in slots:
        row = slot_now(slot)
        crowd = signup_queries.crowd(db.session(), row)
        assert (row.places_taken, row.places_waiting) == (crowd.taken, crowd.waiting)
        assert row.undecided == crowd.undecided
        written.append((row.places_taken, row.places_waiting))
    return written


def contested(**over: Any) -> tuple[Round, list[Slot], list[Receipt]]:
    """Two days of two places each; five apply, one of them a pair."""
    days = make_days(2, capacity=2)
    one = make_round(days, **over)
    return (
        one,
        days,
        [
            apply(one, 1, [days[0], days[1]], party=2),
            *(apply(one, n, [days[0], days[1]]) for n in range(2, 5)),
            apply(one, 5, [days[1]]),
        ],
    )


# --- The results ------------------------------------------------------------


def test_everybody_gets_an_edge_a_message_and_a_place_in_the_order_of_the_draw() -> None:
    one, days, receipts = contested()
    phone = apply(one, 7, [days[0]])
    apply(one, 8, [days[0]], late=True)
    gone = apply(one, 9, [days[0]])
    services.cancel(signup_id=gone.signup_id, now=START, actor="citizen")
    freeze(one)
    hold(one)

    publish(one)

    assert [value for value, _ in counted(*days)] == [2, 2]
    for receipt in (*receipts, phone):
        entry, signup = entry_now(receipt), signup_now(receipt)
        told = letters_to(receipt)[-1]
        assert entry.entry_number in told.body
        assert f"{entry.position}番（6件中）" in told.body
        if entry.placed_slot_id is not None:
            assert (signup.status, signup.slot_id) == (
                SignupStatus.CONFIRMED,
                entry.placed_slot_id,
            )
            assert (told.kind, told.calendar is None) == ("signup-draw-placed", False)
        else:
            assert (signup.status, told.kind) == (
                SignupStatus.WAITLISTED,
                "signup-draw-waiting",
            )
    for day in days:
        queue = signup_queries.queue(db.session(), slot_now(day))
        turns = [entry_now_of(one).position for one in queue]
        assert turns == sorted(turns, key=lambda turn: turn or len(receipts) + 2)


def entry_now_of(signup: Signup) -> DrawEntry:
    entry = entry_of(db.session(), signup)
    assert entry is not None
    return entry


def test_who_is_asked_to_confirm_keeps_the_place_and_comes_onto_the_phone_list() -> None:
    days = make_days(1, capacity=1)
    one = make_round(days, confirm_by=PUBLISHED_AT.date() + timedelta(days=3))
    receipts = [apply(one, n, days) for n in (1, 2)]
    freeze(one)
    hold(one)
    publish(one)
    placed = next(one for one in receipts if entry_now(one).placed_slot_id)
    until = signup_now(placed).answer_by
    assert until is not None

    jobs.ask_again(now=until)

    assert status_of(placed) is SignupStatus.AWAITING_ANSWER
    assert kinds_to(placed)[-1] == "signup-draw-asked"
    assert [call.kind for call in calls_to(placed)] == ["signup-draw-asked"]
    assert counted(*days) == [(1, 1)]


def test_a_call_that_was_not_made_is_overtaken_by_the_one_about_the_result() -> None:
    days = [*make_days(1, capacity=2, minimum=2), make_slot(capacity=2)]
    one = make_round(days)
    receipt = apply(one, 1, days, email="")
    freeze(one)
    hold(one)

    publish(one)
    decide(one, days[0], MinimumDecision.CANCEL)

    assert [(call.kind, call.outcome) for call in calls_to(receipt)] == [
        ("signup-draw-placed", CallOutcome.NOT_NEEDED),
        ("signup-draw-moved", CallOutcome.OPEN),
    ]


def test_nobody_is_asked_to_confirm_by_a_day_that_is_over() -> None:
    days = make_days(1, capacity=1)
    one = make_round(days, confirm_by=PUBLISHED_AT.date() + timedelta(days=3))
    receipt = apply(one, 1, days)
    freeze(one)
    hold(one)

    publish(one, PUBLISHED_AT + timedelta(days=4))

    assert status_of(receipt) is SignupStatus.CONFIRMED
    assert kinds_to(receipt)[-1] == "signup-draw-placed"


def test_a_withdrawal_after_the_freeze_frees_its_place_for_the_queue() -> None:
    days = make_days(1, capacity=1)
    one = make_round(days)
    receipts = [apply(one, n, days) for n in (1, 2, 3)]
    freeze(one)
    hold(one)
    by_turn = sorted(receipts, key=lambda receipt: entry_now(receipt).position or 0)
    services.cancel(signup_id=by_turn[0].signup_id, now=PUBLISHED_AT, actor="citizen")

    publish(one)

    assert [status_of(receipt) for receipt in by_turn] == [
        SignupStatus.CANCELLED,
        SignupStatus.OFFERED,
        SignupStatus.WAITLISTED,
    ]
    assert counted(*days) == [(1, 1)]
    assert queries.changed_since(db.session(), round_now(one.public_id)) == ()


def test_results_and_cancellations_at_once_leave_everybody_with_one_answer(app: Flask) -> None:
    days = make_days(2, capacity=1)
    one = make_round(days)
    receipts = [apply(one, n, [days[n % 2], days[1 - n % 2]]) for n in range(4)]
    freeze(one)
    hold(one)

    def act(n: int) -> None:
        if n == 0:
            publish(one)
        else:
            services.cancel(signup_id=receipts[n].signup_id, now=PUBLISHED_AT, actor="citizen")

    at_once(app, act, 4)

    assert {status_of(one) for one in receipts[1:]} == {SignupStatus.CANCELLED}
    assert status_of(receipts[0]) is not SignupStatus.ENTERED
    assert [kinds_to(one).count("signup-cancelled") for one in receipts[1:]] == [1, 1, 1]
    counted(*days)


def test_late_applications_come_after_everyone_and_what_is_left_is_taken_as_it_comes() -> None:
    days = make_days(3, capacity=2)
    one = make_round(days)
    first = [apply(one, n, [days[0], days[1]]) for n in (1, 2, 3)]
    late = [apply(one, n, [days[0], days[1]], late=True) for n in (4, 5)]
    freeze(one)
    hold(one)

    one = publish(one)

    assert {status_of(receipt) for receipt in first} == {SignupStatus.CONFIRMED}
    assert [status_of(receipt) for receipt in late] == [
        SignupStatus.CONFIRMED,
        SignupStatus.WAITLISTED,
    ]
    assert signup_now(late[0]).slot_id == days[1].id
    (supplement,) = queries.supplements_of(db.session(), one)
    assert len(supplement.record["late"]) == 2
    assert drawing.verify_supplement(supplement.record, queries.record_of(one)) == ()
    assert {slot_now(day).mode for day in days} == {SlotMode.FIRST_COME}
    assert [slot_now(day).closes_at == one.closes_at for day in days] == [True, True, False]
    opened = slot_now(days[2])
    assert opened.opens_at is not None
    assert opened.opens_at > PUBLISHED_AT


@use_case
def _lower(session: Session, /, slot: Slot) -> None:
    """By hand in the database: the office is refused."""
    session.get_one(Slot, slot.id).capacity = 1


def test_a_lowered_capacity_stops_the_results() -> None:
    days = make_days(1, capacity=2)
    one = make_round(days)
    for n in (1, 2):
        apply(one, n, days)
    freeze(one)
    hold(one)
    _lower(days[0])

    with pytest.raises(PlacesGone):
        publish(one)

    assert round_now(one.public_id).status is RoundStatus.DRAWN


# --- Days below their minimum -----------------------------------------------


def short_round() -> tuple[Round, list[Slot], list[Receipt]]:
    """The first day has one person of the three it needs; the second has a place left."""
    days = [*make_days(1, capacity=4, minimum=3), make_slot(capacity=3, starts_at=COMING)]
    one = make_round(days)
    receipts = [
        apply(one, 1, [days[0], days[1]]),
        apply(one, 2, [days[1]]),
        apply(one, 3, [days[1]]),
    ]
    freeze(one)
    hold(one)
    return one, days, receipts


def decide(one: Round, slot: Slot, decision: MinimumDecision) -> None:
    reviewing.decide_minimum(
        round_id=one.public_id,
        slot_id=slot.public_id,
        decision=decision,
        reason="人数が足りないため",
        now=PUBLISHED_AT,
        actor=ACTOR,
    )


@pytest.mark.parametrize("before", [True, False], ids=["before-the-results", "after-them"])
def test_a_cancelled_day_places_its_people_elsewhere_and_moves_nobody(*, before: bool) -> None:
    one, days, receipts = short_round()
    if not before:
        publish(one)
    decide(one, days[0], MinimumDecision.CANCEL)
    if before:
        publish(one)

    assert [signup_now(receipt).slot_id for receipt in receipts] == [days[1].id] * 3
    assert {status_of(receipt) for receipt in receipts} == {SignupStatus.CONFIRMED}
    (supplement,) = queries.supplements_of(db.session(), round_now(one.public_id))
    assert [result["slot"] for result in supplement.record["results"]] == [days[1].public_id]
    record = queries.record_of(round_now(one.public_id))
    assert drawing.verify_supplement(supplement.record, record) == ()
    assert kinds_to(receipts[0])[-1] == ("signup-draw-placed" if before else "signup-draw-moved")
    assert kinds_to(receipts[1])[-1] == "signup-draw-placed"
    assert counted(*days) == [(0, 0), (3, 0)]
    assert queries.changed_since(db.session(), round_now(one.public_id)) == ()


def test_who_finds_no_other_day_is_cancelled_with_it() -> None:
    days = [*make_days(1, capacity=4, minimum=3), make_slot(capacity=1, starts_at=COMING)]
    one = make_round(days)
    displaced, staying = apply(one, 1, [days[0], days[1]]), apply(one, 2, [days[1]])
    freeze(one)
    hold(one)
    publish(one)

    decide(one, days[0], MinimumDecision.CANCEL)

    assert [status_of(one) for one in (displaced, staying)] == [
        SignupStatus.CANCELLED,
        SignupStatus.CONFIRMED,
    ]
    assert kinds_to(displaced)[-1] == "signup-slot-cancelled"


def test_who_came_late_is_placed_again_after_those_who_were_drawn() -> None:
    days = [*make_days(1, capacity=3, minimum=3), make_slot(capacity=1), make_slot(capacity=1)]
    one = make_round(days)
    drawn = apply(one, 1, [days[0], days[1]])
    late = apply(one, 2, [days[0], days[1]], first_time=True, late=True)
    for n in (3, 4):  # so that there is something to draw
        apply(one, n, [days[2]])
    freeze(one)
    hold(one)
    publish(one)

    decide(one, days[0], MinimumDecision.CANCEL)

    assert signup_now(drawn).slot_id == days[1].id
    assert status_of(late) is SignupStatus.CANCELLED
    supplement = queries.supplements_of(db.session(), round_now(one.public_id))[-1]
    assert [len(supplement.record[part]) for part in ("displaced", "late")] == [1, 1]
    record = queries.record_of(round_now(one.public_id))
    assert drawing.verify_supplement(supplement.record, record) == ()


def test_nobody_is_offered_a_place_of_the_day_that_is_being_cancelled() -> None:
    days = [*make_days(1, capacity=3, minimum=3), make_slot(capacity=1, starts_at=COMING)]
    one = make_round(days)
    alone = apply(one, 1, days, first_time=True)
    three = apply(one, 2, days, party=3)
    freeze(one)
    hold(one)
    publish(one)

    decide(one, days[0], MinimumDecision.CANCEL)

    assert signup_now(alone).slot_id == signup_now(three).slot_id == days[1].id
    assert status_of(three) is SignupStatus.WAITLISTED
    assert kinds_to(three)[1:] == ["signup-draw-waiting", "signup-draw-day-cancelled"]
    assert counted(*days) == [(0, 0), (1, 3)]


def test_a_day_below_its_minimum_waits_for_a_decision_before_it_opens() -> None:
    one, days, _receipts = short_round()
    publish(one)
    (short,) = below_minimum(db.session(), round_now(one.public_id), now=PUBLISHED_AT)
    closed = slot_now(days[0]).closes_at

    decide(one, days[0], MinimumDecision.EXTEND)

    assert (short.people, short.lacks) == (1, 2)
    assert closed == one.closes_at
    assert (slot_now(days[0]).closes_at or one.closes_at) > one.closes_at
    with pytest.raises(NotBelowMinimum):
        decide(one, days[0], MinimumDecision.HOLD)
    assert leftovers.open_leftovers(round_id=one.public_id, now=PUBLISHED_AT, actor=ACTOR) == 0
