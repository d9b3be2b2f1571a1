"""Opportunities and days as their forms would send them back, and what was done with them."""

from typing import Any

import sqlalchemy as sa

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import CONTENT, PLANNED, Content, SlotPlan

BLANK_TIMES: dict[str, Any] = {"opens_at": None, "closes_at": None, "cancel_until": None}


def fresh(row: Opportunity | Slot) -> Any:
    """The row as the database has it now."""
    db.session.rollback()
    return db.session.get_one(type(row), row.id, populate_existing=True)


def acts_on(public_id: str) -> list[tuple[str, str]]:
    """What was done with one, and by whom."""
    rows = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.object_id == public_id).order_by(AuditEvent.id)
    )
    return [(act.action, act.actor) for act in rows]


def content_of(opportunity: Opportunity, **over: Any) -> Content:
    """All that it says; keywords are what the writer changes."""
    return Content(**{**{name: getattr(opportunity, name) for name in CONTENT}, **over})


def plan_of(slot: Slot, **over: Any) -> SlotPlan:
    """A day as it is planned; keywords are what the writer changes."""
    return SlotPlan(**{**{name: getattr(slot, name) for name in PLANNED}, **over})
