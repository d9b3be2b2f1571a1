"""One box for staff: applications, groups and opportunities that fit a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.core.text import search_key
from kyodo_match.groups import queries as groups
from kyodo_match.groups.models import Group
from kyodo_match.matching.models.rounds import DrawEntry
from kyodo_match.matching.queries.entries import entries_by_number
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups import queries as signups
from kyodo_match.signups.queries import Listing

_MOST = 10
_MOST_WORDS = 5
_MOST_DAYS = 3


@dataclass(frozen=True)
class FoundOpportunity:
    """An opportunity with its next days."""

    opportunity: Opportunity
    days: Sequence[Slot]


@dataclass(frozen=True)
class Found:
    """What fits a word; applications only for those who may see names."""

    signups: Listing | None
    entries: Sequence[DrawEntry]  # by the number that a draw gave them
    groups: Sequence[Group]
    groups_in_all: int
    opportunities: Sequence[FoundOpportunity]
    opportunities_in_all: int

    @property
    def is_empty(self) -> bool:
        people = self.signups.total if self.signups else 0
        return not (people or self.entries or self.groups_in_all or self.opportunities_in_all)


def search(session: Session, word: str, *, page: int, names: bool, now: datetime) -> Found:
    """What fits a word. Without `names`, nothing that is about a person."""
    register = groups.find(session, typed=word, status=None, size=_MOST)
    rows, total = _opportunities(session, word)
    return Found(
        signups=signups.found(session, word, page=page) if names else None,
        entries=entries_by_number(session, word) if names else (),
        groups=register.groups,
        groups_in_all=register.total,
        opportunities=[FoundOpportunity(one, _next_days(one, now)) for one in rows],
        opportunities_in_all=total,
    )


def _opportunities(session: Session, word: str) -> tuple[Sequence[Opportunity], int]:
    keys = [key for part in word.split()[:_MOST_WORDS] if (key := search_key(part))]
    fits = sa.or_(
        *(
            sa.and_(sa.true(), *(column.contains(key, autoescape=True) for key in keys))
            for column in (Opportunity.search_text, Group.search_text)
        )
    )
    counted = sa.select(sa.func.count(Opportunity.id)).join(Opportunity.group).where(fits)
    rows = session.scalars(
        sa.select(Opportunity)
        .join(Opportunity.group)
        .where(fits)
        .options(joinedload(Opportunity.group, innerjoin=True), selectinload(Opportunity.slots))
        .order_by(Opportunity.updated_at.desc(), Opportunity.id.desc())
        .limit(_MOST)
    ).all()
    return rows, session.scalar(counted) or 0


def _next_days(opportunity: Opportunity, now: datetime) -> list[Slot]:
    coming = (
        slot
        for slot in opportunity.slots
        if slot.ends_at > now and slot.status is not SlotStatus.CANCELLED
    )
    return list(coming)[:_MOST_DAYS]
