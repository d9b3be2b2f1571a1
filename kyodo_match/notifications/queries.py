"""Reading the outbox, the phone list and the pulse."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.notifications.models import OutboxMessage, PhoneCall, WorkerPulse
from kyodo_match.notifications.rules import WAITING_CALLS, MessageState

PER_PAGE = 50


def due(now: datetime) -> sa.Select[OutboxMessage]:
    """Messages to deliver: due, or left behind by a worker whose lease is over."""
    return sa.select(OutboxMessage).where(
        sa.or_(
            sa.and_(
                OutboxMessage.state.in_([MessageState.QUEUED, MessageState.RETRY]),
                OutboxMessage.due_at <= now,
            ),
            sa.and_(
                OutboxMessage.state == MessageState.SENDING, OutboxMessage.leased_until <= now
            ),
        )
    )


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether a lease would find anything: asked every second, so without the writer's gate."""
    return bool(session.scalar(sa.select(due(now).exists())))


def message(session: Session, public_id: str) -> OutboxMessage | None:
    """One message."""
    return session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.public_id == public_id)
    ).one_or_none()


def messages(
    session: Session, *, state: MessageState | None = None, page: int = 1
) -> Sequence[OutboxMessage]:
    """A page of messages, the newest first."""
    found = sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())
    if state is not None:
        found = found.where(OutboxMessage.state == state)
    return session.scalars(found.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()


def message_counts(session: Session) -> dict[MessageState, int]:
    """How many messages are in each state."""
    found = session.execute(
        sa.select(OutboxMessage.state, sa.func.count()).group_by(OutboxMessage.state)
    )
    counts = {state: number for state, number in found}  # noqa: C416 - rows are not pairs to mypy
    return {state: counts.get(state, 0) for state in MessageState}


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the longest-waiting due message waits."""
    return session.scalar(
        sa.select(sa.func.min(OutboxMessage.due_at)).where(
            OutboxMessage.state.in_([MessageState.QUEUED, MessageState.RETRY]),
            OutboxMessage.due_at <= now,
        )
    )


def phone_call(session: Session, public_id: str) -> PhoneCall | None:
    """One call."""
    return session.scalars(
        sa.select(PhoneCall).where(PhoneCall.public_id == public_id)
    ).one_or_none()


def waiting_calls(session: Session) -> Sequence[PhoneCall]:
    """Calls to make, the most urgent first; who was not reached is called again."""
    return session.scalars(
        sa.select(PhoneCall)
        .where(PhoneCall.outcome.in_(WAITING_CALLS))
        .order_by(PhoneCall.due_at.is_(None), PhoneCall.due_at, PhoneCall.id)
    ).all()


def waiting_call_count(session: Session) -> int:
    """How many calls are to be made."""
    return (
        session.scalar(sa.select(sa.func.count()).where(PhoneCall.outcome.in_(WAITING_CALLS))) or 0
    )


def recent_calls(session: Session, *, most: int = 30) -> Sequence[PhoneCall]:
    """Calls that are done, the last first."""
    return session.scalars(
        sa.select(PhoneCall)
        .where(PhoneCall.outcome.not_in(WAITING_CALLS))
        .order_by(PhoneCall.done_at.desc(), PhoneCall.id.desc())
        .limit(most)
    ).all()


def last_beat(session: Session) -> datetime | None:
    """When any worker last went round."""
    return session.scalar(sa.select(sa.func.max(WorkerPulse.beat_at)))
