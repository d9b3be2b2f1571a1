"""The days of an opportunity: added, changed, and taken away before anybody signs up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note, record
from kyodo_match.core.db import public_id, use_case
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import (
    ChangedMeanwhile,
    DaysClash,
    Incomplete,
    ModeNotYet,
    NoDays,
    SlotFaulty,
    SlotInDraw,
    SlotInUse,
    SlotPast,
    TooManyDays,
)
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.outbox import tell_moved
from kyodo_match.opportunities.rules import (
    HAS_HISTORY,
    MATTERS,
    MOST_DAYS,
    PLANNED,
    STAYS_COMPLETE,
    OpportunityStatus,
    SlotMode,
    SlotPlan,
    changes,
    check_editable,
    check_year,
    counted_on,
    days_to_prepare,
    default_times,
    faults,
    meanwhile,
    overlapping,
)
from kyodo_match.opportunities.services.revisions import note_change
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import OfficeCalendar


@use_case
def add_slot(
    session: Session,
    *,
    opportunity_id: str,
    plan: SlotPlan,
    actor: str,
    now: datetime,
    office: bool = False,
) -> str:
    """Add a day. Gives its id.

    Raises NotEditable, SlotFaulty, SlotPast, SlotTooFar, ModeNotYet.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    slot = _add(session, opportunity, plan, actor=actor, now=now, office=office)
    _touch(opportunity, now)
    return slot.public_id


