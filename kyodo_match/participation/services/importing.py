"""Results from before the system."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.models import (
    ImportedParticipation,
)

Line = tuple[date, OpportunityKind, str, str, int, int | None, str]


@use_case
def import_participation(
    session: Session, *, lines: Sequence[Line], now: datetime, actor: str
) -> int:
    """Take results from before; gives how many lines were taken."""
    session.add_all(
        ImportedParticipation(
            day=day,
            kind=kind,
            opportunity=opportunity,
            group=group,
            visits=visits,
            people=people,
            note=note,
            imported_at=now,
        )
        for day, kind, opportunity, group, visits, people, note in lines
    )
    record(
        session,
        "participation.imported",
        actor=actor,
        object_kind="participation",
        object_id="import",
        now=now,
        lines=len(lines),
        visits=sum(line[4] for line in lines),
    )
    return len(lines)
