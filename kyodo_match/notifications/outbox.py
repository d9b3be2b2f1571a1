"""What other slices write in their own transaction: a letter to deliver, a call to make."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kyodo_match.core.db import public_id
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome

_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


@dataclass(frozen=True)
class Letter:
    """A plain-text mail that stands alone; subject and body may carry placeholders."""

    kind: str
    subject: str
    body: str
    calendar: str | None = None
    calendar_method: str | None = None


def enqueue(
    session: Session,
    letter: Letter,
    *,
    key: str,
    recipient: str,
    now: datetime,
    signup_id: str | None = None,
    access_version: int | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """Put a letter into the outbox; the same key again gives the row that is there.

    `signup_id` and `access_version` say whose link and PIN fill the placeholders at delivery.
    """
    identity = public_id()
    _insert_once(
        session,
        OutboxMessage,
        key=key,
        public_id=identity,
        kind=letter.kind,
        recipient=recipient,
        subject=letter.subject,
        body=letter.body,
        calendar=letter.calendar,
        calendar_method=letter.calendar_method,
        signup_id=signup_id,
        access_version=access_version,
        message_id=f"{identity}.{public_id()}",
        due_at=due_at or now,
        created_at=now,
    )
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.key == key)).one()


def call(
    session: Session,
    *,
    key: str,
    kind: str,
    signup_id: str,
    script: str,
    now: datetime,
    due_at: datetime | None = None,
) -> PhoneCall:
    """Put a call on the staff's list; the same key again gives the row that is there."""
    _insert_once(
        session,
        PhoneCall,
        key=key,
        public_id=public_id(),
        kind=kind,
        signup_id=signup_id,
        script=script,
        due_at=due_at,
        created_at=now,
    )
    return session.scalars(sa.select(PhoneCall).where(PhoneCall.key == key)).one()


def settle_calls(
    session: Session, *, signup_id: str, outcome: CallOutcome, by: str, now: datetime
) -> None:
    """Close the open calls of a sign-up: what they would have said no longer matters."""
    session.execute(
        sa.update(PhoneCall)
        .where(PhoneCall.signup_id == signup_id, PhoneCall.outcome.in_(WAITING_CALLS))
        .values(outcome=outcome, done_by=by, done_at=now)
    )


def _insert_once(
    session: Session, model: type[OutboxMessage | PhoneCall], **values: object
) -> None:
    """Insert unless the key is there: two workers with the same thing to say do not collide."""
    insert = _INSERT[session.get_bind().dialect.name]
    session.execute(insert(model).values(**values).on_conflict_do_nothing(index_elements=["key"]))
