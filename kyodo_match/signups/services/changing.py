"""変更: contact data, who comes, one person more, and the answer to a day that was changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, record
from kyodo_match.core import limits
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import CHANGE_CONTACT, CHANGE_PARTY, SIGN_UP_CONTACT, Limit
from kyodo_match.core.secrets import Keys
from kyodo_match.notifications.outbox import free_address, hold_back
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    ActivityBegun,
    AlreadySignedUp,
    InDrawStill,
    NoContact,
    NothingToAnswer,
    NothingToCancel,
    NotLive,
)
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import LIVE, Companion, SignupStatus
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.applying import participant_of, person_key
from kyodo_match.signups.services.cancelling import cancel_whole
from kyodo_match.signups.services.edges import (
    drop_calls,
    note_edge,
    settle_places,
    signup_and_slot,
    speaker,
)


@use_case
def answer_change(
    session: Session, *, signup_id: str, comes: bool, now: datetime, actor: str
) -> None:
    """Say whether one comes although day or place have changed; until then the place is held.

    Not to come after a change is never late. Staff record what they heard with the same verb.
    Raises NoResultFound, NothingToAnswer, ActivityBegun. Source: docs/rules/self-service.md.
    """
    signup, slot = signup_and_slot(session, signup_id)
    if signup.status is not SignupStatus.AWAITING_ANSWER:
        raise NothingToAnswer
    if now >= slot.last_call:
        raise ActivityBegun(slot.last_call)
    office = office_of(session)
    told_by = speaker(actor)
    signup.answer_by = None
    if comes:
        old = signup.status
        signup.status = rules.move(old, SignupStatus.CONFIRMED)
        note_edge(session, signup, old, now=now, actor=actor)
        drop_calls(session, signup, now=now, told_by=told_by)
        # A day may change again: each change has its answer.
        occasion = str(slot.calendar_sequence)
        kind = Kind.DRAW_ANSWERED if signup.answers_draw else Kind.ANSWERED
        signup.answers_draw = False
        notice = Notice(kind, signup, slot, office, occasion=occasion, told_by=told_by)
        tell(session, notice, now=now)
    else:
        cancel_whole(
            session,
            signup,
            slot,
            Kind.CANCELLED,
            office=office,
            now=now,
            actor=actor,
            told_by=told_by,
        )
    settle_places(session, slot, office=office, now=now)


def change_contact(
    *, signup_id: str, email: str, phone: str, keys: Keys, now: datetime, actor: str
) -> bool:
    """Give a sign-up another e-mail or phone; whether its link and PIN are new ones now.

    Where the e-mail was another, the link in the old mailbox opens nothing any more, and the old
    address is told without one. What waits for an answer is told again to the new address.
    Everybody of the party is known by the new contact from then on. Raises NoResultFound,
    NotLive, ActivityBegun, NoContact, AlreadySignedUp, TooOften. Source:
    docs/rules/self-service.md.
    """
    outcome = _change_contact(
        signup_id=signup_id, email=email, phone=phone, keys=keys, now=now, actor=actor
    )
    # As at a sign-up this refusal sends a mail, so it is raised once that is committed.
    if isinstance(outcome, AlreadySignedUp):
        raise outcome
    return outcome


@use_case
def _change_contact(
    session: Session,
    *,
    signup_id: str,
    email: str,
    phone: str,
    keys: Keys,
    now: datetime,
    actor: str,
) -> bool | AlreadySignedUp:
    signup, slot = _changeable(session, signup_id, now=now)
    if not (email or phone):
        raise NoContact
    if (email, phone) == (signup.email, signup.phone):
        return False
    count_contact(session, signup, email, phone, keys=keys, now=now, actor=actor)
    office = office_of(session)
    kanas = [person.kana for person in queries.live(signup)]
    earlier = queries.same_person_elsewhere(session, signup, kanas=kanas, email=email, phone=phone)
    if earlier is not None:
        send_link(session, earlier, slot, office=office, keys=keys, now=now)
        return AlreadySignedUp()
    return move_contact(
        session, signup, slot, email, phone, office=office, keys=keys, now=now, actor=actor
    )


def count_contact(
    session: Session,
    signup: Signup,
    email: str,
    phone: str,
    *,
    keys: Keys,
    now: datetime,
    actor: str,
) -> None:
    """A step: count a change of contact against its limits. Raises TooOften."""
    tries = [(CHANGE_CONTACT, keys.fingerprint("change", signup.public_id))]
    tries += [
        (SIGN_UP_CONTACT, keys.fingerprint("contact", rules.contact_of(phone=digits, email=mail)))
        for mail, digits in ((email, ""), ("", phone))
        if mail or digits
    ]
    _count(session, tries, now=now, actor=actor)


def move_contact(
    session: Session,
    signup: Signup,
    slot: Slot,
    email: str,
    phone: str,
    *,
    office: Office,
    keys: Keys,
    now: datetime,
    actor: str,
) -> bool:
    """A step: another e-mail or phone, both addresses told; whether link and PIN are new."""
    old_email, has_new_phone = signup.email, phone != signup.phone
    signup.email, signup.phone = email, phone
    contact = rules.contact_of(phone=phone, email=email)
    for person in signup.participants:
        person.person_key = person_key(person.kana, contact=contact, keys=keys)
    renewed = bool(old_email) and old_email != email
    signup.access_version += int(renewed)
    record(
        session,
        "signup.contact-changed",
        actor=actor,
        object_kind="signup",
        object_id=signup.public_id,
        now=now,
        email=old_email != email,
        phone=has_new_phone,
    )
    _tell_contact(session, signup, slot, old_email, office=office, now=now, actor=actor)
    return renewed


def _tell_contact(
    session: Session,
    signup: Signup,
    slot: Slot,
    old_email: str,
    *,
    office: Office,
    now: datetime,
    actor: str,
) -> None:
    """Tell the old and the new address; the new one has nothing of this sign-up yet."""
    occasion = public_id()
    is_new = old_email != signup.email
    notice = Notice(
        Kind.CONTACT_CHANGED,
        signup,
        slot,
        office,
        occasion=occasion,
        is_new_address=is_new,
        told_by=speaker(actor),
    )
    if not is_new:
        tell(session, notice, now=now)
        return
    if old_email:
        hold_back(session, signup_id=signup.public_id, recipient=old_email)
        goodbye = Notice(
            Kind.CONTACT_CHANGED, signup, slot, office, occasion=occasion, to=old_email
        )
        tell(session, goodbye, now=now)
    free_address(session, signup.email)
    drop_calls(session, signup, now=now)
    tell(session, notice, now=now)
    _ask_again(session, signup, slot, occasion, office=office, now=now)


def _ask_again(
    session: Session, signup: Signup, slot: Slot, occasion: str, *, office: Office, now: datetime
) -> None:
    """What waits for an answer went to the address that was."""
    offer = queries.open_offer(signup)
    if signup.status is SignupStatus.OFFERED and offer is not None:
        stop = rules.offers_stop(stop_at=slot.offers_stop_at, starts_at=slot.last_call)
        notice = Notice(
            Kind.OFFER, signup, slot, office, deadline=offer.expires_at, occasion=occasion
        )
        tell(session, notice, now=now, phone_first=now >= stop)
    if signup.status is SignupStatus.AWAITING_ANSWER:
        kind = Kind.DRAW_ASKED if signup.answers_draw else Kind.CHANGED
        notice = Notice(kind, signup, slot, office, deadline=signup.answer_by, occasion=occasion)
        tell(session, notice, now=now)


def replace_participant(
    *,
    signup_id: str,
    participant_id: str,
    person: Companion,
    keys: Keys,
    now: datetime,
    actor: str,
) -> None:
    """Let somebody else come in a participant's place, or set a name right.

    The applicant stays the contact, also where the applicant's own place is given on. The same
    person again writes nothing. Raises NoResultFound, NotLive, NothingToCancel (a participant who
    is not there), ActivityBegun, SamePersonTwice, AlreadySignedUp, NotOfAge, TooOften.
    Source: docs/rules/self-service.md.
    """
    refusal = _replace(
        signup_id=signup_id,
        participant_id=participant_id,
        person=person,
        keys=keys,
        now=now,
        actor=actor,
    )
    if refusal is not None:
        raise refusal


@use_case
def _replace(
    session: Session,
    *,
    signup_id: str,
    participant_id: str,
    person: Companion,
    keys: Keys,
    now: datetime,
    actor: str,
) -> AlreadySignedUp | None:
    signup, slot = _changeable(session, signup_id, now=now)
    party = queries.live(signup)
    leaving = next((one for one in party if one.public_id == participant_id), None)
    if leaving is None:
        raise NothingToCancel
    if leaving.attendance != "unmarked":
        raise ActivityBegun(slot.last_call)  # what they did stays theirs: a standing need
    if Companion(leaving.name, leaving.kana, leaving.age_group) == person:
        return None
    others = [one.kana for one in party if one is not leaving]
    refusal = _check_person(session, signup, slot, person, others, keys=keys, now=now, actor=actor)
    if refusal is not None:
        return refusal
    contact = rules.contact_of(phone=signup.phone, email=signup.email)
    leaving.name, leaving.kana, leaving.age_group = person.name, person.kana, person.age_group
    leaving.person_key = person_key(person.kana, contact=contact, keys=keys)
    _tell_party(session, signup, slot, leaving, "replaced", now=now, actor=actor)
    return None


def add_companion(
    *, signup_id: str, person: Companion, keys: Keys, now: datetime, actor: str
) -> None:
    """Let one person more come along, where that takes nobody's place.

    A sure party grows only into free places that nobody waits for; one that waits keeps its
    position and needs a place more. Sent twice it is one person.

    Raises NoResultFound, NotLive, ActivityBegun, SlotNotHeld, ApplicationsClosed, AnswerFirst,
    PartyTooLarge, NoPlaceToAdd, WaitlistFull, SamePersonTwice, AlreadySignedUp, NotOfAge,
    TooOften. Source: docs/rules/self-service.md.
    """
    refusal = _add(signup_id=signup_id, person=person, keys=keys, now=now, actor=actor)
    if refusal is not None:
        raise refusal


@use_case
def _add(
    session: Session, *, signup_id: str, person: Companion, keys: Keys, now: datetime, actor: str
) -> AlreadySignedUp | None:
    signup, slot = _changeable(session, signup_id, now=now)
    party = queries.live(signup)
    if any(Companion(one.name, one.kana, one.age_group) == person for one in party):
        return None
    queries.check_growth(session, slot, signup, now=now, office=actor != CITIZEN)
    others = [one.kana for one in party]
    refusal = _check_person(session, signup, slot, person, others, keys=keys, now=now, actor=actor)
    if refusal is not None:
        return refusal
    position = 1 + max(one.position for one in signup.participants)
    contact = rules.contact_of(phone=signup.phone, email=signup.email)
    coming = participant_of(person, position, contact=contact, keys=keys)
    signup.participants.append(coming)
    _tell_party(session, signup, slot, coming, "added", now=now, actor=actor)
    return None


def _changeable(session: Session, signup_id: str, *, now: datetime) -> tuple[Signup, Slot]:
    """A live sign-up under its slot's lock, before the day begins and anybody is marked.

    One that waits for a draw is changed by its round, which knows who else is in it.
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


