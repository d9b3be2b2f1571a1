"""What waits for a group's answer, the words that go with it, and what is overdue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups.models import Inquiry, Participant, Reply, ReplyTemplate, Signup
from kyodo_match.signups.queries.one import WHOLE
from kyodo_match.signups.rules import LIVE, ReplyKind, SignupStatus, approving

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
    group_ids: Collection[int] | None = None,
    before: datetime | None = None,
    near: datetime | None = None,
) -> Sequence[Awaiting]:
    """Applications that wait for a group's answer, the oldest first.

    `before` keeps those that wait since then or longer, `near` adds those whose day begins by
    then. Without groups, those of all.
    """
    conditions: list[sa.ColumnElement[bool]] = list(_AWAITING)
    if group_ids is not None:
        conditions.append(Opportunity.group_id.in_(group_ids))
    if before is not None:
        late = Signup.awaiting_since <= before
        soon = sa.and_(Slot.starts_at <= near, Slot.standing.is_(False)) if near else sa.false()
        conditions.append(sa.or_(late, soon))
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
    return [Awaiting(signup, asked.get(signup.id)) for signup in signups]


def count_awaiting(
    session: Session, *, before: datetime, near: datetime
) -> tuple[int, datetime | None]:
    """How many the office should look at, and since when the oldest of them waits."""
    number, since = session.execute(
        sa.select(sa.func.count(Signup.id), sa.func.min(Signup.awaiting_since))
        .join(Slot, Slot.id == Signup.slot_id)
        .where(
            *_AWAITING,
            sa.or_(
                Signup.awaiting_since <= before,
                sa.and_(Slot.starts_at <= near, Slot.standing.is_(False)),
            ),
        )
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
            Signup.status == SignupStatus.CONFIRMED,
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
