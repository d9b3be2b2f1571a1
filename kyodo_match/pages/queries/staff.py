"""業務の机: what waits for somebody in the office. Nobody's name: viewers see it too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.matching.queries import desk as matching
from kyodo_match.matching.queries.rounds import closed_unfrozen
from kyodo_match.matching.queries.short_days import rounds_to_act_on
from kyodo_match.notifications import queries as notifications
from kyodo_match.notifications.rules import CallView
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode, SlotStatus
from kyodo_match.pages.queries.health import Machine, machine
from kyodo_match.participation import queries as participation
from kyodo_match.participation.rules import PATIENCE_FOR_HOURS
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries import approving
from kyodo_match.signups.rules import SignupStatus

_SOON = timedelta(days=7)
_MOST_DAYS = 50


class Waiting(StrEnum):
    """What can wait on the desk, the most urgent first."""

    CALLS_OVERDUE = "calls_overdue"
    ANSWERS_OVERDUE = "answers_overdue"
    APPROVALS = "approvals"
    MAIL_FAILED = "mail_failed"
    OUT_OF_REACH = "out_of_reach"
    CALLS = "calls"
    ROUNDS_CLOSED = "rounds_closed"
    SUBMITTED = "submitted"
    CHANGED = "changed"
    DRAWS = "draws"
    FEW_PEOPLE = "few_people"
    HELP_ASKED = "help_asked"
    PROPOSED = "proposed"
    UNMARKED = "unmarked"
    HOURS = "hours"


URGENT = (Waiting.CALLS_OVERDUE, Waiting.ANSWERS_OVERDUE, Waiting.MAIL_FAILED)


@dataclass(frozen=True)
class Task:
    """One kind of work that waits: how much, and since when where that tells something."""

    waiting: Waiting
    number: int
    since: datetime | None = None
    part: int = 0  # of the calls: those that were tried in vain


@dataclass(frozen=True)
class ComingDay:
    """A day of the next seven."""

    slot: Slot
    lacks: int  # how many are missing to the number that it needs

    @property
    def awaits_draw(self) -> bool:
        """Whether a draw decides who comes, and has not been published."""
        return self.slot.mode is SlotMode.LOTTERY


@dataclass(frozen=True)
class StaffDesk:
    """What waits, how the worker fares, and what comes."""

    tasks: Sequence[Task]
    machine: Machine
    coming: Sequence[ComingDay]


def staff_desk(session: Session, *, now: datetime) -> StaffDesk:
    """What waits on the staff's desk, the most urgent first."""
    coming = _coming(session, now)
    calls = notifications.call_counts(session, now)
    overdue = calls[CallView.OVERDUE]
    tried = calls[CallView.TO_MAKE] - calls[CallView.UNTOUCHED]
    submitted, since = _submitted(session)
    desk = matching.waiting(session, now=now)
    tasks = (
        Task(Waiting.CALLS_OVERDUE, overdue),
        Task(Waiting.ANSWERS_OVERDUE, _answers_overdue(session, now)),
        Task(Waiting.APPROVALS, *_approvals(session, now)),
        Task(Waiting.MAIL_FAILED, notifications.failed_to_settle(session, now)),
        Task(Waiting.OUT_OF_REACH, notifications.people_out_of_reach(session, now)),
        Task(Waiting.CALLS, calls[CallView.TO_MAKE], part=tried),
        Task(Waiting.ROUNDS_CLOSED, closed_unfrozen(session, now=now)),
        Task(Waiting.SUBMITTED, submitted, since),
        Task(Waiting.CHANGED, opportunities.count_changed(session)),
        Task(Waiting.DRAWS, rounds_to_act_on(session, now=now)),
        Task(Waiting.FEW_PEOPLE, sum(1 for day in coming if day.lacks)),
        Task(Waiting.HELP_ASKED, desk.help_asked),
        Task(Waiting.PROPOSED, desk.proposed),
        Task(Waiting.UNMARKED, participation.unmarked_count(session, now=now)),
        Task(Waiting.HOURS, *_hours(session, now)),
    )
    return StaffDesk([task for task in tasks if task.number], machine(session, now=now), coming)


def _hours(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Hours that no group has looked at for a week."""
    return participation.count_hours_waiting(session, before=now - PATIENCE_FOR_HOURS)


def _submitted(session: Session) -> tuple[int, datetime | None]:
    number, since = session.execute(
        sa.select(sa.func.count(), sa.func.min(Opportunity.submitted_at)).where(
            Opportunity.status == OpportunityStatus.SUBMITTED
        )
    ).one()
    return number, since


def _approvals(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Applications that groups have left for long, or whose day is near."""
    return approving.count_overdue(session, now=now)


def _answers_overdue(session: Session, now: datetime) -> int:
    """Applications whose answer to a change is past its time, until the day has begun."""
    return (
        session.scalar(
            sa.select(sa.func.count(Signup.id))
            .join(Slot, Slot.id == Signup.slot_id)
            .where(
                Signup.status == SignupStatus.AWAITING_ANSWER,
                Signup.answer_by <= now,
                Slot.starts_at > now,
            )
        )
        or 0
    )


def _coming(session: Session, now: datetime) -> list[ComingDay]:
    slots = session.scalars(
        sa.select(Slot)
        .join(Slot.opportunity)
        .options(
            joinedload(Slot.opportunity, innerjoin=True).joinedload(
                Opportunity.group, innerjoin=True
            )
        )
        .where(
            Slot.status != SlotStatus.CANCELLED,
            Slot.ends_at > now,
            Slot.starts_at < now + _SOON,
            Slot.standing.is_(False),  # 随時: it would stand here every week of its period
            Opportunity.status.in_(opportunities.PUBLIC),
        )
        .order_by(Slot.starts_at, Slot.id)
        .limit(_MOST_DAYS)
    )
    return [ComingDay(slot, _lacks(slot, now)) for slot in slots]


def _lacks(slot: Slot, now: datetime) -> int:
    is_open = slot.starts_at > now and slot.status is SlotStatus.SCHEDULED
    if slot.minimum is None or not is_open or slot.mode is SlotMode.LOTTERY:
        return 0  # before its draw nobody has a place: that is not too few
    return max(slot.minimum - slot.places_taken, 0)
