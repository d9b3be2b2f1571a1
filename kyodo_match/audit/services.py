"""Writing the audit record: a step of every use case, in its transaction."""

import getpass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent

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
    session.add(
        AuditEvent(
            at=now,
            actor=actor,
            action=action,
            object_kind=object_kind,
            object_id=object_id,
            reason=reason,
            facts=facts,
        )
    )


def system_user() -> str:
    """Who acts on the command line, as an actor: the user of the operating system."""
    return f"cli:{getpass.getuser()}"
