"""The steps that every use case shares: one edge of a sign-up, and the places of a slot.

Each edge is one state, one audit row and one message to the applicant.
Source: docs/rules/signup-states.md.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, SYSTEM, record
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.models import Offer, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import OfferAnswer, SignupStatus


def signup_and_slot(session: Session, signup_id: str) -> tuple[Signup, Slot]:
    """Lock the slot of a sign-up, then read the sign-up afresh. Raises NoResultFound."""
    slot = locked_slot(session, queries.slot_id_of(session, signup_id))
    return queries.signup_under_lock(session, signup_id), slot


def note_edge(
    session: Session, signup: Signup, old: SignupStatus, *, now: datetime, actor: str
) -> None:
    """The audit row of an edge."""
    record(
        session,
        f"signup.{signup.status}",
        actor=actor,
        object_kind="signup",
        object_id=signup.public_id,
        now=now,
        old=old,
        late=signup.cancelled_late,
    )


def close_offer(signup: Signup, answer: OfferAnswer, *, now: datetime) -> None:
    """An offer is used up by its first answer, and dies with a cancellation."""
    offer = queries.open_offer(signup)
    if offer is not None:
        offer.answered_at = now
        offer.answer = answer


def speaker(actor: str) -> str:
    """Who tells the applicant in the same breath: staff, who write down what a caller says."""
    return "" if actor in {CITIZEN, SYSTEM} else actor


def drop_calls(session: Session, signup: Signup, *, now: datetime, told_by: str = "") -> None:
    """Close the calls of a sign-up: what they would have said is overtaken by what comes now.

    `told_by` spoke with them: they were reached.
    """
    settle_calls(
        session,
        signup_id=signup.public_id,
        outcome=CallOutcome.REACHED if told_by else CallOutcome.NOT_NEEDED,
        by=told_by or SYSTEM,
        now=now,
    )


def settle_places(session: Session, slot: Slot, *, office: Office, now: datetime) -> None:
    """Offer what is free to the queue, then write down what rows say is taken and waiting.

    Call it last, under the slot's lock, after every change that may free a place or add to the
    queue. Nobody is offered a place of a day that has begun or is not held.
    """
    session.flush()
    crowd = queries.crowd(session, slot)
    free = slot.capacity - crowd.taken
    if crowd.waiting and free > 0 and now < slot.starts_at and slot.status is SlotStatus.SCHEDULED:
        waiting = queries.queue(session, slot)
        sizes = [queries.places_of(slot, len(queries.live(signup))) for signup in waiting]
        for index in rules.promoted(free=free, queue=sizes, pass_smaller=slot.pass_smaller):
            _offer(session, waiting[index], slot, office=office, now=now)
        session.flush()
        crowd = queries.crowd(session, slot)
    slot.places_taken = crowd.taken
    slot.places_waiting = crowd.waiting


def _offer(session: Session, signup: Signup, slot: Slot, *, office: Office, now: datetime) -> None:
    old = signup.status
    signup.status = rules.move(old, SignupStatus.OFFERED)
    stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.starts_at)
    expires_at = rules.offer_expires_at(
        now=now, starts_at=slot.starts_at, offers_stop_at=stop, calendar=office.calendar
    )
    session.add(Offer(signup_id=signup.id, offered_at=now, expires_at=expires_at))
    note_edge(session, signup, old, now=now, actor=SYSTEM)
    drop_calls(session, signup, now=now)
    notice = Notice(Kind.OFFER, signup, slot, office, deadline=expires_at)
    tell(session, notice, now=now, phone_first=now >= stop)
