"""団体の机: for those who act for groups, what comes and what is left to do, group by group."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.groups import queries as groups
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.matching.queries import desk as matching
from kyodo_match.matching.queries.rounds import days_with_results
from kyodo_match.matching.queries.short_days import ShortDay, rounds_to_review
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotStatus,
)
from kyodo_match.participation import queries as participation
from kyodo_match.participation.queries import UnmarkedDay, UnrecordedHours
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries import approving, known_since
from kyodo_match.signups.rules import Channel, SignupStatus

_MOST_DAYS = 20
_MOST_CHANGES = 10
_NEWS = timedelta(days=7)


@dataclass(frozen=True)
class GroupDay:
    """A coming day, with what moved since yesterday and whose answer is awaited."""

    slot: Slot
    new: int = 0
    left: int = 0
    awaiting: int = 0
    offered: int = 0
    has_results: bool = False  # its draw is published
    asked: int = 0  # registered people who think about an invitation: a number, no names

    @property
    def awaits_draw(self) -> bool:
        """Whether a draw decides who comes, and has not been published."""
        return self.slot.mode is SlotMode.LOTTERY and not self.has_results

    @property
    def lacks(self) -> bool:
        """Whether people could be looked for: a need with places, or a day below its minimum.

        Not while a draw decides who comes.
        """
        if self.slot.mode is SlotMode.LOTTERY:
            return False
        free = self.slot.capacity - self.slot.places_taken
        is_need = self.slot.opportunity.kind is OpportunityKind.VOLUNTEER
        return (is_need and free > 0) or (self.slot.minimum or 0) > self.slot.places_taken


@dataclass(frozen=True)
class News:
    """What somebody else did with the group's opportunities: published, or changed."""

    at: datetime
    opportunity_id: str
    title: str
    is_change: bool
    reason: str = ""
    is_cancelled: bool = False  # a day was called off


@dataclass(frozen=True)
class GroupPart:
    """One group on the desk; who only receives sees its days and nothing else."""

    group: Group
    role: MemberRole
    coming: list[GroupDay]
    more: int
    unmarked: list[UnmarkedDay]
    returned: list[Opportunity] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    to_answer: int = 0  # applications that wait for the group's answer
    asked: int = 0  # those whose applicant was asked something
    short: list[ShortDay] = field(default_factory=list)  # of a draw, below their minimum
    unrecorded: list[UnrecordedHours] = field(default_factory=list)  # needs that lack hours
    hours: int = 0  # entries of activity hours that wait to be approved

    @property
    def writes(self) -> bool:
        """Whether this person posts for the group."""
        return self.role is not MemberRole.RECEPTION

    @property
    def new(self) -> int:
        """Applications since yesterday."""
        return sum(day.new for day in self.coming)

    @property
    def left(self) -> int:
        """Cancellations since yesterday."""
        return sum(day.left for day in self.coming)

    @property
    def awaiting(self) -> int:
        """Applicants whose answer is awaited."""
        return sum(day.awaiting + day.offered for day in self.coming)


def group_desk(
    session: Session, account_id: int, account: str, *, now: datetime
) -> Sequence[GroupPart]:
    """What somebody who acts for groups finds first, in the order of their groups' names."""
    own = groups.groups_of(session, account_id)
    ids = [group.id for group, _role in own]
    if not ids:
        return ()
    found = _Found(
        opportunities.of_groups(session, ids),
        participation.unmarked_days(session, now=now, group_ids=ids),
        _moved(session, ids, now=now),
        approving.awaiting_by_group(session, ids),
        matching.invited_of_groups(session, ids),
        participation.hours_waiting_by_group(session, ids),
        days_with_results(session, ids),
        participation.unrecorded_hours(session, group_ids=ids, now=now),
    )
    news = _news(session, found.offered, account, now=now)
    parts = [_part(group, role, found, news, now) for group, role in own]
    for _round, short in rounds_to_review(session, now=now):
        for part in parts:
            own_days = [day for day in short if day.slot.opportunity.group_id == part.group.id]
            part.short.extend(own_days if part.writes else ())
    return parts


