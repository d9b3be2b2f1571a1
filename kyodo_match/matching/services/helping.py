"""人集めの相談: a group asks the coordinator to find people for a day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import public_id, use_case
from kyodo_match.matching.errors.volunteers import AskedForHelp, DayNotOpen
from kyodo_match.matching.models import HelpRequest
from kyodo_match.matching.queries.desk import open_help_request
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus


@use_case
def ask_for_help(session: Session, *, slot_id: str, actor: str, now: datetime) -> None:
    """Put a line on the coordinator's desk. Raises NoResultFound, DayNotOpen, AskedForHelp."""
    slot = locked_slot(session, slot_id)
    is_public = slot.opportunity.status is OpportunityStatus.PUBLISHED
    if not is_public or slot.status is not SlotStatus.SCHEDULED or now >= slot.last_call:
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
    slot = locked_slot(session, slot_id)
    open_ones = session.scalars(
        sa.select(HelpRequest).where(
            HelpRequest.slot_id == slot.id, HelpRequest.settled_at.is_(None)
        )
    )
    for request in open_ones.all():
        request.settled_at, request.settled_by = now, actor
        record(
            session,
            "help.settled",
            actor=actor,
            object_kind="help_request",
            object_id=request.public_id,
            now=now,
            slot=slot_id,
        )
