"""Random walks over all drawn edges: what must hold of a slot holds after every step.

Capacity, the order of the queue, whole parties, one message an edge, and `places_taken` equal to a
recount; on both databases. The recount is plain SQL and arithmetic of its own, not the product's.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.opportunities.rules import PLANNED, CapacityUnit, SlotPlan
from kyodo_match.signups import jobs, services
from kyodo_match.signups.rules import AgeGroup, Application, Companion
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import kana_of, keys, make_application

HOLDING = {"confirmed", "offered", "awaiting_answer"}
FINAL = {"cancelled", "declined", "expired"}
LIVE = ("confirmed", "waitlisted", "offered", "awaiting_answer")
# How often a slot is walked over, and how far.
WALKS, STEPS = 24, 40


@dataclass(frozen=True)
class Row:
    """A sign-up as the database holds it: who of it is still in, and who ever was."""

    id: str
    number: int
    status: str
    live: int
    party: int


def rows_of(slot_id: str) -> list[Row]:
    """Read with statements of their own, on what is committed."""
    found = db.session().execute(
        sa.text(
            "SELECT s.public_id, s.id, s.status,"
            " SUM(CASE WHEN p.cancelled_at IS NULL THEN 1 ELSE 0 END), COUNT(p.id)"
            " FROM signup s JOIN participant p ON p.signup_id = s.id"
            " JOIN slot ON slot.id = s.slot_id WHERE slot.public_id = :slot"
            " GROUP BY s.public_id, s.id, s.status ORDER BY s.id"
        ),
        {"slot": slot_id},
    )
    return [Row(*row) for row in found]


class SlotWalk(RuleBasedStateMachine):
    """One slot, and whatever can happen to it."""

    # Nobody applies twice in all walks: how often a contact may apply is limited.
    persons = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = START
        self.left_alone: Counter[str] = Counter()  # who left a party that stayed
        self.slot_id = ""
        self.by_party = False
        self.pass_smaller = False

    @initialize(
        capacity=st.integers(1, 4),
        by_party=st.booleans(),
        pass_smaller=st.booleans(),
        waitlist_limit=st.sampled_from([None, None, None, 0, 4]),
        crowd=st.lists(st.integers(1, 3), min_size=4, max_size=8),
    )
    def begin(
        self,
        *,
        capacity: int,
        by_party: bool,
        pass_smaller: bool,
        waitlist_limit: int | None,
        crowd: list[int],
    ) -> None:
        self.by_party, self.pass_smaller = by_party, pass_smaller
        self.slot_id = make_slot(
            capacity=capacity,
            capacity_unit=CapacityUnit.PARTIES if by_party else CapacityUnit.PEOPLE,
            pass_smaller=pass_smaller,
            waitlist_limit=waitlist_limit,
        ).public_id
        for party in crowd:
            self._apply(make_application(next(self.persons), party))

    # --- What people do -------------------------------------------------

    @rule(party=st.integers(1, 3), has_mail=st.booleans())
    def sign_up(self, *, party: int, has_mail: bool) -> None:
        application = make_application(next(self.persons), party)
        self._apply(application if has_mail else replace(application, email=""))

    @precondition(lambda self: self._ids(*LIVE))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self._try(
            services.cancel,
            signup_id=self._choose(data, *LIVE),
            actor="citizen",
        )

    @precondition(lambda self: self._families())
    @rule(data=st.data())
    def one_of_a_party_leaves(self, data: st.DataObject) -> None:
        family = data.draw(st.sampled_from(self._families()))
        person = db.session().scalar(
            sa.text(
                "SELECT p.public_id FROM participant p JOIN signup s ON s.id = p.signup_id"
                " WHERE s.public_id = :signup AND p.cancelled_at IS NULL"
                " ORDER BY p.position DESC LIMIT 1"
            ),
            {"signup": family.id},
        )
        if self._try(services.cancel, signup_id=family.id, participant_id=person, actor="citizen"):
            self.left_alone[family.id] += 1

    @precondition(lambda self: self._ids("offered"))
    @rule(data=st.data(), accept=st.booleans())
    def answer_an_offer(self, data: st.DataObject, *, accept: bool) -> None:
        self._try(
            services.answer_offer,
            signup_id=self._choose(data, "offered"),
            accept=accept,
            actor="citizen",
        )

    @precondition(lambda self: self._ids("awaiting_answer"))
    @rule(data=st.data(), comes=st.booleans())
    def answer_a_change(self, data: st.DataObject, *, comes: bool) -> None:
        self._try(
            services.answer_change,
            signup_id=self._choose(data, "awaiting_answer"),
            comes=comes,
            actor="citizen",
        )

    @precondition(lambda self: self._ids("confirmed", "waitlisted"))
    @rule(data=st.data())
    def a_companion_joins(self, data: st.DataObject) -> None:
        number = next(self.persons)
        signup_id = self._choose(data, "confirmed", "waitlisted")
        before = rows_of(self.slot_id)
        waiting, free = self._waiting(before), self._free(before)
        done = self._try(
            services.add_companion,
            signup_id=signup_id,
            person=Companion(f"同行 {number}", f"どうこう {kana_of(number)}", AgeGroup.FROM_65),
            keys=keys(),
            actor="citizen",
        )
        if done and {row.id: row.status for row in before}[signup_id] == "confirmed":
            assert self.by_party or (free > 0 and waiting == 0)

    # --- What the office and time do ------------------------------------

    @rule(sure=st.sampled_from([False, False, True]))
    def the_day_moves_to_another_place(self, *, sure: bool) -> None:
        if not sure:
            return
        slot = slot_by_id(db.session(), self.slot_id)
        assert slot is not None
        plan = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
        moved = replace(plan, place=f"第{slot.calendar_sequence + 2}公園")
        holding = self._ids("confirmed", "awaiting_answer")
        if self._try(
            services.change_day,
            slot_id=self.slot_id,
            plan=moved,
            reason="工事のため",
            actor="office",
            office=True,
        ):
            assert self._ids("awaiting_answer") == holding

    @rule(capacity=st.integers(0, 8))
    def change_capacity(self, *, capacity: int) -> None:
        taken = self._taken(rows_of(self.slot_id))
        done = self._try(
            services.change_capacity, slot_id=self.slot_id, capacity=capacity, actor="office"
        )
        assert not done or capacity >= max(taken, 1)

    @rule(hours=st.sampled_from([2, 20, 70]), runs=st.booleans())
    def time_passes(self, *, hours: int, runs: bool) -> None:
        self.now = min(self.now + timedelta(hours=hours), COMING - timedelta(hours=2))
        if runs:  # the worker may be late, or gone
            jobs.expire_offers(now=self.now)

    @rule(sure=st.sampled_from([False] * 19 + [True]))
    def the_day_is_cancelled(self, *, sure: bool) -> None:
        if not sure:
            return
        live = self._ids(*LIVE)
        if self._try(services.cancel_slot, slot_id=self.slot_id, reason="大雨", actor="office"):
            assert {row.id for row in rows_of(self.slot_id) if row.status == "cancelled"} >= set(
                live
            )

    # --- What always holds ----------------------------------------------

    @invariant()
    def nobody_is_above_capacity_and_the_count_is_the_recount(self) -> None:
        rows = rows_of(self.slot_id)
        assert self._slot().places_taken == self._taken(rows) <= self._slot().capacity
        assert self._slot().places_waiting == self._waiting(rows)

    @invariant()
    def parties_are_whole(self) -> None:
        for row in rows_of(self.slot_id):
            gone = row.party if row.status == "cancelled" else self.left_alone[row.id]
            assert row.live == row.party - gone

    @invariant()
    def the_queue_moves_in_order_and_nobody_waits_before_a_free_place(self) -> None:
        rows, slot = rows_of(self.slot_id), self._slot()
        waiting = [self._places(row.live) for row in rows if row.status == "waitlisted"]
        if not waiting or slot.status != "scheduled":
            return
        free = self._free(rows)
        assert waiting[0] > free
        if self.pass_smaller:
            assert all(size > free for size in waiting)

    @invariant()
    def one_open_offer_belongs_to_each_who_is_offered_and_to_nobody_else(self) -> None:
        open_offers = db.session().scalars(
            sa.text(
                "SELECT s.public_id FROM offer o JOIN signup s ON s.id = o.signup_id"
                " JOIN slot ON slot.id = s.slot_id"
                " WHERE slot.public_id = :slot AND o.answered_at IS NULL"
            ),
            {"slot": self.slot_id},
        )
        assert sorted(open_offers) == sorted(self._ids("offered"))

    @invariant()
    def every_edge_told_the_applicant_once(self) -> None:
        of_slot = {"slot": self.slot_id}
        edges = db.session().execute(
            sa.text(
                "SELECT a.object_id, COUNT(*) FROM audit_event a"
                " JOIN signup s ON s.public_id = a.object_id JOIN slot ON slot.id = s.slot_id"
                " WHERE slot.public_id = :slot AND a.object_kind = 'signup'"
                " GROUP BY a.object_id"
            ),
            of_slot,
        )
        told: Counter[str] = Counter()
        offers = set()
        for table in ("outbox_message", "phone_call"):
            for signup_id, kind in db.session().execute(
                sa.text(
                    f"SELECT m.signup_id, m.kind FROM {table} m JOIN signup s ON"  # noqa: S608 - own names
                    " s.public_id = m.signup_id JOIN slot ON slot.id = s.slot_id"
                    " WHERE slot.public_id = :slot AND m.kind != 'signup-changed-waiting'"
                ),
                of_slot,
            ):
                # A call about an offer is written anew when the day moves: the offer is one.
                if kind == "signup-offer" and signup_id in offers:
                    continue
                offers |= {signup_id} if kind == "signup-offer" else set()
                told[signup_id] += 1
        assert dict(told) == {identity: number for identity, number in edges}  # noqa: C416

    # --- Doing and reading ------------------------------------------------

    def _apply(self, application: Application) -> None:
        before = rows_of(self.slot_id)
        placed = not self._waiting(before) and self._places(application.size) <= self._free(before)
        try:
            receipt = services.sign_up(
                slot_id=self.slot_id, application=application, keys=keys(), now=self.now
            )
        except DomainError:
            assert rows_of(self.slot_id) == before, "a refusal leaves nothing behind"
        else:
            # A small party may pass a large one that waits, by an offer like everybody else.
            queued = {"waitlisted", "offered"} if self.pass_smaller else {"waitlisted"}
            assert receipt.status in ({"confirmed"} if placed else queued)

    def _slot(self) -> sa.Row[tuple[int, int, int, str]]:
        return (
            db.session()
            .execute(
                sa.text(
                    "SELECT places_taken, places_waiting, capacity, status FROM slot"
                    " WHERE public_id = :slot"
                ),
                {"slot": self.slot_id},
            )
            .one()
        )

    def _places(self, people: int) -> int:
        return min(people, 1) if self.by_party else people

    def _taken(self, rows: Sequence[Row]) -> int:
        return sum(self._places(row.live) for row in rows if row.status in HOLDING)

    def _waiting(self, rows: Sequence[Row]) -> int:
        return sum(self._places(row.live) for row in rows if row.status == "waitlisted")

    def _free(self, rows: Sequence[Row]) -> int:
        return int(self._slot().capacity) - self._taken(rows)

    def _ids(self, *states: str) -> list[str]:
        return [row.id for row in rows_of(self.slot_id) if row.status in states]

    def _families(self) -> list[Row]:
        return [row for row in rows_of(self.slot_id) if row.status not in FINAL and row.live > 1]

    def _choose(self, data: st.DataObject, *states: str) -> str:
        return data.draw(st.sampled_from(self._ids(*states)))

    def _try(self, use_case: Callable[..., object], **values: object) -> bool:
        """Whether it was done; a refusal changes nothing."""
        before = rows_of(self.slot_id)
        try:
            use_case(**values, now=self.now)
        except DomainError:
            assert rows_of(self.slot_id) == before
            return False
        return True


@pytest.mark.usefixtures("app")
def test_what_must_hold_of_a_slot_holds_after_every_step() -> None:
    run_state_machine_as_test(
        SlotWalk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
