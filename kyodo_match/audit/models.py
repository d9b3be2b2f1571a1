"""監査記録: who did what to which object, when and why. Ids only, never names."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kyodo_match.core.db import Base, int_pk


class AuditEvent(Base):
    """監査記録: one act.

    The actor is an account's public id, `citizen`, `system` or `cli:<user>`.
    """

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("ix_audit_event_object", "object_kind", "object_id"),)

    id: Mapped[int_pk]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def __repr__(self) -> str:
        return f"<AuditEvent {self.action} {self.object_kind} {self.object_id} by {self.actor}>"
