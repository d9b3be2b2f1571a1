"""Places and the queue, counted from rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityKind, SlotStatus
from kyodo_match.signups import rules
from kyodo_match.signups.errors import ApplicationsClosed, SlotNotHeld
from kyodo_match.signups.models import Participant, QueuePlace, Signup
from kyodo_match.signups.queries.one import WITH_PARTICIPANTS, live
from kyodo_match.signups.rules import (
    HOLDS_PLACES,
    LIVE,
    UNDECIDED,
    Channel,
    Comes,
    SignupStatus,
    Waiting,
)


@dataclass(frozen=True)
class Crowd:
    """How many hold places and how many wait, in the slot's unit, also by role.

    `undecided` counts applications that a group's answer or a draw will decide.
    """

    taken: int
    waiting: int
    undecided: int = 0
    in_role: Mapping[int | None, int] = field(default_factory=dict)
    for_role: Mapping[int | None, int] = field(default_factory=dict)

    def joined_by(self, places: int, status: SignupStatus, role: int | None) -> "Crowd":
        """The same with one party more."""
        if status in UNDECIDED:
            return replace(self, undecided=self.undecided + 1)
        count = self.in_role if status in HOLDS_PLACES else self.for_role
        more = {**count, role: count.get(role, 0) + places}
        if status in HOLDS_PLACES:
            return replace(self, taken=self.taken + places, in_role=more)
        return replace(self, waiting=self.waiting + places, for_role=more)


def crowd(session: Session, slot: Slot) -> Crowd:
    """Count rows: walk-ins and who has cancelled do not count (docs/rules/places.md)."""
    taken: dict[int | None, int] = {}
    waiting: dict[int | None, int] = {}
    undecided = 0
    here = {"slot": slot.id, "escorts_count": slot.escorts_count}
    for status, role, parties, people in session.execute(_CROWD, here):
        places = parties if slot.capacity_unit is CapacityUnit.PARTIES else people
        if status in UNDECIDED:
            undecided += parties
            continue
        count = taken if status in HOLDS_PLACES else waiting
        count[role] = count.get(role, 0) + places
    return Crowd(sum(taken.values()), sum(waiting.values()), undecided, taken, waiting)


# Who waits here after a draw may have another day as the one of their sign-up.
_WAITS_HERE = sa.select(QueuePlace.signup_id).where(QueuePlace.slot_id == sa.bindparam("slot"))
_IS_HERE = sa.or_(
    Signup.slot_id == sa.bindparam("slot"),
    sa.and_(Signup.status == SignupStatus.WAITLISTED, Signup.id.in_(_WAITS_HERE)),
)
_CROWD = (
    sa.select(
        Signup.status,
        Signup.role_id,
        sa.func.count(Signup.id.distinct()),
        sa.func.count(Participant.id),
    )
    .join(Participant, Participant.signup_id == Signup.id)
    .where(
        Signup.id.in_(
            sa.union_all(
                sa.select(Signup.id).where(
                    Signup.slot_id == sa.bindparam("slot"),
                    Signup.status.in_((*HOLDS_PLACES, *UNDECIDED, SignupStatus.WAITLISTED)),
                ),
                _WAITS_HERE,
            )
        ),
        _IS_HERE,
        Signup.status.in_((*HOLDS_PLACES, *UNDECIDED, SignupStatus.WAITLISTED)),
        Signup.channel != Channel.WALK_IN,
        Participant.cancelled_at.is_(None),
        sa.or_(Participant.is_escort.is_(False), sa.bindparam("escorts_count", type_=sa.Boolean)),
    )
    .group_by(Signup.status, Signup.role_id)
)


def roles_of(session: Session, slot: Slot) -> Sequence[Role]:
    """The roles of a slot, read afresh under its lock; only volunteer needs have any."""
    if slot.opportunity.kind is not OpportunityKind.VOLUNTEER:
        return ()
    return session.scalars(
        sa.select(Role)
        .where(Role.slot_id == slot.id)
        .order_by(Role.position)
        .execution_options(populate_existing=True)
    ).all()


def room_of(slot: Slot, roles: Sequence[Role], counted: Crowd) -> dict[int, int]:
    """How many each role can still take, in the slot's unit: never more than the slot can."""
    free = slot.capacity - counted.taken
    return {
        role.id: max(min(role.head_count - counted.in_role.get(role.id, 0), free), 0)
        for role in roles
    }


def places_taken(session: Session, slot: Slot) -> int:
    """Places of confirmed and offered parties, counted from rows, in the slot's unit."""
    return crowd(session, slot).taken


def size_of(slot: Slot, people: Iterable[Comes]) -> int:
    """人数: how many of a party count on that day (docs/rules/escorts.md)."""
    return rules.party_size(people, escorts_count=slot.escorts_count)


def places_of(slot: Slot, people: Iterable[Comes]) -> int:
    """How many places a party takes, in the slot's unit."""
    by_party = slot.capacity_unit is CapacityUnit.PARTIES
    return rules.places_of(size_of(slot, people), by_party=by_party)


def queue(session: Session, slot: Slot) -> Sequence[Signup]:
    """キャンセル待ち: who waits by a draw in its order, then the others in the order of receipt.

    Rows of a slot are written under its lock, one after the other: the row's id is that order, as
    the receipt number is. Source: docs/rules/draw-ceremony.md.
    """
    return session.scalars(_QUEUE, {"slot": slot.id}).all()


