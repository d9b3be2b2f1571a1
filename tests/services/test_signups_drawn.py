"""Who waits after a draw: several days at once, in the order of the draw, offered one of them."""

from datetime import timedelta

import pytest
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import jobs, queries, services
from kyodo_match.signups.rules import SignupStatus
from tests.support.clock import START
from tests.support.make_drawn import enter, give, let_wait
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    at_once,
    kinds_to,
    leave,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")
LATER = COMING + timedelta(days=7)


def counted(*slots: Slot) -> list[tuple[int, int]]:
    """What is written of each day, which has to be what its rows say."""
    written = []
    for slot in slots:
        row = slot_now(slot)
        crowd = queries.crowd(db.session(), row)
        assert (row.places_taken, row.places_waiting) == (crowd.taken, crowd.waiting)
        written.append((row.places_taken, row.places_waiting))
    return written


def test_who_waits_by_a_draw_comes_before_who_came_later_and_in_its_order() -> None:
    slot = make_slot(capacity=1)
    placed, second, first = enter(slot, 1), enter(slot, 2), enter(slot, 3)
    give(placed, slot)
    let_wait(second, [(slot, 2)])
    let_wait(first, [(slot, 1)])
    late = sign_up(slot, 4)

    waiting = queries.why_waiting(db.session(), slot_now(slot), signup_now(late), now=START)
    leave(placed)

    assert waiting.ahead == 2
    assert [status_of(one) for one in (first, second, late)] == [
        SignupStatus.OFFERED,
        SignupStatus.WAITLISTED,
        SignupStatus.WAITLISTED,
    ]
    assert kinds_to(placed) == ["signup-confirmed", "signup-draw-placed", "signup-cancelled"]
    assert counted(slot) == [(1, 2)]


def test_an_offer_on_one_day_moves_the_queues_of_the_others() -> None:
    saturday, next_week = make_slot(capacity=1), make_slot(capacity=2, starts_at=LATER)
    here, there = enter(saturday, 1), enter(next_week, 2, party=2)
    pair, single = enter(saturday, 3, party=2), enter(next_week, 4)
    give(here, saturday)
    give(there, next_week)
    let_wait(single, [(saturday, 1), (next_week, 1)])
    let_wait(pair, [(next_week, 2)])
    assert counted(saturday, next_week) == [(1, 1), (2, 3)]

    leave(here)
    leave(there)

    assert signup_now(single).slot_id == saturday.id
    assert [status_of(one) for one in (single, pair)] == [SignupStatus.OFFERED] * 2
    assert counted(saturday, next_week) == [(1, 0), (2, 0)]
    services.answer_offer(signup_id=single.signup_id, accept=False, now=START, actor="citizen")
    assert status_of(single) is SignupStatus.DECLINED
    assert counted(saturday, next_week) == [(0, 0), (2, 0)]


def test_who_waits_no_more_stands_in_no_queue_and_ties_no_days_together() -> None:
    saturday, next_week = make_slot(capacity=1), make_slot(capacity=1, starts_at=LATER)
    placed = enter(saturday, 1)
    give(placed, saturday)
    lucky, gone = enter(saturday, 2), enter(next_week, 3)
    full = enter(next_week, 4)
    give(full, next_week)
    for position, receipt in enumerate((lucky, gone), start=1):
        let_wait(receipt, [(saturday, position), (next_week, position)])

    leave(gone)
    leave(placed)

    assert status_of(lucky) is SignupStatus.OFFERED
    assert queries.draw_places(db.session(), signup_now(lucky)) == []
    assert queries.draw_places(db.session(), signup_now(gone)) == []
    assert queries.linked_slots(db.session(), saturday.id) == [saturday.id]
    assert counted(saturday, next_week) == [(1, 0), (1, 0)]


def test_two_days_that_free_a_place_at_once_offer_one_of_them(app: Flask) -> None:
    days = [make_slot(capacity=1, starts_at=COMING + timedelta(days=n)) for n in range(3)]
    placed = [enter(day, n) for n, day in enumerate(days)]
    for receipt, day in zip(placed, days, strict=True):
        give(receipt, day)
    waiting, behind = enter(days[0], 10), enter(days[1], 11)
    let_wait(waiting, [(day, 1) for day in days])
    let_wait(behind, [(day, 2) for day in reversed(days)])

    at_once(app, lambda n: leave(placed[n]), 3)

    assert [status_of(one) for one in (waiting, behind)] == [SignupStatus.OFFERED] * 2
    assert signup_now(waiting).slot_id != signup_now(behind).slot_id
    assert len(signup_now(waiting).offers) == 1
    assert sorted(counted(*days)) == [(0, 0), (1, 0), (1, 0)]


def test_a_day_that_is_called_off_leaves_who_waits_the_other_days() -> None:
    saturday, next_week = make_slot(capacity=1), make_slot(capacity=1, starts_at=LATER)
    placed, both, only = enter(saturday, 1), enter(saturday, 2), enter(next_week, 3)
    undrawn = enter(next_week, 4)
    give(enter(saturday, 5), saturday)
    give(placed, next_week)
    let_wait(both, [(saturday, 1), (next_week, 1)])
    let_wait(only, [(next_week, 2)])

    services.cancel_slot(
        slot_id=next_week.public_id, reason="台風", now=START, actor="a1b2c3d4e5f6"
    )

    assert [status_of(one) for one in (placed, both, only, undrawn)] == [
        SignupStatus.CANCELLED,
        SignupStatus.WAITLISTED,
        SignupStatus.CANCELLED,
        SignupStatus.ENTERED,
    ]
    assert signup_now(both).slot_id == saturday.id
    assert kinds_to(both)[-1] == kinds_to(undrawn)[-1] == "signup-draw-day-cancelled"
    assert counted(saturday, next_week) == [(1, 1), (0, 0)]


def test_a_drawn_place_is_asked_about_in_words_of_its_own_and_kept() -> None:
    slot = make_slot()
    until = START + timedelta(days=5)
    coming, silent = enter(slot, 1), enter(slot, 2)
    give(coming, slot, answer_by=until)
    give(silent, slot, answer_by=until)

    services.answer_change(signup_id=coming.signup_id, comes=True, now=START, actor="citizen")
    jobs.ask_again(now=until)

    assert status_of(coming) is SignupStatus.CONFIRMED
    assert kinds_to(coming)[1:] == ["signup-draw-asked", "signup-draw-answered"]
    assert status_of(silent) is SignupStatus.AWAITING_ANSWER
    assert "変わり" not in letters_to(silent)[-1].body
    assert "抽選番号：A-0001" in letters_to(silent)[1].body
