"""団体の確認: accept, decline, ask; the answer to a question; and nobody is left without one.

Source: docs/rules/approval.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, note, record
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import public_id, use_case
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.queries import locked_slot, writers_of
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import ActivityBegun, RoleFull, RoleGone, SlotNotHeld
from kyodo_match.signups.models import Inquiry, Reply, ReplyTemplate, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.outbox.approvals import tell_answered, tell_spoken_for, tell_waiting
from kyodo_match.signups.queries import approving as asked
from kyodo_match.signups.rules import ReplyKind, SignupStatus, approving
from kyodo_match.signups.services.applying import stand
from kyodo_match.signups.services.edges import (
    drop_calls,
    note_edge,
    settle_places,
    signup_and_slot,
    speaker,
)


@dataclass(frozen=True)
class Said:
    """What a group wrote with its answer."""

    kind: ReplyKind
    text: str


@use_case
def accept(
    session: Session,
    *,
    signup_id: str,
    role_id: str = "",
    may_wait: bool = False,
    text: str,
    now: datetime,
    actor: str,
    office: bool = False,
) -> SignupStatus:
    """Give an applicant their places, or where there are none a place on the waitlist.

    `role_id` is a role's public id, blank for the wanted one, or where most are needed. Without
    `may_wait` a full day is refused instead. `office`: a coordinator answers in the group's place,
    and it hears so. Gives the new state. Raises NoResultFound,
    NotAwaitingApproval, SlotNotHeld, ActivityBegun, RoleGone, RoleFull, Full.
    """
    signup, slot = _open(session, signup_id, now=now)
    roles = queries.roles_of(session, slot)
    wanted = _role(roles, role_id, signup)
    crowd, places = queries.crowd(session, slot), queries.places_of(slot, queries.live(signup))
    status, signup_role = stand(slot, wanted, places, crowd=crowd, roles=roles)
    if status is SignupStatus.WAITLISTED and not may_wait:
        room = rules.uncontested(queries.room_of(slot, roles, crowd), crowd.for_role)
        free = rules.room_for(wanted, room) if roles else slot.capacity - crowd.taken
        raise RoleFull(free=free if roles or not crowd.waiting else 0, party=places)
    signup.role_id = signup_role
    kind = Kind.APPROVED if status is SignupStatus.CONFIRMED else Kind.WAITLISTED
    _answer(
        session,
        signup,
        slot,
        status,
        kind=kind,
        said=Said(ReplyKind.ACCEPT, text),
        now=now,
        actor=actor,
        for_group=office,
    )
    return status


@use_case
def decline(
    session: Session, *, signup_id: str, text: str, now: datetime, actor: str, office: bool = False
) -> None:
    """Say that it cannot be this time. Raises NoResultFound, NotAwaitingApproval.

    Also for a day that has begun: an applicant is never left without an answer. `office` as above.
    """
    signup, slot = signup_and_slot(session, signup_id)
    approving.check_awaiting(signup.status)
    _answer(
        session,
        signup,
        slot,
        SignupStatus.NOT_SELECTED,
        kind=Kind.APPROVAL_DECLINED,
        said=Said(ReplyKind.DECLINE, text),
        now=now,
        actor=actor,
        for_group=office,
    )


@use_case
def ask(
    session: Session,
    *,
    signup_id: str,
    question: str,
    now: datetime,
    actor: str,
    office: bool = False,
) -> None:
    """Ask an applicant something; until it is answered it is their turn.

    The mail only says that there is a question; the phone list has its words. `office` as
    above. Raises NoResultFound, NotAwaitingApproval, SlotNotHeld, ActivityBegun, QuestionOpen.
    """
    signup, slot = _open(session, signup_id, now=now)
    is_open = asked.open_question(session, signup) is not None
    approving.check_question(is_open=is_open, wanted=False)
    inquiry = Inquiry(
        public_id=public_id(),
        signup_id=signup.id,
        asked_at=now,
        asked_by=actor,
        question=question,
    )
    session.add(inquiry)
    signup.awaiting_since = now
    note(session, "signup.asked", signup, now=now, actor=actor)
    drop_calls(session, signup, now=now)
    tell(session, _asking(session, signup, slot, inquiry, occasion=inquiry.public_id), now=now)
    if office:
        _tell_group(session, signup, slot, ReplyKind.ASK, now=now)


@use_case
def ask_again(session: Session, *, signup_id: str, now: datetime) -> bool:
    """Remind an applicant once, by mail, of a question that is open; whether it was.

    Raises NoResultFound, Overtaken.
    """
    signup, slot = signup_and_slot(session, signup_id)
    inquiry = asked.open_question(session, signup)
    if signup.status is not SignupStatus.AWAITING_APPROVAL or inquiry is None:
        return False
    if inquiry.reminded_at is not None:
        return False
    inquiry.reminded_at = now
    note(session, "signup.question-repeated", signup, now=now, actor=SYSTEM)
    again = f"{inquiry.public_id}:again"
    tell(session, _asking(session, signup, slot, inquiry, occasion=again), now=now)
    return True


def _asking(
    session: Session, signup: Signup, slot: Slot, inquiry: Inquiry, *, occasion: str
) -> Notice:
    return Notice(
        Kind.INQUIRY,
        signup,
        slot,
        office_of(session),
        occasion=occasion,
        call_by=approving.answered_until(last_call=slot.last_call, received_at=signup.received_at),
        said=inquiry.question,
    )


def _tell_group(
    session: Session, signup: Signup, slot: Slot, kind: ReplyKind, *, now: datetime
) -> None:
    """The office answered in the group's place: the group hears what, and of which application."""
    group = slot.opportunity.group
    readers = writers_of(session, group.id, today=tokyo_date(now))
    tell_spoken_for(session, signup, slot, readers, kind, office=office_of(session), now=now)


