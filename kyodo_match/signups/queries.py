"""What is read about sign-ups. Whatever decides on places is read under the slot's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.core import text
from kyodo_match.core.secrets import Keys, same
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import CapacityUnit, SlotStatus
from kyodo_match.signups import rules
from kyodo_match.signups.models import Offer, Participant, SensitiveNote, Signup
from kyodo_match.signups.rules import (
    HOLDS_PLACES,
    LIVE,
    Application,
    Channel,
    ReminderWindow,
    SignupStatus,
    Waiting,
)

# --- Places and the queue ---------------------------------------------------


@dataclass(frozen=True)
class Crowd:
    """How many hold places and how many wait, in the slot's unit."""

    taken: int
    waiting: int


def crowd(session: Session, slot: Slot) -> Crowd:
    """Count rows: walk-ins and who has cancelled do not count (docs/rules/places.md)."""
    taken = waiting = 0
    for status, parties, people in session.execute(_CROWD, {"slot": slot.id}):
        places = parties if slot.capacity_unit is CapacityUnit.PARTIES else people
        if status in HOLDS_PLACES:
            taken += places
        else:
            waiting += places
    return Crowd(taken, waiting)


_CROWD = (
    sa.select(Signup.status, sa.func.count(Signup.id.distinct()), sa.func.count(Participant.id))
    .join(Participant, Participant.signup_id == Signup.id)
    .where(
        Signup.slot_id == sa.bindparam("slot"),
        Signup.status.in_((*HOLDS_PLACES, SignupStatus.WAITLISTED)),
        Signup.channel != Channel.WALK_IN,
        Participant.cancelled_at.is_(None),
    )
    .group_by(Signup.status)
)


def places_taken(session: Session, slot: Slot) -> int:
    """Places of confirmed and offered parties, counted from rows, in the slot's unit."""
    return crowd(session, slot).taken


def places_of(slot: Slot, party: int) -> int:
    """How many places a party of that many people takes, in the slot's unit."""
    return rules.places_of(party, by_party=slot.capacity_unit is CapacityUnit.PARTIES)


def live(signup: Signup) -> list[Participant]:
    """The participants who have not cancelled."""
    return [person for person in signup.participants if person.cancelled_at is None]


def queue(session: Session, slot: Slot) -> Sequence[Signup]:
    """キャンセル待ち in the order of receipt.

    Rows of a slot are written under its lock, one after the other: the row's id is that order, as
    the receipt number is.
    """
    return session.scalars(
        _WITH_PARTICIPANTS.where(
            Signup.slot_id == slot.id, Signup.status == SignupStatus.WAITLISTED
        ).order_by(Signup.id)
    ).all()


def why_waiting(session: Session, slot: Slot, signup: Signup, *, now: datetime) -> Waiting:
    """What the page tells somebody on the waitlist (docs/rules/waitlist-and-offers.md)."""
    sizes = [(waiting.id, places_of(slot, len(live(waiting)))) for waiting in queue(session, slot)]
    free = max(slot.capacity - places_taken(session, slot), 0)
    stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.starts_at)
    return Waiting(
        reason=rules.why_waiting(free=free, stopped=now >= stop),
        ahead=sum(1 for identity, _ in sizes if identity < signup.id),
        next_needs=sizes[0][1] if sizes else 0,
        free=free,
    )


# --- One sign-up ------------------------------------------------------------

_WITH_PARTICIPANTS = (
    sa.select(Signup)
    .options(selectinload(Signup.participants))
    .execution_options(populate_existing=True)
)
_WHOLE = sa.select(Signup).options(
    joinedload(Signup.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True),
    selectinload(Signup.participants),
    selectinload(Signup.offers),
)


def signup_by_id(session: Session, public_id: str) -> Signup | None:
    """A sign-up with its participants, offers, slot, opportunity and group."""
    return session.scalars(_WHOLE.where(Signup.public_id == public_id)).one_or_none()


def signup_by_number(session: Session, number: str) -> Signup | None:
    """The same by 受付番号, as it is stored."""
    return session.scalars(_WHOLE.where(Signup.receipt_number == number)).one_or_none()


def signup_of_token(session: Session, token: str, *, keys: Keys) -> Signup | None:
    """The sign-up that a manage link opens; None where it is not true or was revoked."""
    claimed = keys.signup_of_token(token)
    signup = signup_by_id(session, claimed) if claimed else None
    if signup is None:
        return None
    true = keys.manage_token(signup.public_id, signup.access_version)
    return signup if same(token, true) else None


