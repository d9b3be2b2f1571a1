"""申込み: taking an application."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, note
from kyodo_match.core import limits
from kyodo_match.core.db import execute_beside, hold, public_id, use_case
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.limits import SIGN_UP_ADDRESS, SIGN_UP_CONTACT, Limit
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Role, Slot
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode, SlotStatus
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    AlreadySignedUp,
    ApplicationsClosed,
    DrawnByLot,
    NotYetOpen,
    RoleGone,
    SlotNotHeld,
)
from kyodo_match.signups.models import Participant, SensitiveNote, Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import (
    Application,
    Channel,
    Companion,
    Receipt,
    SignupStatus,
    place,
)
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.edges import settle_places, speaker

# Who is on the phone or at the counter hears at once what became of it.
SPOKEN = (Channel.PHONE, Channel.COUNTER)
# The counter's row is locked by this statement alone and until the commit: it comes last.
_NEXT_NUMBER = sa.text(
    "INSERT INTO receipt_counter (fiscal_year, last_number) VALUES (:year, 1) "
    "ON CONFLICT (fiscal_year) DO UPDATE SET last_number = receipt_counter.last_number + 1 "
    "RETURNING last_number"
)


def sign_up(
    *,
    slot_id: str,
    application: Application,
    keys: Keys,
    now: datetime,
    actor: str = CITIZEN,
    address: str | None = None,
) -> Receipt:
    """Take an application: places for the whole party, or the waitlist.

    The same submission again gives the same receipt and writes nothing. `address` is where a
    citizen's request came from; staff who enter for others leave it out.

    Raises NoResultFound, DrawnByLot, SlotNotHeld, NotYetOpen, ApplicationsClosed,
    NobodyTakesPart, OnlyEscorts, TooManyEscorts, SamePersonTwice, PartyTooLarge, NotOfAge,
    NotOfResidency, RoleGone, AlreadySignedUp, Full, TooOften. Source: docs/rules/places.md.
    """
    outcome = _take(
        slot_id=slot_id,
        application=application,
        keys=keys,
        now=now,
        actor=actor,
        address=address,
    )
    # This one refusal sends a mail, so it is raised once that is committed.
    if isinstance(outcome, AlreadySignedUp):
        raise outcome
    return outcome


@use_case
def _take(
    session: Session,
    *,
    slot_id: str,
    application: Application,
    keys: Keys,
    now: datetime,
    actor: str,
    address: str | None,
) -> Receipt | AlreadySignedUp:
    slot = locked_slot(session, slot_id)
    if application.submission_key is not None:
        before = queries.signup_of_key(session, application.submission_key)
        if before is not None:
            return _receipt(before, slot, repeated=True)
    check_taken(slot, application, now=now)
    tries = tuple(tries_of(application, keys=keys, address=address))
    limits.check_all(session, tries, now=now)
    office = office_of(session)
    earlier = queries.same_person(session, slot, application)
    crowd = queries.crowd(session, slot)
    limits.count_all(session, tries, now=now)
    if earlier is not None:
        send_link(session, earlier, slot, office=office, keys=keys, now=now)
        return AlreadySignedUp()

    signup = take_places(
        session, slot, application, crowd=crowd, office=office, keys=keys, now=now, actor=actor
    )
    return _receipt(signup, slot)


def take_places(
    session: Session,
    slot: Slot,
    application: Application,
    *,
    crowd: queries.Crowd,
    office: Office,
    keys: Keys,
    now: datetime,
    actor: str,
    invited: bool = False,
) -> Signup:
    """A step under the slot's lock: give a checked application its places, or let it wait.

    Where the group decides it holds no place until then; not so where the office has asked the
    person for the group (`invited`). Raises Full and RoleGone, before anything
    is written. Source: docs/rules/places.md, docs/rules/approval.md.
    """
    roles = queries.roles_of(session, slot)
    wanted = _wanted(roles, application)
    places = queries.places_of(slot, application.participants)
    status, role_id = stand(slot, wanted, places, crowd=crowd, roles=roles)
    if slot.mode is SlotMode.APPROVAL and not invited:
        status, role_id = SignupStatus.AWAITING_APPROVAL, wanted
    signup = write_signup(session, slot, application, status, role_id=role_id, keys=keys, now=now)
    note(
        session,
        f"signup.{status}",
        signup,
        actor=actor,
        now=now,
        slot=slot.public_id,
        channel=application.channel,
        party=queries.size_of(slot, application.participants),
        certificate=application.certificate,
    )
    kind = _TOLD[status]
    spoken = application.channel in SPOKEN and application.received_at is None
    told_by = speaker(actor) if spoken else ""
    tell(session, Notice(kind, signup, slot, office, told_by=told_by), now=now)
    joined = crowd.joined_by(places, status, role_id)
    settle_places(session, slot, office=office, now=now, joined=joined)
    return signup


_TOLD = {
    SignupStatus.CONFIRMED: Kind.CONFIRMED,
    SignupStatus.WAITLISTED: Kind.WAITLISTED,
    SignupStatus.AWAITING_APPROVAL: Kind.APPROVAL_RECEIVED,
}


def _wanted(roles: Sequence[Role], application: Application) -> int | None:
    """The row of the role that was chosen; None for any. Raises RoleGone."""
    if not application.role:
        return None
    row = next((role for role in roles if role.public_id == application.role), None)
    if row is None:
        raise RoleGone
    return row.id


def stand(
    slot: Slot,
    wanted: int | None,
    size: int,
    *,
    crowd: queries.Crowd,
    roles: Sequence[Role],
) -> tuple[SignupStatus, int | None]:
    """A step under the slot's lock: whether a party has its places, and in which role, or waits.

    `size` is in the slot's unit. Raises Full. Source: docs/rules/places.md,
    docs/rules/volunteer-needs.md.
    """
    room = rules.uncontested(queries.room_of(slot, roles, crowd), crowd.for_role)
    limit = slot.waitlist_limit
    status = place(
        free=rules.room_for(wanted, room) if roles else slot.capacity - crowd.taken,
        waiting=0 if roles else crowd.waiting,
        party=size,
        waitlist_free=None if limit is None else limit - crowd.waiting,
    )
    if status is SignupStatus.CONFIRMED and roles:
        return status, rules.role_for(size, wanted, room)
    return status, wanted


def check_taken(slot: Slot, application: Application, *, now: datetime) -> None:
    """A step under the slot's lock: whether the day takes such an application now.

    Raises DrawnByLot, SlotNotHeld, NotYetOpen, ApplicationsClosed, NobodyTakesPart, OnlyEscorts,
    TooManyEscorts, SamePersonTwice, PartyTooLarge, NotOfAge, NotOfResidency.
    """
    if slot.mode is SlotMode.LOTTERY:
        raise DrawnByLot
    _check_open(slot, received_at=application.received_at or now, now=now)
    rules.check_party(application, limit=slot.party_limit, escorts_count=slot.escorts_count)
    rules.check_residency(application.residency, residencies=slot.opportunity.residencies)
    rules.check_ages(
        (person.age_group for person in application.participants if not person.is_escort),
        min_age=slot.opportunity.min_age,
        max_age=slot.opportunity.max_age,
    )


def _check_open(slot: Slot, *, received_at: datetime, now: datetime) -> None:
    """What staff enter later counts from when the office received it, until the day begins.

    Raises SlotNotHeld, NotYetOpen, ApplicationsClosed. Source: docs/rules/places.md.
    """
    published = slot.opportunity.status is OpportunityStatus.PUBLISHED
    if not published or slot.status is not SlotStatus.SCHEDULED or slot.opens_at is None:
        raise SlotNotHeld
    if received_at < slot.opens_at:
        raise NotYetOpen(slot.opens_at)
    closed_at = slot.closes_at or slot.last_call
    if received_at >= closed_at:
        raise ApplicationsClosed(closed_at)
    if now >= slot.last_call:
        raise ApplicationsClosed(slot.last_call)


def tries_of(
    application: Application, *, keys: Keys, address: str | None
) -> Iterator[tuple[Limit, str]]:
    """Ten an hour for the same contact; an address only where it is a flood.

    Source: docs/rules/people-and-rights.md.
    """
    if address is not None:
        yield SIGN_UP_ADDRESS, keys.fingerprint("address", address)
    for phone, email in ((application.phone, ""), ("", application.email)):
        contact = rules.contact_of(phone=phone, email=email)
        if contact:
            yield SIGN_UP_CONTACT, keys.fingerprint("contact", contact)


def write_signup(
    session: Session,
    slot: Slot,
    application: Application,
    status: SignupStatus,
    *,
    role_id: int | None = None,
    keys: Keys,
    now: datetime,
) -> Signup:
    """A step: the rows of a checked application; its number is given last."""
    received_at = application.received_at or now
    contact = rules.contact_of(phone=application.phone, email=application.email)
    row = {
        "public_id": public_id(),
        "slot_id": slot.id,
        "status": status,
        "channel": application.channel,
        "name": application.name,
        "kana": application.kana,
        "email": application.email,
        "phone": application.phone,
        "residency": application.residency,
        "district": application.district,
        "first_time": application.first_time,
        "support": application.support,
        "access_version": rules.FIRST_ACCESS,
        "submission_key": application.submission_key,
        "privacy_version": application.privacy_version,
        "privacy_confirmed_at": received_at,
        "privacy_by": application.privacy_by,
        "entered_by": application.entered_by,
        "received_at": received_at,
        "entered_at": now if application.received_at else None,
        "cancelled_at": None,
        "cancelled_by": None,
        "cancelled_late": False,
        "had_place": False,
        "answer_by": None,
        "answers_draw": False,
        "role_id": role_id,
        "awaiting_since": now if status is SignupStatus.AWAITING_APPROVAL else None,
        "group_reminded_at": None,
        "calendar_sequence": 0,
    }
    people = [
        _participant(person, position, contact=contact, keys=keys)
        for position, person in enumerate(application.participants, start=1)
    ]
    if application.note:
        sealed = keys.seal({"note": application.note})
    row["receipt_number"] = next_number(session, received_at)
    row["id"] = _inserted(session, _SIGNUPS, row)
    for person in people:
        person["signup_id"] = row["id"]
        person["id"] = _inserted(session, _PARTICIPANTS, person)
    if application.note:
        session.add(SensitiveNote(signup_id=row["id"], sealed=sealed))
    signup = Signup(**row, participants=[Participant(**person) for person in people])
    hold(session, [*signup.participants, signup])
    return signup


_TABLES = Signup.metadata.tables
_SIGNUPS = sa.insert(_TABLES[Signup.__tablename__])
_PARTICIPANTS = sa.insert(_TABLES[Participant.__tablename__])


def _inserted(session: Session, statement: sa.Insert, row: dict[str, Any]) -> int:
    """Write a row; its key."""
    result: Any = session.execute(statement, row)
    key: int = result.inserted_primary_key[0]
    return key


def _participant(person: Companion, position: int, *, contact: str, keys: Keys) -> dict[str, Any]:
    return {
        "public_id": public_id(),
        "position": position,
        "name": person.name,
        "kana": person.kana,
        "age_group": person.age_group,
        "is_escort": person.is_escort,
        "person_key": person_key(person.kana, contact=contact, keys=keys),
        "cancelled_at": None,
        "attendance": "unmarked",
    }


def participant_of(person: Companion, position: int, *, contact: str, keys: Keys) -> Participant:
    """A row for somebody of a party, who is known by the party's contact."""
    return Participant(**_participant(person, position, contact=contact, keys=keys))


def person_key(kana: str, *, contact: str, keys: Keys) -> str:
    """Who it is, without saying so (docs/rules/exports-and-counting.md)."""
    return keys.fingerprint("person", rules.person_kana(kana), contact)


def next_number(session: Session, received_at: datetime) -> str:
    """The next 受付番号 of a fiscal year; its row is locked until the commit, so it comes last."""
    year = FiscalYear.at(received_at)
    number = execute_beside(session, _NEXT_NUMBER, {"year": year.year}).scalar_one()
    return rules.receipt_number(year, number)


def _receipt(signup: Signup, slot: Slot, *, repeated: bool = False) -> Receipt:
    return Receipt(
        number=signup.receipt_number,
        signup_id=signup.public_id,
        status=signup.status,
        slot_id=slot.public_id,
        party=len(queries.live(signup)),
        repeated=repeated,
    )
