"""取消し: one person, a whole party, a whole day, before and after it is late."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.errors import SlotPast
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import services as participation
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups import services
from kyodo_match.signups.errors import ActivityBegun, NothingToCancel, PeopleCame, SlotNotHeld
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import AgeGroup, Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    calls_to,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")


def cancel(receipt: Receipt, *, now: datetime = START, participant_id: str | None = None) -> None:
    services.cancel(
        signup_id=receipt.signup_id, participant_id=participant_id, now=now, actor="citizen"
    )


def people(receipt: Receipt) -> list[str]:
    return [person.public_id for person in signup_now(receipt).participants]


def audited(receipt: Receipt) -> list[str]:
    return list(
        db.session().scalars(
            sa.select(AuditEvent.action)
            .where(AuditEvent.object_id == receipt.signup_id)
            .order_by(AuditEvent.id)
        )
    )


# --- A sign-up --------------------------------------------------------------


def test_a_cancelled_sign_up_gives_its_places_back() -> None:
    slot = make_slot()
    receipt = sign_up(slot, party=2)

    cancel(receipt)

    signup = signup_now(receipt)
    assert (signup.status, signup.cancelled_late) == (SignupStatus.CANCELLED, False)
    assert (signup.cancelled_at, signup.cancelled_by) == (START, "citizen")
    assert [p.cancelled_at for p in signup.participants] == [START, START]
    assert slot_now(slot).places_taken == 0


def test_each_edge_has_one_message_and_one_audit_row() -> None:
    receipt = sign_up(make_slot())

    cancel(receipt)

    assert kinds_to(receipt) == ["signup-confirmed", "signup-cancelled"]
    assert audited(receipt) == ["signup.confirmed", "signup.cancelled"]


def test_the_calendar_entry_of_a_sure_place_is_taken_out() -> None:
    receipt = sign_up(make_slot())

    cancel(receipt)

    first, last = letters_to(receipt)
    assert (first.calendar_method, last.calendar_method) == ("PUBLISH", "CANCEL")
    uid = f"UID:{receipt.signup_id}@kyodo-match"
    for letter, lines in (
        (first, (uid, "SEQUENCE:0", "STATUS:CONFIRMED", "DTSTART;TZID=Asia/Tokyo")),
        (last, (uid, "SEQUENCE:1", "STATUS:CANCELLED")),
    ):
        assert letter.calendar is not None
        assert all(line in letter.calendar for line in lines)


def test_who_waits_may_leave_and_has_no_calendar_entry_to_lose() -> None:
    slot = make_slot(capacity=1)
    sign_up(slot, 1)
    waiting = sign_up(slot, 2)

    cancel(waiting)

    assert status_of(waiting) is SignupStatus.CANCELLED
    assert letters_to(waiting)[-1].calendar is None
    assert slot_now(slot).places_waiting == 0


def test_who_is_gone_cannot_leave_again() -> None:
    receipt = sign_up(make_slot())
    cancel(receipt)

    with pytest.raises(NothingToCancel):
        cancel(receipt)

    assert kinds_to(receipt).count("signup-cancelled") == 1


def test_a_sign_up_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NoResultFound):
        services.cancel(signup_id="0" * 12, now=START, actor="citizen")


# --- One participant --------------------------------------------------------


def test_one_of_a_party_leaves_and_the_others_keep_their_places() -> None:
    slot = make_slot()
    receipt = sign_up(slot, party=3)

    cancel(receipt, participant_id=people(receipt)[1])

    signup = signup_now(receipt)
    assert signup.status is SignupStatus.CONFIRMED
    assert [p.cancelled_at for p in signup.participants] == [None, START, None]
    assert slot_now(slot).places_taken == 2
    assert kinds_to(receipt) == ["signup-confirmed", "signup-participant-cancelled"]
    assert "お申込みは2人になりました" in letters_to(receipt)[-1].body


def test_each_participant_who_leaves_is_confirmed_in_a_mail_of_its_own() -> None:
    receipt = sign_up(make_slot(), party=3)
    first, second, last = people(receipt)

    for person in (first, second, last):
        cancel(receipt, participant_id=person)

    assert kinds_to(receipt)[1:] == [
        "signup-participant-cancelled",
        "signup-participant-cancelled",
        "signup-cancelled",
    ]
    assert status_of(receipt) is SignupStatus.CANCELLED


def test_a_participant_of_somebody_else_cannot_be_cancelled() -> None:
    slot = make_slot()
    own, other = sign_up(slot, 1, party=2), sign_up(slot, 2, party=2)

    with pytest.raises(NothingToCancel):
        cancel(own, participant_id=people(other)[0])


# --- Late -------------------------------------------------------------------


def test_until_the_limit_it_is_a_cancellation() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    assert slot.cancel_until is not None

    cancel(receipt, now=slot.cancel_until)

    assert not signup_now(receipt).cancelled_late


def test_after_the_limit_it_is_an_absence_and_the_place_is_offered_all_the_same() -> None:
    slot = make_slot(capacity=1)
    receipt, waiting = sign_up(slot, 1), sign_up(slot, 2)
    assert slot.cancel_until is not None

    cancel(receipt, now=slot.cancel_until + timedelta(seconds=1))

    signup = signup_now(receipt)
    assert (signup.status, signup.cancelled_late) == (SignupStatus.CANCELLED, True)
    assert status_of(waiting) is SignupStatus.OFFERED


def test_who_never_had_a_place_is_not_late() -> None:
    slot = make_slot(capacity=1)
    sign_up(slot, 1)
    waiting = sign_up(slot, 2)

    cancel(waiting, now=COMING - timedelta(minutes=1))

    assert not signup_now(waiting).cancelled_late


def test_once_the_activity_has_begun_attendance_is_marked_instead() -> None:
    receipt = sign_up(make_slot())

    with pytest.raises(ActivityBegun) as refusal:
        cancel(receipt, now=COMING)

    assert refusal.value.starts_at == COMING


def test_who_was_marked_at_the_reception_is_not_cancelled() -> None:
    receipt = sign_up(make_slot(), party=2)

    @use_case
    def mark(session: Session) -> None:
        session.execute(
            sa.update(Participant)
            .where(Participant.public_id == signup_now(receipt).participants[0].public_id)
            .values(attendance="attended")
        )

    mark()

    with pytest.raises(ActivityBegun):
        cancel(receipt, now=COMING - timedelta(minutes=5))
    cancel(receipt, now=COMING - timedelta(minutes=5), participant_id=people(receipt)[1])


# --- A whole day ------------------------------------------------------------


def cancel_slot(slot: Slot, *, now: datetime = START, reason: str = "荒天のため") -> None:
    services.cancel_slot(slot_id=slot.public_id, reason=reason, now=now, actor="0123456789ab")


def test_a_cancelled_day_ends_every_live_sign_up_and_tells_each_once() -> None:
    slot = make_slot(capacity=2)
    leaving, confirmed = sign_up(slot, 1), sign_up(slot, 2)
    offered, waiting = sign_up(slot, 3), sign_up(slot, 4)
    cancel(leaving)

    cancel_slot(slot)

    live = (confirmed, offered, waiting)
    assert [status_of(r) for r in live] == [SignupStatus.CANCELLED] * 3
    assert [kinds_to(r).count("signup-slot-cancelled") for r in (*live, leaving)] == [1, 1, 1, 0]
    assert signup_now(offered).offers[0].answered_at == START
    now = slot_now(slot)
    assert (now.status, now.cancelled_reason) == (SlotStatus.CANCELLED, "荒天のため")
    assert (now.places_taken, now.places_waiting, now.calendar_sequence) == (0, 0, 1)


def test_the_calendar_learns_of_a_cancelled_day() -> None:
    slot = make_slot(capacity=1)
    confirmed, waiting = sign_up(slot, 1), sign_up(slot, 2)

    cancel_slot(slot)

    letter = letters_to(confirmed)[-1]
    assert letter.calendar is not None
    assert "STATUS:CANCELLED" in letter.calendar
    assert "SEQUENCE:2" in letter.calendar
    assert letters_to(waiting)[-1].calendar is None


def test_the_reason_is_said_on_the_phone_and_never_mailed() -> None:
    slot = make_slot()
    by_mail, by_phone = sign_up(slot, 1), sign_up(slot, 2, email="")

    cancel_slot(slot)

    assert "荒天" not in letters_to(by_mail)[-1].body
    before, told = calls_to(by_phone)
    assert before.outcome is CallOutcome.NOT_NEEDED
    assert "中止の理由：荒天のため" in told.script


def test_who_walked_in_stands_before_the_desk_and_is_not_written_to() -> None:
    slot = make_slot()

    @use_case
    def walk_in(session: Session) -> None:
        services.take_walk_in(
            session,
            locked_slot(session, slot.public_id),
            name="見本 当日",
            kana="みほん とうじつ",
            age_group=AgeGroup.FROM_65,
            phone="0297-58-2111",
            keys=keys(),
            now=COMING,
            actor="0123456789ab",
        )

    walk_in()

    cancel_slot(slot, now=COMING)

    session = db.session()
    assert session.scalars(sa.select(Signup.status)).one() is SignupStatus.CANCELLED
    assert session.scalars(sa.select(PhoneCall.id)).all() == []


def test_without_a_reason_the_script_says_none() -> None:
    slot = make_slot()
    receipt = sign_up(slot, email="")

    cancel_slot(slot, reason="")

    assert "理由" not in calls_to(receipt)[-1].script


def test_a_day_is_cancelled_once() -> None:
    slot = make_slot()
    sign_up(slot)
    cancel_slot(slot)

    with pytest.raises(SlotNotHeld):
        cancel_slot(slot)

    assert db.session().scalars(sa.select(sa.func.count(OutboxMessage.id))).one() == 2


def test_a_day_that_is_over_is_not_cancelled() -> None:
    slot = make_slot()

    with pytest.raises(SlotPast):
        cancel_slot(slot, now=slot.ends_at)


def test_a_day_on_which_somebody_came_cannot_be_called_off() -> None:
    slot = make_slot()
    receipt = sign_up(slot, 1)
    participation.mark(
        slot_id=slot.public_id,
        participant_id=people(receipt)[0],
        attendance=Attendance.ATTENDED,
        nonce="tap-1",
        marked_at=COMING,
        now=COMING,
        actor="0123456789ab",
    )

    with pytest.raises(PeopleCame) as refusal:
        cancel_slot(slot, now=COMING)

    assert refusal.value.people == 1
    assert status_of(receipt) is SignupStatus.CONFIRMED
    assert slot_now(slot).status is SlotStatus.SCHEDULED
