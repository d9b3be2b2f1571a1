"""お声がけへの返事: yes, no, or none in time.

Source: docs/rules/proposals.md.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, SYSTEM
from kyodo_match.core.db import use_case
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.errors.volunteers import (
    InvitationMoved,
    InvitationOver,
    NotAgreed,
)
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.invitations import (
    tell_withdrawn,
)
from kyodo_match.matching.rules import proposals as rules
from kyodo_match.matching.rules.volunteers import ProposalState
from kyodo_match.matching.services.asked import end_proposal, locked_proposal
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries as signups
from kyodo_match.signups.errors import Full
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import SURE, Application, Channel, SignupStatus
from kyodo_match.signups.services.applying import check_taken, stand, take_places


class Accepted(StrEnum):
    """What became of somebody who accepted."""

    COMES = "comes"
    FILLED = "filled"
    APPLIED = "applied"  # of their own accord, and that is not decided


@use_case
def decline(session: Session, *, proposal_id: str, now: datetime, actor: str = CITIZEN) -> None:
    """The person says no. The group is never told who. Raises NoResultFound, InvitationOver."""
    proposal, slot, _volunteer = locked_proposal(session, proposal_id)
    _check_open(proposal, now=now)
    end_proposal(session, proposal, slot, ProposalState.DECLINED, actor=actor, now=now)


@use_case
def accept(
    session: Session,
    *,
    proposal_id: str,
    agreed: bool,
    privacy_version: str,
    keys: Keys,
    now: datetime,
    actor: str = CITIZEN,
    seen: int | None = None,
) -> Accepted:
    """The person says yes and that the group may know name and contact: they have a place.

    Where the last place went to somebody else meanwhile nothing is written for them but that; nor
    where they have applied of their own accord and wait for that answer.
    `seen` is the day's calendar sequence as its facts were read. Raises NoResultFound, NotAgreed,
    InvitationOver, InvitationMoved, and what `check_taken` raises.
    """
    if not agreed:
        raise NotAgreed
    proposal, slot, volunteer = locked_proposal(session, proposal_id)
    _check_open(proposal, now=now)
    if seen is not None and seen != slot.calendar_sequence:
        raise InvitationMoved
    application = _application(volunteer, proposal, privacy_version=privacy_version, actor=actor)
    signup = signups.same_person(session, slot, application)
    if signup is None:
        check_taken(slot, application, now=now)
        signup = _sign_up(session, slot, proposal, application, keys=keys, now=now, actor=actor)
    if signup is None or signup.status not in SURE:
        end_proposal(session, proposal, slot, ProposalState.WITHDRAWN, actor=SYSTEM, now=now)
        return Accepted.FILLED if signup is None else Accepted.APPLIED
    session.flush()
    proposal.signup_id = signup.id
    end_proposal(session, proposal, slot, ProposalState.ACCEPTED, actor=actor, now=now)
    return Accepted.COMES


def _application(
    volunteer: Volunteer, proposal: Proposal, *, privacy_version: str, actor: str
) -> Application:
    is_own = actor == CITIZEN
    return Application(
        name=volunteer.name,
        kana=volunteer.kana,
        age_group=volunteer.age_group,
        residency=volunteer.residency,
        district=volunteer.district,
        email=volunteer.email,
        phone=volunteer.phone,
        role=proposal.role.public_id if proposal.role else "",
        certificate=bool(volunteer.certificate),
        channel=Channel.WEB if is_own else Channel.PHONE,
        privacy_version=privacy_version,
        privacy_by="form" if is_own else "oral",
        entered_by=None if is_own else actor,
    )


def _sign_up(
    session: Session,
    slot: Slot,
    proposal: Proposal,
    application: Application,
    *,
    keys: Keys,
    now: datetime,
    actor: str,
) -> Signup | None:
    """A sure place under the slot's lock, or none: nobody who is asked is left on a waitlist."""
    crowd, roles = signups.crowd(session, slot), signups.roles_of(session, slot)
    try:
        status, _role = stand(
            slot,
            proposal.role_id,
            signups.places_of(slot, application.participants),
            crowd=crowd,
            roles=roles,
        )
    except Full:
        return None
    if status is not SignupStatus.CONFIRMED:
        return None
    return take_places(
        session,
        slot,
        application,
        crowd=crowd,
        office=office_of(session),
        keys=keys,
        now=now,
        actor=actor,
        invited=True,
    )


@use_case
def lapse(session: Session, *, proposal_id: str, now: datetime) -> bool:
    """End what nobody can answer any more: past its deadline, or its day has gone.

    Whether there was something to end. Raises NoResultFound.
    """
    proposal, slot, volunteer = locked_proposal(session, proposal_id)
    if proposal.state not in rules.OPEN:
        return False
    gone = slot.status is SlotStatus.CANCELLED
    over = now >= (proposal.answer_by or slot.last_call) or now >= slot.last_call
    if not (gone or over):
        return False
    was_asked = proposal.state is ProposalState.INVITED
    is_expired = was_asked and over and not gone
    state = ProposalState.EXPIRED if is_expired else ProposalState.WITHDRAWN
    end_proposal(session, proposal, slot, state, actor=SYSTEM, now=now)
    if was_asked and gone:
        office = office_of(session)
        tell_withdrawn(session, proposal, volunteer, slot, office=office, now=now)
    return True


def _check_open(proposal: Proposal, *, now: datetime) -> None:
    if proposal.state is not ProposalState.INVITED:
        raise InvitationOver
    if proposal.answer_by is not None and now >= proposal.answer_by:
        raise InvitationOver(proposal.answer_by)
