"""変更: who comes, one person more, and the answer to a day that was changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, note
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import CHANGE_PARTY
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    ActivityBegun,
    AlreadySignedUp,
    NothingToAnswer,
    NothingToCancel,
)
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import Companion, SignupStatus
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.applying import participant_of, person_key
from kyodo_match.signups.services.cancelling import cancel_whole
from kyodo_match.signups.services.edges import (
    changeable,
    count_changes,
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
    person again writes nothing. An escort who takes part from now on is one person more, as with
    `add_companion`. Raises NoResultFound, NotLive, NothingToCancel (a participant who is not
    there), ActivityBegun, OnlyEscorts, TooManyEscorts, SamePersonTwice, AlreadySignedUp, NotOfAge,
    TooOften, and what `add_companion` raises. Source: docs/rules/self-service.md.
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
    signup, slot = changeable(session, signup_id, now=now)
    party = queries.live(signup)
    leaving = next((one for one in party if one.public_id == participant_id), None)
    if leaving is None:
        raise NothingToCancel
    if leaving.attendance != "unmarked":
        raise ActivityBegun(slot.last_call)  # what they did stays theirs: a standing need
    if _as_named(leaving) == person:
        return None
    staying = [one for one in party if one is not leaving]
    if leaving.is_escort and not person.is_escort and not slot.escorts_count:
        queries.check_growth(session, slot, signup, person, now=now, office=actor != CITIZEN)
    if person.is_escort and not leaving.is_escort:
        rules.check_escorts([*staying, person])
    others = [one.kana for one in staying]
    refusal = _check_person(session, signup, slot, person, others, keys=keys, now=now, actor=actor)
    if refusal is not None:
        return refusal
    contact = rules.contact_of(phone=signup.phone, email=signup.email)
    leaving.name, leaving.kana, leaving.age_group = person.name, person.kana, person.age_group
    leaving.is_escort = person.is_escort
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
    TooManyEscorts, PartyTooLarge, NoPlaceToAdd, WaitlistFull, SamePersonTwice, AlreadySignedUp,
    NotOfAge, TooOften. Source: docs/rules/self-service.md.
    """
    refusal = _add(signup_id=signup_id, person=person, keys=keys, now=now, actor=actor)
    if refusal is not None:
        raise refusal


@use_case
def _add(
    session: Session, *, signup_id: str, person: Companion, keys: Keys, now: datetime, actor: str
) -> AlreadySignedUp | None:
    signup, slot = changeable(session, signup_id, now=now)
    party = queries.live(signup)
    if any(_as_named(one) == person for one in party):
        return None
    queries.check_growth(session, slot, signup, person, now=now, office=actor != CITIZEN)
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


def _as_named(person: Participant) -> Companion:
    return Companion(person.name, person.kana, person.age_group, is_escort=person.is_escort)


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
    taking_part = [] if person.is_escort else [person]
    rules.check_ages(
        (one.age_group for one in taking_part), min_age=offer.min_age, max_age=offer.max_age
    )
    rules.check_names([*others, person.kana])
    subject = keys.fingerprint("change", signup.public_id)
    count_changes(session, [(CHANGE_PARTY, subject)], now=now, actor=actor)
    earlier = queries.same_person_elsewhere(
        session,
        signup,
        kanas=[one.kana for one in taking_part],
        email=signup.email,
        phone=signup.phone,
    )
    if earlier is None:
        return None
    send_link(session, earlier, slot, office=office_of(session), keys=keys, now=now)
    return AlreadySignedUp()


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
    note(
        session,
        f"signup.participant-{what}",
        signup,
        actor=actor,
        now=now,
        participant=person.public_id,
    )
    notice = Notice(
        Kind.PARTY_CHANGED, signup, slot, office, occasion=public_id(), told_by=speaker(actor)
    )
    tell(session, notice, now=now)
    settle_places(session, slot, office=office, now=now)
