"""取消し: one person, a whole party, or a whole day."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import use_case
from kyodo_match.opportunities.errors import SlotPast
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.opportunities.services.revisions import set_day
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    ActivityBegun,
    NothingToCancel,
    PeopleCame,
    SlotNotHeld,
)
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.outbox.hopes import what_is_left
from kyodo_match.signups.queries.draws import in_draw
from kyodo_match.signups.rules import LIVE, SURE, OfferAnswer, SignupStatus
from kyodo_match.signups.services.drawn import leave_day
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
def cancel(
    session: Session,
    *,
    signup_id: str,
    now: datetime,
    actor: str,
    participant_id: str | None = None,
) -> None:
    """Cancel a sign-up or one participant; the last who takes part is the whole.

    Who would be left only to escort has nobody to escort any more. After `cancel_until` it is
    欠席: cancelled, marked late. What is freed is offered to the next in the same transaction.
    Raises NoResultFound, NothingToCancel, ActivityBegun. Source:
    docs/rules/waitlist-and-offers.md, docs/rules/escorts.md.
    """
    signup, slot = signup_and_slot(session, signup_id)
    if signup.status not in LIVE:
        raise NothingToCancel
    leaving = [
        person
        for person in queries.live(signup)
        if participant_id is None or person.public_id == participant_id
    ]
    if not leaving:
        raise NothingToCancel
    # Who was marked at the reception came, or did not: that is attendance, not a cancellation.
    # A standing need is left at any time, also by who has been active for it.
    marked = not slot.standing and any(person.attendance != "unmarked" for person in leaving)
    if now >= slot.last_call or marked:
        raise ActivityBegun(slot.last_call)
    office = office_of(session)
    late = rules.is_late(signup.status, now=now, cancel_until=slot.cancel_until)
    staying = [person for person in queries.live(signup) if person not in leaving]
    if not rules.party_size(staying, escorts_count=False):
        cancel_whole(
            session,
            signup,
            slot,
            Kind.CANCELLED,
            office=office,
            now=now,
            actor=actor,
            late=late,
            told_by=speaker(actor),
        )
    else:
        _cancel_one(
            session, signup, slot, leaving[0], office=office, now=now, actor=actor, late=late
        )
    settle_places(session, slot, office=office, now=now)


def cancel_whole(
    session: Session,
    signup: Signup,
    slot: Slot,
    kind: Kind,
    *,
    office: Office,
    now: datetime,
    actor: str,
    late: bool = False,
    told_by: str = "",
) -> None:
    """A step under the slot's lock: end a live sign-up, and tell so in the words of `kind`."""
    old = signup.status
    signup.status = rules.move(old, SignupStatus.CANCELLED)
    signup.awaiting_since = None
    signup.cancelled_at = now
    signup.cancelled_by = actor
    signup.cancelled_late = late
    signup.had_place = old in SURE
    signup.calendar_sequence += 1
    for person in queries.live(signup):
        person.cancelled_at = now
    close_offer(signup, OfferAnswer.CANCELLED, now=now)
    note_edge(session, signup, old, now=now, actor=actor)
    drop_calls(session, signup, now=now, told_by=told_by)
    notice = Notice(kind, signup, slot, office, had_place=signup.had_place, told_by=told_by)
    tell(session, notice, now=now)


def _cancel_one(
    session: Session,
    signup: Signup,
    slot: Slot,
    person: Participant,
    *,
    office: Office,
    now: datetime,
    actor: str,
    late: bool,
) -> None:
    person.cancelled_at = now
    note(
        session,
        "signup.participant-cancelled",
        signup,
        actor=actor,
        now=now,
        participant=person.public_id,
        late=late,
    )
    notice = Notice(
        Kind.PARTICIPANT_CANCELLED,
        signup,
        slot,
        office,
        occasion=person.public_id,
        told_by=speaker(actor),
    )
    tell(session, notice, now=now)


@use_case
def cancel_slot(session: Session, *, slot_id: str, reason: str, now: datetime, actor: str) -> None:
    """中止: cancel a day; every live sign-up ends with it and is told once.

    Raises NoResultFound, SlotNotHeld (it was cancelled before), SlotPast, PeopleCame.
    """
    slot = slot_and_linked(session, slot_id)
    if slot.status is SlotStatus.CANCELLED:
        raise SlotNotHeld
    if now >= slot.ends_at:
        raise SlotPast(slot.ends_at)
    call_off(session, slot, reason=reason, office=office_of(session), now=now, actor=actor)


def call_off(
    session: Session, slot: Slot, *, reason: str, office: Office, now: datetime, actor: str
) -> None:
    """A step under the slot's lock: end the day, tell everyone, note it in the history.

    Who has other days of a draw to hope for keeps those, and is told of this one.

    Raises PeopleCame: who came counts, also where it rained later.
    """
    signups = queries.live_of(session, slot)
    came = sum(person.attendance == "attended" for one in signups for person in queries.live(one))
    if came:
        raise PeopleCame(came)
    set_day(session, slot, {"status": SlotStatus.CANCELLED}, by=actor, now=now, reason=reason)
    slot.cancelled_reason = reason
    slot.calendar_sequence += 1
    going_on = leave_day(session, slot, now=now)
    for signup in going_on:
        left = what_is_left(signup, in_draw(session, signup, now=now))
        notice = Notice(Kind.DRAW_DAY_CANCELLED, signup, slot, office, was=left)
        tell(session, notice, now=now)
    for signup in signups:
        if signup in going_on:
            continue
        cancel_whole(
            session, signup, slot, Kind.SLOT_CANCELLED, office=office, now=now, actor=actor
        )
    note(session, "slot.cancelled", slot, actor=actor, now=now, reason=reason)
    settle_places(session, slot, office=office, now=now)
