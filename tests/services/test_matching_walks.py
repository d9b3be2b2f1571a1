"""Random walks through a round of three days: what must hold of it holds after every step.

Entering, choosing anew, leaving at any time, the freeze, the draw with any text, the results, the
queues that hang together after it, and days that change or are called off; on both databases.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db, public_id, use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import draws
from kyodo_match.matching.rules.drawing import verify
from kyodo_match.matching.rules.rounds import MinimumDecision, PaperRule, RoundStatus
from kyodo_match.matching.services import (
    applying,
    changing,
    freezing,
    holding,
    leftovers,
    publishing,
    reviewing,
)
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import services
from kyodo_match.signups.rules import Channel
from tests.support.make_entries import DRAWN_AT, PUBLISHED_AT
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_rounds import (
    ACTOR,
    CLOSES,
    make_entry,
    make_round,
    round_now,
)
from tests.support.make_signups import keys, make_application
from tests.support.walk_sight import SURE, Seen
from tests.support.walking import Walk, walk

FREEZES = CLOSES + timedelta(days=1)
PARTIES = st.tuples(st.integers(1, 3), st.permutations(range(3)), st.integers(1, 3))


@use_case
def rename(session: Session, /, ids: list[tuple[type[Round | Slot], str, str]]) -> None:
    """Give days and rounds other public ids."""
    for model, old, new in ids:
        session.execute(sa.update(model).where(model.public_id == old).values(public_id=new))


class RoundWalk(Walk):
    """A round, and whatever can happen to it and its days."""

    begun = 0  # how far the round is at least, when a walk begins

    def __init__(self) -> None:
        super().__init__()
        self.days: list[Slot] = []
        self.round_id = ""
        self.phase = RoundStatus.OPEN
        self.who: dict[str, tuple[int, int]] = {}  # by sign-up, the person and the party
        self.given: dict[str, str] = {}  # by sign-up, the day on which it had a sure place

    @initialize(
        data=st.data(),
        capacities=st.tuples(*[st.integers(1, 3)] * 3),
        minimum=st.sampled_from([None, None, 2]),
        pass_smaller=st.booleans(),
        is_asked=st.booleans(),
        crowd=st.lists(PARTIES, min_size=5, max_size=9),
        how_far=st.integers(0, 2),
    )
    def begin(
        self,
        data: st.DataObject,
        *,
        capacities: tuple[int, int, int],
        minimum: int | None,
        pass_smaller: bool,
        is_asked: bool,
        crowd: list[tuple[int, list[int], int]],
        how_far: int,
    ) -> None:
        self.days = [
            make_slot(
                public_id=f"{n + 1:012x}",
                starts_at=COMING + timedelta(days=n),
                capacity=capacity,
                minimum=minimum and min(minimum, capacity),
                pass_smaller=pass_smaller,
            )
            for n, capacity in enumerate(capacities)
        ]
        self.slot_ids = [day.public_id for day in self.days]
        one = make_round(
            self.days,
            freezes_at=FREEZES,
            paper_rule=PaperRule.POSTMARK,
            confirm_by=PUBLISHED_AT.date() + timedelta(days=2) if is_asked else None,
        )
        self.round_id = "0" * 12
        rename([(Round, one.public_id, self.round_id)])
        for party in crowd:
            self._enter(*party)
        self.the_round_goes_on(data, how_far=max(how_far, self.begun))

    def teardown(self) -> None:
        """What is drawn follows from the id of the round: each walk had the same ids."""
        if self.round_id:
            rename([(Slot, slot_id, public_id()) for slot_id in self.slot_ids])
            rename([(Round, self.round_id, public_id())])

    # --- What people do -------------------------------------------------

    @precondition(lambda self: self.phase is RoundStatus.OPEN)
    @rule(party=PARTIES, on_paper=st.sampled_from([False, False, True]))
    def enter(self, *, party: tuple[int, list[int], int], on_paper: bool) -> None:
        self._enter(*party, channel=Channel.PAPER if on_paper else Channel.WEB)

    @precondition(lambda self: self.phase is RoundStatus.OPEN and self.seen.ids("entered"))
    @rule(data=st.data(), party=PARTIES)
    def enter_twice(self, data: st.DataObject, *, party: tuple[int, list[int], int]) -> None:
        signup_id = self._choose(data, "entered")
        number, _size = self.who[signup_id]
        before = self._rows()
        self._enter(*party, number=number)
        assert self._rows() == before, "one person is in a round once"

    @precondition(lambda self: self.phase is RoundStatus.OPEN and self.seen.ids("entered"))
    @rule(data=st.data(), wishes=st.permutations(range(3)), most=st.integers(1, 3))
    def choose_anew(self, data: st.DataObject, *, wishes: list[int], most: int) -> None:
        signup_id = self._choose(data, "entered")
        number, size = self.who[signup_id]
        if self.left_alone[signup_id]:
            return
        self._try(
            changing.change_entry,
            signup_id=signup_id,
            entry=make_entry([self.days[n] for n in wishes[:most]], number, size),
            keys=keys(),
            actor=CITIZEN,
        )

    @precondition(lambda self: self.phase is RoundStatus.PUBLISHED)
    @rule(data=st.data(), party=st.integers(1, 2), is_open=st.booleans())
    def come_later(self, data: st.DataObject, *, party: int, is_open: bool) -> None:
        if is_open:  # what was left, and nobody waits for
            self.now = max(self.now, PUBLISHED_AT + timedelta(days=2))
        self._try(
            services.sign_up,
            slot_id=self._choose_day(data),
            application=make_application(next(self.persons), party),
            keys=keys(),
        )

    # --- What the office does -------------------------------------------

    @precondition(lambda self: self.phase is not RoundStatus.PUBLISHED)
    @rule(data=st.data(), how_far=st.sampled_from([1, 1, 2, 3]))
    def the_round_goes_on(self, data: st.DataObject, *, how_far: int) -> None:
        for _step in range(how_far):
            self._meanwhile(data)
            if self.phase is RoundStatus.OPEN:
                self._freeze()
            elif self.phase is RoundStatus.FROZEN:
                self._draw(data)
            elif self.phase is RoundStatus.DRAWN:
                self._publish()

    def _meanwhile(self, data: st.DataObject) -> None:
        """What happens between two acts of a round, so that every walk has some of it."""
        self.seen = self._look()
        what = data.draw(st.sampled_from(["nothing", "leave", "one", "rain", "places"]))
        if what == "leave" and self.seen.ids("entered"):
            self.cancel(data)
        elif what == "one" and self._families():
            self.one_of_a_party_leaves(data)
        elif what == "rain":
            self.the_day_is_cancelled(data, luck=data.draw(st.sampled_from([0, 0, 19])))
        elif what == "places":
            self.change_capacity(data, capacity=data.draw(st.integers(1, 4)))

    def _freeze(self) -> None:
        self.now = max(self.now, FREEZES)
        freezing.freeze(round_id=self.round_id, now=self.now, actor=ACTOR)
        self.phase = RoundStatus.FROZEN

    def _draw(self, data: st.DataObject) -> None:
        self.now = max(self.now, DRAWN_AT)
        throws = data.draw(st.lists(st.integers(1, 6), min_size=10, max_size=10))
        holding.hold_draw(
            round_id=self.round_id,
            entropy="-".join(map(str, throws)),
            source="さいころ（1〜6）を10回",
            actor=ACTOR,
            now=self.now,
        )
        self.phase = RoundStatus.DRAWN

    def _publish(self) -> None:
        self.now = max(self.now, PUBLISHED_AT)
        drawn = dict(self._drawn())
        waiting = self._look().ids("entered")
        if not self._try(publishing.publish, round_id=self.round_id, actor=ACTOR):
            # A day holds fewer now than were drawn for it: the office gives it more places.
            for slot_id in self.slot_ids:
                self._try(services.change_capacity, slot_id=slot_id, capacity=30, actor="office")
            assert self._try(publishing.publish, round_id=self.round_id, actor=ACTOR)
        self.phase = RoundStatus.PUBLISHED
        now = self._look()
        rows = {row.id: row for row in now.rows}
        for signup_id in waiting:
            if (given := drawn.get(signup_id)) and now.days[given].status == "scheduled":
                assert (rows[signup_id].day, rows[signup_id].status in SURE) == (given, True)
        one = round_now(self.round_id)
        assert draws.changed_since(db.session(), one) == ()
        assert verify(draws.record_of(one)) == ()

    @rule(data=st.data(), capacity=st.integers(0, 6))
    def change_capacity(self, data: st.DataObject, *, capacity: int) -> None:
        slot_id = self._choose_day(data)
        taken = self.seen.taken(self.seen.days[slot_id])
        done = self._try(
            services.change_capacity, slot_id=slot_id, capacity=capacity, actor="office"
        )
        assert not done or capacity >= max(taken, 1)

    @precondition(lambda self: self.phase in {RoundStatus.DRAWN, RoundStatus.PUBLISHED})
    @rule(data=st.data(), decision=st.sampled_from(MinimumDecision))
    def decide_about_a_day_below_its_minimum(
        self, data: st.DataObject, *, decision: MinimumDecision
    ) -> None:
        slot_id = self._choose_day(data)
        open_to = {day.id for day in self.seen.days.values() if day.status == "scheduled"}
        hopeful = {key for key, days in self.seen.queued.items() if (days & open_to) - {slot_id}}
        self._try(
            reviewing.decide_minimum,
            round_id=self.round_id,
            slot_id=slot_id,
            decision=decision,
            reason="人数が足りないため",
            actor=ACTOR,
        )
        gone = {row.key for row in self._rows() if row.status == "cancelled"}
        assert not hopeful & gone, "who waits for other days too goes on waiting"

    @precondition(lambda self: self.phase is RoundStatus.PUBLISHED)
    @rule()
    def what_is_left_opens(self) -> None:
        self._try(leftovers.open_leftovers, round_id=self.round_id, actor=ACTOR)

    # --- What always holds beyond what holds of every day ----------------

    def _check_more(self, seen: Seen) -> None:
        self._check_nobody_is_moved(seen)
        self._check_nothing_comes_before_the_results(seen)
        if self.round_id:
            self._check_persons(seen)

    def _check_nobody_is_moved(self, seen: Seen) -> None:
        """Who was given a day stays there, unless it is called off."""
        for row in seen.rows:
            old = self.given.get(row.id, row.day)
            if row.status in SURE:
                if old != row.day:
                    assert seen.days[old].status == "cancelled"
                self.given[row.id] = row.day
            elif row.id in self.given:
                assert (row.status, row.day) == ("cancelled", old)

    def _check_nothing_comes_before_the_results(self, seen: Seen) -> None:
        if self.phase is RoundStatus.PUBLISHED:
            assert not seen.ids("entered")
        else:
            assert {row.status for row in seen.rows} <= {"entered", "cancelled"}
            assert not seen.queued

    def _check_persons(self, seen: Seen) -> None:
        """One person is in one application, and claimed for it by e-mail and by phone."""
        of_round = {"round": self.round_id}
        twice = db.session().execute(
            sa.text(
                "SELECT p.person_key FROM participant p"
                " JOIN draw_entry e ON e.signup_id = p.signup_id JOIN signup s"
                " ON s.id = e.signup_id JOIN round r ON r.id = e.round_id"
                " WHERE r.public_id = :round AND p.cancelled_at IS NULL"
                " AND s.status != 'cancelled' GROUP BY p.person_key HAVING COUNT(*) > 1"
            ),
            of_round,
        )
        assert twice.all() == []
        claims = db.session().execute(
            sa.text(
                "SELECT s.public_id, COUNT(*) FROM draw_person d"
                " JOIN draw_entry e ON e.id = d.entry_id JOIN signup s ON s.id = e.signup_id"
                " JOIN round r ON r.id = e.round_id WHERE r.public_id = :round"
                " GROUP BY s.public_id"
            ),
            of_round,
        )
        claimed = {signup_id: number for signup_id, number in claims}  # noqa: C416
        waiting = [row for row in seen.rows if row.status == "entered"]
        assert all(claimed[row.id] >= 2 * row.live for row in waiting)

    # --- Doing and reading ------------------------------------------------

    def _enter(
        self,
        party: int,
        wishes: list[int],
        most: int,
        *,
        number: int = 0,
        channel: Channel = Channel.WEB,
    ) -> None:
        number = number or next(self.persons)
        is_paper = channel is Channel.PAPER
        try:
            receipt = applying.enter_round(
                round_id=self.round_id,
                entry=make_entry(
                    [self.days[n] for n in wishes[:most]],
                    number,
                    party,
                    channel=channel,
                    postmarked_on=tokyo_date(self.now) if is_paper else None,
                ),
                keys=keys(),
                now=self.now,
            )
        except DomainError:
            return
        self.who[receipt.signup_id] = (number, party)

    def _drawn(self) -> list[tuple[str, str]]:
        """What the draw has given, before anybody is told."""
        return [
            (signup_id, slot_id)
            for signup_id, slot_id in db.session().execute(
                sa.text(
                    "SELECT s.public_id, slot.public_id FROM draw_entry e"
                    " JOIN signup s ON s.id = e.signup_id JOIN slot ON slot.id = e.placed_slot_id"
                    " JOIN round r ON r.id = e.round_id WHERE r.public_id = :round"
                ),
                {"round": self.round_id},
            )
        ]


class ResultsWalk(RoundWalk):
    """The same from the results on: offers, answers, and days that change under them."""

    begun = 3


@pytest.mark.usefixtures("app")
def test_what_must_hold_of_a_round_holds_after_every_step() -> None:
    walk(RoundWalk, walks=4, steps=20)


@pytest.mark.usefixtures("app")
def test_what_must_hold_after_the_results_holds_after_every_step() -> None:
    walk(ResultsWalk, walks=7, steps=24)