@dataclass(frozen=True)
class _Found:
    """What was read in one go for all groups of a person."""

    offered: Sequence[Opportunity]
    unmarked: Sequence[UnmarkedDay]
    moved: dict[int, dict[str, int]]
    awaiting: dict[int, tuple[int, int]]
    asked: dict[int, int]
    hours: dict[int, int]
    with_results: set[int]
    unrecorded: Sequence[UnrecordedHours]

    def coming(self, group: Group, now: datetime) -> list[Slot]:
        """The group's public days that are not over, in order."""
        slots = (
            slot
            for one in self.offered
            if one.group_id == group.id and one.status in opportunities.PUBLIC
            for slot in one.slots
            if slot.ends_at > now and slot.status is not SlotStatus.CANCELLED
        )
        return sorted(slots, key=lambda slot: slot.starts_at)


def _part(
    group: Group, role: MemberRole, found: _Found, news: list[News], now: datetime
) -> GroupPart:
    slots = found.coming(group, now)
    unmarked = [day for day in found.unmarked if day.group_key == group.id]
    if role is MemberRole.RECEPTION:
        days = [
            GroupDay(slot, has_results=slot.id in found.with_results)
            for slot in slots[:_MOST_DAYS]
        ]
        return GroupPart(group, role, days, len(slots) - len(days), unmarked)
    days = [
        GroupDay(
            slot,
            has_results=slot.id in found.with_results,
            asked=found.asked.get(slot.id, 0),
            **found.moved.get(slot.id, {}),
        )
        for slot in slots[:_MOST_DAYS]
    ]
    to_answer, asked = found.awaiting.get(group.id, (0, 0))
    own = {one.public_id: one for one in found.offered if one.group_id == group.id}
    return GroupPart(
        group,
        role,
        days,
        len(slots) - len(days),
        unmarked,
        returned=[one for one in own.values() if one.status is OpportunityStatus.RETURNED],
        news=[one for one in news if one.opportunity_id in own][:_MOST_CHANGES],
        to_answer=to_answer,
        asked=asked,
        unrecorded=[one for one in found.unrecorded if one.group_key == group.id],
        hours=found.hours.get(group.id, 0),
    )


def _moved(session: Session, ids: Sequence[int], *, now: datetime) -> dict[int, dict[str, int]]:
    """For each coming day: who came and went since yesterday, and whose answer is awaited."""
    yesterday = midnight(tokyo_date(now) - timedelta(days=1))
    counted = {
        "new": sa.and_(known_since() >= yesterday, Signup.channel != Channel.WALK_IN),
        "left": Signup.cancelled_at >= yesterday,
        "awaiting": Signup.status == SignupStatus.AWAITING_ANSWER,
        "offered": Signup.status == SignupStatus.OFFERED,
    }
    rows = session.execute(
        sa.select(
            Signup.slot_id,
            *(sa.func.count().filter(one).label(name) for name, one in counted.items()),
        )
        .join(Slot, Slot.id == Signup.slot_id)
        .join(Opportunity, Opportunity.id == Slot.opportunity_id)
        .where(Opportunity.group_id.in_(ids), Slot.ends_at > now)
        .group_by(Signup.slot_id)
    )
    return {row[0]: dict(zip(counted, row[1:], strict=True)) for row in rows}


def _news(
    session: Session, offered: Sequence[Opportunity], account: str, *, now: datetime
) -> list[News]:
    """What others published or changed within the week, the latest first."""
    titles = {one.id: (one.public_id, one.title) for one in offered}
    changed = session.scalars(
        sa.select(Revision)
        .where(
            Revision.opportunity_id.in_(titles),
            Revision.at > now - _NEWS,
            Revision.by != account,
        )
        .order_by(Revision.id.desc())
    )
    found = [
        News(
            one.at,
            *titles[one.opportunity_id],
            is_change=True,
            reason=one.reason,
            is_cancelled=one.after.get("status") == SlotStatus.CANCELLED,
        )
        for one in changed
    ]
    found += [
        News(one.published_at, one.public_id, one.title, is_change=False)
        for one in offered
        if one.status in opportunities.PUBLIC
        and one.published_at
        and one.published_at > now - _NEWS
    ]
    return sorted(found, key=lambda news: news.at, reverse=True)