def slot_id_of(session: Session, signup_id: str) -> str:
    """Which slot to lock before a sign-up is read. Raises NoResultFound."""
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .where(Signup.public_id == signup_id)
    ).one()


def signup_under_lock(session: Session, signup_id: str) -> Signup:
    """A sign-up read afresh, once its slot is locked. Raises NoResultFound."""
    return session.scalars(
        _WITH_PARTICIPANTS.options(selectinload(Signup.offers)).where(
            Signup.public_id == signup_id
        )
    ).one()


def signup_of_key(session: Session, submission_key: str) -> Signup | None:
    """What the same submission made before."""
    return session.scalars(_OF_KEY, {"submission_key": submission_key}).one_or_none()


_OF_KEY = _WITH_PARTICIPANTS.where(Signup.submission_key == sa.bindparam("submission_key"))


def open_offer(signup: Signup) -> Offer | None:
    """The offer that waits for an answer: there is at most one."""
    return next((offer for offer in signup.offers if offer.answered_at is None), None)


def note_of(session: Session, signup: Signup, *, keys: Keys) -> str:
    """The applicant's note, opened; empty where none was written."""
    sealed = session.scalar(
        sa.select(SensitiveNote.sealed).where(SensitiveNote.signup_id == signup.id)
    )
    return str(keys.unseal(sealed)["note"]) if sealed else ""


def has_note(session: Session, signup: Signup) -> bool:
    """Whether the applicant wrote a note, without opening it."""
    return (
        session.scalar(sa.select(SensitiveNote.id).where(SensitiveNote.signup_id == signup.id))
        is not None
    )


# --- The same person --------------------------------------------------------


# Built once. Who left a contact blank shares it with nobody.
_SHARES_CONTACT = sa.or_(
    sa.and_(Signup.email != "", Signup.email == sa.bindparam("email")),
    sa.and_(Signup.phone != "", sa.func.replace(Signup.phone, "-", "") == sa.bindparam("digits")),
)


def _contact(application: Application) -> dict[str, str]:
    return {"email": application.email, "digits": text.digits(application.phone)}


def _names(application: Application, kana: str) -> bool:
    """Whether a party has somebody of that ふりがな."""
    return rules.person_kana(kana) in {rules.person_kana(p.kana) for p in application.participants}


def same_person(session: Session, slot: Slot, application: Application) -> Signup | None:
    """The live sign-up of this slot that already has one of these people.

    The same person: ふりがな and (phone or e-mail) equal; contact alone is never a person,
    families share it (docs/rules/places.md).
    """
    rows = session.execute(_LIVE_BY_CONTACT, {"slot": slot.id, **_contact(application)})
    found = next((row.id for row in rows if _names(application, row.kana)), None)
    return None if found is None else session.get_one(Signup, found)


_LIVE_BY_CONTACT = (
    sa.select(Signup.id, Participant.kana)
    .join(Participant, Participant.signup_id == Signup.id)
    .where(
        Signup.slot_id == sa.bindparam("slot"),
        Signup.status.in_(LIVE),
        Participant.cancelled_at.is_(None),
        _SHARES_CONTACT,
    )
    .order_by(Signup.id)
)


def has_overlap(session: Session, slot: Slot, application: Application) -> bool:
    """Whether one of these people has a sure place elsewhere at the same time.

    For a warning on the check page that never names the other slot (docs/rules/places.md).
    """
    day = {"slot": slot.id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    kanas = session.scalars(_CONFIRMED_MEANWHILE, {**day, **_contact(application)})
    return any(_names(application, kana) for kana in kanas)


_CONFIRMED_MEANWHILE = (
    sa.select(Participant.kana)
    .join(Signup, Signup.id == Participant.signup_id)
    .join(Slot, Slot.id == Signup.slot_id)
    .where(
        Slot.id != sa.bindparam("slot"),
        Slot.status == SlotStatus.SCHEDULED,
        Slot.starts_at < sa.bindparam("ends_at"),
        Slot.ends_at > sa.bindparam("starts_at"),
        Signup.status == SignupStatus.CONFIRMED,
        Participant.cancelled_at.is_(None),
        _SHARES_CONTACT,
    )
)


# --- Lists ------------------------------------------------------------------


def signups_of_slot(session: Session, slot_id: str) -> Sequence[Signup]:
    """Every sign-up of a slot in the order of receipt, with participants and offers."""
    return session.scalars(
        _WHOLE.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.public_id == slot_id)
        .order_by(Signup.id)
    ).all()


PAGE = 50


