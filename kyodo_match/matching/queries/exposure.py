"""紹介の回数: how often each group was shown, beside what it had on offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight
from kyodo_match.groups.models import Group
from kyodo_match.matching.models import Exposure
from kyodo_match.matching.rules.wishes import ShownIn
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus

_OFFERED = (OpportunityStatus.PUBLISHED, OpportunityStatus.CLOSED, OpportunityStatus.ARCHIVED)


@dataclass(frozen=True, slots=True)
class GroupExposure:
    """One group within some days: shown on pages, in mails, in proposals; and its own days."""

    name: str
    page: int
    mail: int
    proposal: int
    days: int

    @property
    def shown(self) -> int:
        return self.page + self.mail + self.proposal


def exposure(session: Session, *, since: date, until: date) -> Sequence[GroupExposure]:
    """Each group that was shown or had a day from one day to another, both included.

    Whoever had days and was shown least comes first: that is what is to be looked into.
    """
    by_group: dict[int, dict[ShownIn, int]] = {}
    rows = session.execute(
        sa.select(Exposure.group_id, Exposure.shown_in, sa.func.sum(Exposure.shown).label("n"))
        .where(Exposure.day.between(since, until))
        .group_by(Exposure.group_id, Exposure.shown_in)
    )
    for row in rows:
        by_group.setdefault(row.group_id, {})[row.shown_in] = int(row.n)
    days = _days(session, midnight(since), midnight(until + timedelta(days=1)))
    wanted = by_group.keys() | days.keys()
    found = [
        GroupExposure(
            name=group.name,
            page=by_group.get(group.id, {}).get(ShownIn.PAGE, 0),
            mail=by_group.get(group.id, {}).get(ShownIn.MAIL, 0),
            proposal=by_group.get(group.id, {}).get(ShownIn.PROPOSAL, 0),
            days=days.get(group.id, 0),
        )
        for group in session.scalars(sa.select(Group).where(Group.id.in_(wanted)))
    ]
    return sorted(found, key=lambda one: (one.days == 0, one.shown, one.name))


def _days(session: Session, since: datetime, until: datetime) -> dict[int, int]:
    rows = session.execute(
        sa.select(Opportunity.group_id, sa.func.count().label("n"))
        .join(Slot, Slot.opportunity_id == Opportunity.id)
        .where(
            Slot.starts_at >= since,
            Slot.starts_at < until,
            Slot.status != SlotStatus.CANCELLED,
            Opportunity.status.in_(_OFFERED),
        )
        .group_by(Opportunity.group_id)
    )
    return {row.group_id: int(row.n) for row in rows}
