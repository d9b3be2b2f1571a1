"""Marking who came, walk-ins, and heads without names."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules
from kyodo_match.participation.errors import NotOnTheList, SlotWasCancelled, TooEarly
from kyodo_match.participation.models import (
    AttendanceEvent,
    HeadCount,
    SlotTally,
)
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.signups.services import take_walk_in


def _slot_of_the_day(session: Session, slot_id: str, now: datetime) -> Slot:
    """The slot, locked, on or after its day. Raises TooEarly, SlotWasCancelled."""
    slot = locked_slot(session, slot_id)
    if slot.status is SlotStatus.CANCELLED:
        raise SlotWasCancelled
    if now < (opens_at := rules.marks_open_at(slot.starts_at)):
        raise TooEarly(opens_at)
    return slot


def _note_mark(
    session: Session,
    participant: Participant,
    state: Attendance,
    *,
    nonce: str,
    marked_at: datetime,
    now: datetime,
    actor: str,
) -> None:
    session.add(
        AttendanceEvent(
            participant_id=participant.id,
            state=state,
            previous=Attendance(participant.attendance),
            marked_by=actor,
            marked_at=marked_at,
            received_at=now,
            nonce=nonce,
        )
    )
    participant.attendance = state


def _refresh_tally(session: Session, slot: Slot, now: datetime) -> None:
    """Count the day again from its rows, within the transaction that changed one of them."""
    session.flush()
    states = Counter(person.attendance for person in queries.expected(session, slot))
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
) -> None:
    """Mark a participant; the same nonce, or the state they are in, changes nothing.

    Raises TooEarly, SlotWasCancelled, NotOnTheList.
    """
    slot = _slot_of_the_day(session, slot_id, now)
    listed = {person.public_id: person for person in queries.expected(session, slot)}
    if (participant := listed.get(participant_id)) is None:
        raise NotOnTheList
    seen = session.scalar(sa.select(AttendanceEvent.id).where(AttendanceEvent.nonce == nonce))
    if seen is not None or participant.attendance == attendance:
        return
    _note_mark(
        session, participant, attendance, nonce=nonce, marked_at=marked_at, now=now, actor=actor
    )
    _refresh_tally(session, slot, now)
    record(
        session,
        "attendance.marked",
        actor=actor,
        object_kind="participant",
        object_id=participant_id,
        now=now,
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
) -> None:
    """当日参加: add somebody who came without signing up, marked as attended in the same step.

    A repeated nonce adds nobody. Raises TooEarly, SlotWasCancelled.
    """
    slot = _slot_of_the_day(session, slot_id, now)
    if session.scalar(sa.select(AttendanceEvent.id).where(AttendanceEvent.nonce == nonce)):
        return
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
    _note_mark(
        session, participant, Attendance.ATTENDED, nonce=nonce, marked_at=now, now=now, actor=actor
    )
    _refresh_tally(session, slot, now)


@use_case
def count_heads(
    session: Session, *, slot_id: str, adults: int, children: int, now: datetime, actor: str
) -> None:
    """人数のみ: set how many people came whose names were not taken; the named are not among them.

    Raises TooEarly, SlotWasCancelled.
    """
    slot = _slot_of_the_day(session, slot_id, now)
    heads = queries.head_count(session, slot) or HeadCount(slot_id=slot.id, adults=0, children=0)
    before = (heads.adults, heads.children)
    heads.adults, heads.children = adults, children
    heads.counted_by, heads.counted_at = actor, now
    session.add(heads)
    _refresh_tally(session, slot, now)
    record(
        session,
        "heads.counted",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        before=before,
        after=(adults, children),
    )
