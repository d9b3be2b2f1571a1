"""What failed, sent again in one go."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.notifications import queries
from kyodo_match.notifications.services.delivering import queue_again


@use_case
def send_failed_again(session: Session, *, since: datetime, actor: str, now: datetime) -> int:
    """Try everything at once that has failed since a moment; how many messages that is.

    For the hour after the mail server was put right. Each has all its tries before it, and its
    address is believed in again: a server that refuses everything says nothing about addresses.
    """
    rows = session.scalars(queries.failed_since(since).with_for_update(skip_locked=True)).all()
    for message in rows:
        queue_again(session, message, actor=actor, now=now)
    return len(rows)
