"""実績記入のお願い: the office asks groups to write down who came, and may open a closed list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.participation import outbox, queries, rules
from kyodo_match.participation.errors import (
    AskedToday,
    NobodyToAsk,
    NothingToWrite,
    ReasonMissing,
    TooLateForTheGroup,
)
from kyodo_match.participation.models import MarkRequest
from kyodo_match.participation.queries import UnmarkedDay
from kyodo_match.settings.queries import office


@dataclass(frozen=True)
class Asked:
    """What was asked: days, letters, and how many days have nobody to write to."""

    days: int
    letters: int
    silent: int


@use_case
def ask_for_marks(session: Session, *, slot_id: str, now: datetime, actor: str) -> None:
    """Ask a group's owners and editors to write down one day.

    Raises NothingToWrite, AskedToday, TooLateForTheGroup, NobodyToAsk. Source:
    docs/rules/reception.md.
    """
    slot = locked_slot(session, slot_id)
    day = next(iter(queries.unmarked_days(session, now=now, slot_id=slot_id)), None)
    if day is None:
        raise NothingToWrite
    if now >= rules.group_until(slot.ends_at):
        raise TooLateForTheGroup
    if rules.asked_today(day.asked_at, now):
        raise AskedToday
    people = queries.writers(session, [day.group_key], now=now)[day.group_key]
    if not people:
        raise NobodyToAsk(day.group, day.phone)
    _ask(session, [day], people, now=now, actor=actor)


@use_case
def ask_all_for_marks(session: Session, *, now: datetime, actor: str) -> Asked:
    """Ask every group whose days are due, one letter a person for all days of a group."""
    due = _due(session, now)
    # Locked in the order of their keys, then looked at again: two who ask at once write once.
    session.execute(
        sa.select(Slot.id)
        .where(Slot.public_id.in_([day.slot_id for day in due]))
        .order_by(Slot.id)
        .with_for_update()
    )
    due = _due(session, now)
    people = queries.writers(session, [day.group_key for day in due], now=now)
    letters = 0
    for group in sorted({day.group_key for day in due if people[day.group_key]}):
        days = [day for day in due if day.group_key == group]
        letters += _ask(session, days, people[group], now=now, actor=actor)
    silent = sum(not people[day.group_key] for day in due)
    return Asked(days=len(due) - silent, letters=letters, silent=silent)


def _due(session: Session, now: datetime) -> list[UnmarkedDay]:
    return [
        day
        for day in queries.unmarked_days(session, now=now, limit=None)
        if rules.is_due(ends_at=day.ends_at, asked_at=day.asked_at, now=now)
    ]


def _ask(
    session: Session,
    days: Sequence[UnmarkedDay],
    people: Sequence[Account],
    *,
    now: datetime,
    actor: str,
) -> int:
    desk = office(session)
    for account in people:
        outbox.ask_for_marks(session, account, days, desk, now=now)
    slots = {
        slot.public_id: slot
        for slot in session.scalars(
            sa.select(Slot).where(Slot.public_id.in_([day.slot_id for day in days]))
        )
    }
    for day in days:
        session.add(MarkRequest(slot_id=slots[day.slot_id].id, asked_at=now, asked_by=actor))
        record(
            session,
            "marks.asked",
            actor=actor,
            object_kind="slot",
            object_id=day.slot_id,
            now=now,
            unmarked=day.unmarked,
            letters=len(people),
        )
    return len(people)


@use_case
def ask_for_hours(session: Session, *, now: datetime) -> int:
    """Ask groups, once a day of activity, to write down how long their volunteers were active.

    A day is looked at once, also where nothing lacks. One letter a person for all days of a
    group. How many letters. Source: docs/rules/hours.md.
    """
    before = rules.asked_for_before(now)
    tallies = queries.tallies_to_ask(session, ended_before=before)
    due = queries.lacking_hours(session, [tally.slot_id for tally in tallies], ended_before=before)
    people = queries.writers(session, [day.group_key for day in due], now=now)
    desk, letters = office(session), 0
    for group, accounts in people.items():
        days = [day for day in due if day.group_key == group]
        for account in accounts:
            outbox.ask_for_hours(session, account, days, desk, now=now)
        letters += len(accounts)
    for tally in tallies:
        tally.hours_asked_at = now
    return letters


@use_case
def open_names(session: Session, *, slot_id: str, reason: str, now: datetime, actor: str) -> None:
    """Note why a group opens a list whose names are closed: to correct it within its month.

    Raises ReasonMissing, TooLateForTheGroup.
    """
    slot = locked_slot(session, slot_id)
    if not reason:
        raise ReasonMissing
    if now >= rules.group_until(slot.ends_at):
        raise TooLateForTheGroup
    record(
        session,
        "names.opened",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        reason=reason,
    )
