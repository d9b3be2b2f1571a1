"""The steps that every use case shares: one edge of a sign-up, and the places of a slot.

Each edge is one state, one audit row and one message to the applicant.
Source: docs/rules/signup-states.md.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from kyodo_match.audit.services import CITIZEN, SYSTEM, note
from kyodo_match.core import limits
from kyodo_match.core.errors import Overtaken
from kyodo_match.core.limits import Limit
from kyodo_match.notifications.outbox import settle_calls
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import ActivityBegun, InDrawStill, NotLive
from kyodo_match.signups.models import Offer, QueuePlace, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import LIVE, OfferAnswer, SignupStatus


def signup_and_slot(session: Session, signup_id: str) -> tuple[Signup, Slot]:
    """Lock the slot of a sign-up, then read the sign-up afresh.

    Raises NoResultFound, Overtaken.
    """
    slot = slot_and_linked(session, queries.slot_id_of(session, signup_id))
    signup = queries.signup_under_lock(session, signup_id)
    if signup.slot_id != slot.id:
        # A draw or an offer moved it to another day while we waited for this one's lock.
        raise Overtaken
    return signup, slot


def changeable(session: Session, signup_id: str, *, now: datetime) -> tuple[Signup, Slot]:
    """A live sign-up under its slot's lock, before the day begins and anybody is marked.

    One that waits for a draw is changed by its round, which knows who else is in it.
    Raises NoResultFound, NotLive, InDrawStill, ActivityBegun, Overtaken.
    """
    signup, slot = signup_and_slot(session, signup_id)
    if signup.status not in LIVE:
        raise NotLive
    if signup.status is SignupStatus.ENTERED:
        raise InDrawStill
    marked = not slot.standing and any(
        person.attendance != "unmarked" for person in signup.participants
    )
    if now >= slot.last_call or marked:
        raise ActivityBegun(slot.last_call)
    return signup, slot


def count_changes(
    session: Session, tries: list[tuple[Limit, str]], *, now: datetime, actor: str
) -> None:
    """Each change sends mail, so citizens' are counted; staff are known by name.

    Raises TooOften.
    """
    if actor != CITIZEN:
        return
    limits.check_all(session, tries, now=now)
    limits.count_all(session, tries, now=now)


def slot_and_linked(session: Session, slot_id: str) -> Slot:
    """Lock a slot, and with it those whose queues hang together with its own after a draw.

    In the order of their keys, so that two who free places at once wait for each other instead
    of for ever. Raises NoResultFound.
    """
    key = session.scalar(_KEY_OF_SLOT, {"slot": slot_id})
    keys = [] if key is None else queries.linked_slots(session, key)
    if len(keys) > 1:
        session.execute(_LOCK, {"slots": keys})
    return locked_slot(session, slot_id)


_KEY_OF_SLOT = sa.select(Slot.id).where(Slot.public_id == sa.bindparam("slot"))
_LOCK = (
    sa.select(Slot.id)
    .where(Slot.id.in_(sa.bindparam("slots", expanding=True)))
    .order_by(Slot.id)
    .with_for_update(of=Slot)
)


def note_edge(
    session: Session, signup: Signup, old: SignupStatus, *, now: datetime, actor: str
) -> None:
    """The audit row of an edge."""
    note(
        session,
        f"signup.{signup.status}",
        signup,
        actor=actor,
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


def settle_places(
    session: Session,
    slot: Slot,
    *,
    office: Office,
    now: datetime,
    joined: queries.Crowd | None = None,
) -> None:
    """Offer what is free to the queue, then write down what rows say is taken and waiting.

    Call it last, under the slot's lock, after every change that may free a place or add to the
    queue. Nobody is offered a place of a day that has begun or is not held. Who waited for other
    days too, by a draw, does not any more once a place is offered: their queues move as well.
    `joined`: somebody came, nobody left, so that other queues stay as they are, and this is what
    rows say now. Raises Overtaken where somebody else holds one of those days at this moment.
    """
    has_moved = _settle(session, slot, office=office, now=now, crowd=joined)
    if joined is not None and not has_moved:
        return
    together = _linked(session, slot)
    has_moved = len(together) > 1
    while has_moved:
        moved = [_settle(session, one, office=office, now=now) for one in together]
        has_moved = any(moved)
    # Last, when all these days are counted: until then the rows say which days those are.
    session.execute(
        _LEAVE_QUEUES,
        {"slots": [one.id for one in together]},
        execution_options={"synchronize_session": False},
    )


_LEAVE_QUEUES = sa.delete(QueuePlace).where(
    QueuePlace.slot_id.in_(sa.bindparam("slots", expanding=True)),
    sa.exists().where(Signup.id == QueuePlace.signup_id, Signup.status != SignupStatus.WAITLISTED),
)


def _linked(session: Session, slot: Slot) -> Sequence[Slot]:
    """The days whose queues hang together, locked. Most callers have their locks already."""
    keys = queries.linked_slots(session, slot.id)
    if len(keys) == 1:
        return (slot,)
    try:
        return session.scalars(_LINKED_SLOTS, {"slots": keys}).all()
    except sa.exc.OperationalError as error:
        raise Overtaken from error


_LINKED_SLOTS = (
    sa.select(Slot)
    .where(Slot.id.in_(sa.bindparam("slots", expanding=True)))
    .order_by(Slot.id)
    .with_for_update(of=Slot, nowait=True)
)


def _settle(
    session: Session,
    slot: Slot,
    *,
    office: Office,
    now: datetime,
    crowd: queries.Crowd | None = None,
) -> bool:
    """Settle one day by itself; whether somebody was offered a place."""
    if crowd is None:
        session.flush()
        crowd = queries.crowd(session, slot)
    offered = 0
    free = slot.capacity - crowd.taken
    roles = queries.roles_of(session, slot)
    if crowd.waiting and free > 0 and now < slot.last_call and slot.status is SlotStatus.SCHEDULED:
        waiting = queries.queue(session, slot)
        sizes = [queries.places_of(slot, queries.live(signup)) for signup in waiting]
        if roles:
            wanted = [signup.role_id for signup in waiting]
            for index, role_id in rules.promoted_to_roles(
                room=queries.room_of(slot, roles, crowd),
                queue=list(zip(sizes, wanted, strict=True)),
                pass_smaller=slot.pass_smaller,
            ):
                waiting[index].role_id = role_id
                _offer(session, waiting[index], slot, office=office, now=now)
                offered += 1
        else:
            for index in rules.promoted(free=free, queue=sizes, pass_smaller=slot.pass_smaller):
                _offer(session, waiting[index], slot, office=office, now=now)
                offered += 1
        session.flush()
        crowd = queries.crowd(session, slot)
    room = queries.room_of(slot, roles, crowd)
    counted = {
        "places_taken": crowd.taken,
        "places_held": rules.held(
            free=slot.capacity - crowd.taken,
            room=room,
            waiting=crowd.for_role,
        ),
        "places_waiting": crowd.waiting,
        "undecided": crowd.undecided,
    }
    session.execute(_COUNTED, {"slot": slot.id, **{f"n_{k}": n for k, n in counted.items()}})
    for name, number in counted.items():
        set_committed_value(slot, name, number)
    held = rules.held_in(room, crowd.for_role)
    for role in roles:
        role.taken, role.held = crowd.in_role.get(role.id, 0), held[role.id]
    return offered > 0


# The numbers alone, for the table: as attributes they take as long as all of a sign-up.
_SLOTS = Slot.metadata.tables[Slot.__tablename__]
_COUNTED = (
    sa.update(_SLOTS)
    .where(_SLOTS.c.id == sa.bindparam("slot"))
    .values(
        {
            name: sa.bindparam(f"n_{name}")
            for name in ("places_taken", "places_held", "places_waiting", "undecided")
        }
    )
)


def _offer(session: Session, signup: Signup, slot: Slot, *, office: Office, now: datetime) -> None:
    old = signup.status
    signup.status = rules.move(old, SignupStatus.OFFERED)
    signup.slot = slot  # who waited for several days by a draw is offered one of them, for good
    stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.last_call)
    expires_at = rules.offer_expires_at(
        now=now, starts_at=slot.last_call, offers_stop_at=stop, calendar=office.calendar
    )
    session.add(Offer(signup_id=signup.id, offered_at=now, expires_at=expires_at))
    note_edge(session, signup, old, now=now, actor=SYSTEM)
    drop_calls(session, signup, now=now)
    notice = Notice(Kind.OFFER, signup, slot, office, deadline=expires_at)
    tell(session, notice, now=now, phone_first=now >= stop)
