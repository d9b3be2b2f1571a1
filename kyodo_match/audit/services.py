"""Writing the audit record: a step of every use case, in its transaction."""

import getpass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import execute_beside

CITIZEN = "citizen"
SYSTEM = "system"


def record(
    session: Session,
    action: str,
    *,
    actor: str,
    object_kind: str,
    object_id: str,
    now: datetime,
    reason: str = "",
    **facts: Any,
) -> None:
    """Note an act; `facts` are ids, states and counts, never what a person typed."""
    execute_beside(
        session,
        _INSERT,
        {
            "at": now,
            "actor": actor,
            "action": action,
            "object_kind": object_kind,
            "object_id": object_id,
            "reason": reason,
            "facts": facts,
        },
    )


# Written at once and for the table: nothing reads the row back as an object.
_INSERT = sa.insert(AuditEvent.metadata.tables[AuditEvent.__tablename__]).inline()


def system_user() -> str:
    """Who acts on the command line, as an actor: the user of the operating system."""
    return f"cli:{getpass.getuser()}"
