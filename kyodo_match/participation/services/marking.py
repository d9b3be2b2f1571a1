"""Marking who came, walk-ins, and heads without names."""

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note, record
from kyodo_match.core import limits
from kyodo_match.core.db import use_case
from kyodo_match.core.limits import WALK_IN_LINK
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules
from kyodo_match.participation.errors import (
    HoursStand,
    NotOnTheList,
    ReasonMissing,
    SlotWasCancelled,
    TooEarly,
    TooLateForTheGroup,
    TooManyByLink,
)
from kyodo_match.participation.models import (
    AttendanceEvent,
    HeadCount,
    SlotTally,
)
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import AgeGroup, Channel
from kyodo_match.signups.services.walking_in import take_back_walk_in, take_walk_in

# A tap on 「1人増やす」 that arrives twice counts once.
_TAP = limits.Limit("head-tap", 1, timedelta(hours=12))
_MOST_HEADS = 9999


def _slot_of_the_day(session: Session, slot_id: str, now: datetime, *, office: bool) -> Slot:
    """The slot, locked, on or after its day; a group's month is over for all but the office.

    Raises TooEarly, SlotWasCancelled, TooLateForTheGroup.
    """
    slot = locked_slot(session, slot_id)
    if slot.status is SlotStatus.CANCELLED:
        raise SlotWasCancelled
    if now < (opens_at := rules.marks_open_at(slot.starts_at)):
        raise TooEarly(opens_at)
    if not office and now >= rules.group_until(slot.ends_at):
        raise TooLateForTheGroup
    return slot


def _check_reason(slot: Slot, *, recorded: bool, reason: str, now: datetime) -> None:
    if rules.needs_reason(recorded=recorded, ends_at=slot.ends_at, now=now) and not reason:
        raise ReasonMissing


def note_mark(
    session: Session,
    participant: Participant,
    state: Attendance,
    *,
    nonce: str,
    marked_at: datetime,
    now: datetime,
    actor: str,
    reason: str = "",
) -> None:
    """A step under the slot's lock: one event, and the state that it comes to."""
    session.add(
        AttendanceEvent(
            participant_id=participant.id,
            state=state,
            previous=Attendance(participant.attendance),
            marked_by=actor,
            marked_at=marked_at,
            received_at=now,
            nonce=nonce,
            reason=reason,
        )
    )
    participant.attendance = state


def refresh_tally(session: Session, slot: Slot, now: datetime) -> None:
    """Count the day again from its rows, within the transaction that changed one of them."""
    session.flush()
    states = Counter(person.attendance for person in queries.expected(session, slot))
    states[Attendance.ATTENDED] += queries.came_and_left(session, slot)
    heads = queries.head_count(session, slot)
    tally = queries.tally_of(session, slot) or SlotTally(slot_id=slot.id)
    tally.attended = states[Attendance.ATTENDED]
    tally.absent = states[Attendance.ABSENT]
    tally.unmarked = states[Attendance.UNMARKED]
    tally.head_count_adults = heads.adults if heads else 0
    tally.head_count_children = heads.children if heads else 0
    tally.visits = rules.visits(
        attended=tally.attended,
        adults=tally.head_count_adults,
        children=tally.head_count_children,
    )
    tally.updated_at = now
    session.add(tally)


@use_case
def mark(
    session: Session,
    *,
    slot_id: str,
    participant_id: str,
    attendance: Attendance,
    nonce: str,
    marked_at: datetime,
    now: datetime,
    actor: str,
    reason: str = "",
    office: bool = False,
) -> None:
    """Mark a participant; the same nonce, or the state they are in, changes nothing.

    Unmarking somebody who walked in takes their entry back: nobody expects them. Raises TooEarly,
    TooLateForTheGroup, SlotWasCancelled, NotOnTheList, ReasonMissing, HoursStand. Source:
    docs/rules/reception.md.
    """
    slot = _slot_of_the_day(session, slot_id, now, office=office)
    seen = session.scalar(sa.select(AttendanceEvent.id).where(AttendanceEvent.nonce == nonce))
    if seen is not None:
        return
    listed = {person.public_id: person for person in queries.expected(session, slot)}
    if (participant := listed.get(participant_id)) is None:
        raise NotOnTheList
    if participant.attendance == attendance:
        return
    if attendance is not Attendance.ATTENDED and queries.has_approved_hours(session, participant):
        raise HoursStand
    recorded = participant.attendance != Attendance.UNMARKED
    _check_reason(slot, recorded=recorded, reason=reason, now=now)
    note_mark(
        session,
        participant,
        attendance,
        nonce=nonce,
        marked_at=marked_at,
        now=now,
        actor=actor,
        reason=reason,
    )
    if attendance is Attendance.UNMARKED and participant.signup.channel is Channel.WALK_IN:
        take_back_walk_in(session, participant, now=now, actor=actor)
    refresh_tally(session, slot, now)
    record(
        session,
        "attendance.marked",
        actor=actor,
        object_kind="participant",
        object_id=participant_id,
        now=now,
        reason=reason,
        state=str(attendance),
    )


