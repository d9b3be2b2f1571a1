"""What other slices write in their own transaction: a letter to deliver, a call to make."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kyodo_match.core.db import public_id
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome


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
    invitation_id: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Put a letter into the outbox; the same key again leaves the one that is there.

    `signup_id` and `access_version` say whose link and PIN fill the placeholders at delivery,
    `invitation_id` whose link to an account.
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
        invitation_id=invitation_id,
        message_id=f"{identity}.{public_id()}",
        due_at=due_at or now,
        created_at=now,
    )


def call(
    session: Session,
    *,
    key: str,
    kind: str,
    signup_id: str,
    script: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Put a call on the staff's list; the same key again leaves the one that is there."""
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
    session.execute(_INSERT_ONCE[session.get_bind().dialect.name, model], values)


# Built once, and for the table: by way of the class each letter would be read back as an object.
_INSERT_ONCE = {
    (dialect, model): insert(model.metadata.tables[model.__tablename__]).on_conflict_do_nothing(
        index_elements=["key"]
    )
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    for model in (OutboxMessage, PhoneCall)
}
