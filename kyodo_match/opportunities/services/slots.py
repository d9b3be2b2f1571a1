"""The days of an opportunity: added, changed, and taken away before anybody signs up."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import public_id, use_case
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import (
    Incomplete,
    ModeNotYet,
    SlotFaulty,
    SlotInUse,
    SlotPast,
)
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    COUNTED_ON,
    PLANNED,
    STAYS_COMPLETE,
    OpportunityStatus,
    SlotMode,
    SlotPlan,
    check_editable,
    default_times,
    faults,
)
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
    """Add a day. Gives its id. Raises NotEditable, SlotFaulty, SlotPast, ModeNotYet."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    check_editable(opportunity.status, office=office)
    _check(plan, now)
    slot = attach(session, opportunity, plan)
    if opportunity.status is OpportunityStatus.PUBLISHED:
        open_up(slot, calendar=office_of(session).calendar, now=now)
    _touch(opportunity, now)
    record(
        session,
        "slot.added",
        actor=actor,
        object_kind="slot",
        object_id=slot.public_id,
        now=now,
        opportunity=opportunity_id,
        capacity=slot.capacity,
    )
    return slot.public_id


@use_case
def edit_slot(
    session: Session,
    *,
    slot_id: str,
    plan: SlotPlan,
    actor: str,
    now: datetime,
    office: bool = False,
) -> None:
    """Change a day; once somebody has signed up, only what they do not count on.

    Raises NotEditable, SlotPast, SlotFaulty, SlotInUse, ModeNotYet.
    """
    opportunity, slot = _locked(session, slot_id)
    check_editable(opportunity.status, office=office)
    _check_coming(slot, now)
    changed = [name for name in PLANNED if getattr(slot, name) != getattr(plan, name)]
    if (slot.places_taken or slot.places_waiting) and set(changed) & set(COUNTED_ON):
        raise SlotInUse(slot_id)
    _check(plan, now)
    for name in changed:
        setattr(slot, name, getattr(plan, name))
    if "starts_at" in changed:
        slot.offers_stop_at = None
    if opportunity.status is OpportunityStatus.PUBLISHED:
        open_up(slot, calendar=office_of(session).calendar, now=now)
        slot.calendar_sequence += 1
    _touch(opportunity, now)
    record(
        session,
        "slot.edited",
        actor=actor,
        object_kind="slot",
        object_id=slot_id,
        now=now,
        changed=changed,
    )


@use_case
def remove_slot(
    session: Session, *, slot_id: str, actor: str, now: datetime, office: bool = False
) -> None:
    """Take a day away that nobody has ever signed up for.

    Raises NotEditable, SlotPast; Incomplete for the last day of what is handed in or published;
    SlotInUse where a sign-up, even a cancelled one, points at it.
    """
    opportunity, slot = _locked(session, slot_id)
    check_editable(opportunity.status, office=office)
    _check_coming(slot, now)
    if opportunity.status in STAYS_COMPLETE and len(opportunity.slots) == 1:
        raise Incomplete(("slots",))
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
    if slot.mode is not SlotMode.FIRST_COME:
        raise ModeNotYet(slot.mode)
    times = default_times(
        starts_at=slot.starts_at,
        published_at=now,
        calendar=calendar,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        cancel_until=slot.cancel_until,
        offers_stop_at=slot.offers_stop_at,
    )
    slot.opens_at, slot.closes_at = times.opens_at, times.closes_at
    slot.cancel_until, slot.offers_stop_at = times.cancel_until, times.offers_stop_at


def _locked(session: Session, slot_id: str) -> tuple[Opportunity, Slot]:
    """The opportunity first, then its slot: the order in which publication locks them."""
    found = queries.slot_by_id(session, slot_id)
    opportunity_id = found.opportunity.public_id if found else ""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    return opportunity, queries.locked_slot(session, slot_id)


def _check(plan: SlotPlan, now: datetime) -> None:
    if wrong := faults(plan):
        raise SlotFaulty(wrong)
    if plan.ends_at <= now:
        raise SlotPast(plan.ends_at)


def _check_coming(slot: Slot, now: datetime) -> None:
    if slot.ends_at <= now:
        raise SlotPast(slot.ends_at)


def _touch(opportunity: Opportunity, now: datetime) -> None:
    opportunity.version += 1
    opportunity.updated_at = now
