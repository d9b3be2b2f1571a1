"""Delivery: what a worker takes into its hands, and what came of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.notifications import outbox, queries
from kyodo_match.notifications.delivery import Parcel
from kyodo_match.notifications.errors import NotToBeRetried
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import LEASE, RETRIABLE, MessageState, wait_after
from kyodo_match.notifications.services.bouncing import give_up


@use_case
def lease(session: Session, *, now: datetime, most: int) -> list[Parcel]:
    """Take the oldest due messages into this worker's hands, for a time."""
    rows = session.scalars(
        queries.due(now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    until = now + LEASE
    for row in rows:
        row.state = MessageState.SENDING
        row.leased_until = until
    return [
        Parcel(
            public_id=row.public_id,
            recipient=row.recipient,
            subject=row.subject,
            body=row.body,
            calendar=row.calendar,
            calendar_method=row.calendar_method,
            signup_id=row.signup_id,
            access_version=row.access_version,
            invitation_id=row.invitation_id,
            volunteer_id=row.volunteer_id,
            wish_id=row.wish_id,
            message_id=row.message_id,
            leased_until=until,
        )
        for row in rows
    ]


@use_case
def note_sent(session: Session, *, parcel: Parcel, now: datetime) -> None:
    """The server has taken it; true whoever holds the lease by now."""
    message = queries.message(session, parcel.public_id)
    if message is None:
        return
    message.state = MessageState.SENT
    message.sent_at = now
    message.leased_until = None
    message.last_error = None


@use_case
def note_failed(
    session: Session,
    *,
    parcel: Parcel,
    reason: str,
    for_good: bool,
    now: datetime,
    of_address: bool = False,
) -> None:
    """Count a failed try: again later, or given up, with a call for the staff to make.

    `of_address` says that the address takes no mail at all. Source: docs/rules/bounces.md.
    """
    message = _held(session, parcel)
    if message is None:
        return
    message.tries += 1
    message.last_error = reason
    message.leased_until = None
    wait = None if for_good else wait_after(message.tries)
    if wait is not None:
        message.state = MessageState.RETRY
        message.due_at = now + wait
        return
    give_up(session, message, reason=reason, of_address=of_address, now=now)


@use_case
def put_back(session: Session, *, parcels: list[Parcel]) -> None:
    """Give up the lease of what was not tried: it is due as before."""
    for parcel in parcels:
        message = _held(session, parcel)
        if message is not None:
            message.state = MessageState.RETRY if message.tries else MessageState.QUEUED
            message.leased_until = None


def _held(session: Session, parcel: Parcel) -> OutboxMessage | None:
    """The message, as long as this worker's lease on it stands."""
    return session.scalars(
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.public_id == parcel.public_id,
            OutboxMessage.state == MessageState.SENDING,
            OutboxMessage.leased_until == parcel.leased_until,
        )
        .with_for_update()
    ).one_or_none()


@use_case
def send_again(session: Session, *, message_id: str, actor: str, now: datetime) -> None:
    """Try a failed, waiting or withheld message at once, with all its tries before it.

    Its address is believed in again. Raises NoResultFound, NotToBeRetried.
    """
    message = session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.public_id == message_id).with_for_update()
    ).one()
    if message.state not in RETRIABLE:
        raise NotToBeRetried
    queue_again(session, message, actor=actor, now=now)


def queue_again(session: Session, message: OutboxMessage, *, actor: str, now: datetime) -> None:
    """A step: a message has all its tries before it; its address is believed in again."""
    outbox.free_address(session, message.recipient)
    message.state = MessageState.QUEUED
    message.tries = 0
    message.due_at = now
    note(session, "mail.retried", message, actor=actor, now=now)
