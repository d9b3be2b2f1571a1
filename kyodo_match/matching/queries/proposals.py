"""What people were put down for and asked."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.outbox import register_count
from kyodo_match.opportunities.rules import (
    SlotStatus,
)

_WHOLE = sa.select(Proposal).options(
    joinedload(Proposal.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True),
    joinedload(Proposal.volunteer, innerjoin=True),
    joinedload(Proposal.role),
    joinedload(Proposal.signup),
)


def proposals_in(session: Session, *states: ProposalState) -> Sequence[Proposal]:
    """Proposals in some states, by their day."""
    return session.scalars(
        _WHOLE.join(Slot, Slot.id == Proposal.slot_id)
        .where(Proposal.state.in_(states))
        .order_by(Slot.starts_at, Slot.id, Proposal.score.desc(), Proposal.id)
    ).all()


def proposals_of_slot(session: Session, slot: Slot) -> Sequence[Proposal]:
    """Everybody who was put down for a day, the latest first."""
    return session.scalars(
        _WHOLE.where(Proposal.slot_id == slot.id).order_by(Proposal.id.desc())
    ).all()


def proposals_of(session: Session, volunteer: Volunteer) -> Sequence[Proposal]:
    """What one person was asked, the latest first; what waits for the office is not theirs yet."""
    return session.scalars(
        _WHOLE.where(
            Proposal.volunteer_id == volunteer.id, Proposal.state != ProposalState.PROPOSED
        ).order_by(Proposal.id.desc())
    ).all()


def open_invitations_of(session: Session, volunteer_id: str) -> Sequence[Proposal]:
    """What somebody is asked and has not answered, by their public id."""
    return session.scalars(
        _WHOLE.join(Volunteer, Volunteer.id == Proposal.volunteer_id)
        .where(Volunteer.public_id == volunteer_id, Proposal.state == ProposalState.INVITED)
        .order_by(Proposal.answer_by, Proposal.id)
    ).all()


def proposal_by_id(session: Session, public_id: str) -> Proposal | None:
    """One proposal with its day and person."""
    return session.scalars(_WHOLE.where(Proposal.public_id == public_id)).one_or_none()


def to_lapse(session: Session, *, now: datetime) -> Sequence[str]:
    """Proposals that nobody can answer any more: past their deadline, or their day has gone."""
    return session.scalars(
        sa.select(Proposal.public_id)
        .join(Slot, Slot.id == Proposal.slot_id)
        .where(
            Proposal.state.in_(rules.OPEN),
            sa.or_(
                Proposal.answer_by <= now,
                Slot.status == SlotStatus.CANCELLED,
                Slot.last_call <= now,
            ),
        )
    ).all()


def count_invited(session: Session, slots: Collection[int]) -> int:
    """How many think about coming to some days, by the days' keys."""
    return session.scalars(
        sa.select(sa.func.count(Proposal.id)).where(
            Proposal.slot_id.in_(slots), Proposal.state == ProposalState.INVITED
        )
    ).one()


register_count(count_invited)
