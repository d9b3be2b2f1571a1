"""What is like an activity, near and soon, and has a free place: offered where it has none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core.clock import tokyo_date
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries.listing import Card, coming
from kyodo_match.opportunities.queries.rows import Day, days_of
from kyodo_match.opportunities.queries.searching import Alike, Search
from kyodo_match.opportunities.rules import OpportunityStatus, SlotState
from kyodo_match.opportunities.rules.finding import MOST_ALIKE, SOON, kinship

_LOOKED_AT = 60
_FREE = frozenset({SlotState.OPEN, SlotState.FEW})
_TAKES = _FREE | {SlotState.WAITLIST}


@dataclass(frozen=True)
class Instead:
    """What there is for somebody who cannot have the day they came for."""

    days: Sequence[Day] = ()
    cards: Sequence[Card] = ()


def instead_of(session: Session, slot: Slot, *, now: datetime) -> Instead:
    """Other days of the same activity that take applications, and activities like it."""
    opportunity = slot.opportunity
    days = [day for day in days_of(opportunity, now=now).coming if day.state in _TAKES]
    others = [day for day in days if day.slot is not slot]
    published = opportunity.status is OpportunityStatus.PUBLISHED
    return Instead(others if published else (), alike(session, opportunity, now=now))


def instead(session: Session, opportunity: Opportunity, *, now: datetime) -> Instead:
    """Activities like this one, where none of its own days has a free place."""
    days = days_of(opportunity, now=now).coming
    if opportunity.status is OpportunityStatus.PUBLISHED and any(d.state in _FREE for d in days):
        return Instead()
    return Instead(cards=alike(session, opportunity, now=now))


def alike(session: Session, opportunity: Opportunity, *, now: datetime) -> Sequence[Card]:
    """The three that have most in common, each with its first free day; the nearest of equals.

    Source: docs/rules/finding.md.
    """
    wanted = Search(
        only_free=True,
        until=tokyo_date(now + SOON),
        alike=Alike(opportunity.plain_fields, opportunity.district, opportunity.id),
    )
    found = coming(session, wanted, now=now, size=_LOOKED_AT).cards
    weekdays = {tokyo_date(slot.starts_at).weekday() for slot in opportunity.slots}
    takes = [card for card in found if card.slots[0].state in _FREE]

    def points(card: Card) -> int:
        return kinship(
            opportunity.plain_fields,
            opportunity.district,
            weekdays,
            other_fields=card.plain_fields,
            other_district=card.district,
            other_day=tokyo_date(card.slots[0].starts_at),
        ).points

    # Sorting keeps the order of equals, which is by date.
    return sorted(takes, key=points, reverse=True)[:MOST_ALIKE]
