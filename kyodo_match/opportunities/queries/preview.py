"""プレビュー: an opportunity as everybody will read it, before it is published or even saved."""

from datetime import datetime

from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    CONTENT,
    PLANNED,
    Content,
    OpportunityStatus,
    days_to_prepare,
    default_times,
)
from kyodo_match.settings.rules import OfficeCalendar


def as_published(
    opportunity: Opportunity,
    *,
    content: Content | None = None,
    calendar: OfficeCalendar,
    now: datetime,
) -> Opportunity:
    """A likeness in no session: published now, with the text that was typed if one was.

    Days that have no times yet get those that publication would give them.
    """
    likeness = Opportunity(
        id=opportunity.id,
        public_id=opportunity.public_id,
        group=opportunity.group,
        group_id=opportunity.group_id,
        status=OpportunityStatus.PUBLISHED,
        published_at=opportunity.published_at or now,
        **{name: getattr(content or opportunity, name) for name in CONTENT},
    )
    likeness.slots = [_day(slot, calendar=calendar, now=now) for slot in opportunity.slots]
    return likeness


def _day(slot: Slot, *, calendar: OfficeCalendar, now: datetime) -> Slot:
    times = default_times(
        starts_at=slot.last_call,
        prepare=days_to_prepare(slot.mode, insurance_days=slot.opportunity.insurance_days),
        published_at=now,
        calendar=calendar,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        cancel_until=slot.cancel_until,
    )
    planned = {name: getattr(slot, name) for name in PLANNED}
    likeness = Slot(
        id=slot.id,
        public_id=slot.public_id,
        status=slot.status,
        places_taken=slot.places_taken,
        places_held=slot.places_held,
        places_waiting=slot.places_waiting,
        undecided=slot.undecided,
        cancelled_reason=slot.cancelled_reason,
        calendar_sequence=slot.calendar_sequence,
        **{
            **planned,
            "opens_at": times.opens_at,
            "closes_at": times.closes_at,
            "cancel_until": times.cancel_until,
        },
    )
    known = {role.public_id: role for role in slot.role_rows} if planned["roles"] else {}
    for role in likeness.role_rows:
        if (stands := known.get(role.public_id)) is not None:
            role.taken, role.held = stands.taken, stands.held
    return likeness
