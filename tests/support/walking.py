"""Random walks over all that can happen to sign-ups, and what holds after every step.

A machine brings its days and what people can do there beyond this.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.opportunities.rules import PLANNED, SlotPlan, rescheduled
from kyodo_match.signups import jobs, services
from kyodo_match.signups.rules import AgeGroup, Companion
from tests.support import walk_sight as sight
from tests.support.clock import START
from tests.support.make_opportunities import COMING
from tests.support.make_signups import kana_of, keys
from tests.support.walk_sight import HOLDING, SURE, UNDECIDED, Day, Row, Seen, look, rows_of

LIVE = (*sorted(HOLDING), "waitlisted", *sorted(UNDECIDED))

# Every edge that is drawn (rules.md, States), and what the applicant is told of it.
EDGES = {
    ("", "confirmed"): "signup-confirmed",
    ("", "waitlisted"): "signup-waitlisted",
    ("", "awaiting_approval"): "signup-approval-received",
    ("", "entered"): "signup-entered",
    ("awaiting_approval", "confirmed"): "signup-approved",
    ("awaiting_approval", "waitlisted"): "signup-waitlisted",
    ("awaiting_approval", "not_selected"): "signup-approval-declined",
    ("entered", "confirmed"): "signup-draw-placed",
    ("entered", "waitlisted"): "signup-draw-waiting",
    ("entered", "not_selected"): "signup-draw-not-selected",
    ("waitlisted", "offered"): "signup-offer",
    ("offered", "confirmed"): "signup-confirmed",
    ("offered", "declined"): "signup-declined",
    ("offered", "expired"): "signup-offer-expired",
    ("confirmed", "awaiting_answer"): "signup-changed",
    ("awaiting_answer", "confirmed"): "signup-answered",
    **{(state, "cancelled"): "signup-cancelled" for state in LIVE},
}
# What is told of an act that is no edge.
ACTS = {
    "participant-cancelled": "signup-participant-cancelled",
    "participant-added": "signup-party-changed",
    "participant-replaced": "signup-party-changed",
    "entry-changed": "signup-entry-changed",
    "asked": "signup-inquiry",
    "asked-again": "signup-changed",
    "displaced": "signup-draw-moved",
}
# The same edge in the words of why.
SAME = {
    "signup-slot-cancelled": "signup-cancelled",
    "signup-draw-answered": "signup-answered",
    "signup-approval-lapsed": "signup-approval-declined",
    "signup-draw-asked": "signup-draw-placed",
}
BESIDES = {
    "signup-changed-waiting",
    "signup-draw-day-cancelled",
    "signup-draw-day-changed",
    "signup-link",
    "signup-round-extended",
    "signup-round-moved",
}


class Walk(RuleBasedStateMachine):
    """Days, and what people, the office and time can do to all of them."""

    # Nobody applies twice in all walks: how often a contact may apply is limited.
    persons = count(1)
    # In how many of twenty cases a day that may be called off is.
    rain = 1

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = START
        self.left_alone: Counter[str] = Counter()  # who left a party that stayed
        self.slot_ids: list[str] = []
        self.seen = Seen({}, (), {}, {}, Counter())  # as it was after the last step

    # --- What people do -------------------------------------------------

    @precondition(lambda self: self.seen.ids(*LIVE))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        signup_id = self._choose(data, *LIVE)
        self._try(services.cancel, signup_id=signup_id, actor="citizen")

    @precondition(lambda self: self._families())
    @rule(data=st.data())
    def one_of_a_party_leaves(self, data: st.DataObject) -> None:
        family = data.draw(st.sampled_from(self._families()))
        person = sight.last_of(family)
        if self._try(
            services.cancel, signup_id=family.id, participant_id=person.public_id, actor="citizen"
        ):
            self.left_alone[family.id] += 1

    @precondition(lambda self: self._families())
    @rule(data=st.data())
    def one_of_a_party_only_watches_or_does_not(self, data: st.DataObject) -> None:
        family = data.draw(st.sampled_from(self._families()))
        person = sight.last_of(family)
        other = Companion(
            person.name, person.kana, AgeGroup.FROM_65, is_escort=not person.is_escort
        )
        before, day = self.seen, self.seen.days[family.day]
        done = self._try(
            services.replace_participant,
            signup_id=family.id,
            participant_id=person.public_id,
            person=other,
            keys=keys(),
            actor="citizen",
        )
        takes_place = person.is_escort and not (day.by_party or day.escorts_count)
        if done and family.status == "confirmed" and takes_place:
            assert before.free(day) > 0
            assert not day.queue

    @precondition(lambda self: self.seen.ids("offered"))
    @rule(data=st.data(), accept=st.booleans())
    def answer_an_offer(self, data: st.DataObject, *, accept: bool) -> None:
        signup_id = self._choose(data, "offered")
        self._try(services.answer_offer, signup_id=signup_id, accept=accept, actor="citizen")

    @precondition(lambda self: self.seen.ids("awaiting_answer"))
    @rule(data=st.data(), comes=st.booleans())
    def answer_a_change(self, data: st.DataObject, *, comes: bool) -> None:
        signup_id = self._choose(data, "awaiting_answer")
        self._try(services.answer_change, signup_id=signup_id, comes=comes, actor="citizen")

    @precondition(lambda self: self.seen.ids("confirmed", "waitlisted", "awaiting_approval"))
    @rule(data=st.data(), is_escort=st.sampled_from([False, False, True]))
    def a_companion_joins(self, data: st.DataObject, *, is_escort: bool) -> None:
        number = next(self.persons)
        signup_id = self._choose(data, "confirmed", "waitlisted", "awaiting_approval")
        before = self.seen
        done = self._try(
            services.add_companion,
            signup_id=signup_id,
            person=Companion(
                f"同行 {number}", f"どうこう {kana_of(number)}", AgeGroup.FROM_65, is_escort
            ),
            keys=keys(),
            actor="citizen",
        )
        row = next(row for row in before.rows if row.id == signup_id)
        day = before.days[row.day]
        counts = day.escorts_count or not is_escort
        if done and row.status == "confirmed" and counts and not day.by_party:
            assert before.free(day) > 0
            assert not day.queue

    @precondition(lambda self: self.seen.rows)
    @rule(data=st.data(), accept=st.booleans())
    def what_is_not_drawn_is_refused(self, data: st.DataObject, *, accept: bool) -> None:
        row = data.draw(st.sampled_from(self.seen.rows))
        verbs: list[tuple[str, Callable[..., object], dict[str, object]]] = [
            ("offered", services.answer_offer, {"accept": accept}),
            ("awaiting_answer", services.answer_change, {"comes": accept}),
            ("awaiting_approval", services.approving.accept, {"text": "", "may_wait": accept}),
            ("awaiting_approval", services.approving.decline, {"text": ""}),
        ]
        state, use_case, values = data.draw(st.sampled_from(verbs))
        if row.status != state:
            assert not self._try(use_case, signup_id=row.id, actor="office", **values)
        if row.status not in LIVE:
            assert not self._try(services.cancel, signup_id=row.id, actor="citizen")

    # --- What the office and time do ------------------------------------

    @rule(data=st.data(), sure=st.sampled_from([False, False, True]), days=st.integers(0, 2))
    def the_day_moves(self, data: st.DataObject, *, sure: bool, days: int) -> None:
        if not sure:
            return
        slot_id = self._choose_day(data)
        slot = slot_by_id(db.session(), slot_id)
        assert slot is not None
        plan = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
        moved = rescheduled(
            plan,
            starts_at=slot.starts_at + timedelta(days=days * 5),
            ends_at=slot.ends_at + timedelta(days=days * 5),
            place=f"第{slot.calendar_sequence + 2}公園",
        )
        day = self.seen.days[slot_id]
        holding = [row.id for row in self.seen.on(day) if row.status in SURE]
        if self._try(
            services.change_day,
            slot_id=slot_id,
            plan=moved,
            reason="工事のため",
            actor="office",
            office=True,
        ):
            now = self._look()
            asked = [row.id for row in now.on(day) if row.status == "awaiting_answer"]
            assert asked == holding

    @rule(hours=st.sampled_from([2, 20, 70]), runs=st.booleans())
    def time_passes(self, *, hours: int, runs: bool) -> None:
        self.now = min(self.now + timedelta(hours=hours), COMING - timedelta(hours=2))
        if runs:  # the worker may be late, or gone
            jobs.expire_offers(now=self.now)
            jobs.end_unanswered(now=self.now)

    @rule(data=st.data(), luck=st.sampled_from(range(20)))
    def the_day_is_cancelled(self, data: st.DataObject, *, luck: int) -> None:
        if luck < 20 - self.rain:
            return
        slot_id = self._choose_day(data)
        held = {row.id for row in self.seen.on(self.seen.days[slot_id]) if row.status in HOLDING}
        if self._try(services.cancel_slot, slot_id=slot_id, reason="大雨", actor="office"):
            assert set(self._look().ids("cancelled")) >= held

    # --- What always holds ----------------------------------------------

    @invariant()
    def what_must_hold_does(self) -> None:
        before, now = self.seen, self._look()
        self._check_counts(now)
        self._check_parties(now)
        self._check_queues(now)
        self._check_offers(before, now)
        self._check_edges(now)
        self.seen = now
        self._check_more(now)

    def _check_more(self, seen: Seen) -> None:
        """What a machine holds besides."""

    def _check_counts(self, seen: Seen) -> None:
        """Nobody is above capacity, and what is written down is the recount."""
        for day in seen.days.values():
            assert day.taken == seen.taken(day) <= day.capacity
            assert day.waiting == sum(map(day.places, day.queue))
            assert day.undecided == sum(row.status in UNDECIDED for row in seen.on(day))
            for role in day.roles:
                assert role.taken == seen.in_role(day, role) <= role.heads
                awaited = any(row.role in {None, role.key} for row in day.queue)
                assert role.held == (seen.room(day)[role.key] if awaited else 0)
            if day.roles:
                assert all(row.role for row in seen.on(day) if row.status in HOLDING)

    def _check_parties(self, seen: Seen) -> None:
        """Parties are whole, and nobody escorts nobody."""
        for row in seen.rows:
            assert row.live > row.escorts or not row.live
            gone = row.party if row.status == "cancelled" else self.left_alone[row.id]
            assert row.live == row.party - gone

    def _check_queues(self, seen: Seen) -> None:
        """Queues stand in order, of who waits alone, and nobody waits before a free place."""
        waits = {row.key for row in seen.rows if row.status == "waitlisted"}
        assert set(seen.queued) <= waits, "who waits no more stands in no queue"
        for row in seen.rows:
            if hopes := seen.queued.get(row.key):
                last = max(str(seen.days[day].starts) for day in hopes)
                assert str(seen.days[row.day].starts) == last, "they stand under the last of them"
        for day in seen.days.values():
            assert list(day.queue) == sorted(day.queue, key=lambda row: row.turn)
            if day.status != "scheduled":
                continue
            if day.roles:
                self._check_role_queues(seen, day)
                continue
            first = day.queue if day.pass_smaller else day.queue[:1]
            assert all(day.places(row) > seen.free(day) for row in first)

    def _check_role_queues(self, seen: Seen, day: Day) -> None:
        room, held_back = seen.room(day), set[int]()
        for row in day.queue:
            wanted = {row.role} if row.role else set(room)
            open_to = wanted if day.pass_smaller else wanted - held_back
            assert all(room.get(role or 0, 0) < day.places(row) for role in open_to)
            held_back |= {role for role in wanted if role}

    def _check_offers(self, before: Seen, now: Seen) -> None:
        """One open offer belongs to each who is offered; nobody is passed over."""
        by_key = {row.key: row for row in now.rows}
        offered = {row.key for row in now.rows if row.status == "offered"}
        assert now.open_offers == Counter(offered)
        waited = {row.key for row in before.rows if row.status == "waitlisted"}
        for offer in now.offers.keys() - before.offers.keys():
            lucky = by_key[now.offers[offer]]
            day = now.days[lucky.day]
            for row in day.queue:
                # Whose drawn day is not held comes into the queues after they have moved.
                stood = row.key in waited or not row.placed
                if not stood or row.turn > lucky.turn:
                    continue
                if day.roles and row.role not in {None, lucky.role}:
                    continue
                assert day.pass_smaller
                assert day.places(row) > day.places(lucky)

    def _check_edges(self, seen: Seen) -> None:
        """Only drawn edges are walked, and each told the applicant once, in its own words."""
        ids = {row.id: row for row in seen.rows}
        acts = defaultdict(list)
        for signup_id, action, facts in db.session().execute(
            sa.select(AuditEvent.object_id, AuditEvent.action, AuditEvent.facts)
            .where(AuditEvent.object_kind == "signup", AuditEvent.object_id.in_(list(ids)))
            .order_by(AuditEvent.id)
        ):
            acts[signup_id].append((action.removeprefix("signup."), facts))
        told = self._told()
        for signup_id, row in ids.items():
            due, state = Counter[str](), ""
            for name, facts in acts[signup_id]:
                if name in ACTS:
                    due[ACTS[name]] += 1
                    state = "confirmed" if name == "displaced" else state
                elif (state, name) in EDGES:
                    assert facts.get("old", "") == state
                    due[EDGES[state, name]] += 1
                    state = name
                else:
                    assert name in {"question-answered", "group-reminded"}, (state, name)
            assert state == row.status
            # One letter says that a place was drawn, and asks.
            due["signup-changed"] -= told[signup_id]["signup-draw-asked"]
            heard = Counter[str]()
            for kind, times in told[signup_id].items():
                heard[SAME.get(kind, kind)] += times
            assert +heard == +due

    def _told(self) -> dict[str, Counter[str]]:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for signup_id, kind in sight.told_about(self.slot_ids):
            if kind not in BESIDES:
                told[signup_id][kind] += 1
        for heard in told.values():
            # A call about an offer is written anew when the day moves: the offer is one.
            heard["signup-offer"] = min(heard["signup-offer"], 1)
        return told

    # --- Doing and reading ------------------------------------------------

    def _look(self) -> Seen:
        return look(self.slot_ids) if self.slot_ids else self.seen

    def _rows(self) -> tuple[Row, ...]:
        db.session().rollback()
        return tuple(rows_of(self.slot_ids))

    def _families(self) -> list[Row]:
        return [row for row in self.seen.rows if row.status in LIVE and row.live > 1]

    def _choose(self, data: st.DataObject, *states: str) -> str:
        return data.draw(st.sampled_from(self.seen.ids(*states)))

    def _choose_day(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.slot_ids))

    def _try(self, use_case: Callable[..., object], **values: object) -> bool:
        """Whether it was done; a refusal changes nothing."""
        before = self._rows()
        try:
            use_case(**values, now=self.now)
        except DomainError:
            assert self._rows() == before, "a refusal leaves nothing behind"
            return False
        return True


def walk(machine: type[Walk], *, walks: int, steps: int) -> None:
    """Walk that often, and so far; the same ways each time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            # The failing walk as it was: to shorten one takes minutes.
            phases=[Phase.generate],
            report_multiple_bugs=False,
        ),
    )
