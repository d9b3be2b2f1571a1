"""団体の確認: no place is held until the group answers, and nobody is left without an answer."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.matching.queries.desk import desk_needs
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import Search, coming
from kyodo_match.opportunities.rules import CapacityUnit, RolePlan, SlotMode, SlotState
from kyodo_match.signups import jobs, services
from kyodo_match.signups.errors import (
    CapacityIsOfRoles,
    NotAwaitingApproval,
    QuestionOpen,
    RoleBelowTaken,
    RoleFull,
    RoleWanted,
)
from kyodo_match.signups.queries import approving
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_group, make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_roles import PHOTO, RECEPTION, make_need, make_role_day
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

pytestmark = pytest.mark.usefixtures("app")
LATER = START + timedelta(hours=1)
EVE = COMING.replace(hour=18, minute=0) - timedelta(days=1)


def role_of(slot: Slot, name: str) -> str:
    return next(role.public_id for role in slot_now(slot).role_rows if role.name == name)


def counts(slot: Slot) -> tuple[int, int, int, list[int]]:
    """Taken, waiting, undecided, and taken by role, as they are written down."""
    now = slot_now(slot)
    taken = [role.taken for role in now.role_rows]
    return now.places_taken, now.places_waiting, now.undecided, taken


def accept(receipt: Receipt, **values: Any) -> SignupStatus:
    return services.approving.accept(
        **{
            "signup_id": receipt.signup_id,
            "text": "どうぞ。",
            "now": LATER,
            "actor": "abc",
            **values,
        }
    )


def test_an_application_holds_no_place_until_the_group_accepts_it_into_a_role() -> None:
    slot = make_role_day()
    wanted = role_of(slot, "写真")
    first, second = sign_up(slot, 1, role=wanted), sign_up(slot, 2, party=2, email="")
    assert counts(slot) == (0, 0, 2, [0, 0])

    accept(first)
    accept(second)

    assert (status_of(first), status_of(second)) == (SignupStatus.CONFIRMED,) * 2
    assert counts(slot) == (3, 0, 0, [2, 1]), "who did not mind went where most were needed"
    assert kinds_to(first) == ["signup-approval-received", "signup-approved"]
    assert letters_to(first)[-1].calendar
    assert not any("どうぞ。" in letter.body for letter in letters_to(first)), (
        "free text is not mailed"
    )
    assert "どうぞ。" in calls_to(second)[-1].script
    with pytest.raises(NotAwaitingApproval):
        accept(first)


def test_where_a_role_is_full_the_group_says_whether_somebody_waits_for_it() -> None:
    slot = make_role_day()
    photo = role_of(slot, "写真")
    first, second = (sign_up(slot, n, role=photo) for n in (1, 2))
    accept(first)

    with pytest.raises(RoleFull) as refused:
        accept(second)
    assert (refused.value.free, refused.value.party) == (0, 1)
    assert accept(second, may_wait=True) is SignupStatus.WAITLISTED
    services.cancel(signup_id=first.signup_id, now=LATER, actor="citizen")

    assert status_of(second) is SignupStatus.OFFERED
    assert counts(slot) == (1, 0, 0, [0, 1])


def test_a_day_is_open_while_any_role_is_although_somebody_waits_for_a_full_one() -> None:
    slot = make_role_day(mode=SlotMode.FIRST_COME)
    sign_up(slot, 1, role=role_of(slot, "写真"))
    sign_up(slot, 2, role=role_of(slot, "写真"))

    assert counts(slot)[:2] == (1, 1)
    assert offered_days() == [("few", 2, 2)]

    sign_up(slot, 3, role=role_of(slot, "受付"), party=2)

    assert offered_days() == []
    assert (slot_now(slot).places.state, slot_now(slot).places_held) == (SlotState.WAITLIST, 0)


def test_a_day_has_no_open_place_while_somebody_waits_for_any_role() -> None:
    slot = make_role_day(RolePlan("受付", 2), RolePlan("案内", 2), mode=SlotMode.FIRST_COME)
    sign_up(slot, 1, party=3)

    assert counts(slot)[:2] == (0, 3)
    assert slot_now(slot).places_held == 4
    assert offered_days() == []


def offered_days() -> list[tuple[str, int, int]]:
    """State and free places of each day on the public list, and what the desk says it lacks."""
    session = db.session()
    listed = coming(session, Search(only_free=True), now=LATER).cards
    lacks = [need.lacks for need in desk_needs(session, now=LATER)]
    days = [day for card in listed for day in card.slots]
    return [(day.state, day.free, n) for day, n in zip(days, lacks, strict=True)]


def test_a_question_makes_it_the_applicants_turn_and_an_answer_the_groups() -> None:
    group = make_group()
    member = make_member(group, MemberRole.EDITOR)
    slot = make_role_day(need=make_need(group=group))
    mailed, phoned = sign_up(slot, 1), sign_up(slot, 2, email="")
    asked: dict[str, Any] = {
        "question": "午後も来られますか。",
        "now": LATER,
        "actor": member.public_id,
    }
    for receipt in (mailed, phoned):
        services.approving.ask(signup_id=receipt.signup_id, **asked)

    assert kinds_to(mailed)[-1] == "signup-inquiry"
    assert "午後" not in letters_to(mailed)[-1].body
    assert "午後も来られますか。" in calls_to(phoned)[-1].script
    with pytest.raises(QuestionOpen):
        services.approving.ask(signup_id=mailed.signup_id, **asked)
    soon = LATER + timedelta(days=1)
    services.approving.answer(
        signup_id=phoned.signup_id, text="来られます。", now=soon, actor="office"
    )

    assert calls_to(phoned)[-1].outcome == "reached"
    inquiry = approving.inquiries_of(db.session(), signup_now(phoned))[0]
    assert (inquiry.answer, signup_now(phoned).awaiting_since) == ("来られます。", soon)
    told = db.session().scalars(
        sa.select(OutboxMessage).where(OutboxMessage.kind == "approval-answered")
    )
    assert [(letter.recipient, "来られます" in letter.body) for letter in told] == [
        (member.email, False)
    ]


def test_a_group_is_reminded_once_and_the_office_sees_what_is_older_than_three_days() -> None:
    group = make_group()
    make_member(group, MemberRole.EDITOR)
    slot = make_role_day(need=make_need(group=group))
    sign_up(slot, 1)
    asked = sign_up(slot, 2)
    services.approving.ask(signup_id=asked.signup_id, question="？", now=LATER, actor="abc")

    assert jobs.remind_groups(now=START + timedelta(days=1, hours=23)) == 0
    assert jobs.remind_groups(now=START + timedelta(days=2)) == 1, (
        "it is not its turn for the other"
    )
    assert jobs.remind_groups(now=START + timedelta(days=9)) == 0
    letters = db.session().scalars(
        sa.select(OutboxMessage.body).where(OutboxMessage.kind == "approval-reminder")
    )
    assert [("1件" in body, "見本" in body) for body in letters] == [(True, False)]
    late = START + timedelta(days=3, minutes=1)
    near = COMING - timedelta(hours=47)
    session = db.session()
    seen = [approving.count_overdue(session, now=at) for at in (START, late, near)]
    assert [number for number, _since in seen] == [0, 1, 2]


def test_where_nobody_of_a_group_can_come_in_the_office_sees_it_at_once() -> None:
    group = make_group()
    make_member(group, MemberRole.RECEPTION)
    invited = make_account(password=False)  # and has not come yet
    make_member(group, MemberRole.OWNER, invited)
    sign_up(make_role_day(need=make_need(group=group)), 1)

    seen = approving.awaiting_approval(db.session(), now=LATER, overdue=True)

    assert [one.nobody_answers for one in seen] == [True]
    assert approving.count_overdue(db.session(), now=LATER)[0] == 1
    assert jobs.remind_groups(now=START + timedelta(days=2)) == 1
    assert letters_of("approval-reminder") == []


def test_what_the_office_answers_in_its_place_a_group_hears() -> None:
    group = make_group()
    member = make_member(group, MemberRole.EDITOR)
    slot = make_role_day(RolePlan("受付", 5), need=make_need(group=group))
    receipts = [sign_up(slot, n) for n in range(1, 5)]
    by_office: dict[str, Any] = {"now": LATER, "actor": "abc", "office": True}

    accept(receipts[0], office=True)
    services.approving.decline(signup_id=receipts[1].signup_id, text="満員です", **by_office)
    services.approving.ask(signup_id=receipts[2].signup_id, question="？", **by_office)
    accept(receipts[3])  # by the group itself

    told = letters_of("approval-by-office")
    assert {letter.recipient for letter in told} == {member.email}
    assert all(
        receipt.number in letter.body for receipt, letter in zip(receipts[:3], told, strict=True)
    )
    said = ("受け入れると返事をしました", "参加できないと返事をしました", "質問を送りました")
    assert [words in letter.body for words, letter in zip(said, told, strict=True)] == [True] * 3
    assert not any("見本" in letter.body or "満員です" in letter.body for letter in told)


def test_who_does_not_answer_a_question_is_written_to_once_more() -> None:
    slot = make_role_day()
    silent, answered, phoned = sign_up(slot, 1), sign_up(slot, 2), sign_up(slot, 3, email="")
    for receipt in (silent, answered, phoned):
        services.approving.ask(signup_id=receipt.signup_id, question="？", now=LATER, actor="abc")
    services.approving.answer(
        signup_id=answered.signup_id, text="はい", now=LATER, actor="citizen"
    )
    calls = len(calls_to(phoned))

    after = (timedelta(days=1), timedelta(days=2, hours=9), timedelta(days=3), timedelta(days=4))
    runs = [jobs.remind_asked(now=LATER + one) for one in after]

    assert runs == [0, 0, 1, 0]  # not yet, at night, by day, once
    assert kinds_to(silent)[-2:] == ["signup-inquiry"] * 2
    assert kinds_to(answered).count("signup-inquiry") == 1
    assert len(calls_to(phoned)) == calls  # it is on the phone list from the beginning


def letters_of(kind: str) -> list[OutboxMessage]:
    found = sa.select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(db.session().scalars(found))


def test_who_is_not_answered_in_time_hears_so_the_evening_before() -> None:
    slot = make_role_day()
    mailed, phoned = sign_up(slot, 1), sign_up(slot, 2, email="")
    at_the_counter = EVE + timedelta(minutes=5)

    assert jobs.end_unanswered(now=EVE - timedelta(minutes=1)) == 0
    late = sign_up(slot, 3, now=EVE - timedelta(days=1), received_at=None)
    assert jobs.end_unanswered(now=at_the_counter) == 3

    for receipt in (mailed, phoned, late):
        assert status_of(receipt) is SignupStatus.NOT_SELECTED
    assert kinds_to(mailed)[-1] == "signup-approval-lapsed"
    call = calls_to(phoned)[-1]
    assert (call.kind, call.due_at) == ("signup-approval-lapsed", COMING)
    assert counts(slot) == (0, 0, 0, [0, 0])
    assert jobs.end_unanswered(now=COMING + timedelta(days=1)) == 0


def test_a_day_called_off_tells_those_who_wait_for_the_group_too() -> None:
    slot = make_role_day()
    receipt = sign_up(slot, 1)

    services.cancel_slot(slot_id=slot.public_id, reason="大雨", now=LATER, actor="abc")

    assert status_of(receipt) is SignupStatus.CANCELLED
    assert kinds_to(receipt)[-1] == "signup-slot-cancelled"
    assert counts(slot)[2] == 0


def test_roles_never_shrink_below_those_who_have_them_or_ask_for_them() -> None:
    slot = make_role_day()
    two = sign_up(slot, 1, party=2, role=role_of(slot, "受付"))
    accept(two)
    sign_up(slot, 2, role=role_of(slot, "写真"))
    reception, photo = slot_now(slot).roles

    def change(*roles: RolePlan) -> None:
        services.change_capacity(
            slot_id=slot.public_id, capacity=0, roles=roles, now=LATER, actor="abc"
        )

    with pytest.raises(RoleBelowTaken) as refused:
        change(reception._replace(head_count=1), photo)
    assert refused.value.by == 1
    with pytest.raises(RoleWanted):
        change(reception)
    with pytest.raises(CapacityIsOfRoles) as roles_count:
        services.change_capacity(slot_id=slot.public_id, capacity=2, now=LATER, actor="abc")
    assert roles_count.value.heads == 3
    change(reception._replace(head_count=3), photo, RolePlan("駐車場", 2))

    assert slot_now(slot).capacity == 6
    assert counts(slot)[3] == [2, 0, 0]


def test_first_come_with_roles_fills_each_role_and_keeps_its_own_queue() -> None:
    slot = make_role_day(mode=SlotMode.FIRST_COME)
    photo, reception = role_of(slot, "写真"), role_of(slot, "受付")

    states = [
        sign_up(slot, n, role=role).status for n, role in enumerate((photo, photo, reception, ""))
    ]

    two = make_role_day(RolePlan("受付", 3), PHOTO, mode=SlotMode.FIRST_COME)
    behind = [
        sign_up(two, n, party=party, role=role_of(two, "受付")).status
        for n, party in ((5, 2), (6, 2), (7, 1))
    ]

    confirmed, waitlisted = SignupStatus.CONFIRMED, SignupStatus.WAITLISTED
    # One place is left there, and the two who wait come first for it.
    assert behind == [confirmed, waitlisted, waitlisted]
    assert [(role.free, role.is_awaited) for role in slot_now(two).role_rows] == [
        (0, True),
        (1, False),
    ]
    assert states == [confirmed, waitlisted, confirmed, confirmed]
    assert counts(slot) == (3, 1, 0, [2, 1])
    assert slot_now(slot).capacity == 3


def test_two_members_accept_two_people_for_the_last_place_and_one_gets_it(app: Flask) -> None:
    days = [make_role_day(PHOTO), make_slot(capacity=1, mode=SlotMode.APPROVAL)]
    applied = [[sign_up(slot, n + 1) for n in range(2)] for slot in days]

    def act(number: int) -> SignupStatus | None:
        with suppress(RoleFull):
            return accept(applied[number // 2][number % 2])
        return None

    done = at_once(app, act, 4)

    assert [sorted(map(str, done[at : at + 2])) for at in (0, 2)] == [["None", "confirmed"]] * 2
    assert [slot_now(slot).places_taken for slot in days] == [1, 1]


def test_a_day_that_counts_parties_takes_a_party_as_one_place(now: datetime) -> None:
    slot = make_role_day(RECEPTION, capacity_unit=CapacityUnit.PARTIES)
    first, second = (sign_up(slot, n, party=3) for n in (1, 2))

    accept(first, now=now)
    accept(second, now=now)

    assert counts(slot) == (2, 0, 0, [2])