def _check_person(
    session: Session,
    signup: Signup,
    slot: Slot,
    person: Companion,
    others: list[str],
    *,
    keys: Keys,
    now: datetime,
    actor: str,
) -> AlreadySignedUp | None:
    """Whether somebody may join these others: as at a sign-up. One refusal sends a mail."""
    offer = slot.opportunity
    rules.check_ages([person.age_group], min_age=offer.min_age, max_age=offer.max_age)
    rules.check_names([*others, person.kana])
    subject = keys.fingerprint("change", signup.public_id)
    _count(session, [(CHANGE_PARTY, subject)], now=now, actor=actor)
    earlier = queries.same_person_elsewhere(
        session, signup, kanas=[person.kana], email=signup.email, phone=signup.phone
    )
    if earlier is None:
        return None
    send_link(session, earlier, slot, office=office_of(session), keys=keys, now=now)
    return AlreadySignedUp()


def _count(session: Session, tries: list[tuple[Limit, str]], *, now: datetime, actor: str) -> None:
    """Each change sends mail, so citizens' are counted; staff are known by name."""
    if actor != CITIZEN:
        return
    limits.check_all(session, tries, now=now)
    limits.count_all(session, tries, now=now)


def _tell_party(
    session: Session,
    signup: Signup,
    slot: Slot,
    person: Participant,
    what: str,
    *,
    now: datetime,
    actor: str,
) -> None:
    office = office_of(session)
    record(
        session,
        f"signup.participant-{what}",
        actor=actor,
        object_kind="signup",
        object_id=signup.public_id,
        now=now,
        participant=person.public_id,
    )
    notice = Notice(
        Kind.PARTY_CHANGED, signup, slot, office, occasion=public_id(), told_by=speaker(actor)
    )
    tell(session, notice, now=now)
    settle_places(session, slot, office=office, now=now)
