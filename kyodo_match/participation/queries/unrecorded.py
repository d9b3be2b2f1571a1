"""活動時間が未記録: needs whose volunteers came and whose hours nobody has written down."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import tokyo_date
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind, SlotStatus
from kyodo_match.participation.models import ActivityHours, SlotTally
from kyodo_match.participation.queries.day import EXPECTED
from kyodo_match.participation.rules import GROUP_DAYS, Attendance
from kyodo_match.signups.models import Participant, Signup


@dataclass(frozen=True)
class UnrecordedHours:
    """活動時間が未記録: a past day, or a standing need that nothing was written down of lately."""

    slot_id: str
    title: str
    group_key: int
    group: str
    starts_at: datetime
    ends_at: datetime
    standing: bool
    people: int  # who came and has no hours; of a standing need, who takes part


# Both ends of the index: what is to come is not read.
_LATELY = (
    Slot.starts_at > sa.bindparam("long_ago", type_=Slot.starts_at.type),
    Slot.starts_at < sa.bindparam("before", type_=Slot.starts_at.type),
)
_LACKS = (
    sa.select(sa.func.count(Participant.id))
    .join(Signup, Signup.id == Participant.signup_id)
    .where(
        Signup.slot_id == Slot.id,
        Signup.status.in_(EXPECTED),
        Participant.cancelled_at.is_(None),
        Participant.attendance == Attendance.ATTENDED,
        ~sa.exists().where(ActivityHours.participant_id == Participant.id),
    )
    .correlate(Slot)
    .scalar_subquery()
)
_TAKE_PART = (
    sa.select(sa.func.count(Participant.id))
    .join(Signup, Signup.id == Participant.signup_id)
    .where(
        Signup.slot_id == Slot.id,
        Signup.status.in_(EXPECTED),
        Participant.cancelled_at.is_(None),
        Participant.is_escort.is_(False),
        Signup.received_at <= sa.bindparam("long_ago", type_=Signup.received_at.type),
    )
    .correlate(Slot)
    .scalar_subquery()
)
_ANY_LATELY = (
    sa.exists()
    .where(
        ActivityHours.participant_id == Participant.id,
        Participant.signup_id == Signup.id,
        Signup.slot_id == Slot.id,
        ActivityHours.day > sa.bindparam("since", type_=ActivityHours.day.type),
    )
    .correlate(Slot)
)


def _needs(people: sa.ScalarSelect[int]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Slot.public_id,
            Opportunity.title,
            Opportunity.group_id,
            Group.name,
            Slot.starts_at,
            Slot.ends_at,
            Slot.standing,
            people,
        )
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .join(Group, Group.id == Opportunity.group_id)
        .where(
            Opportunity.kind == OpportunityKind.VOLUNTEER,
            Slot.status == SlotStatus.SCHEDULED,
            people > 0,
        )
        .order_by(Slot.starts_at, Slot.id)
    )


_DAYS = _needs(_LACKS).where(
    Slot.standing.is_(False),
    *_LATELY,
    Slot.ends_at <= sa.bindparam("before", type_=Slot.ends_at.type),
)
_STANDING = _needs(_TAKE_PART).where(
    Slot.standing.is_(True),
    Slot.starts_at <= sa.bindparam("long_ago", type_=Slot.starts_at.type),
    Slot.ends_at > sa.bindparam("before", type_=Slot.ends_at.type),
    ~_ANY_LATELY,
)


def unrecorded_hours(
    session: Session, *, group_ids: Collection[int], now: datetime
) -> list[UnrecordedHours]:
    """What groups can still write down: days of the last month, then standing needs.

    A day stands here once somebody was marked as attended: before, it waits to be marked.
    """
    long_ago = now - timedelta(days=GROUP_DAYS)
    values = {"long_ago": long_ago, "before": now, "since": tokyo_date(long_ago)}
    own = Opportunity.group_id.in_(group_ids)
    return [
        UnrecordedHours(*row)
        for query in (_DAYS, _STANDING)
        for row in session.execute(query.where(own), values)
    ]


_DUE = (
    sa.select(SlotTally)
    .join(Slot, Slot.id == SlotTally.slot_id)
    .join(Opportunity, Opportunity.id == Slot.opportunity_id)
    .where(
        Opportunity.kind == OpportunityKind.VOLUNTEER,
        Slot.standing.is_(False),
        Slot.status == SlotStatus.SCHEDULED,
        *_LATELY,
        Slot.ends_at <= sa.bindparam("before", type_=Slot.ends_at.type),
        SlotTally.attended > 0,
        SlotTally.hours_asked_at.is_(None),
    )
)


def _until(ended_before: datetime) -> dict[str, datetime]:
    return {"long_ago": ended_before - timedelta(days=GROUP_DAYS), "before": ended_before}


def any_to_ask_for_hours(session: Session, *, ended_before: datetime) -> bool:
    """Whether there are days that ended before then and were not looked at: asked each round."""
    found = session.execute(_DUE.with_only_columns(SlotTally.id).limit(1), _until(ended_before))
    return found.first() is not None


def tallies_to_ask(session: Session, *, ended_before: datetime) -> Sequence[SlotTally]:
    """Their tallies, locked in the order of their days, fresh."""
    due = _DUE.order_by(SlotTally.slot_id).with_for_update(of=SlotTally)
    fresh = due.execution_options(populate_existing=True)
    return session.scalars(fresh, _until(ended_before)).all()


def lacking_hours(
    session: Session, slot_ids: Collection[int], *, ended_before: datetime
) -> list[UnrecordedHours]:
    """Those of some days on which somebody came and has no hours."""
    rows = session.execute(_DAYS.where(Slot.id.in_(slot_ids)), _until(ended_before))
    return [UnrecordedHours(*row) for row in rows]