_QUEUE = (
    WITH_PARTICIPANTS.outerjoin(
        QueuePlace,
        sa.and_(QueuePlace.signup_id == Signup.id, QueuePlace.slot_id == sa.bindparam("slot")),
    )
    .where(
        Signup.status == SignupStatus.WAITLISTED,
        # A union walks along two indexes; an OR would read every sign-up that waits anywhere.
        Signup.id.in_(
            sa.union_all(
                sa.select(Signup.id).where(
                    Signup.slot_id == sa.bindparam("slot"),
                    Signup.status == SignupStatus.WAITLISTED,
                ),
                _WAITS_HERE,
            )
        ),
    )
    .order_by(QueuePlace.position.is_(None), QueuePlace.position, Signup.id)
)


def linked_slots(session: Session, slot_id: int) -> list[int]:
    """The keys of the days whose queues hang together with this one's, itself included, in order.

    Who waits for several days by a draw ties them: an offer on one day moves the queues of all.
    """
    found = reached = {slot_id}
    while reached:
        reached = set(session.scalars(_LINKED, {"slots": list(reached)})) - found
        found |= reached
    return sorted(found)


_OTHER = sa.orm.aliased(QueuePlace)
_LINKED = (
    sa.select(_OTHER.slot_id)
    .join(QueuePlace, QueuePlace.signup_id == _OTHER.signup_id)
    .where(QueuePlace.slot_id.in_(sa.bindparam("slots", expanding=True)))
    .distinct()
)


def draw_places(session: Session, signup: Signup) -> Sequence[tuple[Slot, int]]:
    """The days for which a sign-up waits by a draw, with its place in each, the earliest first."""
    return [
        (slot, position)
        for slot, position in session.execute(
            sa.select(Slot, QueuePlace.position)
            .join(QueuePlace, QueuePlace.slot_id == Slot.id)
            .options(sa.orm.joinedload(Slot.opportunity, innerjoin=True))
            .where(QueuePlace.signup_id == signup.id)
            .order_by(Slot.starts_at, Slot.id)
        )
    ]


def why_waiting(session: Session, slot: Slot, signup: Signup, *, now: datetime) -> Waiting:
    """What the page tells somebody on the waitlist (docs/rules/waitlist-and-offers.md)."""
    offered = sa.select(Signup.id).where(
        Signup.slot_id == slot.id, Signup.status == SignupStatus.OFFERED
    )
    waiters = queue(session, slot)
    sizes = [places_of(slot, live(waiting)) for waiting in waiters]
    order = [waiting.id for waiting in waiters]
    counted = crowd(session, slot)
    free = max(slot.capacity - counted.taken, 0)
    if signup.role_id is not None:
        free = room_of(slot, roles_of(session, slot), counted).get(signup.role_id, 0)
    stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.last_call)
    return Waiting(
        reason=rules.why_waiting(
            free=free,
            stopped=now >= stop,
            offered=session.scalar(offered.limit(1)) is not None,
        ),
        ahead=order.index(signup.id) if signup.id in order else len(order),
        next_needs=sizes[0] if sizes else 0,
        free=free,
        until=stop,
    )


def waits_for(
    session: Session, signup: Signup, *, now: datetime
) -> Sequence[tuple[Slot, Waiting]]:
    """The days to come for which somebody waits by a draw, and how it stands on each."""
    if signup.status is not SignupStatus.WAITLISTED:
        return []
    return [
        (day, why_waiting(session, day, signup, now=now))
        for day, _position in draw_places(session, signup)
        if day.status is not SlotStatus.CANCELLED and day.starts_at > now
    ]


def check_growth(
    session: Session,
    slot: Slot,
    signup: Signup,
    person: Comes,
    *,
    now: datetime,
    office: bool,
) -> None:
    """Refuse one person more in a sign-up; decided under the slot's lock, told on its page.

    Citizens add while applications are taken, the office until the day begins. Raises
    SlotNotHeld, ApplicationsClosed, NotLive, AnswerFirst, TooManyEscorts, PartyTooLarge,
    NoPlaceToAdd, WaitlistFull. Source: docs/rules/self-service.md.
    """
    if slot.status is not SlotStatus.SCHEDULED:
        raise SlotNotHeld
    closed_at = slot.last_call if office else (slot.closes_at or slot.last_call)
    if now >= closed_at:
        raise ApplicationsClosed(closed_at)
    counted, party = crowd(session, slot), live(signup)
    grown = [*party, person]
    limit, free = slot.waitlist_limit, slot.capacity - counted.taken
    if signup.role_id is not None:
        free = room_of(slot, roles_of(session, slot), counted).get(signup.role_id, 0)
    rules.check_growth(
        signup.status,
        party=size_of(slot, grown),
        limit=slot.party_limit,
        more=places_of(slot, grown) - places_of(slot, party),
        free=free,
        waiting=counted.waiting,
        waitlist_free=None if limit is None else limit - counted.waiting,
    )
    rules.check_escorts(grown)


def live_of(session: Session, slot: Slot) -> Sequence[Signup]:
    """Every live sign-up of a slot, with participants and offers, in the order of receipt."""
    return session.scalars(
        WITH_PARTICIPANTS.options(selectinload(Signup.offers))
        .where(Signup.slot_id == slot.id, Signup.status.in_(LIVE))
        .order_by(Signup.id)
    ).all()
