"""キャンセル待ち: offers and their answers, and a capacity that changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, note
from kyodo_match.core.db import use_case
from kyodo_match.opportunities.errors import CapacityBelowTaken, SlotPast
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import RolePlan, capacity_of
from kyodo_match.opportunities.services.revisions import note_change
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    CapacityAnnounced,
    CapacityBelowMinimum,
    CapacityIsOfRoles,
    OfferOver,
    RoleBelowTaken,
    RoleWanted,
)
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.queries.draws import promised_places
from kyodo_match.signups.rules import OfferAnswer, SignupStatus
from kyodo_match.signups.services.edges import (
    close_offer,
    drop_calls,
    note_edge,
    settle_places,
    signup_and_slot,
    slot_and_linked,
    speaker,
)


@use_case
def answer_offer(
    session: Session, *, signup_id: str, accept: bool, now: datetime, actor: str
) -> None:
    """Take or decline an offer; what is declined goes to the next in the same transaction.

    Staff record what they heard on the phone with the same verb. Raises NoResultFound, OfferOver.
    Source: docs/rules/waitlist-and-offers.md.
    """
    signup, slot = signup_and_slot(session, signup_id)
    offer = queries.open_offer(signup)
    if signup.status is not SignupStatus.OFFERED or offer is None or now >= offer.expires_at:
        raise OfferOver
    office = office_of(session)
    old = signup.status
    signup.status = rules.move(old, SignupStatus.CONFIRMED if accept else SignupStatus.DECLINED)
    close_offer(signup, OfferAnswer.ACCEPTED if accept else OfferAnswer.DECLINED, now=now)
    note_edge(session, signup, old, now=now, actor=actor)
    told_by = speaker(actor)
    drop_calls(session, signup, now=now, told_by=told_by)
    kind = Kind.CONFIRMED if accept else Kind.DECLINED
    tell(session, Notice(kind, signup, slot, office, told_by=told_by), now=now)
    settle_places(session, slot, office=office, now=now)


@use_case
def expire_offers_of(session: Session, *, slot_id: str, now: datetime) -> int:
    """End the offers of a slot that nobody answered, and offer their places to the next.

    What the job saw is checked again under the lock. Raises NoResultFound.
    Source: docs/rules/waitlist-and-offers.md.
    """
    slot = slot_and_linked(session, slot_id)
    office = office_of(session)
    ended = queries.unanswered_offers(session, slot, now=now)
    for signup in ended:
        old = signup.status
        signup.status = rules.move(old, SignupStatus.EXPIRED)
        close_offer(signup, OfferAnswer.EXPIRED, now=now)
        note_edge(session, signup, old, now=now, actor=SYSTEM)
        drop_calls(session, signup, now=now)
        tell(session, Notice(Kind.OFFER_EXPIRED, signup, slot, office), now=now)
    settle_places(session, slot, office=office, now=now)
    return len(ended)


@use_case
def change_capacity(
    session: Session,
    *,
    slot_id: str,
    capacity: int,
    roles: Sequence[RolePlan] | None = None,
    now: datetime,
    actor: str,
) -> None:
    """Set how many places there are; more of them are offered to the queue at once.

    With `roles` these are the roles from now on, and the capacity is their sum. Raises
    NoResultFound, SlotPast, CapacityIsOfRoles where another number comes without them,
    RoleBelowTaken, RoleWanted, CapacityBelowTaken, CapacityAnnounced, CapacityBelowMinimum.
    Source: docs/rules/places.md, docs/rules/volunteer-needs.md.
    """
    slot = slot_and_linked(session, slot_id)
    if now >= slot.ends_at:
        raise SlotPast(slot.ends_at)
    before: dict[str, Any] = {"capacity": slot.capacity}
    after: dict[str, Any] = {}
    if roles is None:
        heads = capacity_of(slot.roles, otherwise=capacity)
        if heads != capacity:
            raise CapacityIsOfRoles(heads)
    else:
        before["roles"] = slot.roles
        _check_roles(session, slot, roles)
        capacity = capacity_of(roles, otherwise=capacity)
    taken = queries.places_taken(session, slot)
    if capacity < max(taken, 1):
        raise CapacityBelowTaken(capacity=capacity, taken=max(taken, 1))
    if capacity < min(slot.capacity, announced := promised_places(session, slot)):
        raise CapacityAnnounced(capacity=capacity, announced=announced)
    if slot.minimum is not None and capacity < slot.minimum:
        raise CapacityBelowMinimum(capacity=capacity, minimum=slot.minimum)
    old = slot.capacity
    slot.capacity = capacity
    if roles is not None:
        _let_go(session, slot, roles)
        slot.roles = tuple(roles)
        session.flush()
        after["roles"] = slot.roles
    after["capacity"] = capacity
    note_change(session, slot, before=before, after=after, by=actor, now=now)
    note(session, "slot.capacity", slot, actor=actor, now=now, old=old, new=capacity)
    settle_places(session, slot, office=office_of(session), now=now)


def _check_roles(session: Session, slot: Slot, roles: Sequence[RolePlan]) -> None:
    """Raises RoleBelowTaken by how many, RoleWanted where one that is asked for would go."""
    planned = {role.id: role for role in roles}
    in_role = queries.crowd(session, slot).in_role
    wanted = queries.approving.live_wanting(session, slot)
    for row in queries.roles_of(session, slot):
        plan, taken = planned.get(row.public_id), in_role.get(row.id, 0)
        if plan is None and wanted.get(row.id):
            raise RoleWanted(name=row.name, parties=wanted[row.id])
        if plan is not None and plan.head_count < taken:
            raise RoleBelowTaken(name=row.name, head_count=plan.head_count, taken=taken)


def _let_go(session: Session, slot: Slot, roles: Sequence[RolePlan]) -> None:
    """Sign-ups that have ended point no longer at a role that goes."""
    kept = {role.id for role in roles}
    gone = [row.id for row in queries.roles_of(session, slot) if row.public_id not in kept]
    if gone:
        session.execute(sa.update(Signup).where(Signup.role_id.in_(gone)).values(role_id=None))
