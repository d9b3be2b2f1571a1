"""The phone list."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.notifications.errors import CallClosed
from kyodo_match.notifications.models import PhoneCall
from kyodo_match.notifications.rules import (
    WAITING_CALLS,
    CallOutcome,
)


@use_case
def close_call(
    session: Session,
    *,
    call_id: str,
    outcome: CallOutcome,
    note: str,
    actor: str,
    now: datetime,
) -> None:
    """Write down what came of a call. Raises NoResultFound, CallClosed.

    Somebody not reached stays on the list with the note, and is called again.
    """
    call = session.scalars(
        sa.select(PhoneCall).where(PhoneCall.public_id == call_id).with_for_update()
    ).one()
    if call.outcome not in WAITING_CALLS:
        raise CallClosed
    call.outcome = outcome
    call.note = note
    call.done_by = actor
    call.done_at = now
    record(
        session,
        "call.closed",
        actor=actor,
        object_kind="phone_call",
        object_id=call_id,
        now=now,
        outcome=outcome.value,
    )
