"""Makers of messages and calls: all that a test does not name is filled in."""

from datetime import datetime
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
from kyodo_match.notifications import outbox, queries
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.outbox import Letter
from tests.support.clock import START

_numbers = count(1)


@use_case
def make_message(
    session: Session,
    /,
    *,
    recipient: str = "hanako@example.jp",
    letter: Letter | None = None,
    key: str | None = None,
    signup_id: str | None = None,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """A message that is due at the tests' own hour."""
    key = key or f"message:{next(_numbers)}"
    outbox.enqueue(
        session,
        letter or Letter("note", "お知らせ", "こんにちは。\n"),
        key=key,
        recipient=recipient,
        now=START,
        signup_id=signup_id,
        access_version=1 if signup_id else None,
        due_at=due_at,
    )
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.key == key)).one()


@use_case
def make_call(
    session: Session, /, *, signup_id: str, key: str | None = None, kind: str = "signup-offer"
) -> PhoneCall:
    """A call that is to be made."""
    key = key or f"call:{next(_numbers)}"
    outbox.call(
        session,
        key=key,
        kind=kind,
        signup_id=signup_id,
        script="席が空きました。",
        now=START,
    )
    return session.scalars(sa.select(PhoneCall).where(PhoneCall.key == key)).one()


def message_now(message: OutboxMessage) -> OutboxMessage:
    """The message as the database has it by now."""
    session = db.session()
    session.rollback()
    found = queries.message(session, message.public_id)
    if found is None:
        raise AssertionError(message)
    session.refresh(found)
    return found


def all_calls() -> list[PhoneCall]:
    """Every call as the database holds it now, the oldest first."""
    db.session().expire_all()
    return list(db.session().scalars(sa.select(PhoneCall).order_by(PhoneCall.id)))