@use_case
def answer(session: Session, *, signup_id: str, text: str, now: datetime, actor: str) -> None:
    """Write down what an applicant answers; then it is the group's turn again, and it hears so.

    Staff record what they heard on the phone with the same verb. Raises NoResultFound,
    NotAwaitingApproval, NobodyAsked.
    """
    signup, slot = signup_and_slot(session, signup_id)
    approving.check_awaiting(signup.status)
    question = asked.open_question(session, signup)
    approving.check_question(is_open=question is not None, wanted=True)
    assert question is not None  # noqa: S101 - the line above has raised else
    question.answered_at, question.answer = now, text
    signup.awaiting_since, signup.group_reminded_at = now, None
    note(session, "signup.question-answered", signup, now=now, actor=actor)
    drop_calls(session, signup, now=now, told_by=speaker(actor))
    group = slot.opportunity.group
    tell_answered(
        session,
        group,
        writers_of(session, group.id, today=tokyo_date(now)),
        signup_id=signup_id,
        inquiry_id=question.public_id,
        office=office_of(session),
        now=now,
    )


@use_case
def write_templates(
    session: Session,
    *,
    group_id: str,
    texts: Mapping[ReplyKind, str],
    now: datetime,
    actor: str,
) -> None:
    """Keep a group's own words for its answers. Raises NoResultFound."""
    group = session.scalars(
        sa.select(Group).where(Group.public_id == group_id).with_for_update()
    ).one()
    known = {
        row.kind: row
        for row in session.scalars(
            sa.select(ReplyTemplate).where(ReplyTemplate.group_id == group.id)
        )
    }
    for kind, text in texts.items():
        row = known.get(kind)
        if row is None:
            row = ReplyTemplate(group_id=group.id, kind=kind)
            session.add(row)
        row.text, row.changed_by, row.changed_at = text, actor, now
    record(
        session,
        "group.reply-templates",
        actor=actor,
        object_kind="group",
        object_id=group_id,
        now=now,
    )


@use_case
def remind_group(session: Session, *, group_id: str, now: datetime) -> int:
    """Remind a group once of what it has not answered for two days. How many applications.

    One letter for all of them, to each who may answer, without names. Raises NoResultFound.
    """
    group = session.scalars(
        sa.select(Group).where(Group.public_id == group_id).with_for_update()
    ).one()
    waiting = asked.to_remind_of(session, group, now=now)
    if not waiting:
        return 0
    tell_waiting(
        session,
        group,
        writers_of(session, group.id, today=tokyo_date(now)),
        number=len(waiting),
        since=min(signup.awaiting_since or now for signup in waiting),
        occasion=f"{tokyo_date(now)}:{waiting[-1].public_id}",
        office=office_of(session),
        now=now,
    )
    for signup in waiting:
        signup.group_reminded_at = now
        note(session, "signup.group-reminded", signup, now=now, actor=SYSTEM)
    return len(waiting)


@use_case
def end_unanswered_of(session: Session, *, slot_id: str, now: datetime) -> int:
    """Tell those of a slot whose answer comes too late that it cannot be this time. How many.

    Who has no e-mail is phoned before the day begins. Raises NoResultFound.
    """
    slot = locked_slot(session, slot_id)
    ended = [
        signup
        for signup in queries.live_of(session, slot)
        if signup.status is SignupStatus.AWAITING_APPROVAL
        and now
        >= approving.answered_until(last_call=slot.last_call, received_at=signup.received_at)
    ]
    office = office_of(session)
    for signup in ended:
        _end(session, signup, SignupStatus.NOT_SELECTED, now=now, actor=SYSTEM)
        notice = Notice(Kind.APPROVAL_LAPSED, signup, slot, office, call_by=slot.last_call)
        tell(session, notice, now=now)
    settle_places(session, slot, office=office, now=now)
    return len(ended)


def _open(session: Session, signup_id: str, *, now: datetime) -> tuple[Signup, Slot]:
    """An application that waits for the group's answer, under its slot's lock."""
    signup, slot = signup_and_slot(session, signup_id)
    approving.check_awaiting(signup.status)
    if slot.status is not SlotStatus.SCHEDULED:
        raise SlotNotHeld
    if now >= slot.last_call:
        raise ActivityBegun(slot.last_call)
    return signup, slot


def _role(roles: Sequence[Role], role_id: str, signup: Signup) -> int | None:
    if not role_id:
        return signup.role_id
    row = next((role for role in roles if role.public_id == role_id), None)
    if row is None:
        raise RoleGone
    return row.id


def _answer(
    session: Session,
    signup: Signup,
    slot: Slot,
    status: SignupStatus,
    *,
    kind: Kind,
    said: Said,
    now: datetime,
    actor: str,
    for_group: bool,
) -> None:
    """The edge, the group's own words, and the message that says there are some."""
    office: Office = office_of(session)
    _end(session, signup, status, now=now, actor=actor)
    session.add(Reply(signup_id=signup.id, kind=said.kind, text=said.text, by=actor, at=now))
    tell(session, Notice(kind, signup, slot, office, said=said.text), now=now)
    if for_group:
        _tell_group(session, signup, slot, said.kind, now=now)
    settle_places(session, slot, office=office, now=now)


def _end(
    session: Session, signup: Signup, status: SignupStatus, *, now: datetime, actor: str
) -> None:
    old = signup.status
    signup.status = rules.move(old, status)
    signup.awaiting_since = None
    note_edge(session, signup, old, now=now, actor=actor)
    drop_calls(session, signup, now=now)
