"""What failed, sent again in one go."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.notifications import outbox, queries
from kyodo_match.notifications.rules import MessageState


@use_case
def send_failed_again(session: Session, *, since: datetime, actor: str, now: datetime) -> int:
    """Try everything at once that has failed since a moment; how many messages that is.

    For the hour after the mail server was put right. Each has all its tries before it, and its
    address is believed in again: a server that refuses everything says nothing about addresses.
    """
    rows = session.scalars(queries.failed_since(since).with_for_update(skip_locked=True)).all()
    for message in rows:
        outbox.free_address(session, message.recipient)
        message.state = MessageState.QUEUED
        message.tries = 0
        message.due_at = now
        record(
            session,
            "mail.retried",
            actor=actor,
            object_kind="outbox_message",
            object_id=message.public_id,
            now=now,
        )
    return len(rows)
