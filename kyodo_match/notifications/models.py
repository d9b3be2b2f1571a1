"""送信: the outbox, the phone list and the worker's pulse."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kyodo_match.core.db import Base, by_value, hex_id, int_pk
from kyodo_match.notifications.rules import CallOutcome, MessageState


class OutboxMessage(Base):
    """送信待ちのメール: written with what causes it, delivered by the worker.

    `body` carries placeholders (`[[manage-link]]`, `[[pin]]`…) that are filled in at delivery, so
    that nobody who reads the row holds a link. `signup_id` and `access_version` say whose link.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (sa.Index("ix_outbox_message_due", "state", "due_at"),)

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    key: Mapped[str] = mapped_column(
        unique=True
    )  # the idempotency key: reminder:slot:12:signup:345
    kind: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    spoken: Mapped[str | None]  # what somebody says who phones because it did not arrive
    calendar: Mapped[str | None]
    calendar_method: Mapped[str | None]
    signup_id: Mapped[str | None] = mapped_column(sa.String(12), index=True)
    access_version: Mapped[int | None]
    invitation_id: Mapped[str | None] = mapped_column(sa.String(12))  # whose [[account-link]]
    # Whose [[wish-link]] and [[unsubscribe-link]], or [[volunteer-link]]; with access_version.
    wish_id: Mapped[str | None] = mapped_column(sa.String(12), index=True)
    volunteer_id: Mapped[str | None] = mapped_column(sa.String(12), index=True)
    message_id: Mapped[str]  # the same on every try, so that a second copy is recognised
    state: Mapped[MessageState] = mapped_column(
        by_value(MessageState), default=MessageState.QUEUED
    )
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    def __repr__(self) -> str:
        return f"<OutboxMessage {self.public_id} {self.kind} {self.state}>"


class PhoneCall(Base):
    """電話連絡票: what a mail would have said, for someone without e-mail or past writing."""

    __tablename__ = "phone_call"
    __table_args__ = (
        sa.CheckConstraint("(signup_id = '') <> (volunteer_id = '')", name="about_one"),
    )

    id: Mapped[int_pk]
    public_id: Mapped[hex_id]
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    # About an application or about a registered volunteer: the other is empty.
    signup_id: Mapped[str] = mapped_column(sa.String(12), default="", index=True)
    volunteer_id: Mapped[str] = mapped_column(sa.String(12), default="", index=True)
    script: Mapped[str]
    outcome: Mapped[CallOutcome] = mapped_column(by_value(CallOutcome), default=CallOutcome.OPEN)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")


class WorkerPulse(Base):
    """ワーカーの脈: when a worker last went round, one row a worker."""

    __tablename__ = "worker_pulse"

    id: Mapped[int_pk]
    name: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]


class CallTry(Base):
    """架電記録: one try to reach somebody; the call itself carries where it stands."""

    __tablename__ = "call_try"

    id: Mapped[int_pk]
    phone_call_id: Mapped[int] = mapped_column(sa.ForeignKey("phone_call.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    outcome: Mapped[CallOutcome] = mapped_column(by_value(CallOutcome))
    note: Mapped[str] = mapped_column(default="")


class UndeliverableAddress(Base):
    """届かないアドレス: mail to it came back; what it would have said is phoned instead."""

    __tablename__ = "undeliverable_address"

    id: Mapped[int_pk]
    address: Mapped[str] = mapped_column(unique=True)
    since: Mapped[datetime]
    reason: Mapped[str]


class JobPulse(Base):
    """定期処理の脈: when each job of the worker last went through, or failed, and why."""

    __tablename__ = "job_pulse"

    id: Mapped[int_pk]
    name: Mapped[str] = mapped_column(unique=True)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
