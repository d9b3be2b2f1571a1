"""活動時間: those of a day, of an application, what waits to be looked at, and sums.

A year is that of the day on which somebody was active.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, join, joinedload

from kyodo_match.core import text
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.queries.day import has_hours
from kyodo_match.participation.rules import HoursState, is_too_much
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import person_kana

_WHOLE = sa.select(ActivityHours).options(
    joinedload(ActivityHours.participant, innerjoin=True)
    .joinedload(Participant.signup, innerjoin=True)
    .joinedload(Signup.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True)
)
_WAITS = ActivityHours.state == HoursState.RECORDED
_APPROVED = ActivityHours.state == HoursState.APPROVED


# With whose and of what they are.
_OF_GROUPS = (
    join(ActivityHours, Participant, ActivityHours.participant_id == Participant.id)
    .join(Signup, Signup.id == Participant.signup_id)
    .join(Slot, Slot.id == Signup.slot_id)
    .join(Opportunity, Opportunity.id == Slot.opportunity_id)
)


def has_approved_hours(session: Session, participant: Participant) -> bool:
    """Whether hours of a participant were approved: then they were there."""
    return (
        session.scalar(
            sa.select(ActivityHours.id)
            .where(
                ActivityHours.participant_id == participant.id,
                _APPROVED,
            )
            .limit(1)
        )
        is not None
    )


def hours_by_id(session: Session, public_id: str) -> ActivityHours | None:
    """Hours as they are now, with whose and of what they are."""
    return session.scalars(
        _WHOLE.where(ActivityHours.public_id == public_id).execution_options(
            populate_existing=True
        )
    ).one_or_none()


def hours_of_day(session: Session, slot: Slot, day: date) -> dict[int, ActivityHours]:
    """The hours of a day by participant."""
    found = session.scalars(
        sa.select(ActivityHours)
        .join(ActivityHours.participant)
        .join(Participant.signup)
        .where(Signup.slot_id == slot.id, ActivityHours.day == day)
        .execution_options(populate_existing=True)
    )
    return {hours.participant_id: hours for hours in found}


def hours_of_signup(session: Session, signup: Signup) -> Sequence[ActivityHours]:
    """All hours of an application's people, the newest day first."""
    return session.scalars(
        sa.select(ActivityHours)
        .join(ActivityHours.participant)
        .options(joinedload(ActivityHours.participant))
        .where(Participant.signup_id == signup.id)
        .order_by(ActivityHours.day.desc(), Participant.position, ActivityHours.id)
    ).all()


def hours_of_people(
    session: Session, signup: Signup, *, everywhere: bool, by_phone: bool = False
) -> Sequence[ActivityHours]:
    """Hours of an application's people, the oldest first; `everywhere`: of all they applied for.

    The same person: ふりがな and e-mail equal, for the office (`by_phone`) ふりがな and (phone or
    e-mail). Contact data alone is nobody. Source: docs/rules/places.md.
    """
    same = [Signup.id == signup.id]
    if everywhere and signup.email:
        same.append(Signup.email == signup.email)
    if everywhere and by_phone and signup.phone:
        phone = sa.func.replace(Signup.phone, "-", "")
        same.append(phone == text.digits(signup.phone))
    names = {person_kana(person.kana) for person in signup.participants}
    rows = session.scalars(
        _WHOLE.join(ActivityHours.participant)
        .join(Participant.signup)
        .where(sa.or_(*same))
        .order_by(ActivityHours.day, ActivityHours.id)
    )
    return [one for one in rows if person_kana(one.participant.kana) in names]


def by_person(hours: Sequence[ActivityHours]) -> dict[str, list[ActivityHours]]:
    """Hours by whose they are, under the name that was written last."""
    found: dict[str, list[ActivityHours]] = {}
    for one in hours:
        found.setdefault(person_kana(one.participant.kana), []).append(one)
    return {rows[-1].participant.name: rows for rows in found.values()}


def own_hours(session: Session, signup: Signup) -> Sequence[ActivityHours] | None:
    """The same for the applicant's own page; None where there are none, nor can there be any."""
    if not takes_hours(signup.slot):
        return None
    hours = hours_of_signup(session, signup)
    return hours if hours or any(map(has_hours, signup.participants)) else None


def approved_by_year(hours: Sequence[ActivityHours]) -> dict[FiscalYear, list[ActivityHours]]:
    """What was approved, by fiscal year, both oldest first."""
    found: dict[FiscalYear, list[ActivityHours]] = {}
    for one in sorted(hours, key=lambda each: (each.day, each.id)):
        if one.state is HoursState.APPROVED:
            found.setdefault(FiscalYear.of(one.day), []).append(one)
    return found


@dataclass(frozen=True)
class WaitingHours:
    """Hours that wait for the group, and whether their person's day would be too long."""

    hours: ActivityHours
    is_too_much: bool

    @property
    def was_absent(self) -> bool:
        """Whether the reception says that this person did not come."""
        return self.hours.participant.attendance == "absent"


def waiting_hours(
    session: Session, *, group_ids: Collection[int], limit: int = 200
) -> list[WaitingHours]:
    """What waits for groups to be approved, the oldest day first."""
    rows = session.scalars(
        _WHOLE.join(ActivityHours.participant)
        .join(Participant.signup)
        .join(Signup.slot)
        .join(Slot.opportunity)
        .where(_WAITS, Opportunity.group_id.in_(group_ids))
        .order_by(ActivityHours.day, ActivityHours.recorded_at, ActivityHours.id)
        .limit(limit)
    ).all()
    totals = minutes_of_days(session, [(one.participant.person_key, one.day) for one in rows])
    return [
        WaitingHours(one, is_too_much(totals[one.participant.person_key, one.day])) for one in rows
    ]


