"""記録の履歴: who wrote down what of a day, and who changed it later and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.queries import history
from kyodo_match.groups.models import GroupMember
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.models import AttendanceEvent
from kyodo_match.participation.queries.links import links_of
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant, Signup

LINK_ACTOR = "link:"


@dataclass(frozen=True)
class Marker:
    """Who wrote something down, by role: a link by its number, staff, a member; else unknown."""

    link: int | None = None
    staff: StaffRole | None = None
    member: MemberRole | None = None


@dataclass(frozen=True)
class Change:
    """One entry of a day: a mark of somebody, or heads (participant None) before and after."""

    at: datetime
    by: Marker
    participant: Participant | None
    before: Attendance | tuple[int, int]
    after: Attendance | tuple[int, int]
    reason: str


def changes(session: Session, slot: Slot) -> list[Change]:
    """Everything that was written down of a day, the newest first."""
    events = session.scalars(
        sa.select(AttendanceEvent)
        .options(joinedload(AttendanceEvent.participant).joinedload(Participant.signup))
        .join(Participant, Participant.id == AttendanceEvent.participant_id)
        .join(Signup, Signup.id == Participant.signup_id)
        .where(Signup.slot_id == slot.id)
        .order_by(AttendanceEvent.id)
    ).all()
    heads = [
        event
        for event in history(session, "slot", slot.public_id)
        if event.action == "heads.counted"
    ]
    marker = markers(session, slot, [e.marked_by for e in events] + [e.actor for e in heads])
    found = [
        Change(
            event.received_at,
            marker[event.marked_by],
            event.participant,
            event.previous,
            event.state,
            event.reason,
        )
        for event in events
    ]
    found += [
        Change(
            event.at,
            marker[event.actor],
            None,
            _pair(event.facts["before"]),
            _pair(event.facts["after"]),
            event.reason,
        )
        for event in heads
    ]
    found.sort(key=lambda change: change.at)
    found.reverse()  # not by the sort: of one moment, the later row comes first too
    return found


def _pair(heads: Sequence[int]) -> tuple[int, int]:
    adults, children = heads
    return adults, children


def markers(session: Session, slot: Slot, actors: Sequence[str]) -> dict[str, Marker]:
    """What each actor is here: roles as they are today."""
    known = {actor: Marker() for actor in actors}
    for number, link in enumerate(links_of(session, slot), 1):
        known[LINK_ACTOR + link.public_id] = Marker(link=number)
    rows = session.execute(
        sa.select(Account.public_id, Account.staff_role, GroupMember.role)
        .outerjoin(
            GroupMember,
            sa.and_(
                GroupMember.account_id == Account.id,
                GroupMember.group_id == slot.opportunity.group_id,
            ),
        )
        .where(Account.public_id.in_(set(actors)))
    )
    for public_id, staff, member in rows:
        known[public_id] = Marker(staff=staff, member=member)
    return known
