"""A day that moves or is called off: whoever hopes for it by a draw, or was asked, is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.matching.errors.volunteers import InvitationMoved
from kyodo_match.matching.rules.recommending import read_reasons
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.services import answering, leftovers
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.errors import SlotInDraw
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import (
    CONTENT,
    PLANNED,
    Content,
    OpportunityStatus,
    SlotMode,
    SlotPlan,
    rescheduled,
)
from kyodo_match.opportunities.services import edit, edit_slot
from kyodo_match.signups import services
from kyodo_match.signups.queries.told import told_of
from kyodo_match.signups.rules import SignupStatus
from tests.support.clock import START
from tests.support.make_drawn import enter, give, let_wait
from tests.support.make_entries import FROZEN_AT, PUBLISHED_AT, apply, freeze, hold, publish
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_rounds import make_days, make_round
from tests.support.make_signups import (
    at_once,
    calls_to,
    keys,
    kinds_to,
    letters_to,
    signup_now,
    slot_now,
    status_of,
)
from tests.support.make_volunteers import (
    ACTOR,
    calls_to_volunteers,
    invite,
    letters_to_volunteers,
    make_need,
    make_volunteer,
    proposal_now,
)

pytestmark = pytest.mark.usefixtures("app")


def move(slot: Slot, *, days: int = 0, now: datetime = START, **over: Any) -> None:
    """The day that many days later, or elsewhere."""
    slot, by = slot_now(slot), timedelta(days=days)
    stands = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
    services.change_day(
        slot_id=slot.public_id,
        plan=rescheduled(
            stands,
            starts_at=slot.starts_at + by,
            ends_at=slot.ends_at + by,
            place=over.get("place", slot.place),
        ),
        reason="会場の工事のため",
        actor=ACTOR,
        now=now,
        office=True,
    )


def call_off(slot: Slot, now: datetime = START) -> None:
    services.cancel_slot(slot_id=slot.public_id, reason="台風", now=now, actor=ACTOR)


def test_before_a_draw_every_wish_counts_when_its_day_changes_or_is_called_off() -> None:
    days = make_days(2)
    one = make_round(days)
    first = apply(one, 1, [days[1], days[0]])
    second = apply(one, 2, [days[0], days[1]])
    only = apply(one, 3, [days[1]], email="")
    other = apply(one, 4, [days[0]])
    told = told_of(db.session(), [slot_now(days[1])])

    services.change_place(
        opportunity_id=days[1].opportunity.public_id,
        place="公民館",
        address="",
        reason="会場の工事のため",
        actor=ACTOR,
        now=START,
        office=True,
    )
    call_off(days[1])

    assert (told.parties, told.by_mail) == (3, 2)
    for receipt in (first, second):
        changed, cancelled = letters_to(receipt)[1:]
        assert changed.kind == "signup-draw-day-changed"
        assert "公民館" in changed.body
        assert cancelled.kind == "signup-draw-day-cancelled"
        assert "ほかの希望（1件）は、そのままです" in cancelled.body
        assert "12月2日（水）12:00までは、希望を変えられます" in cancelled.body
    changed_call, cancelled_call = calls_to(only)
    assert "公民館" in changed_call.script
    assert "ほかに希望の日程はありません" in cancelled_call.script
    assert "中止の理由：台風" in cancelled_call.script
    assert kinds_to(other) == ["signup-entered"]
    assert {status_of(each) for each in (first, second, only)} == {SignupStatus.ENTERED}


def test_a_day_is_fixed_while_it_is_drawn_for_and_not_while_its_text_is_a_draft() -> None:
    drafted = make_slot(
        opportunity=make_opportunity(status=OpportunityStatus.DRAFT), mode=SlotMode.LOTTERY
    )
    (drawn_for,) = make_days(1)
    make_round([drawn_for])

    def draw_no_more(slot: Slot) -> None:
        stands = SlotPlan(**{name: getattr(slot_now(slot), name) for name in PLANNED})
        plan = replace(stands, mode=SlotMode.FIRST_COME)
        edit_slot(slot_id=slot.public_id, plan=plan, actor=ACTOR, now=START)

    draw_no_more(drafted)
    with pytest.raises(SlotInDraw):
        draw_no_more(drawn_for)

    assert slot_now(drafted).mode is SlotMode.FIRST_COME
    with pytest.raises(SlotInDraw):
        move(drawn_for, days=1)


def test_whose_last_wish_is_called_off_after_the_deadline_is_not_told_to_choose_another() -> None:
    days = make_days(2)
    one = make_round(days)
    only = apply(one, 1, [days[1]])
    freeze(one)

    call_off(days[1], FROZEN_AT)

    letter = letters_to(only)[-1]
    assert "今回はご参加いただけません" in letter.body
    assert "選んでください" not in letter.body


def test_after_a_draw_who_waits_for_several_days_is_told_of_each_and_stands_under_the_last() -> (
    None
):
    early = make_slot(capacity=1)
    late = make_slot(capacity=1, starts_at=COMING + timedelta(days=7))
    for n, day in enumerate((early, late)):
        give(enter(day, n), day)
    waiting = enter(early, 3)
    let_wait(waiting, [(early, 1), (late, 1)])
    told = told_of(db.session(), [slot_now(early)])

    move(early, place="公民館")
    stood_under = signup_now(waiting).slot_id
    move(early, days=14)

    assert (told.parties, told.with_place) == (2, 1)
    assert kinds_to(waiting)[-2:] == ["signup-draw-day-changed"] * 2
    assert "公民館" in letters_to(waiting)[-2].body
    assert (stood_under, signup_now(waiting).slot_id) == (late.id, early.id)
    assert status_of(waiting) is SignupStatus.WAITLISTED
    services.cancel(
        signup_id=waiting.signup_id,
        now=COMING + timedelta(days=8),
        actor="citizen",
    )
    assert status_of(waiting) is SignupStatus.CANCELLED


def test_a_drawn_day_that_has_moved_opens_to_all_like_any_other_once_nobody_waits() -> None:
    days = make_days(1, capacity=1)
    one = make_round(days)
    receipts = [apply(one, n, days) for n in (1, 2)]
    freeze(one)
    hold(one)
    publish(one)
    move(days[0], days=1, now=PUBLISHED_AT)
    closed = slot_now(days[0]).closes_at
    for receipt in receipts:
        services.cancel(signup_id=receipt.signup_id, now=PUBLISHED_AT, actor="citizen")

    opened = leftovers.open_leftovers(round_id=one.public_id, now=PUBLISHED_AT, actor=ACTOR)

    assert closed == one.closes_at + timedelta(days=1)
    assert opened == 1
    assert (slot_now(days[0]).closes_at or closed) > PUBLISHED_AT
    assert leftovers.open_leftovers(round_id=one.public_id, now=PUBLISHED_AT, actor=ACTOR) == 0


def test_a_day_moves_while_a_place_becomes_free_on_another_that_the_same_people_wait_for(
    app: Flask,
) -> None:
    early = make_slot(capacity=1)
    late = make_slot(capacity=1, starts_at=COMING + timedelta(days=7))
    first, second = enter(early, 1), enter(late, 2)
    give(first, early)
    give(second, late)
    waiting, behind = enter(early, 3), enter(early, 4)
    let_wait(waiting, [(early, 1), (late, 1)])
    let_wait(behind, [(early, 2), (late, 2)])

    def act(n: int) -> None:
        if n:
            services.cancel(signup_id=second.signup_id, now=START, actor="citizen")
        else:
            move(early, days=14)

    at_once(app, act, 2)

    assert (signup_now(waiting).slot_id, status_of(waiting)) == (late.id, SignupStatus.OFFERED)
    assert (signup_now(behind).slot_id, status_of(behind)) == (early.id, SignupStatus.WAITLISTED)
    assert status_of(first) is SignupStatus.AWAITING_ANSWER


def test_who_was_asked_to_come_is_asked_again_about_the_day_as_it_is_now() -> None:
    slot, phoned = make_need(), make_volunteer(2, email="")
    proposal, on_phone = invite(slot, make_volunteer(1), phoned)
    spoke = set(proposal.parts)
    later, until = START + timedelta(days=1), proposal.answer_by
    told = told_of(db.session(), [slot_now(slot)])

    move(slot, days=1, place="公民館", now=later)

    letter = letters_to_volunteers()[-1]
    assert told.asked == 2
    assert spoke >= {"time", "place", "skill"}
    assert letter.kind == "volunteer-invitation-moved"
    assert "変更後：2026年12月13日（日）" in letter.body
    assert "\n[[volunteer-link]]\n" in letter.body
    before, after = calls_to_volunteers()
    assert before.outcome is CallOutcome.NOT_NEEDED
    assert "公民館" in after.script
    asked = proposal_now(proposal)
    assert asked.state is ProposalState.INVITED
    assert not asked.parts.keys() & {"time", "place"}
    assert "skill" in asked.parts
    assert asked.score == sum(r.points for r in read_reasons(asked.parts, asked.boosts))
    assert until
    assert asked.answer_by == until + timedelta(days=1)
    yes: dict[str, Any] = {"agreed": True, "privacy_version": "1", "keys": keys(), "now": later}
    with pytest.raises(InvitationMoved):
        answering.accept(proposal_id=proposal.public_id, seen=0, **yes)
    answering.accept(proposal_id=proposal.public_id, seen=1, **yes)
    answering.decline(proposal_id=on_phone.public_id, now=later, actor=ACTOR)
    assert calls_to_volunteers()[-1].outcome is CallOutcome.REACHED
    signup = proposal_now(proposal).signup
    assert signup
    assert signup.slot.place == "公民館"


def test_who_was_asked_is_told_too_where_nobody_has_applied_and_the_day_is_just_edited() -> None:
    slot = make_need()
    invite(slot, make_volunteer(1))
    stands = SlotPlan(**{name: getattr(slot_now(slot), name) for name in PLANNED})
    said = Content(**{name: getattr(slot.opportunity, name) for name in CONTENT})
    text: dict[str, Any] = {
        "opportunity_id": slot.opportunity.public_id,
        "actor": ACTOR,
        "now": START,
    }

    edit_slot(
        slot_id=slot.public_id,
        plan=replace(stands, minimum=2),
        actor=ACTOR,
        now=START,
        office=True,
    )
    quiet = letters_to_volunteers()[-1].kind
    later = replace(stands, ends_at=stands.ends_at + timedelta(hours=1))
    edit_slot(slot_id=slot.public_id, plan=later, actor=ACTOR, now=START, office=True)
    edit(content=replace(said, place="公民館"), office=True, **text)

    assert quiet == "volunteer-invited"
    longer, elsewhere = letters_to_volunteers()[-2:]
    assert longer.kind == elsewhere.kind == "volunteer-invitation-moved"
    assert "9:30～12:30" in longer.body
    assert "公民館" in elsewhere.body


def test_an_invitation_to_a_day_that_is_too_near_now_is_taken_back() -> None:
    slot = make_need(starts_at=COMING)
    (proposal,) = invite(slot, make_volunteer(1))

    move(slot, days=-19, now=START + timedelta(hours=9))

    assert proposal_now(proposal).state is ProposalState.WITHDRAWN
    assert letters_to_volunteers()[-1].kind == "volunteer-invitation-withdrawn"
