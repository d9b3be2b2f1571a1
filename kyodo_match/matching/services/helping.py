"""人集めの相談: a group asks the coordinator to find people for a day."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import public_id, use_case
from kyodo_match.matching.errors.volunteers import AskedForHelp, DayNotOpen
from kyodo_match.matching.models import HelpRequest
from kyodo_match.matching.queries.desk import open_help_request
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode, SlotStatus


@use_case
def ask_for_help(session: Session, *, slot_id: str, actor: str, now: datetime) -> None:
    """Put a line on the coordinator's desk. Raises NoResultFound, DayNotOpen, AskedForHelp."""
    slot = locked_slot(session, slot_id)
    is_public = slot.opportunity.status is OpportunityStatus.PUBLISHED
    is_drawn, is_full = slot.mode is SlotMode.LOTTERY, slot.places_taken >= slot.capacity
    if not is_public or slot.status is not SlotStatus.SCHEDULED or now >= slot.last_call:
        raise DayNotOpen
    if is_drawn or is_full:
        raise DayNotOpen
    if open_help_request(session, slot) is not None:
        raise AskedForHelp
    request = HelpRequest(public_id=public_id(), slot_id=slot.id, asked_at=now, asked_by=actor)
    session.add(request)
    record(
        session,
        "help.asked",
        actor=actor,
        object_kind="help_request",
        object_id=request.public_id,
        now=now,
        slot=slot_id,
    )


@use_case
def settle_help(session: Session, *, slot_id: str, actor: str, now: datetime) -> None:
    """The coordinator has looked after it; nothing where nobody asked. Raises NoResultFound."""
    settle(session, locked_slot(session, slot_id), actor=actor, now=now)


def settle(session: Session, slot: Slot, *, actor: str, now: datetime) -> None:
    """A step: nobody waits for help with a locked day any more."""
    request = open_help_request(session, slot)
    if request is None:
        return
    request.settled_at, request.settled_by = now, actor
    record(
        session,
        "help.settled",
        actor=actor,
        object_kind="help_request",
        object_id=request.public_id,
        now=now,
        slot=slot.public_id,
    )
