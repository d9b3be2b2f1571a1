"""実績が未記入: past days that nobody has written down, and who could."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.queries import may_sign_in
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import WRITES
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.participation.models import MarkRequest, SlotTally
from kyodo_match.participation.queries.day import EXPECTED
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant, Signup

# What was shown to citizens, now or then: a draft's past days took place nowhere.
_WAS_PUBLIC = (OpportunityStatus.PUBLISHED, OpportunityStatus.CLOSED, OpportunityStatus.ARCHIVED)


@dataclass(frozen=True)
class UnmarkedDay:
    """実績が未記入: a past day on which somebody is unmarked, or nothing was written down."""

    slot_id: str
    title: str
    group: str
    starts_at: datetime
    unmarked: int  # 0 where nobody had signed up and nobody was counted
    ends_at: datetime
    group_key: int
    phone: str
    asked_at: datetime | None


def unmarked_days(
    session: Session,
    *,
    now: datetime,
    group_ids: Sequence[int] | None = None,
    slot_id: str | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> list[UnmarkedDay]:
    """Past days that wait for their record, oldest first; of all groups, of some, or one day."""
    unmarked, condition = _waiting(now, group_ids)
    asked = (
        sa.select(sa.func.max(MarkRequest.asked_at))
        .where(MarkRequest.slot_id == Slot.id)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Slot.public_id,
            Opportunity.title,
            Group.name,
            Slot.starts_at,
            sa.func.coalesce(unmarked.c.people, 0),
            Slot.ends_at,
            Group.id,
            Group.phone,
            asked,
        )
        .select_from(Slot)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .join(Group, Group.id == Opportunity.group_id)
        .outerjoin(unmarked, unmarked.c.slot_id == Slot.id)
        .outerjoin(SlotTally, SlotTally.slot_id == Slot.id)
        .where(condition)
        .order_by(Slot.starts_at, Slot.id)
        .limit(limit)
        .offset(offset)
    )
    if slot_id is not None:
        query = query.where(Slot.public_id == slot_id)
    return [UnmarkedDay(*row) for row in session.execute(query)]


def unmarked_count(
    session: Session, *, now: datetime, group_ids: Sequence[int] | None = None
) -> int:
    """How many days wait for their record."""
    unmarked, condition = _waiting(now, group_ids)
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Slot)
            .join(Opportunity, Opportunity.id == Slot.opportunity_id)
            .outerjoin(unmarked, unmarked.c.slot_id == Slot.id)
            .outerjoin(SlotTally, SlotTally.slot_id == Slot.id)
            .where(condition)
        )
        or 0
    )


def _waiting(
    now: datetime, group_ids: Sequence[int] | None
) -> tuple[sa.Subquery, sa.ColumnElement[bool]]:
    """The people unmarked on past days, and which days wait."""
    unmarked = (
        sa.select(Signup.slot_id, sa.func.count(Participant.id).label("people"))
        .join(Participant, Participant.signup_id == Signup.id)
        .join(Slot, Slot.id == Signup.slot_id)
        .where(
            Slot.ends_at < now,
            Signup.status.in_(EXPECTED),
            Participant.cancelled_at.is_(None),
            Participant.attendance == Attendance.UNMARKED,
            Participant.is_escort.is_(False),
        )
        .group_by(Signup.slot_id)
        .subquery("unmarked")
    )
    conditions: list[Any] = [
        Slot.ends_at < now,
        Slot.standing.is_(False),  # there is no day to mark: hours are written down instead
        Slot.status == SlotStatus.SCHEDULED,
        sa.or_(
            unmarked.c.people > 0,
            sa.and_(SlotTally.id.is_(None), Opportunity.status.in_(_WAS_PUBLIC)),
        ),
    ]
    if group_ids is not None:
        conditions.append(Opportunity.group_id.in_(group_ids))
    return unmarked, sa.and_(*conditions)


def writers(
    session: Session, group_ids: Sequence[int], *, now: datetime
) -> dict[int, list[Account]]:
    """Who of each group can sign in and write down who came: its owners and editors."""
    found: dict[int, list[Account]] = defaultdict(list)
    for member in session.scalars(
        sa.select(GroupMember)
        .options(joinedload(GroupMember.account))
        .where(
            GroupMember.group_id.in_(group_ids),
            GroupMember.role.in_(WRITES),
        )
        .order_by(GroupMember.id)
    ):
        # Who was invited and never came in has no way to the reception.
        if member.account.password_hash is not None and may_sign_in(member.account, now=now):
            found[member.group_id].append(member.account)
    return found
