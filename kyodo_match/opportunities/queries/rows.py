"""Opportunities and slots one by one, and the lists of groups and staff."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.queries import comes_in
from kyodo_match.audit.models import AuditEvent
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import WRITES, GroupStatus
from kyodo_match.opportunities.models import Opportunity, Role, Slot
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotState,
    SlotStatus,
    slot_state,
)

T = TypeVar("T")
_ID = re.compile(r"[0-9a-f]{12}")
PUBLIC = (OpportunityStatus.PUBLISHED, OpportunityStatus.CLOSED)


def locked_slot(session: Session, public_id: str) -> Slot:
    """The slot, locked and fresh, with its opportunity: the one way to lock a slot.

    The opportunity is read in a statement of its own, after the lock: in the same one PostgreSQL
    would give it as it was before the wait. Raises NoResultFound.
    """
    slot = session.scalars(_LOCKED_SLOT, {"public_id": public_id}).one()
    opportunity = session.scalars(_OPPORTUNITY_OF_SLOT, {"id": slot.opportunity_id}).one()
    set_committed_value(slot, "opportunity", opportunity)
    return slot


_LOCKED_SLOT = (
    sa.select(Slot)
    .where(Slot.public_id == sa.bindparam("public_id"))
    .with_for_update(of=Slot)
    .execution_options(populate_existing=True)
)
_OPPORTUNITY_OF_SLOT = (
    sa.select(Opportunity)
    .where(Opportunity.id == sa.bindparam("id"))
    .execution_options(populate_existing=True)
)


def _one(session: Session, statement: sa.Select[T], public_id: str) -> T | None:
    """The row of an id as addresses carry it; what is no id (PostgreSQL refuses NUL) has none."""
    if _ID.fullmatch(public_id) is None:
        return None
    return session.scalars(statement, {"public_id": public_id}).one_or_none()


def slot_by_id(session: Session, public_id: str) -> Slot | None:
    """A slot in whatever state, with its opportunity and group."""
    return _one(session, _SLOT, public_id)


def published_slot(session: Session, public_id: str) -> Slot | None:
    """A slot whose opportunity is published, with its opportunity and group."""
    return _one(session, _PUBLISHED_SLOT, public_id)


def public_slot(session: Session, public_id: str) -> Slot | None:
    """A slot whose opportunity everybody may see, with its opportunity and group."""
    return _one(session, _PUBLIC_SLOT, public_id)


_SLOT = (
    sa.select(Slot)
    .join(Slot.opportunity)
    .join(Opportunity.group)
    .where(Slot.public_id == sa.bindparam("public_id"))
    .options(contains_eager(Slot.opportunity).contains_eager(Opportunity.group))
)
_PUBLISHED_SLOT = _SLOT.where(Opportunity.status == OpportunityStatus.PUBLISHED)
_PUBLIC_SLOT = _SLOT.where(Opportunity.status.in_(PUBLIC))


def opportunity_by_id(session: Session, public_id: str) -> Opportunity | None:
    """An opportunity in whatever state, with its group and slots."""
    return _with_roles(session, _one(session, _OPPORTUNITY, public_id))


def public_opportunity(session: Session, public_id: str) -> Opportunity | None:
    """An opportunity that everybody may see: published, or closed since."""
    return _with_roles(session, _one(session, _PUBLIC_OPPORTUNITY, public_id))


def _with_roles(session: Session, opportunity: Opportunity | None) -> Opportunity | None:
    """The roles of all its days in one statement; only volunteer needs have any."""
    if opportunity is None or opportunity.kind is not OpportunityKind.VOLUNTEER:
        return opportunity
    rows = session.scalars(
        sa.select(Role)
        .join(Slot, Slot.id == Role.slot_id)
        .where(Slot.opportunity_id == opportunity.id)
        .order_by(Role.slot_id, Role.position)
    ).all()
    for slot in opportunity.slots:
        own = [row for row in rows if row.slot_id == slot.id]
        set_committed_value(slot, "role_rows", own)
    return opportunity


_OPPORTUNITY = (
    sa.select(Opportunity)
    .where(Opportunity.public_id == sa.bindparam("public_id"))
    .options(joinedload(Opportunity.group, innerjoin=True), selectinload(Opportunity.slots))
)
_PUBLIC_OPPORTUNITY = _OPPORTUNITY.where(Opportunity.status.in_(PUBLIC))


def locked_opportunity(session: Session, public_id: str) -> Opportunity:
    """The opportunity, locked and fresh: its edges and edits queue here. Raises NoResultFound.

    Its key stays, so who writes a row that points at it (a change of one of its days, under that
    day's lock alone) does not wait here: waiting both ways would be a deadlock.
    """
    return session.scalars(
        sa.select(Opportunity)
        .where(Opportunity.public_id == public_id)
        .options(selectinload(Opportunity.group))
        .with_for_update(of=Opportunity, key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def locked_slots(session: Session, opportunity: Opportunity) -> Sequence[Slot]:
    """All days of a locked opportunity, locked in the order of their keys."""
    return session.scalars(
        sa.select(Slot)
        .where(Slot.opportunity_id == opportunity.id)
        .order_by(Slot.id)
        .with_for_update(of=Slot)
        .execution_options(populate_existing=True)
    ).all()


def is_counted_on(slot: Slot, *, now: datetime) -> bool:
    """Whether people have signed up for a day that is still to come, or wish for it in a draw."""
    return (
        slot.ends_at > now
        and slot.status is not SlotStatus.CANCELLED
        and (slot.is_applied_for or slot.mode is SlotMode.LOTTERY)
    )


def times_taken(slots: Iterable[Slot]) -> list[tuple[datetime, datetime]]:
    """Start and end of the days that are held: what a further day must not run into."""
    return [
        (slot.starts_at, slot.ends_at)
        for slot in slots
        if slot.status is not SlotStatus.CANCELLED and not slot.standing
    ]


@dataclass(frozen=True)
class Day:
    """A slot with what it is at a moment."""

    slot: Slot
    state: SlotState
    free: int


@dataclass(frozen=True)
class Days:
    """The days of an opportunity: those to come, and those that are over, the latest first."""

    coming: Sequence[Day]
    past: Sequence[Day]


def days_of(opportunity: Opportunity, *, now: datetime) -> Days:
    """The loaded slots of an opportunity as a reader sees them now."""
    days = [_day(slot, now) for slot in opportunity.slots]
    return Days(
        coming=[day for day in days if day.slot.ends_at > now],
        past=[day for day in reversed(days) if day.slot.ends_at <= now],
    )


def _day(slot: Slot, now: datetime) -> Day:
    state = slot_state(
        slot.status,
        slot.places,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        ends_at=slot.ends_at,
        now=now,
        mode=slot.mode,
    )
    return Day(slot, state, slot.places.free)


# --- For groups and staff ---------------------------------------------------


def of_groups(session: Session, group_ids: Sequence[int]) -> Sequence[Opportunity]:
    """What these groups have written, the latest change first."""
    return session.scalars(
        sa.select(Opportunity)
        .where(Opportunity.group_id.in_(group_ids))
        .options(joinedload(Opportunity.group, innerjoin=True), selectinload(Opportunity.slots))
        .order_by(Opportunity.updated_at.desc(), Opportunity.id.desc())
    ).all()


def in_state(
    session: Session, status: OpportunityStatus, *, page: int = 1, size: int = 50
) -> tuple[Sequence[Opportunity], int]:
    """One page of a state's opportunities, what waits longest first, and their number."""
    longest = status is OpportunityStatus.SUBMITTED
    order = Opportunity.submitted_at if longest else Opportunity.updated_at.desc()
    rows = session.scalars(
        sa.select(Opportunity)
        .where(Opportunity.status == status)
        .options(joinedload(Opportunity.group, innerjoin=True), selectinload(Opportunity.slots))
        .order_by(order, Opportunity.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return rows, count_by_state(session).get(status, 0)


def all_registered(session: Session) -> Sequence[Group]:
    """The register in 五十音順: whom a coordinator may write for."""
    return session.scalars(
        sa.select(Group)
        .where(Group.status == GroupStatus.REGISTERED)
        .order_by(Group.kana, Group.name)
    ).all()


def count_by_state(session: Session) -> dict[OpportunityStatus, int]:
    """How many opportunities are in each state."""
    rows = session.execute(
        sa.select(Opportunity.status, sa.func.count().label("number")).group_by(Opportunity.status)
    )
    return {row.status: row.number for row in rows}


@dataclass(frozen=True)
class Act:
    """What was done; `who` is the account's name, blank for a command or the system."""

    at: datetime
    action: str
    actor: str
    who: str
    reason: str


def history(session: Session, opportunity: Opportunity) -> Sequence[Act]:
    """What was done with an opportunity and its days, the latest first."""
    ids = [opportunity.public_id, *(slot.public_id for slot in opportunity.slots)]
    rows = session.execute(
        sa.select(AuditEvent, Account.name)
        .outerjoin(Account, Account.public_id == AuditEvent.actor)
        .where(
            AuditEvent.object_kind.in_(("opportunity", "slot")),
            AuditEvent.object_id.in_(ids),
        )
        .order_by(AuditEvent.id.desc())
    )
    return [
        Act(event.at, event.action, event.actor, name or "", event.reason) for event, name in rows
    ]


def writers_of(session: Session, group_id: int, *, today: date) -> Sequence[str]:
    """Mail addresses of the group's owners and editors: who is told about its opportunities."""
    return session.scalars(
        sa.select(Account.email)
        .join(GroupMember, GroupMember.account_id == Account.id)
        .where(
            GroupMember.group_id == group_id,
            GroupMember.role.in_(WRITES),
            *comes_in(today=today),
        )
        .order_by(GroupMember.id)
    ).all()


def registered_groups(session: Session, names: Collection[str]) -> dict[str, Group]:
    """The registered groups among some names."""
    found = session.scalars(
        sa.select(Group).where(Group.name.in_(names), Group.status == GroupStatus.REGISTERED)
    )
    return {group.name: group for group in found}


def days_taken(
    session: Session, group_ids: Collection[int]
) -> set[tuple[int, str, datetime, datetime]]:
    """Group, title, start and end of every day that these groups have on file."""
    rows = session.execute(
        sa.select(Opportunity.group_id, Opportunity.title, Slot.starts_at, Slot.ends_at)
        .join(Slot, Slot.opportunity_id == Opportunity.id)
        .where(
            Opportunity.group_id.in_(group_ids),
            Opportunity.status != OpportunityStatus.WITHDRAWN,
        )
    )
    return {(group, title, start, end) for group, title, start, end in rows}
