"""キャンセル待ち: offers and their answers, and a capacity that changes."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, record
from kyodo_match.core.db import use_case
from kyodo_match.opportunities.errors import CapacityBelowTaken, SlotPast
from kyodo_match.opportunities.services.revisions import note_change
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import CapacityBelowMinimum, OfferOver
from kyodo_match.signups.outbox import Kind, Notice, tell
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
    session: Session, *, slot_id: str, capacity: int, now: datetime, actor: str
) -> None:
    """Set how many places there are; more of them are offered to the queue at once.

    Raises NoResultFound, SlotPast, CapacityBelowTaken, CapacityBelowMinimum.
    Source: docs/rules/places.md.
    """
    slot = slot_and_linked(session, slot_id)
    if now >= slot.ends_at:
        raise SlotPast(slot.ends_at)
    taken = queries.places_taken(session, slot)
    if capacity < max(taken, 1):
        raise CapacityBelowTaken(capacity=capacity, taken=max(taken, 1))
    if slot.minimum is not None and capacity < slot.minimum:
        raise CapacityBelowMinimum(capacity=capacity, minimum=slot.minimum)
    old = slot.capacity
    slot.capacity = capacity
    note_change(
        session,
        slot,
        before={"capacity": old},
        after={"capacity": capacity},
        by=actor,
        now=now,
    )
    record(
        session,
        "slot.capacity",
        actor=actor,
        object_kind="slot",
        object_id=slot.public_id,
        now=now,
        old=old,
        new=capacity,
    )
    settle_places(session, slot, office=office_of(session), now=now)