@use_case
def add_slots(
    session: Session,
    *,
    opportunity_id: str,
    plans: Sequence[SlotPlan],
    actor: str,
    now: datetime,
    office: bool = False,
) -> int:
    """Add several days, all or none. How many. Sent twice, the second is refused as a clash.

    Raises NotEditable, NoDays, TooManyDays, DaysClash with an existing day or one another,
    SlotFaulty, SlotPast, ModeNotYet. Source: docs/rules/posting.md.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    if not plans:
        raise NoDays
    if len(plans) > MOST_DAYS:
        raise TooManyDays(MOST_DAYS)
    _check_apart(session, opportunity, plans)
    for plan in plans:
        _add(session, opportunity, plan, actor=actor, now=now, office=office)
    _touch(opportunity, now)
    return len(plans)


def _check_apart(session: Session, opportunity: Opportunity, plans: Sequence[SlotPlan]) -> None:
    taken = queries.times_taken(queries.locked_slots(session, opportunity))
    clashing = []
    for plan in plans:
        if overlapping(plan, taken):
            clashing.append(plan.starts_at)
        taken = [*taken, (plan.starts_at, plan.ends_at)]
    if clashing:
        raise DaysClash(tuple(clashing))


def _add(
    session: Session,
    opportunity: Opportunity,
    plan: SlotPlan,
    *,
    actor: str,
    now: datetime,
    office: bool,
) -> Slot:
    check_plan(plan, now)
    slot = attach(session, opportunity, plan)
    if opportunity.status is OpportunityStatus.PUBLISHED:
        open_up(slot, calendar=office_of(session).calendar, now=now)
    note_change(session, slot, before={}, after=_planned(slot), by=actor, now=now, office=office)
    note(
        session,
        "slot.added",
        slot,
        actor=actor,
        now=now,
        opportunity=opportunity.public_id,
        capacity=slot.capacity,
    )
    return slot


@use_case
def edit_slot(
    session: Session,
    *,
    slot_id: str,
    plan: SlotPlan,
    actor: str,
    now: datetime,
    office: bool = False,
    version: str | None = None,
) -> None:
    """Change a day; once somebody has signed up, only what they do not count on.

    `version` is what the form began from (`version_of`). Raises NotEditable, SlotPast, SlotInDraw,
    ChangedMeanwhile, SlotInUse, SlotFaulty, ModeNotYet.
    """
    opportunity, slot = locked_day(session, slot_id)
    check_editable(opportunity.status, office=office)
    check_coming(slot, now)
    check_not_drawn_for(slot)
    if version is not None and (
        since := meanwhile(version, stands=slot, typed=plan, names=PLANNED)
    ):
        raise ChangedMeanwhile(theirs=since.theirs, both=since.both)
    _, changed = changes(slot, plan, PLANNED)
    if slot.is_applied_for and set(changed) & set(counted_on(standing=slot.standing)):
        raise SlotInUse(slot_id)
    stood = slot.held
    replan(session, slot, plan, actor=actor, now=now, office=office)
    if set(changed) & set(MATTERS) & set(counted_on(standing=slot.standing)):
        tell_moved(session, [(slot, stood)], office=office_of(session), now=now)
    record(
        session,
        "slot.edited",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        changed=list(changed),
    )


def replan(
    session: Session,
    slot: Slot,
    plan: SlotPlan,
    *,
    actor: str,
    now: datetime,
    office: bool,
    reason: str = "",
) -> None:
    """A step under the locks of `locked_day`: another plan for a day, with its history.

    Blank times of a published day are filled in, calendars see a later version. Raises SlotFaulty,
    SlotPast, ModeNotYet.
    """
    check_plan(plan, now)
    opportunity, stood = slot.opportunity, _planned(slot)
    _, changed = changes(slot, plan, PLANNED)
    for name, value in changed.items():
        setattr(slot, name, value)
    if {"starts_at", "ends_at"} & set(changed):
        slot.offers_stop_at = None
    if opportunity.status is OpportunityStatus.PUBLISHED:
        open_up(slot, calendar=office_of(session).calendar, now=now)
    if opportunity.status in HAS_HISTORY:
        slot.calendar_sequence += 1
    before, after = changes(SlotPlan(**stood), slot, PLANNED)
    if after:
        note_change(
            session,
            slot,
            before=before,
            after=after,
            by=actor,
            now=now,
            reason=reason,
            office=office,
        )
    _touch(opportunity, now)


@use_case
def remove_slot(
    session: Session, *, slot_id: str, actor: str, now: datetime, office: bool = False
) -> None:
    """Take a day away that nobody has ever signed up for.

    Raises NotEditable, SlotPast; Incomplete for the last day of what is handed in or published;
    SlotInUse where a sign-up, even a cancelled one, points at it.
    """
    opportunity, slot = locked_day(session, slot_id)
    check_editable(opportunity.status, office=office)
    check_coming(slot, now)
    if opportunity.status in STAYS_COMPLETE and len(opportunity.slots) == 1:
        raise Incomplete(("slots",))
    note_change(session, slot, before=_planned(slot), after={}, by=actor, now=now, office=office)
    session.delete(slot)
    try:
        session.flush()
    except IntegrityError:
        raise SlotInUse(slot_id) from None
    _touch(opportunity, now)
    record(
        session,
        "slot.removed",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        opportunity=opportunity.public_id,
    )


def attach(session: Session, opportunity: Opportunity, plan: SlotPlan) -> Slot:
    """A new day of an opportunity: a step that the import shares."""
    slot = Slot(
        public_id=public_id(),
        opportunity=opportunity,
        **{name: getattr(plan, name) for name in PLANNED},
    )
    session.add(slot)
    return slot


def open_up(slot: Slot, *, calendar: OfficeCalendar, now: datetime) -> None:
    """Make a day of a published opportunity ready: its times filled in. Raises ModeNotYet."""
    if slot.mode is SlotMode.LOTTERY:
        raise ModeNotYet(slot.mode)
    insurance_days = slot.opportunity.insurance_days
    times = default_times(
        starts_at=slot.last_call,
        prepare=days_to_prepare(slot.mode, insurance_days=insurance_days),
        published_at=now,
        calendar=calendar,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        cancel_until=slot.cancel_until,
        offers_stop_at=slot.offers_stop_at,
    )
    slot.opens_at, slot.closes_at = times.opens_at, times.closes_at
    slot.cancel_until, slot.offers_stop_at = times.cancel_until, times.offers_stop_at


def locked_day(session: Session, slot_id: str) -> tuple[Opportunity, Slot]:
    """A step: lock the opportunity, then its slot, the order in which publication locks them."""
    found = queries.slot_by_id(session, slot_id)
    opportunity_id = found.opportunity.public_id if found else ""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    return opportunity, queries.locked_slot(session, slot_id)


def check_plan(plan: SlotPlan, now: datetime) -> None:
    """A step: a plan makes sense and lies ahead. Raises SlotFaulty, SlotPast, SlotTooFar."""
    if wrong := faults(plan):
        raise SlotFaulty(wrong)
    if plan.ends_at <= now:
        raise SlotPast(plan.ends_at)
    check_year(plan.ends_at, now=now)


def check_coming(slot: Slot, now: datetime) -> None:
    """A step: raise SlotPast for a day that is over."""
    if slot.ends_at <= now:
        raise SlotPast(slot.ends_at)


def check_not_drawn_for(slot: Slot) -> None:
    """A step: raise SlotInDraw for a day that people wish for in a draw."""
    if slot.is_drawn_for:
        raise SlotInDraw


def _planned(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in PLANNED}


def _touch(opportunity: Opportunity, now: datetime) -> None:
    opportunity.version += 1
    opportunity.updated_at = now
