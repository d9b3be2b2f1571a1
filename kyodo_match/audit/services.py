"""Writing the audit record: a step of every use case, in its transaction."""

import getpass
from datetime import datetime
from typing import Any, Protocol

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


class Kept(Protocol):
    """A row that people know by a public id; its table says what kind of thing it is."""

    @property
    def public_id(self) -> str: ...
    @property
    def __tablename__(self) -> str: ...


def note(
    session: Session,
    action: str,
    row: Kept,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    **facts: Any,
) -> None:
    """Note an act on a row: `record`, where the object is named as its table is."""
    record(
        session,
        action,
        actor=actor,
        object_kind=row.__tablename__,
        object_id=row.public_id,
        now=now,
        reason=reason,
        **facts,
    )


# Written at once and for the table: nothing reads the row back as an object.
_INSERT = sa.insert(AuditEvent.metadata.tables[AuditEvent.__tablename__]).inline()


def system_user() -> str:
    """Who acts on the command line, as an actor: the user of the operating system."""
    return f"cli:{getpass.getuser()}"