@dataclass(frozen=True)
class Listing:
    """One page of sign-ups for staff, the latest first, and how many there are in all."""

    signups: Sequence[Signup]
    total: int
    page: int
    pages: int


def listing(
    session: Session, *, word: str = "", status: SignupStatus | None = None, page: int = 1
) -> Listing:
    """Sign-ups by receipt number, name, ふりがな, phone or e-mail, and state."""
    conditions: list[sa.ColumnElement[bool]] = []
    if status is not None:
        conditions.append(Signup.status == status)
    if word:
        conditions.append(
            sa.or_(
                Signup.receipt_number == rules.read_number(word),
                Signup.email == text.email(word),
                Signup.phone == (text.phone(word) or word),
                Signup.participants.any(Participant.name.contains(word, autoescape=True)),
                Signup.participants.any(
                    Participant.kana.contains(text.kana(word), autoescape=True)
                ),
                Signup.name.contains(word, autoescape=True),
                Signup.kana.contains(text.kana(word), autoescape=True),
            )
        )
    total = session.scalars(
        sa.select(sa.func.count()).select_from(Signup).where(*conditions)
    ).one()
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = session.scalars(
        _WHOLE.where(*conditions).order_by(Signup.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return Listing(rows, total, page, pages)


def live_of_email(session: Session, email: str, *, now: datetime) -> Sequence[Signup]:
    """Live sign-ups of an address for days that are not over."""
    return session.scalars(
        _WHOLE.join(Slot, Slot.id == Signup.slot_id)
        .where(Signup.email == email, Signup.status.in_(LIVE), Slot.ends_at > now)
        .order_by(Slot.starts_at, Signup.id)
    ).all()


# --- Due work ---------------------------------------------------------------


def unanswered_offers(session: Session, slot: Slot, *, now: datetime) -> Sequence[Signup]:
    """Sign-ups of a slot whose offer is past its deadline, with participants and offers."""
    return session.scalars(
        _WITH_PARTICIPANTS.options(selectinload(Signup.offers))
        .join(Offer, Offer.signup_id == Signup.id)
        .where(
            Signup.slot_id == slot.id,
            Signup.status == SignupStatus.OFFERED,
            Offer.answered_at.is_(None),
            Offer.expires_at <= now,
        )
        .order_by(Signup.id)
    ).all()


def slots_with_ended_offers(session: Session, *, now: datetime) -> Sequence[str]:
    """Public ids of slots with an offer past its deadline."""
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .join(Offer, Offer.signup_id == Signup.id)
        .where(Offer.answered_at.is_(None), Offer.expires_at <= now)
        .distinct()
        .order_by(Slot.public_id)
    ).all()


def _reminded(window: ReminderWindow) -> tuple[sa.ColumnElement[bool], ...]:
    key = sa.literal("signup-reminder:slot:") + Slot.public_id + ":signup:" + Signup.public_id
    return (
        Slot.status == SlotStatus.SCHEDULED,
        Slot.starts_at >= window.starts_from,
        Slot.starts_at < window.starts_before,
        Signup.status == SignupStatus.CONFIRMED,
        Signup.channel != Channel.WALK_IN,
        Signup.received_at < window.settled_before,
        ~sa.exists().where(
            Offer.signup_id == Signup.id, Offer.answered_at >= window.settled_before
        ),
        ~sa.exists().where(OutboxMessage.key == key),
        ~sa.exists().where(PhoneCall.key == key),
    )


def slots_to_remind(session: Session, window: ReminderWindow) -> Sequence[str]:
    """Public ids of slots with somebody to remind who was not reminded yet."""
    return session.scalars(
        sa.select(Slot.public_id)
        .join(Signup, Signup.slot_id == Slot.id)
        .where(*_reminded(window))
        .distinct()
        .order_by(Slot.public_id)
    ).all()


def signups_to_remind(session: Session, slot: Slot, window: ReminderWindow) -> Sequence[Signup]:
    """The sign-ups of a slot to remind, with their participants."""
    return session.scalars(
        _WITH_PARTICIPANTS.join(Slot, Slot.id == Signup.slot_id)
        .where(Slot.id == slot.id, *_reminded(window))
        .order_by(Signup.id)
    ).all()


def live_of(session: Session, slot: Slot) -> Sequence[Signup]:
    """Every live sign-up of a slot, with participants and offers, in the order of receipt."""
    return session.scalars(
        _WITH_PARTICIPANTS.options(selectinload(Signup.offers))
        .where(Signup.slot_id == slot.id, Signup.status.in_(LIVE))
        .order_by(Signup.id)
    ).all()