@use_case
def add_walk_in(
    session: Session,
    *,
    slot_id: str,
    name: str,
    kana: str,
    age_group: AgeGroup,
    phone: str,
    nonce: str,
    keys: Keys,
    now: datetime,
    actor: str,
    office: bool = False,
) -> None:
    """当日参加: add somebody who came without signing up, marked as attended in the same step.

    A repeated nonce adds nobody. Raises TooEarly, TooLateForTheGroup, SlotWasCancelled,
    TooManyByLink.
    """
    slot = _slot_of_the_day(session, slot_id, now, office=office)
    if session.scalar(sa.select(AttendanceEvent.id).where(AttendanceEvent.nonce == nonce)):
        return
    _count_by_link(session, actor, now=now)
    participant = take_walk_in(
        session,
        slot,
        name=name,
        kana=kana,
        age_group=age_group,
        phone=phone,
        keys=keys,
        now=now,
        actor=actor,
    )
    session.flush()
    note_mark(
        session, participant, Attendance.ATTENDED, nonce=nonce, marked_at=now, now=now, actor=actor
    )
    refresh_tally(session, slot, now)


def _count_by_link(session: Session, actor: str, *, now: datetime) -> None:
    """A link goes from hand to hand; who is signed in is known by name and not counted."""
    if not actor.startswith(queries.LINK_ACTOR):
        return
    try:
        limits.check(session, WALK_IN_LINK, actor, now=now)
    except limits.TooOften as over:
        raise TooManyByLink(WALK_IN_LINK.times, over.until) from over
    limits.count(session, WALK_IN_LINK, actor, now=now)


@use_case
def count_heads(
    session: Session,
    *,
    slot_id: str,
    adults: int,
    children: int,
    now: datetime,
    actor: str,
    reason: str = "",
    office: bool = False,
) -> None:
    """人数のみ: set how many people came whose names were not taken; the named are not among them.

    Raises TooEarly, TooLateForTheGroup, SlotWasCancelled, ReasonMissing.
    """
    slot = _slot_of_the_day(session, slot_id, now, office=office)
    _set_heads(session, slot, (adults, children), now=now, actor=actor, reason=reason)


@use_case
def tap_heads(
    session: Session,
    *,
    slot_id: str,
    adults: int,
    children: int,
    nonce: str,
    now: datetime,
    actor: str,
    office: bool = False,
) -> None:
    """One tap at the door: so many adults and children more, or fewer where a tap is taken back.

    Two phones add up; the same tap sent twice counts once; it never falls below nobody. Raises
    TooEarly, TooLateForTheGroup, SlotWasCancelled, ReasonMissing.
    """
    slot = _slot_of_the_day(session, slot_id, now, office=office)
    try:
        limits.check(session, _TAP, nonce, now=now)
    except limits.TooOften:
        return
    limits.count(session, _TAP, nonce, now=now)
    heads = queries.head_count(session, slot)
    before = (heads.adults, heads.children) if heads else (0, 0)
    after = tuple(
        min(max(old + more, 0), _MOST_HEADS)
        for old, more in zip(before, (adults, children), strict=True)
    )
    _set_heads(session, slot, (after[0], after[1]), now=now, actor=actor)


def _set_heads(
    session: Session,
    slot: Slot,
    after: tuple[int, int],
    *,
    now: datetime,
    actor: str,
    reason: str = "",
) -> None:
    heads = queries.head_count(session, slot)
    before = (heads.adults, heads.children) if heads else (0, 0)
    if heads is not None and before == after:
        return
    _check_reason(slot, recorded=heads is not None, reason=reason, now=now)
    heads = heads or HeadCount(slot_id=slot.id)
    heads.adults, heads.children = after
    heads.counted_by, heads.counted_at = actor, now
    session.add(heads)
    refresh_tally(session, slot, now)
    note(
        session,
        "heads.counted",
        slot,
        actor=actor,
        now=now,
        reason=reason,
        before=before,
        after=after,
    )