def minutes_of_days(
    session: Session, wanted: Collection[tuple[str, date]]
) -> Mapping[tuple[str, date], int]:
    """What each person's day comes to over all needs; what was returned counts nothing."""
    rows = session.execute(
        sa.select(Participant.person_key, ActivityHours.day, sa.func.sum(ActivityHours.minutes))
        .join(ActivityHours.participant)
        .where(
            Participant.person_key.in_({key for key, _day in wanted}),
            ActivityHours.day.in_({day for _key, day in wanted}),
            ActivityHours.state != HoursState.RETURNED,
        )
        .group_by(Participant.person_key, ActivityHours.day)
    )
    return {(key, day): int(total) for key, day, total in rows}


def hours_waiting_by_group(session: Session, group_ids: Collection[int]) -> dict[int, int]:
    """How many entries wait for each group."""
    rows = session.execute(
        sa.select(Opportunity.group_id, sa.func.count(ActivityHours.id))
        .select_from(_OF_GROUPS)
        .where(_WAITS, Opportunity.group_id.in_(group_ids))
        .group_by(Opportunity.group_id)
    )
    return {row[0]: row[1] for row in rows}


def count_hours_waiting(session: Session, *, before: datetime) -> tuple[int, datetime | None]:
    """How many entries nobody has looked at since then or longer, and since when the oldest."""
    number, since = session.execute(
        sa.select(sa.func.count(ActivityHours.id), sa.func.min(ActivityHours.recorded_at)).where(
            _WAITS, ActivityHours.recorded_at <= before
        )
    ).one()
    return number, since


@dataclass
class GroupHours:
    """One group's year: approved minutes and people, and what still waits."""

    group: Group
    minutes: int = 0
    people: int = 0
    waiting: int = 0
    late: int = 0  # of these, what nobody has looked at for a week


@dataclass(frozen=True)
class HoursOfYear:
    """All groups of a year, in 五十音順; people are counted once over all of them."""

    groups: list[GroupHours] = field(default_factory=list)
    people: int = 0

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.groups)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.groups)


@dataclass(frozen=True)
class HoursDay:
    """One day of one need: how many were active, how long in all, and how many entries wait."""

    group_id: int
    slot_id: str
    title: str
    day: date
    people: int
    minutes: int
    waiting: int


def hours_by_day(
    session: Session, year: FiscalYear, *, group_ids: Collection[int]
) -> Sequence[HoursDay]:
    """What groups' volunteers did in a fiscal year, day by day: numbers, and no name."""
    rows = session.execute(
        sa.select(
            Opportunity.group_id,
            Slot.public_id,
            Opportunity.title,
            ActivityHours.day,
            sa.func.count(ActivityHours.id).filter(_APPROVED),
            sa.func.coalesce(sa.func.sum(ActivityHours.minutes).filter(_APPROVED), 0),
            sa.func.count(ActivityHours.id).filter(_WAITS),
        )
        .select_from(_OF_GROUPS)
        .where(
            Opportunity.group_id.in_(group_ids),
            ActivityHours.day.between(year.first_day, year.last_day),
            ActivityHours.state != HoursState.RETURNED,
        )
        .group_by(Opportunity.group_id, Slot.public_id, Opportunity.title, ActivityHours.day)
        .order_by(ActivityHours.day, Opportunity.title, Slot.public_id)
    )
    return [HoursDay(*row) for row in rows]


def hours_of_year(
    session: Session,
    year: FiscalYear,
    *,
    late_before: datetime,
    group_ids: Collection[int] | None = None,
) -> HoursOfYear:
    """活動時間の集計: each group's approved minutes of a fiscal year, and what waits there.

    Groups with hours in the year, all or some; people are distinct person keys.
    """
    in_year: sa.ColumnElement[bool]
    in_year = ActivityHours.day.between(year.first_day, year.last_day)
    if group_ids is not None:
        in_year = sa.and_(in_year, Opportunity.group_id.in_(group_ids))
    rows = session.execute(
        sa.select(
            Opportunity.group_id,
            sa.func.coalesce(sa.func.sum(ActivityHours.minutes).filter(_APPROVED), 0),
            sa.func.count(sa.distinct(Participant.person_key)).filter(_APPROVED),
            sa.func.count(ActivityHours.id).filter(_WAITS),
            sa.func.count(ActivityHours.id).filter(
                _WAITS, ActivityHours.recorded_at <= late_before
            ),
        )
        .select_from(_OF_GROUPS)
        .where(in_year)
        .group_by(Opportunity.group_id)
    ).all()
    counted = {row[0]: row[1:] for row in rows}
    groups = session.scalars(
        sa.select(Group).where(Group.id.in_(counted)).order_by(Group.kana, Group.name, Group.id)
    )
    people = session.scalar(
        sa.select(sa.func.count(sa.distinct(Participant.person_key)))
        .select_from(_OF_GROUPS)
        .where(in_year, _APPROVED)
    )
    return HoursOfYear(
        [GroupHours(group, *map(int, counted[group.id])) for group in groups], people or 0
    )


def years_with_hours(session: Session, *, today: date) -> list[FiscalYear]:
    """The fiscal years to choose from, this one first."""
    first = session.scalar(sa.select(sa.func.min(ActivityHours.day))) or today
    this, oldest = FiscalYear.of(today), FiscalYear.of(first)
    return [FiscalYear(year) for year in range(this.year, min(oldest.year, this.year) - 1, -1)]


def takes_hours(slot: Slot) -> bool:
    """Whether hours of activity belong to it: only to volunteer needs."""
    return slot.opportunity.kind is OpportunityKind.VOLUNTEER
