"""What has changed since somebody was put down or asked is looked at again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.audit.queries import history
from kyodo_match.core.db import db
from kyodo_match.matching.errors.volunteers import AppliedAlready, BusyThen, DayNotOpen
from kyodo_match.matching.models import Proposal
from kyodo_match.matching.queries.candidates import ranked_people
from kyodo_match.matching.queries.desk import desk_need, desk_needs, waiting
from kyodo_match.matching.queries.together import plan_together
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.services import helping, proposing
from kyodo_match.matching.services import volunteers as services
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import sign_up, status_of
from tests.support.make_volunteers import (
    ACTOR,
    accept,
    invite,
    make_need,
    make_registration,
    make_volunteer,
    proposal_now,
    propose,
)

pytestmark = pytest.mark.usefixtures("app")


def applies(slot: Slot, n: int) -> Receipt:
    """Volunteer `n` applies of their own accord."""
    who = make_registration(n)
    return sign_up(slot, n, kana=who.kana, email=who.email, phone=who.phone)


def confirm(proposal: Proposal, now: datetime) -> None:
    proposing.invite(proposal_id=proposal.public_id, reasons=(), actor=ACTOR, now=now)


def test_who_has_applied_for_a_day_is_not_asked_for_it(now: datetime) -> None:
    slot = make_need(mode=SlotMode.APPROVAL)
    first, second = make_volunteer(1), make_volunteer(2)
    (waits,) = propose(slot, first)
    applies(slot, 1)
    applies(slot, 2)
    need = desk_need(db.session(), slot.public_id, now=now)
    assert need is not None

    assert ranked_people(db.session(), need, now=now).suited == []
    assert plan_together(db.session(), now=now)[1] == []
    assert propose(slot, second) == []
    with pytest.raises(AppliedAlready):
        confirm(waits, now)


def test_who_accepts_what_they_applied_for_waits_for_that_answer(now: datetime) -> None:
    slot = make_need(mode=SlotMode.APPROVAL)
    (asked,) = invite(slot, make_volunteer(1))
    receipt = applies(slot, 1)

    assert accept(asked) is Accepted.APPLIED
    assert status_of(receipt) is SignupStatus.AWAITING_APPROVAL
    assert proposal_now(asked).state is ProposalState.WITHDRAWN


def test_who_comes_to_something_else_by_now_is_not_asked(now: datetime) -> None:
    slot = make_need()
    (waits,) = propose(slot, make_volunteer(1))
    applies(make_slot(starts_at=slot.starts_at), 1)

    with pytest.raises(BusyThen):
        confirm(waits, now)
    assert proposal_now(waits).state is ProposalState.PROPOSED


def test_of_a_registration_that_ended_nothing_leads_to_who_it_was(now: datetime) -> None:
    volunteer = make_volunteer(1)
    (came,) = invite(make_need(), volunteer)
    accept(came)
    (open_still,) = invite(make_need(), make_volunteer(2))
    (declined,) = propose(make_need(starts_at=came.slot.starts_at + timedelta(days=7)), volunteer)

    services.end(volunteer_id=volunteer.public_id, actor="citizen", now=now)

    assert proposal_now(came).state is ProposalState.ACCEPTED
    assert proposal_now(came).signup_id is None
    assert proposal_now(declined).state is ProposalState.WITHDRAWN
    events = history(db.session(), "proposal", declined.public_id)
    assert [event.action for event in events] == ["proposal.proposed", "proposal.withdrawn"]
    assert proposal_now(open_still).state is ProposalState.INVITED


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_leaves_the_register_waits_for_no_day(app: Flask, now: datetime) -> None:
    slot, other = make_need(), make_need(starts_at=COMING + timedelta(days=7))
    volunteer = make_volunteer(1)
    accept(invite(slot, volunteer)[0])
    (waits,) = propose(other, volunteer)

    def leave() -> None:
        with app.app_context():
            services.end(volunteer_id=volunteer.public_id, actor="citizen", now=now)

    with ThreadPoolExecutor(1) as person, db.engine.begin() as somebody:
        somebody.execute(sa.select(Slot.id).with_for_update())
        person.submit(leave).result(timeout=5)

    assert proposal_now(waits).state is ProposalState.WITHDRAWN


def test_help_that_was_asked_for_stands_first_and_only_while_people_lack(now: datetime) -> None:
    early, late = make_need(), make_need(capacity=1)
    drawn = make_slot(mode=SlotMode.LOTTERY, opportunity=early.opportunity)
    helping.ask_for_help(slot_id=late.public_id, actor=ACTOR, now=now)

    with pytest.raises(DayNotOpen):
        helping.ask_for_help(slot_id=drawn.public_id, actor=ACTOR, now=now)
    before = [need.slot.public_id for need in desk_needs(db.session(), now=now)]
    counted = waiting(db.session(), now=now).help_asked
    applies(late, 1)
    db.session.rollback()
    after = [need.slot.public_id for need in desk_needs(db.session(), now=now)]

    assert (before, counted) == ([late.public_id, early.public_id], 1)
    assert (after, waiting(db.session(), now=now).help_asked) == ([early.public_id], 0)
    with pytest.raises(DayNotOpen):
        helping.ask_for_help(slot_id=late.public_id, actor=ACTOR, now=now)
