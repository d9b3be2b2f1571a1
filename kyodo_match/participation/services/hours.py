"""活動時間: recorded by the volunteer or the group, then approved or returned.

What shows that somebody was there: the first approved hours mark who was not marked as attended,
nothing else moves a figure. Source: docs/rules/hours.md.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from kyodo_match.audit.services import CITIZEN, SYSTEM, record
from kyodo_match.core import dates
from kyodo_match.core.db import public_id, use_case
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules
from kyodo_match.participation.errors import (
    HoursApproved,
    HoursGone,
    NoHoursHere,
    NotOnTheList,
    ReasonMissing,
    TooLateForTheGroup,
    WasAbsent,
)
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.rules import Attendance, HoursState
from kyodo_match.participation.services.marking import note_mark, refresh_tally
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell


@use_case
def record_own(
    session: Session,
    *,
    signup_id: str,
    slot_id: str,
    participant_id: str,
    day: date,
    minutes: int,
    note: str,
    now: datetime,
) -> None:
    """A volunteer writes down how long they were active, again where it was returned.

    Raises NoResultFound, NoHoursHere, DayOutside, NotOnTheList, WasAbsent, HoursApproved.
    """
    slot = _need_of_day(session, slot_id, day, now)
    person = _listed(session, slot).get(participant_id)
    if person is None or person.signup.public_id != signup_id:
        raise NotOnTheList
    row = queries.hours_of_day(session, slot, day).get(person.id)
    _check_not_left(person, slot, day)
    _write(session, person, row, day, minutes, note=note, now=now, actor=CITIZEN)
    settle_calls(
        session,
        signup_id=signup_id,
        outcome=CallOutcome.NOT_NEEDED,
        by=SYSTEM,
        now=now,
        kinds=(Kind.HOURS_RETURNED,),
    )


@use_case
def take_back_own(session: Session, *, signup_id: str, hours_id: str, now: datetime) -> None:
    """A volunteer takes back what was not approved. Raises HoursGone, HoursApproved."""
    row, _slot = _row_and_slot(session, hours_id)
    if row.participant.signup.public_id != signup_id:
        raise HoursGone
    if row.state is HoursState.APPROVED:
        raise HoursApproved
    _note(session, "hours.taken-back", row, now=now, actor=CITIZEN)
    session.delete(row)


@use_case
def record_day(
    session: Session,
    *,
    slot_id: str,
    day: date,
    minutes: Mapping[str, int],
    approves: bool,
    office: bool,
    now: datetime,
    actor: str,
) -> int:
    """The group writes down a day: minutes by participant. Gives how many entries are new.

    `approves`: by who may approve, so that nothing is left to do. Who is not named stays as they
    are. Raises NoResultFound, NoHoursHere, DayOutside, TooLateForTheGroup, NotOnTheList,
    WasAbsent, HoursApproved.
    """
    slot = _need_of_day(session, slot_id, day, now)
    if not office and now >= rules.group_records_until(day):
        raise TooLateForTheGroup
    listed, known = _listed(session, slot), queries.hours_of_day(session, slot, day)
    written = 0
    for participant_id, spent in minutes.items():
        person = listed.get(participant_id)
        if person is None:
            raise NotOnTheList
        _check_not_left(person, slot, day)
        row = known.get(person.id)
        if row is not None and row.minutes == spent and row.state is HoursState.APPROVED:
            continue
        if row is None or row.minutes != spent or row.state is HoursState.RETURNED:
            note = row.note if row else ""
            row = _write(session, person, row, day, spent, note=note, now=now, actor=actor)
            written += 1
        if approves:
            _approve(session, row, person, slot, now=now, actor=actor)
    return written


@use_case
def approve(
    session: Session,
    *,
    hours_ids: Collection[str],
    group_ids: Collection[int] | None,
    now: datetime,
    actor: str,
) -> int:
    """Approve what waits, of these groups or (None) of any. Gives how many were approved.

    What somebody has approved or taken back meanwhile is passed over. Raises WasAbsent,
    NotOnTheList.
    """
    wanted = (
        sa.select(ActivityHours)
        .join(ActivityHours.participant)
        .join(Participant.signup)
        .join(Signup.slot)
        .join(Slot.opportunity)
        .options(contains_eager(ActivityHours.participant).contains_eager(Participant.signup))
        .where(
            ActivityHours.public_id.in_(hours_ids),
            ActivityHours.state == HoursState.RECORDED,
        )
        .order_by(ActivityHours.day, ActivityHours.id)
        .execution_options(populate_existing=True)
    )
    if group_ids is not None:
        wanted = wanted.where(Opportunity.group_id.in_(group_ids))
    # Locked in the order of their keys, then read again.
    keys = {row.participant.signup.slot_id for row in session.scalars(wanted)}
    ids = session.scalars(sa.select(Slot.public_id).where(Slot.id.in_(keys)).order_by(Slot.id))
    slots = {slot.id: slot for slot in [locked_slot(session, one) for one in ids.all()]}
    rows = [
        row for row in session.scalars(wanted).all() if row.participant.signup.slot_id in slots
    ]
    for row in rows:
        slot = slots[row.participant.signup.slot_id]
        _approve(session, row, row.participant, slot, now=now, actor=actor)
    return len(rows)


@use_case
def change_hours(
    session: Session,
    *,
    hours_id: str,
    minutes: int,
    reason: str,
    office: bool,
    now: datetime,
    actor: str,
) -> None:
    """Set hours right and approve them so; the volunteer reads why.

    Raises HoursGone, ReasonMissing, TooLateForTheGroup, WasAbsent, NotOnTheList.
    """
    row, slot = _row_and_slot(session, hours_id)
    if row.minutes == minutes and row.state is HoursState.APPROVED:
        return
    if not reason:
        raise ReasonMissing
    if not office and now >= rules.group_records_until(row.day):
        raise TooLateForTheGroup
    before, row.minutes = row.minutes, minutes
    _note(session, "hours.changed", row, now=now, actor=actor, reason=reason, before=before)
    _approve(session, row, row.participant, slot, now=now, actor=actor)
    row.reason = reason


@use_case
def return_hours(
    session: Session, *, hours_id: str, reason: str, now: datetime, actor: str
) -> None:
    """差し戻す: give hours back to the volunteer with a reason, also what was approved.

    The mail says that there is one; the phone list has its words. Where nothing else shows that
    somebody was active for a standing need, they are unmarked again. Raises HoursGone,
    ReasonMissing.
    """
    row, slot = _row_and_slot(session, hours_id)
    if row.state is HoursState.RETURNED:
        return
    if not reason:
        raise ReasonMissing
    person = row.participant
    row.state, row.reason = HoursState.RETURNED, reason
    row.decided_by, row.decided_at = actor, now
    session.flush()
    if slot.standing and not queries.has_approved_hours(session, person):
        _mark(session, person, slot, Attendance.UNMARKED, now=now, actor=actor, reason=reason)
    _note(session, "hours.returned", row, now=now, actor=actor, reason=reason)
    notice = Notice(
        Kind.HOURS_RETURNED,
        person.signup,
        slot,
        office_of(session),
        occasion=f"{row.public_id}:{now.isoformat()}",
        was=dates.day(row.day),
        said=reason,
    )
    tell(session, notice, now=now)


def _need_of_day(session: Session, slot_id: str, day: date, now: datetime) -> Slot:
    """The slot of a volunteer need, locked, where hours of that day can be recorded now."""
    slot = locked_slot(session, slot_id)
    if not queries.takes_hours(slot) or slot.status is not SlotStatus.SCHEDULED:
        raise NoHoursHere
    rules.check_day(
        day, starts_at=slot.starts_at, ends_at=slot.ends_at, standing=slot.standing, now=now
    )
    return slot


def _listed(session: Session, slot: Slot) -> dict[str, Participant]:
    return {person.public_id: person for person in queries.volunteers(session, slot)}


def _check_not_left(person: Participant, slot: Slot, day: date) -> None:
    rules.check_not_left(day, since=slot.starts_at, left_at=person.cancelled_at)


def _row_and_slot(session: Session, hours_id: str) -> tuple[ActivityHours, Slot]:
    """An entry read afresh under its slot's lock. Raises HoursGone."""
    found = queries.hours_by_id(session, hours_id)
    if found is None:
        raise HoursGone
    slot = locked_slot(session, found.participant.signup.slot.public_id)
    row = queries.hours_by_id(session, hours_id)
    if row is None:
        raise HoursGone
    return row, slot


