"""お声がけ: put down, asked, answered; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.matching.errors.volunteers import (
    AskedAlready,
    AskedEnough,
    AskedForHelp,
    BusyThen,
    CannotCome,
    InvitationOver,
    NotAgreed,
    NotToBeAsked,
)
from kyodo_match.matching.jobs.proposals import lapse_proposals
from kyodo_match.matching.models import Exposure, Proposal
from kyodo_match.matching.queries import candidates, desk, together
from kyodo_match.matching.queries.together import Pick
from kyodo_match.matching.rules.recommending import ReasonCode
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.rules.wishes import ShownIn
from kyodo_match.matching.services import answering, helping, proposing
from kyodo_match.matching.services import volunteers as register
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.rules import RolePlan, SlotMode
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Channel, SignupStatus
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import keys, sign_up
from tests.support.make_volunteers import (
    ACTOR,
    accept,
    calls_to_volunteers,
    invite,
    letters_to_volunteers,
    make_need,
    make_volunteer,
    proposal_now,
    propose,
    volunteer_now,
)
from tests.support.make_waiting import mark_all

pytestmark = pytest.mark.usefixtures("app")
TYPED = ("登録 1", "みほん", "touroku", "090-0001")


def asked() -> int:
    """How many letters ask somebody for something."""
    return sum(one.kind == "volunteer-invited" for one in letters_to_volunteers())


def refused(slot: Slot, volunteer_id: str, now: datetime) -> type[Exception]:
    """Why somebody cannot be put down for a day."""
    done = proposing.propose(
        picks=[Pick(slot.public_id, volunteer_id, None)], actor=ACTOR, now=now
    )
    assert done.made == 0
    return type(done.refused[0][1])


def test_who_is_asked_reads_the_day_the_reasons_and_no_name(now: datetime) -> None:
    volunteer, slot = make_volunteer(1), make_need()

    proposal = invite(slot, volunteer)[0]

    letter = letters_to_volunteers()[-1]
    assert letter.kind == "volunteer-invited"
    assert "花だんの手入れ" in letter.subject
    assert "・草花・畑しごとが得意" in letter.body
    assert "\n[[volunteer-link]]\n" in letter.body
    assert not any(word in letter.subject + letter.body for word in TYPED)
    assert proposal.state is ProposalState.INVITED
    # 72 hours, then to the closing of an office day: Monday is a holiday.
    assert proposal.answer_by == datetime(2026, 11, 25, 17, 15, tzinfo=TOKYO)
    assert proposal.score == sum(
        one["points"] for one in (*proposal.parts.values(), *proposal.boosts.values())
    )
    assert proposal.weights_version == 1
    assert volunteer_now(volunteer).last_asked_at == now
    shown = db.session().scalars(sa.select(Exposure)).one()
    assert (shown.shown_in, shown.shown) == (ShownIn.PROPOSAL, 1)


def test_who_accepts_has_a_sure_place_in_the_role_also_where_a_group_decides() -> None:
    roles = (RolePlan("受付", 1), RolePlan("花植え", 2, "gardening"))
    slot = make_need(mode=SlotMode.APPROVAL, roles=roles)
    proposal = invite(slot, make_volunteer(1))[0]

    with pytest.raises(NotAgreed):
        accept(proposal, agreed=False)
    outcome = accept(proposal)

    assert outcome is Accepted.COMES
    signup = db.session().scalars(sa.select(Signup)).one()
    assert (signup.status, signup.channel) == (SignupStatus.CONFIRMED, Channel.WEB)
    assert signup.role is not None
    assert signup.role.name == "花植え"
    assert proposal_now(proposal).signup_id == signup.id
    with pytest.raises(InvitationOver):
        accept(proposal)


def test_no_role_is_asked_for_by_more_than_it_takes(now: datetime) -> None:
    roles = (RolePlan("受付", 1), RolePlan("花植え", 2, "gardening"))
    slot = make_need(roles=roles)
    people = [make_volunteer(number, skills=("gardening",)) for number in range(4)]

    made = propose(slot, *people[:2])
    plan, picks = together.plan_together(db.session(), now=now)

    assert [one.role.name for one in made if one.role] == ["花植え", "花植え"]
    assert len(plan.chosen) == 1
    proposing.propose(picks=picks, actor=ACTOR, now=now)
    asked_for = db.session().scalars(sa.select(Role.name).join(Proposal)).all()
    assert sorted(asked_for) == ["受付", "花植え", "花植え"]


def test_who_accepts_when_the_last_place_has_gone_is_told_so_and_waits_for_nothing() -> None:
    slot = make_need(capacity=1)
    first, second = invite(slot, make_volunteer(1), make_volunteer(2))

    outcomes = [accept(first), accept(second)]

    assert outcomes == [Accepted.COMES, Accepted.FILLED]
    assert proposal_now(second).state is ProposalState.WITHDRAWN
    assert db.session().scalars(sa.select(sa.func.count(Signup.id))).one() == 1


def test_nobody_is_asked_who_does_not_want_to_be(now: datetime) -> None:
    slot = make_need()
    silent = make_volunteer(1, may_be_asked=False)
    resting = make_volunteer(2)
    register.pause(volunteer_id=resting.public_id, pause=True, actor="citizen", now=now)

    suited = candidates.ranked_people(db.session(), _need(slot, now), now=now).suited

    assert suited == []
    assert candidates.without_need(db.session(), now=now) == []
    assert [refused(slot, one.public_id, now) for one in (silent, resting)] == [NotToBeAsked] * 2
    assert candidates.how_many_fit(db.session(), slot, now=now) == 0


def test_one_person_is_not_asked_for_too_much_or_for_two_things_at_once(now: datetime) -> None:
    volunteer, slot = make_volunteer(1), make_need()
    same_time = make_need()
    week_later = make_need(starts_at=COMING + timedelta(days=7))
    two_weeks = make_need(starts_at=COMING + timedelta(days=14))
    for_minors = make_need(starts_at=COMING + timedelta(days=21), offer={"max_age": 12})

    propose(slot, volunteer)

    assert refused(slot, volunteer.public_id, now) is AskedAlready
    assert refused(same_time, volunteer.public_id, now) is BusyThen
    assert refused(for_minors, volunteer.public_id, now) is CannotCome
    propose(week_later, volunteer)
    assert refused(two_weeks, volunteer.public_id, now) is AskedEnough


def test_who_comes_to_something_else_then_is_not_asked(now: datetime) -> None:
    volunteer = make_volunteer(1)
    sign_up(make_slot(), name=volunteer.name, kana=volunteer.kana, phone=volunteer.phone, email="")

    assert refused(make_need(), volunteer.public_id, now) is BusyThen


def test_what_somebody_came_to_before_speaks_for_the_like_of_it(now: datetime) -> None:
    came, stayed_away = (make_volunteer(n, skills=("photo",)) for n in (1, 2))
    garden = {"starts_at": now - timedelta(days=30), "ends_at": now - timedelta(days=30, hours=-2)}
    for one, attendance in ((came, "attended"), (stayed_away, "absent")):
        person: dict[str, Any] = {
            "name": one.name,
            "kana": one.kana,
            "phone": one.phone,
            "email": "",
        }
        mark_all(sign_up(make_need(**garden), now=now - timedelta(days=35), **person), attendance)
    need = desk.desk_need(db.session(), make_need().public_id, now=now)
    assert need is not None

    found = candidates.ranked_people(db.session(), need, now=now)

    liked = {
        one.candidate.volunteer.id: ReasonCode.LIKE_BEFORE in {r.code for r in one.reasons}
        for one in found.suited
    }
    assert liked == {came.id: True, stayed_away.id: False}


def test_the_group_never_learns_who_declined_and_they_are_not_asked_again(now: datetime) -> None:
    volunteer, slot = make_volunteer(1), make_need()
    proposal = invite(slot, volunteer)[0]
    asked = desk.invited_of_groups(db.session(), [slot.opportunity.group_id])

    answering.decline(proposal_id=proposal.public_id, now=now)

    assert asked == {slot.id: 1}
    assert desk.invited_of_groups(db.session(), [slot.opportunity.group_id]) == {}
    assert refused(slot, volunteer.public_id, now) is AskedAlready
    register.end(volunteer_id=volunteer.public_id, actor="citizen", now=now)
    kept = proposal_now(proposal)
    assert (kept.state, kept.volunteer.name) == (ProposalState.DECLINED, "")


def test_who_has_no_mail_is_phoned_and_the_answer_ends_the_call(now: datetime) -> None:
    slot = make_need()
    proposal = invite(slot, make_volunteer(1, email=""))[0]
    call = calls_to_volunteers()[0]

    answering.accept(
        proposal_id=proposal.public_id,
        agreed=True,
        privacy_version="2026-11-22",
        keys=keys(),
        now=now,
        actor=ACTOR,
    )

    assert (call.kind, call.due_at) == ("volunteer-invited", proposal.answer_by)
    assert "草花・畑しごとが得意" in call.script
    assert calls_to_volunteers()[0].outcome is CallOutcome.REACHED
    signup = db.session().scalars(sa.select(Signup)).one()
    assert (signup.channel, signup.privacy_by, signup.entered_by) == (Channel.PHONE, "oral", ACTOR)


def test_what_nobody_answers_lapses_once(now: datetime) -> None:
    slot = make_need()
    invited = invite(slot, make_volunteer(1))[0]
    proposed = propose(slot, make_volunteer(2))[0]
    assert invited.answer_by is not None

    counts = [
        lapse_proposals(now=moment)
        for moment in (now, invited.answer_by, invited.answer_by, COMING, COMING)
    ]

    assert counts == [0, 1, 0, 1, 0]
    assert proposal_now(invited).state is ProposalState.EXPIRED
    assert proposal_now(proposed).state is ProposalState.WITHDRAWN
    assert asked() == 1
    with pytest.raises(InvitationOver):
        accept(invited)


def test_many_are_put_down_at_once_as_fits_best_and_for_a_person_to_confirm(now: datetime) -> None:
    """One can do both gardens, the other only the first: each gets one."""
    first = make_need(capacity=1)
    second = make_need(
        capacity=1, offer={"wanted_skills": ("photo",), "plain_fields": ("culture",)}
    )
    make_volunteer(1, skills=("gardening", "photo"), fields=("environment", "culture"))
    make_volunteer(2, skills=("gardening",), fields=("environment",), may_be_asked=True)
    make_volunteer(3, may_be_asked=False)

    plan, picks = together.plan_together(db.session(), now=now)
    done = proposing.propose(picks=picks, actor=ACTOR, now=now)

    assert plan.is_best
    assert done.made == 2
    needs = desk.desk_needs(db.session(), now=now)
    assert {(need.slot.id, need.proposed) for need in needs} == {(first.id, 1), (second.id, 1)}
    assert asked() == 0
    again, more = together.plan_together(db.session(), now=now)
    assert (again.chosen, more) == ((), [])


def test_rotation_brings_who_was_asked_least_recently_first(now: datetime) -> None:
    one, other = make_volunteer(1), make_volunteer(2)
    invite(make_need(starts_at=COMING + timedelta(days=7)), one)

    suited = candidates.ranked_people(db.session(), _need(make_need(), now), now=now).suited

    assert [who.candidate.volunteer.id for who in suited] == [other.id, one.id]
    assert suited[0].score == suited[1].score == sum(one.points for one in suited[0].reasons)


def test_a_group_asks_for_help_once_and_asking_somebody_settles_it(now: datetime) -> None:
    slot = make_need()

    helping.ask_for_help(slot_id=slot.public_id, actor=ACTOR, now=now)

    with pytest.raises(AskedForHelp):
        helping.ask_for_help(slot_id=slot.public_id, actor=ACTOR, now=now)
    assert desk.waiting(db.session(), now=now).help_asked == 1
    invite(slot, make_volunteer(1))
    assert desk.waiting(db.session(), now=now).help_asked == 0
    helped = sa.select(AuditEvent.action).where(AuditEvent.object_kind == "help_request")
    assert db.session().scalars(helped).all() == ["help.asked", "help.settled"]


def test_the_desk_shows_what_lacks_people_and_nothing_else(now: datetime) -> None:
    need = make_need()
    few = make_slot(minimum=2)
    make_slot(minimum=None)
    make_need(mode=SlotMode.LOTTERY)
    make_need(starts_at=now - timedelta(days=1))

    found = desk.desk_needs(db.session(), now=now)

    assert [(one.slot.id, one.lacks, one.to_minimum) for one in found] == [
        (need.id, 3, 0),
        (few.id, 2, 2),
    ]


def _need(slot: Slot, now: datetime) -> desk.DeskNeed:
    found = desk.desk_need(db.session(), slot.public_id, now=now)
    assert found is not None
    return found
