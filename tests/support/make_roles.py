"""Makers of volunteer needs: days with roles, standing needs, and who answers for the group."""

from datetime import date, datetime
from typing import Any

from kyodo_match.groups.models import Group
from kyodo_match.opportunities import services
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    NeedPattern,
    OpportunityKind,
    OpportunityStatus,
    RolePlan,
    SlotMode,
    SlotPlan,
    period,
)
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_signups import slot_now

RECEPTION, PHOTO = RolePlan("受付", 2), RolePlan("写真", 1, "photo", "開会から1時間")


def make_need(*, group: Group | None = None, **values: Any) -> Opportunity:
    """A published volunteer need without days; keywords are columns."""
    return make_opportunity(group=group, kind=OpportunityKind.VOLUNTEER, **values)


def make_role_day(
    *roles: RolePlan,
    need: Opportunity | None = None,
    mode: SlotMode = SlotMode.APPROVAL,
    starts_at: datetime = COMING,
    **values: Any,
) -> Slot:
    """A day of a need that is open now, with roles; keywords are columns of the slot."""
    roles = roles or (RECEPTION, PHOTO)
    return slot_now(
        make_slot(
            opportunity=need or make_need(),
            capacity=sum(role.head_count for role in roles),
            roles=roles,
            mode=mode,
            starts_at=starts_at,
            **values,
        )
    )


def make_standing(*, need: Opportunity | None = None, **values: Any) -> Slot:
    """A standing need from today until the end of the fiscal year; keywords are columns."""
    starts_at, ends_at = period(date(2026, 11, 20), date(2027, 3, 31))
    return make_slot(
        opportunity=need or make_need(pattern=NeedPattern.STANDING),
        starts_at=starts_at,
        ends_at=ends_at,
        standing=True,
        closes_at=ends_at,
        cancel_until=ends_at,
        offers_stop_at=ends_at,
        **values,
    )


def publish_day(plan: SlotPlan, **values: Any) -> Slot:
    """A day as publication makes it ready: its times filled in."""
    need = make_need(status=OpportunityStatus.SUBMITTED, **values)
    services.add_slot(
        opportunity_id=need.public_id, plan=plan, actor="office", now=START, office=True
    )
    services.publish(opportunity_id=need.public_id, actor="office", now=START)
    return slot_now(need.slots[0])
