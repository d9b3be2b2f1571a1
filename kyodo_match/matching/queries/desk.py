"""The coordinator's desk: coming days that lack people, and what waits, in numbers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.core.clock import tokyo_date
from kyodo_match.matching.models import HelpRequest, Proposal
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.proposals import RolePlace
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.opportunities.models import Opportunity, Role, Slot
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotStatus,
)

_MOST_NEEDS = 100


@dataclass(frozen=True)
class DeskNeed:
    """人が足りない日: how many it lacks, which roles are open, who was asked."""

    slot: Slot
    lacks: int
    to_minimum: int
    roles: Sequence[Role]
    days_left: int
    invited: int = 0
    proposed: int = 0
    help_asked_at: datetime | None = None
    open_in_role: Mapping[int | None, int] = field(default_factory=dict)

    @property
    def still(self) -> int:
        """How many more could be put down for it."""
        return max(self.lacks - self.invited - self.proposed, 0)

    @property
    def places(self) -> list[RolePlace]:
        """Its open roles, without those that somebody was put down for."""
        return [
            RolePlace(role.id, role.skill, max(role.free - self.open_in_role.get(role.id, 0), 0))
            for role in self.roles
        ]


_TAKES_PEOPLE = (
    Opportunity.status == OpportunityStatus.PUBLISHED,
    Slot.status == SlotStatus.SCHEDULED,
    Slot.mode != SlotMode.LOTTERY,
    Slot.places_taken + Slot.places_held < Slot.capacity,
    sa.or_(
        Opportunity.kind == OpportunityKind.VOLUNTEER,
        Slot.minimum > Slot.places_taken,
    ),
)
_HELP_ASKED = sa.exists().where(HelpRequest.slot_id == Slot.id, HelpRequest.settled_at.is_(None))
_SLOTS = (
    sa.select(Slot)
    .join(Slot.opportunity)
    .options(
        joinedload(Slot.opportunity, innerjoin=True).joinedload(Opportunity.group, innerjoin=True),
        selectinload(Slot.role_rows),
    )
)


def desk_needs(session: Session, *, now: datetime) -> list[DeskNeed]:
    """Coming days that lack people: volunteer needs with places, others below their minimum.

    Who asked for help comes first, then by day.
    """
    slots = session.scalars(
        _SLOTS.where(*_TAKES_PEOPLE, Slot.last_call > now)
        .order_by(_HELP_ASKED.desc(), Slot.starts_at, Slot.id)
        .limit(_MOST_NEEDS)
    ).all()
    return _needs(session, slots, now=now)


def desk_need(session: Session, slot_id: str, *, now: datetime) -> DeskNeed | None:
    """One day, whether or not it lacks people."""
    slot = session.scalars(_SLOTS.where(Slot.public_id == slot_id)).one_or_none()
    return _needs(session, [slot], now=now)[0] if slot else None


def _needs(session: Session, slots: Sequence[Slot], *, now: datetime) -> list[DeskNeed]:
    ids = [slot.id for slot in slots]
    asked: Counter[tuple[int, ProposalState]] = Counter()
    in_role: dict[int, Counter[int | None]] = defaultdict(Counter)
    for slot_id, state, role_id, number in session.execute(
        sa.select(Proposal.slot_id, Proposal.state, Proposal.role_id, sa.func.count())
        .where(Proposal.slot_id.in_(ids), Proposal.state.in_(rules.OPEN))
        .group_by(Proposal.slot_id, Proposal.state, Proposal.role_id)
    ):
        asked[slot_id, state] += number
        in_role[slot_id][role_id] += number
    asked_help = session.execute(
        sa.select(HelpRequest.slot_id, HelpRequest.asked_at).where(
            HelpRequest.slot_id.in_(ids), HelpRequest.settled_at.is_(None)
        )
    )
    helped = {row.slot_id: row.asked_at for row in asked_help}
    return [
        DeskNeed(
            slot=slot,
            lacks=_lacks(slot),
            to_minimum=max((slot.minimum or 0) - slot.places_taken, 0),
            roles=_open_roles(slot),
            days_left=max((tokyo_date(slot.last_call) - tokyo_date(now)).days, 0),
            invited=asked[slot.id, ProposalState.INVITED],
            proposed=asked[slot.id, ProposalState.PROPOSED],
            help_asked_at=helped.get(slot.id),
            open_in_role=in_role[slot.id],
        )
        for slot in slots
    ]


def _lacks(slot: Slot) -> int:
    if slot.opportunity.kind is OpportunityKind.VOLUNTEER:
        return slot.places.free
    return max((slot.minimum or 0) - slot.places_taken, 0)


def _open_roles(slot: Slot) -> list[Role]:
    if slot.opportunity.kind is not OpportunityKind.VOLUNTEER:
        return []
    return [role for role in slot.role_rows if role.free]


@dataclass(frozen=True)
class Waiting:
    """What waits on the desk, in numbers."""

    help_asked: int
    proposed: int


def waiting(session: Session, *, now: datetime) -> Waiting:
    """How many groups asked for help with a day that lacks people, how many proposals wait."""
    helped = session.scalar(
        sa.select(sa.func.count(HelpRequest.id))
        .join(Slot, Slot.id == HelpRequest.slot_id)
        .join(Slot.opportunity)
        .where(HelpRequest.settled_at.is_(None), *_TAKES_PEOPLE, Slot.last_call > now)
    )
    proposed = session.scalar(
        sa.select(sa.func.count(Proposal.id)).where(Proposal.state == ProposalState.PROPOSED)
    )
    return Waiting(helped or 0, proposed or 0)


def invited_of_groups(session: Session, group_ids: Collection[int]) -> dict[int, int]:
    """How many think about each day of some groups: all that a group may know of them."""
    rows = session.execute(
        sa.select(Proposal.slot_id, sa.func.count())
        .join(Slot, Slot.id == Proposal.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(
            Opportunity.group_id.in_(group_ids),
            Proposal.state == ProposalState.INVITED,
        )
        .group_by(Proposal.slot_id)
    )
    return {row[0]: row[1] for row in rows}


def open_help_request(session: Session, slot: Slot) -> HelpRequest | None:
    """Whether the group waits for the coordinator's help with a day."""
    return session.scalars(
        sa.select(HelpRequest).where(
            HelpRequest.slot_id == slot.id, HelpRequest.settled_at.is_(None)
        )
    ).one_or_none()
