"""What the desks and the health checks show, gathered from the slices below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import schema
from kyodo_match.groups import queries as groups
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications import queries as notifications
from kyodo_match.notifications.rules import MessageState, is_beating
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.participation import queries as participation
from kyodo_match.participation.queries import UnmarkedDay

_LATE = timedelta(minutes=10)
_MOST_DAYS = 20


@dataclass(frozen=True)
class StaffDesk:
    """業務の机: what waits for somebody, in numbers."""

    submitted: int
    calls: int
    failed: int
    late_since: datetime | None
    beat_at: datetime | None
    is_beating: bool
    unmarked: Sequence[UnmarkedDay]


def staff_desk(session: Session, *, now: datetime) -> StaffDesk:
    """What waits on the staff's desk. Nobody's name: viewers see it too."""
    oldest = notifications.oldest_due(session, now)
    beat_at = notifications.last_beat(session)
    return StaffDesk(
        submitted=opportunities.count_by_state(session).get(OpportunityStatus.SUBMITTED, 0),
        calls=notifications.waiting_call_count(session),
        failed=notifications.message_counts(session)[MessageState.FAILED],
        late_since=oldest if oldest is not None and now - oldest > _LATE else None,
        beat_at=beat_at,
        is_beating=is_beating(beat_at, now),
        unmarked=participation.unmarked_days(session, now=now),
    )


@dataclass(frozen=True)
class GroupDesk:
    """団体の机: own groups, what comes, what is left to do."""

    groups: Sequence[tuple[Group, MemberRole]]
    returned: Sequence[Opportunity]
    coming: Sequence[Slot]
    unmarked: Sequence[UnmarkedDay]


def group_desk(session: Session, account_id: int, *, now: datetime) -> GroupDesk:
    """What somebody who acts for groups finds first."""
    own = groups.groups_of(session, account_id)
    ids = [group.id for group, _role in own]
    offered = opportunities.of_groups(session, ids) if ids else ()
    coming = sorted(
        (
            slot
            for opportunity in offered
            if opportunity.status in opportunities.PUBLIC
            for slot in opportunity.slots
            if slot.ends_at > now and slot.status is not SlotStatus.CANCELLED
        ),
        key=lambda slot: slot.starts_at,
    )
    return GroupDesk(
        groups=own,
        returned=[one for one in offered if one.status is OpportunityStatus.RETURNED],
        coming=coming[:_MOST_DAYS],
        unmarked=participation.unmarked_days(session, now=now, group_ids=ids) if ids else (),
    )


def health(session: Session, *, now: datetime) -> dict[str, str]:
    """Database, migrations and worker: `ok`, or what is wrong with them."""
    try:
        revision = schema.revision(session.connection())
        current = revision == schema.head()
        beating = current and is_beating(notifications.last_beat(session), now)
    except sa.exc.SQLAlchemyError:
        return {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}
    return {
        "database": "ok",
        "migrations": "ok" if current else "behind",
        "worker": "ok" if beating else "silent",
    }
