"""お声がけ: people put down for days, then asked or dropped by the office.

Source: docs/rules/proposals.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.errors import DomainError
from kyodo_match.matching.errors.volunteers import (
    DayNotOpen,
    InvitationOver,
    NotAProposal,
    NotToBeAsked,
    VolunteerRefused,
)
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.invitations import Asking, tell_invited, tell_withdrawn
from kyodo_match.matching.queries.candidates import Candidate, candidates
from kyodo_match.matching.queries.desk import desk_need
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.together import Pick
from kyodo_match.matching.queries.volunteers import lock_volunteers
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.proposals import RolePlace
from kyodo_match.matching.rules.recommending import (
    Need,
    Reason,
    Scorer,
    WeightsSet,
    boosts_of,
    filters_of,
    kept,
)
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.rules.wishes import ShownIn
from kyodo_match.matching.services import helping
from kyodo_match.matching.services.asked import (
    check_not_applied,
    end_proposal,
    locked_proposal,
    note_proposal,
)
from kyodo_match.matching.services.exposure import count_shown
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotMode, SlotStatus
from kyodo_match.settings.queries import neighbourhood
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries as signups


@dataclass(frozen=True)
class Proposed:
    """What came of putting people down: how many were, and why others were not."""

    made: int
    refused: Sequence[tuple[str, DomainError]]


@use_case
def propose(session: Session, *, picks: Sequence[Pick], actor: str, now: datetime) -> Proposed:
    """Put people down for days, for the office to confirm or drop; nobody is told yet.

    Each is judged again under the locks; who cannot be put down is left out and named. Raises
    NoResultFound where a day is not there.
    """
    by_slot: dict[str, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_slot[pick.slot_id].append(pick)
    made, refused = 0, []
    weights = current_weights(session)
    # All days by their keys, as everybody locks them, then all people in one order: nobody waits
    # for somebody who waits for them.
    keys = {row.public_id: row.id for row in session.execute(_KEYS, {"slots": list(by_slot)})}
    in_order = sorted(by_slot, key=lambda slot_id: keys.get(slot_id, 0))
    slots = [locked_slot(session, slot_id) for slot_id in in_order]
    people = lock_volunteers(session, {pick.volunteer_id for pick in picks})
    for slot in slots:
        need = next(iter(coming_needs(session, now=now, slots=[slot.id])), None)
        for pick in sorted(by_slot[slot.public_id], key=lambda one: one.volunteer_id):
            try:
                if pick.volunteer_id not in people:
                    raise NotToBeAsked
                _put_down(
                    session,
                    slot,
                    people[pick.volunteer_id],
                    need,
                    role_id=pick.role_id,
                    weights=weights,
                    actor=actor,
                    now=now,
                )
            except VolunteerRefused as refusal:
                refused.append((pick.volunteer_id, refusal))
            else:
                made += 1
    return Proposed(made, refused)


_KEYS = sa.select(Slot.public_id, Slot.id).where(
    Slot.public_id.in_(sa.bindparam("slots", expanding=True))
)


def _put_down(
    session: Session,
    slot: Slot,
    volunteer: Volunteer,
    need: Need | None,
    *,
    role_id: int | None,
    weights: WeightsSet,
    actor: str,
    now: datetime,
) -> None:
    if need is None or not _takes_people(slot, now=now):
        raise DayNotOpen
    check_not_applied(session, slot, volunteer)
    candidate = candidates(session, now=now, only=[volunteer.id]).get(volunteer.public_id)
    before = session.scalars(
        sa.select(Proposal.state).where(
            Proposal.slot_id == slot.id, Proposal.volunteer_id == volunteer.id
        )
    ).all()
    rules.check_askable(
        state=volunteer.state,
        is_confirmed=volunteer.confirmed_at is not None,
        may_be_asked=candidate is not None,
        open_now=candidate.open_now if candidate else 0,
        before=before,
        filters=filters_of(candidate.person, need, now=now) if candidate else (),
    )
    if candidate is not None:
        _write(
            session,
            slot,
            need,
            candidate,
            role_id=role_id,
            weights=weights,
            actor=actor,
            now=now,
        )


def _write(
    session: Session,
    slot: Slot,
    need: Need,
    candidate: Candidate,
    *,
    role_id: int | None,
    weights: WeightsSet,
    actor: str,
    now: datetime,
) -> None:
    scorer = Scorer(candidate.person, weights, neighbourhood(session))
    reasons: tuple[Reason, ...] = (*scorer.reasons(need), *boosts_of(need, weights, now=now))
    parts, boosts = kept(reasons)
    roles = signups.roles_of(session, slot)
    if role_id not in {role.id for role in roles if role.free}:
        role_id = _role(session, slot, roles, candidate, now=now)
    proposal = Proposal(
        public_id=public_id(),
        slot_id=slot.id,
        role_id=role_id,
        volunteer_id=candidate.volunteer.id,
        state=ProposalState.PROPOSED,
        score=sum(reason.points for reason in reasons),
        parts=parts,
        boosts=boosts,
        weights_version=weights.version,
        proposed_by=actor,
        proposed_at=now,
    )
    session.add(proposal)
    session.flush()
    note_proposal(session, proposal, slot, actor=actor, now=now, score=proposal.score)


def _role(
    session: Session, slot: Slot, roles: Sequence[Role], candidate: Candidate, *, now: datetime
) -> int | None:
    """The role somebody is asked for; where each was asked for already, as if nobody had been."""
    desk = desk_need(session, slot.public_id, now=now)
    left = desk.places if desk else []
    whole = [RolePlace(role.id, role.skill, role.free) for role in roles]
    skills = candidate.person.skills
    return rules.role_for(left, skills) or rules.role_for(whole, skills)


def _takes_people(slot: Slot, *, now: datetime) -> bool:
    return (
        slot.status is SlotStatus.SCHEDULED
        and slot.mode is not SlotMode.LOTTERY
        and now < slot.last_call
        and slot.places_taken < slot.capacity
    )


@use_case
def invite(
    session: Session,
    *,
    proposal_id: str,
    reasons: Sequence[str],
    actor: str,
    now: datetime,
) -> datetime:
    """The office confirms a proposal: its person is asked. Until when they may answer.

    What may have changed since it was made is judged again. `reasons` are what speaks for it, in
    words. Raises NoResultFound, NotAProposal, DayNotOpen, NotToBeAsked, AppliedAlready, BusyThen,
    CannotCome.
    """
    proposal, slot, volunteer = locked_proposal(session, proposal_id)
    if proposal.state is not ProposalState.PROPOSED:
        raise NotAProposal
    need = next(iter(coming_needs(session, now=now, slots=[slot.id])), None)
    closed = slot.closes_at is not None and slot.closes_at <= now
    if need is None or closed or not _takes_people(slot, now=now):
        raise DayNotOpen
    check_not_applied(session, slot, volunteer)
    found = candidates(session, now=now, only=[volunteer.id], without=proposal.id)
    candidate = found.get(volunteer.public_id)
    rules.check_askable(
        state=volunteer.state,
        is_confirmed=volunteer.confirmed_at is not None,
        may_be_asked=candidate is not None,
        open_now=0,
        before=(),
        filters=filters_of(candidate.person, need, now=now) if candidate else (),
    )
    office = office_of(session)
    proposal.answer_by = rules.answer_by(
        now=now,
        last_call=slot.last_call,
        closes_at=slot.closes_at,
        offers_stop_at=slot.offers_stop_at,
        calendar=office.calendar,
    )
    proposal.state = ProposalState.INVITED
    proposal.invited_by, proposal.invited_at = actor, now
    volunteer.last_asked_at = now
    helping.settle(session, slot, actor=actor, now=now)
    first = rules.is_phoned_first(
        now=now, last_call=slot.last_call, offers_stop_at=slot.offers_stop_at
    )
    asking = Asking(proposal, volunteer, slot, office, phone_first=first)
    tell_invited(session, asking, reasons=reasons, now=now)
    count_shown(session, {slot.opportunity.group_id: 1}, shown_in=ShownIn.PROPOSAL, now=now)
    note_proposal(session, proposal, slot, actor=actor, now=now)
    return proposal.answer_by


@use_case
def withdraw(session: Session, *, proposal_id: str, actor: str, now: datetime) -> None:
    """The office drops a proposal, or takes an invitation back and says so.

    Raises NoResultFound, InvitationOver.
    """
    proposal, slot, volunteer = locked_proposal(session, proposal_id)
    if proposal.state not in rules.OPEN:
        raise InvitationOver
    was_asked = proposal.state is ProposalState.INVITED
    end_proposal(session, proposal, slot, ProposalState.WITHDRAWN, actor=actor, now=now)
    if was_asked:
        office = office_of(session)
        tell_withdrawn(session, proposal, volunteer, slot, office=office, now=now)
