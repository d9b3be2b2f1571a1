"""変更履歴: what was changed after publication, and what the office has seen of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import HAS_HISTORY, plain_value


def note_change(
    session: Session,
    changed: Opportunity | Slot,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: str,
    now: datetime,
    reason: str = "",
    office: bool = False,
) -> None:
    """A step: keep what stood in a text or a day before; nothing before publication.

    Both hold the changed fields only; a day that is new has no `before`, one that is taken away
    no `after`. What the office changes itself, it has seen: whoever says so, or is of its staff.
    Source: docs/rules/revisions.md.
    """
    is_day = isinstance(changed, Slot)
    opportunity = changed.opportunity if isinstance(changed, Slot) else changed
    if opportunity.status not in HAS_HISTORY:
        return
    seen = office or queries.is_staff(session, by)
    session.add(
        Revision(
            opportunity_id=opportunity.id,
            slot_id=changed.public_id if is_day else None,
            at=now,
            by=by,
            before={name: plain_value(value) for name, value in before.items()},
            after={name: plain_value(value) for name, value in after.items()},
            reason=reason,
            seen_at=now if seen else None,
            seen_by=by if seen else None,
        )
    )


def set_day(
    session: Session,
    slot: Slot,
    new: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    reason: str = "",
    office: bool = False,
) -> None:
    """A step: give fields of a day other values, and keep what stood in them before."""
    before = {name: getattr(slot, name) for name in new}
    note_change(
        session, slot, before=before, after=new, by=by, now=now, reason=reason, office=office
    )
    for name, value in new.items():
        setattr(slot, name, value)


@use_case
def mark_seen(
    session: Session, *, opportunity_id: str, until: datetime, actor: str, now: datetime
) -> int:
    """The office has seen the changes up to a moment, those of its page. How many there were.

    Raises NoResultFound. Source: docs/rules/revisions.md.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    unseen = session.scalars(
        sa.select(Revision).where(
            Revision.opportunity_id == opportunity.id,
            Revision.seen_at.is_(None),
            Revision.at <= until,
        )
    ).all()
    for revision in unseen:
        revision.seen_at = now
        revision.seen_by = actor
    if unseen:
        record(
            session,
            "opportunity.changes-seen",
            actor=actor,
            object_kind="opportunity",
            object_id=opportunity_id,
            now=now,
            changes=len(unseen),
        )
    return len(unseen)