def _write(
    session: Session,
    person: Participant,
    row: ActivityHours | None,
    day: date,
    minutes: int,
    *,
    note: str,
    now: datetime,
    actor: str,
) -> ActivityHours:
    """Record an entry anew, or what was not approved again."""
    if person.attendance == Attendance.ABSENT:
        raise WasAbsent
    if row is not None and row.state is HoursState.APPROVED:
        raise HoursApproved
    if row is None:
        row = ActivityHours(public_id=public_id(), participant_id=person.id, day=day)
        session.add(row)
    row.minutes, row.note = minutes, note
    row.recorded_by, row.recorded_at = actor, now
    row.state, row.reason = HoursState.RECORDED, ""
    row.decided_by = row.decided_at = None
    session.flush()
    _note(session, "hours.recorded", row, now=now, actor=actor)
    return row


def _approve(
    session: Session,
    row: ActivityHours,
    person: Participant,
    slot: Slot,
    *,
    now: datetime,
    actor: str,
) -> None:
    """Approve an entry; who was not marked at the reception was there, as it shows now."""
    if person.attendance == Attendance.ABSENT:
        raise WasAbsent
    if not slot.standing and person.cancelled_at is not None:
        raise NotOnTheList
    row.state, row.reason = HoursState.APPROVED, ""
    row.decided_by, row.decided_at = actor, now
    _note(session, "hours.approved", row, now=now, actor=actor)
    _mark(session, person, slot, Attendance.ATTENDED, now=now, actor=actor)


def _mark(
    session: Session,
    person: Participant,
    slot: Slot,
    state: Attendance,
    *,
    now: datetime,
    actor: str,
    reason: str = "",
) -> None:
    """One event, as at the reception; the state they are in already is none."""
    if person.attendance == state:
        return
    note_mark(
        session,
        person,
        state,
        nonce=token_hex(16),
        marked_at=now,
        now=now,
        actor=actor,
        reason=reason,
    )
    refresh_tally(session, slot, now)


def _note(
    session: Session,
    action: str,
    row: ActivityHours,
    *,
    now: datetime,
    actor: str,
    reason: str = "",
    **facts: int,
) -> None:
    record(
        session,
        action,
        actor=actor,
        object_kind="hours",
        object_id=row.public_id,
        now=now,
        reason=reason,
        minutes=row.minutes,
        **facts,
    )
