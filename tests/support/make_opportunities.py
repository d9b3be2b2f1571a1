"""Makers of groups, opportunities and slots: all that a test does not name is filled in."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.core import text
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import use_case
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import GroupKind, GroupStatus
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    default_times,
)
from kyodo_match.settings.rules import OfficeCalendar
from tests.support.clock import START

_numbers = count(1)
WRITTEN = START - timedelta(days=40)
# Saturday 2026-12-12, 9:30 in Japan: nearly three weeks after the tests' own day.
COMING = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)


@use_case
def make_group(session: Session, /, **values: Any) -> Group:
    """A registered group; keywords are columns."""
    number = next(_numbers)
    filled: dict[str, Any] = {
        "name": f"里山の会{number}",
        "kana": f"さとやまのかい{number}",
        "kind": GroupKind.PURPOSE,
        "law_fields": ("7",),
        "plain_fields": ("environment",),
        "phone": "0297-00-0101",
        "status": GroupStatus.REGISTERED,
        "registered_on": WRITTEN.date(),
        "created_at": WRITTEN,
        "updated_at": WRITTEN,
        **values,
    }
    group = Group(**filled)
    group.search_text = text.search_key(f"{group.name}{group.kana}")
    session.add(group)
    return group


def make_opportunity(*, group: Group | None = None, **values: Any) -> Opportunity:
    """A complete, published opportunity without slots; keywords are columns."""
    return _make_opportunity(group_id=(group or make_group()).id, **values)


@use_case
def _make_opportunity(session: Session, /, *, group_id: int, **values: Any) -> Opportunity:
    status = values.get("status", OpportunityStatus.PUBLISHED)
    filled: dict[str, Any] = {
        "group": session.get_one(Group, group_id),
        "kind": OpportunityKind.EXPERIENCE,
        "title": f"里山の一日体験{next(_numbers)}",
        "description": "落ち葉を集め、たい肥を作ります。",
        "law_fields": ("7",),
        "plain_fields": ("environment",),
        "district": "谷和原",
        "place": "豊森の里山",
        "fee": "無料",
        "bring": "軍手、飲み物",
        "rain": "小雨は行います",
        "alone_welcome": True,
        "beginner_welcome": True,
        "contact_name": "体験係",
        "contact_phone": "0297-00-0101",
        "status": status,
        "created_at": WRITTEN,
        "updated_at": WRITTEN,
        "published_at": WRITTEN if status is OpportunityStatus.PUBLISHED else None,
        **values,
    }
    opportunity = Opportunity(**filled)
    opportunity.search_text = "\n".join(
        text.search_key(part)
        for part in (
            opportunity.title,
            opportunity.description,
            opportunity.place,
            opportunity.group.name,
        )
    )
    session.add(opportunity)
    return opportunity


def make_slot(
    *,
    opportunity: Opportunity | None = None,
    starts_at: datetime = COMING,
    ends_at: datetime | None = None,
    capacity: int = 10,
    **values: Any,
) -> Slot:
    """A day of a (by default published) opportunity that is open now; keywords are columns.

    Nobody has signed up, whatever `places_taken` says: sign-ups are made by their own service.
    """
    return _make_slot(
        opportunity_id=(opportunity or make_opportunity()).id,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + timedelta(hours=2),
        capacity=capacity,
        **values,
    )


@use_case
def _make_slot(session: Session, /, *, opportunity_id: int, **values: Any) -> Slot:
    times = default_times(
        starts_at=values["starts_at"], published_at=WRITTEN, calendar=OfficeCalendar()
    )
    filled: dict[str, Any] = {
        "opportunity": session.get_one(Opportunity, opportunity_id),
        "opens_at": times.opens_at,
        "closes_at": times.closes_at,
        "cancel_until": times.cancel_until,
        "offers_stop_at": times.offers_stop_at,
        **values,
    }
    slot = Slot(**filled)
    session.add(slot)
    return slot


@use_case
def make_revision(session: Session, /, *, opportunity: Opportunity, at: datetime, by: str) -> None:
    """A change of the fee, which goes to the news of the desks."""
    session.add(
        Revision(
            opportunity_id=opportunity.id,
            at=at,
            by=by,
            before={"fee": "無料"},
            after={"fee": "300円"},
            reason="材料費が要るため",
        )
    )
