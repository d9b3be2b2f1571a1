"""The steps that every use case of お声がけ shares: its locks, its end, its line of the audit."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.audit.services import CITIZEN, SYSTEM, note
from kyodo_match.matching.errors.volunteers import AppliedAlready
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.invitations import invitation_key
from kyodo_match.matching.outbox.volunteers import VolunteerKind
from kyodo_match.matching.queries.volunteers import locked_volunteer
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.signups import queries as signups


def locked_proposal(session: Session, proposal_id: str) -> tuple[Proposal, Slot, Volunteer]:
    """Day, person and proposal, locked in that order and fresh. Raises NoResultFound."""
    slot_id, volunteer_id = session.execute(
        sa.select(Slot.public_id, Volunteer.public_id)
        .select_from(Proposal)
        .join(Slot, Slot.id == Proposal.slot_id)
        .join(Volunteer, Volunteer.id == Proposal.volunteer_id)
        .where(Proposal.public_id == proposal_id)
    ).one()
    slot = locked_slot(session, slot_id)
    volunteer = locked_volunteer(session, volunteer_id)
    proposal = session.scalars(
        sa.select(Proposal)
        .where(Proposal.public_id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return proposal, slot, volunteer


def check_not_applied(session: Session, slot: Slot, volunteer: Volunteer) -> None:
    """Nobody is asked for a day that they have applied for. Raises AppliedAlready."""
    found = signups.application_of(
        session, slot, kana=volunteer.kana, email=volunteer.email, phone=volunteer.phone
    )
    if found is not None:
        raise AppliedAlready


def end_proposal(
    session: Session,
    proposal: Proposal,
    slot: Slot,
    state: ProposalState,
    *,
    actor: str,
    now: datetime,
) -> None:
    """An answer, or that none is awaited any more; the call that would ask is over."""
    proposal.state, proposal.answered_at = state, now
    spoke = actor not in {CITIZEN, SYSTEM} and state in rules.SETTLED
    end_call(session, proposal, told_by=actor if spoke else "", now=now)
    note_proposal(session, proposal, slot, actor=actor, now=now)


def end_call(session: Session, proposal: Proposal, *, now: datetime, told_by: str = "") -> None:
    """A step: nobody has to be phoned about an invitation any more; `told_by` spoke with them."""
    settle_calls(
        session,
        volunteer_id=proposal.volunteer.public_id,
        outcome=CallOutcome.REACHED if told_by else CallOutcome.NOT_NEEDED,
        by=told_by or SYSTEM,
        now=now,
        key=invitation_key(proposal.public_id),
    )


def note_proposal(
    session: Session, proposal: Proposal, slot: Slot, *, actor: str, now: datetime, **facts: Any
) -> None:
    """The audit row of a proposal: its new state."""
    note(
        session,
        f"proposal.{proposal.state}",
        proposal,
        actor=actor,
        now=now,
        slot=slot.public_id,
        **facts,
    )


def withdraw_open(session: Session, volunteer: Volunteer, *, actor: str, now: datetime) -> None:
    """A step: take back what waits for a locked person's answer, or for the office's decision."""
    waiting = session.scalars(
        sa.select(Proposal)
        .options(joinedload(Proposal.slot))
        .where(Proposal.volunteer_id == volunteer.id, Proposal.state.in_(rules.OPEN))
        .order_by(Proposal.id)
        .execution_options(populate_existing=True)
    )
    for proposal in waiting:
        proposal.state, proposal.answered_at = ProposalState.WITHDRAWN, now
        note_proposal(session, proposal, proposal.slot, actor=actor, now=now)
    settle_calls(
        session,
        volunteer_id=volunteer.public_id,
        outcome=CallOutcome.NOT_NEEDED,
        by=SYSTEM,
        now=now,
        kinds=(VolunteerKind.INVITED,),
    )
