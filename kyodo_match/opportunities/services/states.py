"""The edges of an opportunity, one service each. Source: docs/rules/opportunity-states.md."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.opportunities import queries
from kyodo_match.opportunities.errors import (
    ChangedSince,
    Incomplete,
    NoComingSlot,
    ReasonMissing,
)
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus, missing, move
from kyodo_match.opportunities.services import letters
from kyodo_match.opportunities.services.slots import open_up
from kyodo_match.settings.queries import office


@use_case
def submit(session: Session, *, opportunity_id: str, actor: str, now: datetime) -> None:
    """Hand in to the office. Raises Incomplete with what is missing, EdgeNotDrawn."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    _check_complete(session, opportunity)
    _move(session, opportunity, OpportunityStatus.SUBMITTED, actor=actor, now=now)
    opportunity.submitted_at = now


@use_case
def publish(
    session: Session,
    *,
    opportunity_id: str,
    actor: str,
    now: datetime,
    seen_version: int | None = None,
) -> None:
    """Show it to everyone, fill in what times were left blank, tell the group.

    `seen_version` is what the person read. Raises ChangedSince where that is no longer the text,
    Incomplete, NoComingSlot, ModeNotYet (a draw is published with its round), EdgeNotDrawn.
    """
    opportunity = queries.locked_opportunity(session, opportunity_id)
    _move(session, opportunity, OpportunityStatus.PUBLISHED, actor=actor, now=now)
    if seen_version not in (None, opportunity.version):
        raise ChangedSince
    _check_complete(session, opportunity)
    _open_days(session, opportunity, now)
    opportunity.published_at = now
    opportunity.return_comment = ""
    letters.tell_published(session, opportunity, now=now)


@use_case
def return_(
    session: Session, *, opportunity_id: str, comment: str, actor: str, now: datetime
) -> None:
    """Give it back to the group, saying what to change. Raises ReasonMissing, EdgeNotDrawn."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    if not comment:
        raise ReasonMissing
    _move(session, opportunity, OpportunityStatus.RETURNED, actor=actor, now=now, reason=comment)
    opportunity.return_comment = comment
    letters.tell_returned(session, opportunity, now=now)


def take_back(
    session: Session,
    opportunity: Opportunity,
    *,
    reason: str,
    actor: str,
    now: datetime,
    office: bool = False,
) -> None:
    """A step: withdraw for good a locked opportunity whose coming days have been called off.

    Signups do that in the same transaction, so that everyone is told. The group hears of it from
    the office. Raises EdgeNotDrawn.
    """
    _move(session, opportunity, OpportunityStatus.WITHDRAWN, actor=actor, now=now, reason=reason)
    if office:
        letters.tell_withdrawn(session, opportunity, reason=reason, now=now)


@use_case
def close(session: Session, *, opportunity_id: str, actor: str, now: datetime) -> None:
    """End the call: it leaves the list, its page and its sign-ups stay. Raises EdgeNotDrawn."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    queries.locked_slots(session, opportunity)
    _move(session, opportunity, OpportunityStatus.CLOSED, actor=actor, now=now)


@use_case
def reopen(session: Session, *, opportunity_id: str, actor: str, now: datetime) -> None:
    """Put a closed one back on the list. Raises NoComingSlot, ModeNotYet, EdgeNotDrawn."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    if opportunity.status is OpportunityStatus.CLOSED:
        _check_complete(session, opportunity)
        _open_days(session, opportunity, now)
    _move(session, opportunity, OpportunityStatus.PUBLISHED, actor=actor, now=now)


@use_case
def archive(session: Session, *, opportunity_id: str, actor: str, now: datetime) -> None:
    """Put a closed one away; nobody changes it any more. Raises EdgeNotDrawn."""
    opportunity = queries.locked_opportunity(session, opportunity_id)
    _move(session, opportunity, OpportunityStatus.ARCHIVED, actor=actor, now=now)


def _check_complete(session: Session, opportunity: Opportunity) -> None:
    days = len(queries.locked_slots(session, opportunity))
    if blank := missing(opportunity, slots=days):
        raise Incomplete(blank)


def _open_days(session: Session, opportunity: Opportunity, now: datetime) -> None:
    coming = [
        slot
        for slot in queries.locked_slots(session, opportunity)
        if slot.ends_at > now and slot.status is SlotStatus.SCHEDULED
    ]
    if not coming:
        raise NoComingSlot
    calendar = office(session).calendar
    for slot in coming:
        open_up(slot, calendar=calendar, now=now)


def _move(
    session: Session,
    opportunity: Opportunity,
    new: OpportunityStatus,
    *,
    actor: str,
    now: datetime,
    **facts: Any,
) -> None:
    old = opportunity.status
    opportunity.status = move(old, new)
    opportunity.updated_at = now
    note(
        session,
        f"opportunity.{new}",
        opportunity,
        actor=actor,
        now=now,
        previous=old.value,
        version=opportunity.version,
        **facts,
    )
