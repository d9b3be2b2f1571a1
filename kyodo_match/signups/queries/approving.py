"""What waits for a group's answer, the words that go with it, and what is overdue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.queries import comes_in
from kyodo_match.core.clock import tokyo_date
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import WRITES
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Inquiry, Participant, Reply, ReplyTemplate, Signup
from kyodo_match.signups.queries.one import WHOLE
from kyodo_match.signups.rules import LIVE, SURE, ReplyKind, SignupStatus, approving

_AWAITING = (
    Signup.status == SignupStatus.AWAITING_APPROVAL,
    Signup.awaiting_since.is_not(None),
)
_OPEN_QUESTION = sa.exists().where(Inquiry.signup_id == Signup.id, Inquiry.answered_at.is_(None))


@dataclass(frozen=True)
class Awaiting:
    """An application that is to be answered, and whose turn it is."""

    signup: Signup
    question: Inquiry | None  # open: the applicant's turn
    nobody_answers: bool = False  # of the group, nobody can come in

    @property
    def since(self) -> datetime:
        return self.signup.awaiting_since or self.signup.received_at

    @property
    def until(self) -> datetime:
        """When the answer comes too late."""
        return approving.answered_until(
            last_call=self.signup.slot.last_call, received_at=self.signup.received_at
        )


def awaiting_approval(
    session: Session,
    *,
    now: datetime,
    group_ids: Collection[int] | None = None,
    overdue: bool = False,
) -> Sequence[Awaiting]:
    """Applications that wait for a group's answer, the oldest first.

    `overdue` keeps those that the office looks at. Without groups, those of all.
    """
    conditions: list[sa.ColumnElement[bool]] = list(_AWAITING)
    if group_ids is not None:
        conditions.append(Opportunity.group_id.in_(group_ids))
    if overdue:
        conditions.append(_overdue(now))
    signups = session.scalars(
        WHOLE.join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(*conditions)
        .order_by(Signup.received_at, Signup.id)
    ).all()
    questions = session.scalars(
        sa.select(Inquiry).where(
            Inquiry.signup_id.in_([signup.id for signup in signups]),
            Inquiry.answered_at.is_(None),
        )
    )
    asked = {question.signup_id: question for question in questions}
    groups = {signup.slot.opportunity.group_id for signup in signups}
    answered = set(
        session.scalars(
            _WRITER.with_only_columns(GroupMember.group_id).where(
                GroupMember.group_id.in_(groups), *comes_in(today=tokyo_date(now))
            )
        )
    )
    return [
        Awaiting(
            signup,
            asked.get(signup.id),
            nobody_answers=signup.slot.opportunity.group_id not in answered,
        )
        for signup in signups
    ]


_WRITER = (
    sa.select(GroupMember.id)
    .join(Account, Account.id == GroupMember.account_id)
    .where(GroupMember.role.in_(WRITES))
)


def _overdue(now: datetime) -> sa.ColumnElement[bool]:
    """Waiting for long, or the day is near, or nobody of the group could answer at all."""
    writer = _WRITER.where(
        GroupMember.group_id == Opportunity.group_id, *comes_in(today=tokyo_date(now))
    )
    return sa.or_(
        Signup.awaiting_since <= now - approving.SEEN_BY_OFFICE_AFTER,
        sa.and_(Slot.starts_at <= now + approving.NEAR, Slot.standing.is_(False)),
        sa.and_(~_OPEN_QUESTION, ~writer.exists()),
    )


def count_overdue(session: Session, *, now: datetime) -> tuple[int, datetime | None]:
    """How many the office should look at, and since when the oldest of them waits."""
    number, since = session.execute(
        sa.select(sa.func.count(Signup.id), sa.func.min(Signup.awaiting_since))
        .join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(*_AWAITING, _overdue(now))
    ).one()
    return number, since


def awaiting_by_group(session: Session, group_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each group: how many applications it has to answer, and how many were asked back."""
    rows = session.execute(
        sa.select(
            Opportunity.group_id,
            sa.func.count(Signup.id).filter(~_OPEN_QUESTION),
            sa.func.count(Signup.id).filter(_OPEN_QUESTION),
        )
        .join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(*_AWAITING, Opportunity.group_id.in_(group_ids))
        .group_by(Opportunity.group_id)
    )
    return {group: (to_answer, asked) for group, to_answer, asked in rows}


