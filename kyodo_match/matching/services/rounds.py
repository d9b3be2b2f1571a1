"""抽選の設定: a round from its draft to the day it opens, and what may change after that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core import dates
from kyodo_match.core.db import public_id, use_case
from kyodo_match.matching.errors.rounds import (
    DaysRefused,
    RoundChanged,
    RoundFaulty,
    RoundFixed,
)
from kyodo_match.matching.models.rounds import DrawEntry, Round, RoundSlot
from kyodo_match.matching.outbox.entries import extended_lines, moved_lines
from kyodo_match.matching.queries import rounds as queries
from kyodo_match.matching.queries.entries import entries_of
from kyodo_match.matching.rules import rounds as rules
from kyodo_match.matching.rules.rounds import (
    ANNOUNCED_OF_THE_DRAW,
    CHANGES_WHILE_OPEN,
    PaperRule,
    RoundFault,
    RoundMode,
    RoundPlan,
    RoundStatus,
)
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.opportunities.services.revisions import set_day
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.outbox.kinds import Kind
from kyodo_match.signups.rules import LIVE
from kyodo_match.signups.services.entering import tell_of_round

_PLANNED = tuple(one.name for one in fields(RoundPlan))


@use_case
def create_round(session: Session, *, plan: RoundPlan, now: datetime, actor: str) -> str:
    """Write down a round as a draft, without days. Gives its id. Raises RoundFaulty."""
    _check(plan)
    one = Round(public_id=public_id(), created_by=actor, created_at=now, **_values(plan))
    session.add(one)
    note(session, "round.created", one, now=now, actor=actor)
    return one.public_id


@use_case
def edit_round(
    session: Session,
    *,
    round_id: str,
    plan: RoundPlan,
    now: datetime,
    actor: str,
    version: int | None = None,
) -> None:
    """Change a round: everything of a draft, later only what nobody counts on.

    All who have applied are told when, where and how the draw is held now, where that moved.
    `version` is the one that the form began from. Raises NoResultFound, RoundChanged, RoundFaulty,
    DaysRefused where a day would come before the draw, RoundFixed. Source: docs/rules/rounds.md.
    """
    one = queries.locked_round(session, round_id)
    if version is not None and version != one.version:
        raise RoundChanged
    _check(plan)
    values = _values(plan)
    changed = sorted(name for name, value in values.items() if value != getattr(one, name))
    _check_may_change(one, changed)
    for name in changed:
        setattr(one, name, values[name])
    for day in one.slots:
        day.reserves = _kept_for(one, day.reserves)
    _check_days(session, one, one.slots)
    one.version += 1
    told = 0
    if one.status is RoundStatus.OPEN and set(changed) & set(ANNOUNCED_OF_THE_DRAW):
        told = _tell(
            session,
            one,
            Kind.ROUND_MOVED,
            lambda entry: moved_lines(entry, one),
            moment=one.draw_at or one.closes_at,
            now=now,
        )
    note(session, "round.edited", one, now=now, actor=actor, changed=changed, told=told)


def _check_may_change(one: Round, changed: Sequence[str]) -> None:
    if one.status is RoundStatus.DRAFT:
        return
    if one.status is not RoundStatus.OPEN or set(changed) - set(CHANGES_WHILE_OPEN):
        raise RoundFixed


@use_case
def choose_days(
    session: Session,
    *,
    round_id: str,
    days: Mapping[str, Mapping[str, int]],
    now: datetime,
    actor: str,
) -> None:
    """Set the days of a draft, by their public ids, each with the places kept for classes.

    Raises NoResultFound, RoundFixed, DaysRefused, RoundFaulty (more kept than there are places).
    """
    one = queries.locked_round(session, round_id)
    if one.status is not RoundStatus.DRAFT:
        raise RoundFixed
    slots = {slot.public_id: slot for slot in _slots(session, list(days))}
    if missing := set(days) - set(slots):
        raise DaysRefused(dict.fromkeys(missing, rules.DayFault.NOT_PUBLISHED))
    kept = {day.slot.public_id: day for day in one.slots}
    for slot_id, day in kept.items():
        if slot_id not in days:
            session.delete(day)
    session.flush()
    for slot in _locked_new(session, one, [slots[day] for day in days if day not in kept]):
        new = RoundSlot(round_id=one.id, slot_id=slot.id, position=-1, reserves={})
        kept[slot.public_id] = new
        session.add(new)
    _reserve(one, slots, {slot_id: kept[slot_id] for slot_id in days}, days)
    _number(session, slots, {slot_id: kept[slot_id] for slot_id in days})
    session.expire(one, ["slots"])
    _check_days(session, one, one.slots)
    one.version += 1
    note(session, "round.days-chosen", one, now=now, actor=actor, days=sorted(days))


def _locked_new(session: Session, one: Round, slots: Sequence[Slot]) -> Sequence[Slot]:
    """Days that join a draft, locked in the order of their keys. Raises DaysRefused.

    A day is in one round at most: two drafts that reach for it at once wait for each other here.
    """
    in_order = sorted(slots, key=lambda slot: slot.id)
    locked = [locked_slot(session, slot.public_id) for slot in in_order]
    _refuse(_faults_of(session, one, locked))
    return locked


def _reserve(
    one: Round,
    slots: Mapping[str, Slot],
    chosen: Mapping[str, RoundSlot],
    days: Mapping[str, Mapping[str, int]],
) -> None:
    for slot_id, day in chosen.items():
        reserves = _kept_for(one, days[slot_id])
        if not rules.reserves_fit(reserves, capacity=slots[slot_id].capacity):
            raise RoundFaulty((RoundFault.RESERVES_ABOVE_CAPACITY,))
        day.reserves = reserves


def _kept_for(one: Round, reserves: Mapping[str, int]) -> dict[str, int]:
    """Of the places kept for classes, those that this round can keep: not of a class that went."""
    known = {str(row["class"]) for row in one.classes}
    if one.mode is not RoundMode.SOFT_RESERVES:
        return {}
    return {key: kept for key, kept in sorted(reserves.items()) if kept and key in known}


def _number(session: Session, slots: Mapping[str, Slot], chosen: Mapping[str, RoundSlot]) -> None:
    """In the order of the days; by way of negative positions, since each is there once."""
    in_order = sorted(chosen, key=lambda slot_id: (slots[slot_id].starts_at, slots[slot_id].id))
    for sign in (-1, 1):
        for position, slot_id in enumerate(in_order, start=1):
            chosen[slot_id].position = sign * position
        session.flush()


def _slots(session: Session, public_ids: Sequence[str]) -> Sequence[Slot]:
    return session.scalars(sa.select(Slot).where(Slot.public_id.in_(public_ids))).all()


@use_case
def open_round(session: Session, *, round_id: str, now: datetime, actor: str) -> None:
    """公開: from its opening people may apply, and the days are drawn for from now on.

    Raises NoResultFound, RoundEdgeNotDrawn, RoundFaulty, DaysRefused.
    """
    one = queries.locked_round(session, round_id)
    status = rules.move(one.status, RoundStatus.OPEN)
    if wrong := rules.faults_to_open(plan_of(one), days=len(one.slots), now=now):
        raise RoundFaulty(wrong)
    days = queries.locked_days(session, one)
    _check_days(session, one, one.slots)
    new = {"mode": SlotMode.LOTTERY, "opens_at": one.opens_at, "closes_at": one.closes_at}
    for slot in days.values():
        set_day(session, slot, new, by=actor, now=now, office=True)
    one.status = status
    one.version += 1
    note(session, "round.opened", one, now=now, actor=actor, days=len(one.slots))


@use_case
def withdraw_round(session: Session, *, round_id: str, now: datetime, actor: str) -> None:
    """Throw a draft away: nobody has seen it. Raises NoResultFound, RoundFixed."""
    one = queries.locked_round(session, round_id)
    if one.status is not RoundStatus.DRAFT:
        raise RoundFixed
    note(session, "round.withdrawn", one, now=now, actor=actor)
    for day in one.slots:
        session.delete(day)
    session.flush()
    session.delete(one)


@use_case
def extend_round(
    session: Session, *, round_id: str, closes_at: datetime, reason: str, now: datetime, actor: str
) -> None:
    """Move the deadline of an open round further; the freeze moves with it.

    The draw stays when it is announced: it must still come after the freeze. All who have applied
    are told. Raises NoResultFound, RoundFixed, RoundFaulty, DaysRefused.
    Source: docs/rules/rounds.md.
    """
    one = queries.locked_round(session, round_id)
    if one.status is not RoundStatus.OPEN:
        raise RoundFixed
    old, by = one.closes_at, closes_at - one.closes_at
    if one.paper_rule is PaperRule.ARRIVAL:
        one.freezes_at = closes_at
    else:
        one.freezes_at += by
    one.closes_at, one.extended_from = closes_at, one.extended_from or old
    rules.check_longer(closes_at=closes_at, old=old, plan=plan_of(one), now=now)
    for slot in queries.locked_days(session, one).values():
        set_day(
            session,
            slot,
            {"closes_at": closes_at},
            by=actor,
            now=now,
            reason=reason,
            office=True,
        )
    _check_times(one, one.slots)
    one.version += 1
    told = _tell(
        session,
        one,
        Kind.ROUND_EXTENDED,
        lambda entry: extended_lines(entry, one, old=old),
        moment=one.closes_at,
        now=now,
    )
    note(
        session,
        "round.extended",
        one,
        now=now,
        actor=actor,
        reason=reason,
        old=dates.iso_local(old),
        new=dates.iso_local(closes_at),
        told=told,
    )


def _tell(
    session: Session,
    one: Round,
    kind: Kind,
    lines: Callable[[DrawEntry], str],
    *,
    moment: datetime,
    now: datetime,
) -> int:
    """Everybody who has applied is told what has moved; how many applications."""
    entries = [entry for entry in entries_of(session, one) if entry.signup.status in LIVE]
    office = office_of(session)
    for entry in entries:
        tell_of_round(
            session,
            entry.signup,
            kind=kind,
            title=one.title,
            lines=lines(entry),
            moment=moment,
            office=office,
            now=now,
        )
    return len(entries)


def plan_of(one: Round) -> RoundPlan:
    """A round as its form shows it."""
    values = {name: getattr(one, name) for name in _PLANNED if name != "classes"}
    return RoundPlan(classes=queries.classes_of(one), **values)


def _values(plan: RoundPlan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in _PLANNED}
    return {**values, "classes": [one.row() for one in plan.classes]}


def _check(plan: RoundPlan) -> None:
    if wrong := rules.faults(plan):
        raise RoundFaulty(wrong)


def _check_days(session: Session, one: Round, days: Sequence[RoundSlot]) -> None:
    """What a day is like before the round opens. Raises DaysRefused."""
    if one.status is not RoundStatus.DRAFT:
        _check_times(one, days)
        return
    _refuse(_faults_of(session, one, [day.slot for day in days]))
    _refuse(rules.other_escorts({day.slot.public_id: day.slot.escorts_count for day in days}))


def _faults_of(
    session: Session, one: Round, slots: Sequence[Slot]
) -> dict[str, rules.DayFault | None]:
    facts = queries.day_facts(session, slots, round_id=one.id)
    return {
        slot.public_id: rules.day_fault(
            facts[slot.id], freezes_at=one.freezes_at, draw_at=one.draw_at
        )
        for slot in slots
    }


def _check_times(one: Round, days: Sequence[RoundSlot]) -> None:
    """Of an open round only its times move. Raises DaysRefused."""
    latest = max(one.freezes_at, one.draw_at or one.freezes_at)
    _refuse(
        {
            day.slot.public_id: rules.DayFault.TOO_EARLY if day.slot.starts_at <= latest else None
            for day in days
        }
    )


def _refuse(found: Mapping[str, rules.DayFault | None]) -> None:
    if wrong := {slot_id: fault for slot_id, fault in found.items() if fault is not None}:
        raise DaysRefused(wrong)
