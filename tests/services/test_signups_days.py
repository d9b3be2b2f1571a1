"""A day that people have signed up for: moved, moved elsewhere, withdrawn. On both databases."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities import errors, queries
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import (
    MATTERS,
    PLANNED,
    OpportunityStatus,
    SlotPlan,
    SlotStatus,
    rescheduled,
    version_of,
)
from kyodo_match.signups import services
from kyodo_match.signups.errors import ActivityBegun, NothingChanged, SlotNotHeld
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_people import make_member
from tests.support.make_signups import (
    at_once,
    calls_to,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

S = SignupStatus
pytestmark = pytest.mark.usefixtures("app")


def plan_of(slot: Slot, *, days: int = 0, place: str | None = None) -> SlotPlan:
    """The day that many days later, at its place or another."""
    stands = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
    by = timedelta(days=days)
    return rescheduled(
        stands,
        starts_at=slot.starts_at + by,
        ends_at=slot.ends_at + by,
        place=slot.place if place is None else place,
    )


def move(slot: Slot, now: datetime, **over: Any) -> None:
    slot = slot_now(slot)
    services.change_day(
        slot_id=slot.public_id,
        plan=plan_of(slot, **over),
        reason="会場が使えなくなったため",
        actor="abc",
        now=now,
        office=False,
    )


def revisions() -> list[Revision]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Revision).order_by(Revision.id)))


@use_case
def marked_attended(session: Any, receipt: Receipt) -> None:
    signup = signup_now(receipt)
    session.execute(
        sa.update(Participant)
        .where(Participant.signup_id == signup.id)
        .values(attendance="attended")
    )


def test_who_has_a_place_keeps_it_and_is_asked(now: datetime) -> None:
    slot = make_slot(capacity=3)
    party = sign_up(slot, 1, party=2)

    move(slot, now, days=7)

    signup = signup_now(party)
    after = slot_now(slot)
    assert signup.status is S.AWAITING_ANSWER
    # Sunday 10:00 and 72 hours is Wednesday: until the office closes.
    assert signup.answer_by == datetime(2026, 11, 25, 17, 15, tzinfo=TOKYO)
    assert (after.places_taken, after.calendar_sequence) == (2, 1)
    assert after.starts_at == COMING + timedelta(days=7)
    assert after.closes_at == datetime(2026, 12, 18, 17, 0, tzinfo=TOKYO)
    assert after.offers_stop_at == after.starts_at - timedelta(hours=24)


def test_the_letter_says_what_was_and_what_is_and_until_when_but_not_why(now: datetime) -> None:
    slot = make_slot()
    party = sign_up(slot, 1)

    move(slot, now, days=1, place="みらい平コミュニティセンター")

    letter = letters_to(party)[-1]
    assert letter.kind == "signup-changed"
    assert "変更前：2026年12月12日（土）9:30～11:30　豊森の里山" in letter.body
    assert "変更後：2026年12月13日（日）9:30～11:30　みらい平コミュニティセンター" in letter.body
    assert "返事の期限：2026年11月25日（水）17:15" in letter.body
    assert "会場が使えなくなったため" not in letter.body


def test_nobody_gets_a_place_that_an_asked_party_still_holds(now: datetime) -> None:
    slot = make_slot(capacity=2)
    placed, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2)

    move(slot, now, days=7)

    late = sign_up(slot, 3)
    assert [status_of(one) for one in (placed, waiting, late)] == [
        S.AWAITING_ANSWER,
        S.WAITLISTED,
        S.WAITLISTED,
    ]
    assert slot_now(slot).places_taken == 2
    assert kinds_to(waiting) == ["signup-waitlisted", "signup-changed-waiting"]


def test_who_was_asked_already_is_asked_again_with_a_new_deadline(
    frozen_clock: FrozenClock, now: datetime
) -> None:
    slot = make_slot()
    party = sign_up(slot, 1)
    move(slot, now, days=7)
    first = signup_now(party).answer_by

    move(slot, frozen_clock.move(days=3), days=1)

    again = signup_now(party)
    assert again.status is S.AWAITING_ANSWER
    assert first is not None
    assert again.answer_by is not None
    assert again.answer_by > first
    assert kinds_to(party) == ["signup-confirmed", "signup-changed", "signup-changed"]


def test_an_offer_stays_open_but_never_outlives_the_new_day(now: datetime) -> None:
    slot = make_slot(capacity=1)
    first, second = sign_up(slot, 1), sign_up(slot, 2)
    services.cancel(signup_id=first.signup_id, now=now, actor="citizen")
    before = signup_now(second).offers[0].expires_at

    move(slot, now, days=-18)

    offered = signup_now(second)
    assert offered.status is S.OFFERED
    assert before > datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO)
    assert offered.offers[0].expires_at == datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO)
    assert kinds_to(second)[-2:] == ["signup-offer", "signup-changed-waiting"]
    assert "返事の期限：2026年11月23日" in letters_to(second)[-2].body


def test_someone_without_e_mail_is_phoned_and_the_old_call_is_closed(now: datetime) -> None:
    slot = make_slot()
    party = sign_up(slot, 1, email="")

    move(slot, now, days=7)

    told, asked = calls_to(party)
    assert told.done_at is not None
    assert asked.done_at is None
    assert asked.kind == "signup-changed"
    assert "2026年12月19日（土）9:30～11:30" in asked.script
    assert asked.due_at == signup_now(party).answer_by


def test_an_offered_caller_has_one_open_call_with_the_new_day_to_answer(now: datetime) -> None:
    slot = make_slot(capacity=1)
    first, second = sign_up(slot, 1), sign_up(slot, 2, email="")
    services.cancel(signup_id=first.signup_id, now=now, actor="citizen")

    move(slot, now, days=7)

    opened = [call for call in calls_to(second) if call.done_at is None]
    assert [call.kind for call in opened] == ["signup-offer", "signup-changed-waiting"]
    assert all("12月19日" in call.script for call in opened)


def test_a_change_the_day_before_is_phoned_to_everybody(
    frozen_clock: FrozenClock,
) -> None:
    slot = make_slot()
    party = sign_up(slot, 1)

    move(slot, frozen_clock.move_to(COMING - timedelta(hours=20)), days=14)

    assert kinds_to(party) == ["signup-confirmed"]
    assert [call.kind for call in calls_to(party)] == ["signup-changed"]


def test_another_place_alone_asks_and_keeps_all_times(now: datetime) -> None:
    slot = make_slot()
    party = sign_up(slot, 1)
    stood = [getattr(slot_now(slot), name) for name in ("starts_at", "ends_at", "closes_at")]

    move(slot, now, place="別の広場")

    after = slot_now(slot)
    assert [getattr(after, name) for name in ("starts_at", "ends_at", "closes_at")] == stood
    assert after.place == "別の広場"
    assert status_of(party) is S.AWAITING_ANSWER


def test_the_change_is_in_the_history_with_its_reason(now: datetime) -> None:
    slot = make_slot()
    sign_up(slot, 1)

    move(slot, now, days=7)

    (revision,) = revisions()
    assert (revision.slot_id, revision.by, revision.reason) == (
        slot.public_id,
        "abc",
        "会場が使えなくなったため",
    )
    assert datetime.fromisoformat(revision.before["starts_at"]) == COMING
    assert set(revision.after) == {"starts_at", "ends_at", "closes_at", "cancel_until"}
    assert revision.seen_at is None


def test_nothing_is_asked_for_nothing(now: datetime) -> None:
    slot = make_slot()
    party = sign_up(slot, 1)

    with pytest.raises(NothingChanged):
        move(slot, now)

    assert status_of(party) is S.CONFIRMED


def test_what_has_begun_was_called_off_or_was_marked_does_not_move(
    now: datetime, frozen_clock: FrozenClock
) -> None:
    begun, ended, marked = make_slot(), make_slot(), make_slot()
    marked_attended(sign_up(marked, 1))
    services.cancel_slot(slot_id=ended.public_id, reason="雨", now=now, actor="abc")

    with pytest.raises(ActivityBegun):
        move(marked, now, days=7)
    with pytest.raises(SlotNotHeld):
        move(ended, now, days=7)
    with pytest.raises(ActivityBegun):
        move(begun, frozen_clock.move_to(COMING + timedelta(minutes=1)), days=7)


def test_capacity_and_mode_have_ways_of_their_own(now: datetime) -> None:
    slot = make_slot(capacity=5)
    sign_up(slot, 1)
    plan = SlotPlan(
        **{name: getattr(slot, name) for name in PLANNED} | {"capacity": 9, "place": "別の広場"}
    )

    with pytest.raises(errors.SlotInUse):
        services.change_day(
            slot_id=slot.public_id, plan=plan, reason="", actor="abc", now=now, office=True
        )


def test_two_who_move_a_day_at_once_do_not_overwrite_each_other(now: datetime) -> None:
    slot = make_slot()
    sign_up(slot, 1)
    opened = version_of(slot, MATTERS)
    mine = plan_of(slot, days=14)
    move(slot, now, days=7)

    with pytest.raises(errors.ChangedMeanwhile) as refused:
        services.change_day(
            slot_id=slot.public_id,
            plan=mine,
            reason="",
            actor="def",
            now=now,
            office=False,
            version=opened,
        )

    assert refused.value.both == ("starts_at", "ends_at")
    assert slot_now(slot).starts_at == COMING + timedelta(days=7)


def test_moving_a_day_and_changing_its_capacity_at_once_wait_for_each_other(
    app: Flask, now: datetime
) -> None:
    slots = [make_slot(capacity=5) for _ in range(4)]
    for slot in slots:
        sign_up(slot, 1)
    plans = [plan_of(slot, days=7) for slot in slots]

    def act(number: int) -> None:
        slot_id = slots[number // 2].public_id
        if number % 2:
            services.change_capacity(slot_id=slot_id, capacity=9, now=now, actor="abc")
            return
        with suppress(errors.SlotInUse):  # the capacity has changed since this was typed
            services.change_day(
                slot_id=slot_id,
                plan=plans[number // 2],
                reason="",
                actor="abc",
                now=now,
                office=True,
            )

    at_once(app, act, 8)

    assert [slot_now(slot).capacity for slot in slots] == [9] * 4


def test_a_place_is_changed_for_the_days_that_are_held_there(now: datetime) -> None:
    opportunity = make_opportunity()
    there = make_slot(opportunity=opportunity)
    elsewhere = make_slot(
        opportunity=opportunity, starts_at=COMING + timedelta(days=1), place="市役所"
    )
    asked, left = sign_up(there, 1), sign_up(elsewhere, 2)

    services.change_place(
        opportunity_id=opportunity.public_id,
        place="新しい広場",
        address="",
        reason="工事のため",
        actor="abc",
        now=now,
        office=True,
    )

    assert (status_of(asked), status_of(left)) == (S.AWAITING_ANSWER, S.CONFIRMED)
    assert "変更後：2026年12月12日（土）9:30～11:30　新しい広場" in letters_to(asked)[-1].body
    assert slot_now(there).calendar_sequence == 1
    (revision,) = revisions()
    assert (revision.before, revision.after) == ({"place": "豊森の里山"}, {"place": "新しい広場"})
    assert revision.seen_by == "abc"


def test_a_withdrawal_ends_every_coming_day_and_tells_each_party_once(now: datetime) -> None:
    group = make_group()
    owner = make_member(group)
    opportunity = make_opportunity(group=group)
    first = make_slot(opportunity=opportunity, capacity=1)
    second = make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=1))
    placed, waiting, other = sign_up(first, 1), sign_up(first, 2), sign_up(second, 3)

    services.withdraw_opportunity(
        opportunity_id=opportunity.public_id,
        reason="指導者の都合",
        actor="abc",
        now=now,
        office=True,
    )

    ended = queries.opportunity_by_id(db.session(), opportunity.public_id)
    assert ended is not None
    assert ended.status is OpportunityStatus.WITHDRAWN
    assert {slot.status for slot in ended.slots} == {SlotStatus.CANCELLED}
    for receipt in (placed, waiting, other):
        assert status_of(receipt) is S.CANCELLED
        assert kinds_to(receipt)[-1] == "signup-slot-cancelled"
    assert slot_now(first).places_taken == 0
    assert _recipients("opportunity_withdrawn") == [owner.email]


def test_a_withdrawal_that_is_not_drawn_ends_no_day(now: datetime) -> None:
    opportunity = make_opportunity(status=OpportunityStatus.CLOSED)
    slot = make_slot(opportunity=opportunity)

    with pytest.raises(errors.EdgeNotDrawn):
        services.withdraw_opportunity(
            opportunity_id=opportunity.public_id, reason="", actor="abc", now=now
        )

    assert slot_now(slot).status is SlotStatus.SCHEDULED
    assert _status(opportunity) is OpportunityStatus.CLOSED


def _recipients(kind: str) -> list[str]:
    return list(
        db.session.scalars(sa.select(OutboxMessage.recipient).where(OutboxMessage.kind == kind))
    )


def _status(opportunity: Opportunity) -> OpportunityStatus:
    db.session.rollback()
    return db.session.scalars(
        sa.select(Opportunity.status).where(Opportunity.id == opportunity.id)
    ).one()
