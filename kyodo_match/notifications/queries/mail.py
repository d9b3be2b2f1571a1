"""Reading the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.notifications.models import OutboxMessage, PhoneCall, UndeliverableAddress
from kyodo_match.notifications.rules import UNDELIVERABLE_FOR, WAITING_CALLS, MessageState

PER_PAGE = 50
# What nobody has done anything about for so long is history, not work.
_OLDEST_WORK = timedelta(days=30)


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


def distrusted(session: Session, address: str) -> UndeliverableAddress | None:
    """Why nothing is sent to an address, where that is so."""
    return session.scalars(
        sa.select(UndeliverableAddress).where(UndeliverableAddress.address == address)
    ).one_or_none()


def distrusted_among(session: Session, addresses: Collection[str], *, now: datetime) -> set[str]:
    """Those of some addresses that nothing is sent to."""
    return set(
        session.scalars(
            sa.select(UndeliverableAddress.address).where(
                UndeliverableAddress.address.in_(addresses),
                UndeliverableAddress.since > now - UNDELIVERABLE_FOR,
            )
        )
    )


def last_due(session: Session, kind: str) -> datetime | None:
    """When the last letter of a kind that waits will go out."""
    return session.scalar(
        sa.select(sa.func.max(OutboxMessage.due_at)).where(
            OutboxMessage.state == MessageState.QUEUED, OutboxMessage.kind == kind
        )
    )


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


def failed_to_settle(session: Session, now: datetime) -> int:
    """Messages that failed and that nobody has settled yet: sent again, or told on the phone.

    Source: docs/rules/outbox.md.
    """
    told = sa.exists().where(
        PhoneCall.key == sa.literal("mail-failed:") + OutboxMessage.public_id,
        PhoneCall.outcome.not_in(WAITING_CALLS),
    )
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                OutboxMessage.state == MessageState.FAILED,
                OutboxMessage.created_at > now - _OLDEST_WORK,
                ~told,
            )
        )
        or 0
    )


def people_out_of_reach(session: Session, now: datetime) -> int:
    """Staff and groups whose mail is held back, since it came back before: nobody phones them."""
    held_back = sa.exists().where(UndeliverableAddress.address == OutboxMessage.recipient)
    return (
        session.scalar(
            sa.select(sa.func.count(OutboxMessage.recipient.distinct())).where(
                OutboxMessage.state == MessageState.SUPPRESSED,
                OutboxMessage.signup_id.is_(None),
                OutboxMessage.volunteer_id.is_(None),
                OutboxMessage.wish_id.is_(None),
                OutboxMessage.created_at > now - _OLDEST_WORK,
                held_back,
            )
        )
        or 0
    )


def failed_since(since: datetime) -> sa.Select[OutboxMessage]:
    """Messages that failed and were last due at or after a moment."""
    return sa.select(OutboxMessage).where(
        OutboxMessage.state == MessageState.FAILED, OutboxMessage.due_at >= since
    )


def failed_since_count(session: Session, since: datetime) -> int:
    """How many those are."""
    return (
        session.scalar(sa.select(sa.func.count()).select_from(failed_since(since).subquery())) or 0
    )
