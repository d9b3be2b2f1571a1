"""The phone list."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.notifications import queries
from kyodo_match.notifications.errors import CallClosed, CallTriedMeanwhile
from kyodo_match.notifications.models import CallTry, PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome


@use_case
def close_call(
    session: Session,
    *,
    call_id: str,
    outcome: CallOutcome,
    note: str,
    actor: str,
    now: datetime,
    tries_seen: int | None = None,
) -> None:
    """Write down what came of a try. Raises NoResultFound, CallClosed, CallTriedMeanwhile.

    Somebody not reached stays on the list with the note, and is called again. `tries_seen` is
    how many tries the person saw who phoned: somebody else's since then is not passed over.
    Source: docs/rules/phone-list.md.
    """
    call = session.scalars(
        sa.select(PhoneCall).where(PhoneCall.public_id == call_id).with_for_update()
    ).one()
    if call.outcome not in WAITING_CALLS:
        raise CallClosed(call.done_at or now)
    tries = queries.tries_of(session, [call])[call.id]
    if tries_seen is not None and len(tries) > tries_seen:
        raise CallTriedMeanwhile(tries[-1].at)
    session.add(CallTry(phone_call_id=call.id, at=now, by=actor, outcome=outcome, note=note))
    call.outcome = outcome
    call.note = note
    call.done_by = actor
    call.done_at = now
    record(
        session,
        "call.closed" if outcome not in WAITING_CALLS else "call.tried",
        actor=actor,
        object_kind="phone_call",
        object_id=call_id,
        now=now,
        outcome=outcome.value,
    )