def inquiries_of(session: Session, signup: Signup) -> Sequence[Inquiry]:
    """What was asked and answered, in order."""
    return session.scalars(
        sa.select(Inquiry).where(Inquiry.signup_id == signup.id).order_by(Inquiry.id)
    ).all()


def open_question(session: Session, signup: Signup) -> Inquiry | None:
    """The question that waits for an answer: there is at most one."""
    return session.scalars(
        sa.select(Inquiry).where(Inquiry.signup_id == signup.id, Inquiry.answered_at.is_(None))
    ).one_or_none()


def reply_of(session: Session, signup: Signup) -> Reply | None:
    """What the group wrote with its answer."""
    return session.get(Reply, signup.id)


def templates_of(session: Session, group: Group) -> dict[ReplyKind, str]:
    """The group's own words, where it has written some."""
    rows = session.scalars(sa.select(ReplyTemplate).where(ReplyTemplate.group_id == group.id))
    return {row.kind: row.text for row in rows}


def overlaps_of(session: Session, signup: Signup) -> bool:
    """Whether somebody of a party has a sure place elsewhere at the same time: never where."""
    if signup.slot.standing:
        return False
    keys = [person.person_key for person in signup.participants if person.cancelled_at is None]
    found = session.scalar(
        sa.select(Signup.id)
        .join(Participant, Participant.signup_id == Signup.id)
        .join(Slot, Slot.id == Signup.slot_id)
        .where(
            Participant.person_key.in_(keys),
            Participant.cancelled_at.is_(None),
            Signup.status.in_(SURE),
            Slot.id != signup.slot_id,
            Slot.status == SlotStatus.SCHEDULED,
            Slot.standing.is_(False),
            Slot.starts_at < signup.slot.ends_at,
            Slot.ends_at > signup.slot.starts_at,
        )
        .limit(1)
    )
    return found is not None


def groups_to_remind(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of groups that have not acted for two days and were not reminded since."""
    return session.scalars(
        sa.select(Group.public_id)
        .join(Opportunity, Opportunity.group_id == Group.id)
        .join(Slot, Slot.opportunity_id == Opportunity.id)
        .join(Signup, Signup.slot_id == Slot.id)
        .where(*_to_remind(now))
        .distinct()
        .order_by(Group.public_id)
    ).all()


def to_remind_of(session: Session, group: Group, *, now: datetime) -> Sequence[Signup]:
    """The applications that a group is to be reminded of, the oldest first."""
    return session.scalars(
        sa.select(Signup)
        .join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(Opportunity.group_id == group.id, *_to_remind(now))
        .order_by(Signup.awaiting_since, Signup.id)
    ).all()


def _to_remind(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_AWAITING,
        Signup.awaiting_since <= now - approving.REMIND_AFTER,
        Signup.group_reminded_at.is_(None),
        ~_OPEN_QUESTION,
    )


def inquiries_to_remind(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of applications whose question has been open for two days, asked by mail once.

    Who has no e-mail is on the phone list until the question was asked.
    """
    return session.scalars(
        sa.select(Signup.public_id)
        .join(Inquiry, Inquiry.signup_id == Signup.id)
        .where(
            *_AWAITING,
            Signup.email != "",
            Signup.awaiting_since <= now - approving.REMIND_AFTER,
            Inquiry.answered_at.is_(None),
            Inquiry.reminded_at.is_(None),
        )
        .order_by(Signup.id)
    ).all()


def slots_to_end(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of slots so near that somebody undecided may have to hear that it is too late."""
    soonest = now + approving.NEAR
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .where(
            *_AWAITING,
            sa.or_(
                sa.and_(Slot.standing.is_(False), Slot.starts_at <= soonest),
                sa.and_(Slot.standing, Slot.ends_at <= soonest),
            ),
        )
        .distinct()
        .order_by(Slot.public_id)
    ).all()


def live_wanting(session: Session, slot: Slot) -> dict[int, int]:
    """How many live applications ask for each role and hold no place in it yet."""
    rows = session.execute(
        sa.select(Signup.role_id, sa.func.count(Signup.id))
        .where(
            Signup.slot_id == slot.id,
            Signup.role_id.is_not(None),
            Signup.status.in_(LIVE),
        )
        .group_by(Signup.role_id)
    )
    return {role: number for role, number in rows if role is not None}
