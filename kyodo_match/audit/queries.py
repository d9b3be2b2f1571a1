"""Reading the audit record."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent


def history(session: Session, object_kind: str, object_id: str) -> Sequence[AuditEvent]:
    """Everything that was done to an object, the oldest first."""
    return session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.object_kind == object_kind, AuditEvent.object_id == object_id)
        .order_by(AuditEvent.id)
    ).all()
