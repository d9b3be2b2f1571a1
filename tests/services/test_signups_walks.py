"""Random walks over all drawn edges: what must hold of a day holds after every step.

Capacity and the head counts of roles, the order of the queue, whole parties, one message an edge,
and every number that is written down equal to a recount; on both databases.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kyodo_match.core.errors import DomainError
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.opportunities.rules import CapacityUnit, RolePlan, SlotMode
from kyodo_match.signups import services
from tests.support.make_opportunities import make_slot
from tests.support.make_roles import make_role_day
from tests.support.make_signups import keys, make_application, slot_now
from tests.support.make_volunteers import accept, invite, make_volunteer
from tests.support.walk_sight import Day, Seen, look
from tests.support.walking import Walk, walk


class OneDay(Walk):
    """What the walks of one day share."""

    @property
    def day(self) -> Day:
        return self.seen.days[self.slot_ids[0]]

    def _apply(
        self, party: int, *, role: str = "", has_mail: bool = True, escort: bool = False
    ) -> None:
        """So many take part; with an escort the applicant only comes along."""
        number = next(self.persons)
        application = make_application(
            number,
            party + escort,
            role=role,
            email=f"mihon{number}@example.jp" if has_mail else "",
            applicant_escorts=escort,
        )
        before = self._look()
        day = before.days[self.slot_ids[0]]
        try:
            receipt = services.sign_up(
                slot_id=day.id, application=application, keys=keys(), now=self.now
            )
        except DomainError:
            assert self._rows() == before.rows, "a refusal leaves nothing behind"
        else:
            places = 1 if day.by_party else party + (escort and day.escorts_count)
            assert receipt.status in self._expected(before, day, places, role)

    def _expected(self, before: Seen, day: Day, places: int, role: str) -> set[str]:
        if day.mode == "approval":
            return {"awaiting_approval"}
        if self._fits(before, day, places, role):
            return {"confirmed"}
        # A small party may pass a large one that waits, by an offer like everybody else.
        return {"waitlisted", "offered"} if day.pass_smaller else {"waitlisted"}

    def _fits(self, before: Seen, day: Day, places: int, role: str) -> bool:
        """Whether a party has a place at once: it is whole there, and nobody waits for it."""
        if not day.roles:
            return not day.queue and places <= before.free(day)
        awaited = {row.role for row in day.queue}
        return None not in awaited and any(
            room >= places and key not in awaited
            for key, room in before.room(day).items()
            if not role or key in {one.key for one in day.roles if one.id == role}
        )


class SlotWalk(OneDay):
    """One day without roles, first come, first served."""

    @initialize(
        capacity=st.integers(1, 4),
        by_party=st.booleans(),
        pass_smaller=st.booleans(),
        waitlist_limit=st.sampled_from([None, None, None, 0, 4]),
        escorts_count=st.booleans(),
        crowd=st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=4, max_size=8),
    )
    def begin(
        self,
        *,
        capacity: int,
        by_party: bool,
        pass_smaller: bool,
        waitlist_limit: int | None,
        escorts_count: bool,
        crowd: list[tuple[int, bool]],
    ) -> None:
        slot = make_slot(
            capacity=capacity,
            capacity_unit=CapacityUnit.PARTIES if by_party else CapacityUnit.PEOPLE,
            pass_smaller=pass_smaller,
            waitlist_limit=waitlist_limit,
            escorts_count=escorts_count,
        )
        self.slot_ids = [slot.public_id]
        for party, escort in crowd:
            self._apply(party, escort=escort)

    @rule(party=st.integers(1, 3), has_mail=st.booleans(), escort=st.booleans())
    def sign_up(self, *, party: int, has_mail: bool, escort: bool) -> None:
        self._apply(party, has_mail=has_mail, escort=escort)

    @rule(capacity=st.integers(0, 8))
    def change_capacity(self, *, capacity: int) -> None:
        taken = self.seen.taken(self.day)
        done = self._try(
            services.change_capacity, slot_id=self.day.id, capacity=capacity, actor="office"
        )
        assert not done or capacity >= max(taken, 1)


class RoleWalk(OneDay):
    """A day with roles, more often than not one whose group decides."""

    @initialize(
        heads=st.tuples(st.integers(1, 3), st.integers(1, 2)),
        mode=st.sampled_from([SlotMode.APPROVAL, SlotMode.APPROVAL, SlotMode.FIRST_COME]),
        by_party=st.booleans(),
        pass_smaller=st.booleans(),
        waitlist_limit=st.sampled_from([None, None, 3]),
        crowd=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2)), min_size=4, max_size=7),
    )
    def begin(
        self,
        *,
        heads: tuple[int, int],
        mode: SlotMode,
        by_party: bool,
        pass_smaller: bool,
        waitlist_limit: int | None,
        crowd: list[tuple[int, int]],
    ) -> None:
        slot = make_role_day(
            RolePlan("受付", heads[0]),
            RolePlan("写真", heads[1]),
            mode=mode,
            capacity_unit=CapacityUnit.PARTIES if by_party else CapacityUnit.PEOPLE,
            pass_smaller=pass_smaller,
            waitlist_limit=waitlist_limit,
        )
        self.slot, self.slot_ids = slot, [slot.public_id]
        self.seen = look(self.slot_ids)
        for party, wish in crowd:
            self._apply(party, role=self._role(wish))

    def _role(self, wish: int) -> str:
        """The id of a role, or blank for any."""
        roles = self.day.roles
        return "" if wish >= len(roles) else roles[wish].id

    @rule(party=st.integers(1, 3), wish=st.integers(0, 2), has_mail=st.booleans())
    def sign_up(self, *, party: int, wish: int, has_mail: bool) -> None:
        self._apply(party, role=self._role(wish), has_mail=has_mail)

    @precondition(lambda self: self.seen.ids("awaiting_approval"))
    @rule(data=st.data(), wish=st.sampled_from([None, 0, 1]), may_wait=st.booleans())
    def the_group_accepts(self, data: st.DataObject, *, wish: int | None, may_wait: bool) -> None:
        signup_id = self._choose(data, "awaiting_approval")
        before, day = self.seen, self.day
        row = next(row for row in before.rows if row.id == signup_id)
        given = "" if wish is None else self._role(wish)
        wanted = given or next((one.id for one in day.roles if one.key == row.role), "")
        fits = self._fits(before, day, day.places(row), wanted)
        done = self._try(
            services.approving.accept,
            signup_id=signup_id,
            role_id=given,
            may_wait=may_wait,
            text="どうぞ。",
            actor="office",
        )
        if day.status == "scheduled":
            assert done or not fits
            assert may_wait or done == fits
        if done:
            after = next(one for one in self._rows() if one.id == signup_id)
            assert (after.status == "confirmed") == fits

    @precondition(lambda self: self.seen.ids("awaiting_approval"))
    @rule(data=st.data())
    def the_group_declines(self, data: st.DataObject) -> None:
        signup_id = self._choose(data, "awaiting_approval")
        assert self._try(services.approving.decline, signup_id=signup_id, text="", actor="office")

    @precondition(lambda self: self.seen.ids("awaiting_approval"))
    @rule(data=st.data(), is_answer=st.booleans())
    def the_group_asks_or_hears(self, data: st.DataObject, *, is_answer: bool) -> None:
        signup_id = self._choose(data, "awaiting_approval")
        act: Callable[..., None] = services.approving.ask
        said = {"question": "午後も来られますか。"}
        if is_answer:
            act, said = services.approving.answer, {"text": "はい。"}
        self._try(act, signup_id=signup_id, actor="office", **said)

    @rule()
    def somebody_who_was_asked_says_yes(self) -> None:
        before, day = self.seen, self.day
        fits = self._fits(before, day, 1, "")
        said = None
        with suppress(DomainError):
            number = next(self.persons)
            for proposal in invite(self.slot, make_volunteer(number), now=self.now):
                said = accept(proposal, now=self.now)
        new = self._rows()[len(before.rows) :]
        assert [row.status for row in new] == ["confirmed"] * (said is Accepted.COMES)
        assert said is None or (said is Accepted.COMES) == fits

    @rule(heads=st.tuples(st.integers(1, 4), st.integers(0, 3)))
    def change_roles(self, *, heads: tuple[int, int]) -> None:
        stand = {plan.name: plan for plan in slot_now(self.slot).roles}
        roles = [
            stand.get(name, RolePlan(name, number))._replace(head_count=number)
            for name, number in zip(("受付", "写真"), heads, strict=True)
            if number
        ]
        self._try(
            services.change_capacity,
            slot_id=self.slot.public_id,
            capacity=0,
            roles=roles,
            actor="office",
        )


@pytest.mark.usefixtures("app")
def test_what_must_hold_of_a_slot_holds_after_every_step() -> None:
    walk(SlotWalk, walks=7, steps=28)


@pytest.mark.usefixtures("app")
def test_what_must_hold_of_roles_and_a_groups_answers_holds_after_every_step() -> None:
    walk(RoleWalk, walks=7, steps=28)
