"""ボランティア登録: taken without an account, confirmed by the mailed link, changed, ended."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import CITIZEN, SYSTEM, note
from kyodo_match.core import limits, text
from kyodo_match.core.db import public_id, take_turns, use_case
from kyodo_match.core.limits import (
    CHANGE_CONTACT,
    REGISTER_ADDRESS,
    REGISTER_CONTACT,
    RESEND_LINK,
    Limit,
)
from kyodo_match.core.secrets import Keys
from kyodo_match.matching.errors.volunteers import AlreadyRegistered, NoWayToReach
from kyodo_match.matching.models import Proposal, Volunteer
from kyodo_match.matching.outbox.volunteers import VolunteerKind, tell_volunteer
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.matching.rules import volunteers as rules
from kyodo_match.matching.rules.volunteers import Registration, VolunteerState
from kyodo_match.matching.services.asked import withdraw_open
from kyodo_match.notifications.models import CallTry, OutboxMessage, PhoneCall
from kyodo_match.notifications.outbox import free_address
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups.rules import FIRST_ACCESS, contact_of, person_kana


@use_case
def register(
    session: Session, *, registration: Registration, keys: Keys, address: str, now: datetime
) -> None:
    """Take a registration from the web: it counts once the mailed link was opened and agreed to.

    The answer is the same for everybody: who is registered already gets a mail that says so, at
    the address that is known. Raises TooOften. Source: docs/rules/volunteers.md.
    """
    known = _same_person(session, registration)
    tries = (
        (REGISTER_ADDRESS, keys.fingerprint("address", address)),
        *_contact_tries(registration.email, registration.phone, keys=keys),
    )
    limits.check_all(session, tries, now=now)
    limits.count_all(session, tries, now=now)
    office = office_of(session)
    occasion = now.strftime("%Y%m%dT%H%M")  # a double click is one mail
    if known is not None and known.confirmed_at is not None:
        tell_volunteer(
            session, VolunteerKind.KNOWN, known, office=office, occasion=occasion, now=now
        )
        return
    if known is None:
        volunteer = _write(session, registration, keys=keys, now=now)
        note(session, "volunteer.entered", volunteer, actor=CITIZEN, now=now)
    else:
        volunteer = known  # nobody has agreed to the earlier one
        if volunteer.email != registration.email:
            volunteer.access_version += 1
        _fill(volunteer, registration, keys=keys, now=now)
    session.flush()
    tell_volunteer(
        session, VolunteerKind.CONFIRM, volunteer, office=office, occasion=occasion, now=now
    )


@use_case
def enter(
    session: Session, *, registration: Registration, keys: Keys, actor: str, now: datetime
) -> str:
    """Staff write down who comes by phone, counter or paper: registered at once. Gives the id.

    Raises AlreadyRegistered, NoWayToReach.
    """
    if not (registration.email or registration.phone):
        raise NoWayToReach
    known = _same_person(session, registration)
    if known is not None and known.confirmed_at is not None:
        raise AlreadyRegistered(known.public_id)
    if known is None:
        volunteer = _write(session, registration, keys=keys, now=now)
    else:
        volunteer = known
        _fill(volunteer, registration, keys=keys, now=now)
        volunteer.channel, volunteer.entered_by = registration.channel, registration.entered_by
    session.flush()
    _confirm(session, volunteer, actor=actor, now=now)
    return volunteer.public_id


@use_case
def confirm(session: Session, *, volunteer_id: str, now: datetime, actor: str = CITIZEN) -> None:
    """The person has read what was entered and agrees; once more it is nothing new.

    Raises NoResultFound where the registration has ended or was forgotten.
    """
    volunteer = queries.locked_volunteer(session, volunteer_id)
    if volunteer.confirmed_at is not None:
        return
    _confirm(session, volunteer, actor=actor, now=now)


def _confirm(session: Session, volunteer: Volunteer, *, actor: str, now: datetime) -> None:
    volunteer.confirmed_at = now
    note(session, "volunteer.registered", volunteer, actor=actor, now=now)
    if volunteer.email:
        tell_volunteer(
            session,
            VolunteerKind.REGISTERED,
            volunteer,
            office=office_of(session),
            occasion="1",
            now=now,
        )


@use_case
def change(
    session: Session,
    *,
    volunteer_id: str,
    registration: Registration,
    keys: Keys,
    actor: str,
    now: datetime,
) -> int:
    """Set what a registration says; the version of its link, which a new address raises.

    The old address is told without a link, the new one gets it. Raises NoResultFound,
    AlreadyRegistered, NoWayToReach, TooOften. Source: docs/rules/volunteers.md.
    """
    if not (registration.email or registration.phone):
        raise NoWayToReach
    _take_turns(session, registration)
    volunteer = queries.locked_volunteer(session, volunteer_id)
    other = queries.same_volunteer(
        session,
        kana=registration.kana,
        email=registration.email,
        phone=registration.phone,
        own=volunteer.id,
    )
    if other is not None:
        raise AlreadyRegistered(other.public_id)
    before = volunteer.email
    changed = [
        name
        for name in rules.CHANGEABLE
        if getattr(volunteer, name) != getattr(registration, name)
    ]
    moves = before != registration.email
    if moves and actor == CITIZEN:
        _count_move(session, volunteer, registration, keys=keys, now=now)
    if moves and before:
        volunteer.access_version += 1
    _fill(volunteer, registration, keys=keys, now=now)
    session.flush()
    note(session, "volunteer.changed", volunteer, actor=actor, now=now, changed=changed)
    if not volunteer.may_be_asked:
        withdraw_open(session, volunteer, actor=actor, now=now)
    if moves:
        free_address(session, volunteer.email)
        _tell_of_move(session, volunteer, before, now=now)
    return volunteer.access_version


def _count_move(
    session: Session,
    volunteer: Volunteer,
    registration: Registration,
    *,
    keys: Keys,
    now: datetime,
) -> None:
    """Each move writes to an address that somebody typed. Raises TooOften."""
    tries = (
        (CHANGE_CONTACT, keys.fingerprint("change-volunteer", volunteer.public_id)),
        *_contact_tries(registration.email, "", keys=keys),
    )
    limits.check_all(session, tries, now=now)
    limits.count_all(session, tries, now=now)


def _tell_of_move(session: Session, volunteer: Volunteer, before: str, *, now: datetime) -> None:
    office, occasion = office_of(session), str(volunteer.access_version)
    if before:
        tell_volunteer(
            session,
            VolunteerKind.MOVED_AWAY,
            volunteer,
            office=office,
            occasion=occasion,
            now=now,
            to=before,
        )
    if volunteer.email:
        tell_volunteer(
            session, VolunteerKind.LINK, volunteer, office=office, occasion=occasion, now=now
        )


@use_case
def pause(session: Session, *, volunteer_id: str, pause: bool, actor: str, now: datetime) -> None:
    """Rest for a while, or be asked again; what was asked meanwhile is taken back.

    Raises NoResultFound.
    """
    volunteer = queries.locked_volunteer(session, volunteer_id)
    volunteer.state = rules.paused(volunteer.state, pause=pause)
    volunteer.changed_at = now
    if pause:
        withdraw_open(session, volunteer, actor=actor, now=now)
    act = "volunteer.paused" if pause else "volunteer.resumed"
    note(session, act, volunteer, actor=actor, now=now)


@use_case
def end(session: Session, *, volunteer_id: str, actor: str, now: datetime) -> None:
    """End a registration and erase it; how often was asked and declined is kept, without whom.

    Raises NoResultFound. Source: docs/rules/volunteers.md.
    """
    volunteer = queries.locked_volunteer(session, volunteer_id)
    withdraw_open(session, volunteer, actor=actor, now=now)
    # Who came is a record of its own; what else they were asked, and declined, leads to nobody.
    # These alone: a row that is written twice would be checked against its day, which is not ours.
    session.execute(
        sa.update(Proposal)
        .where(Proposal.volunteer_id == volunteer.id, Proposal.signup_id.is_not(None))
        .values(signup_id=None)
    )
    _forget_messages(session, volunteer.public_id)
    if volunteer.email and volunteer.confirmed_at is not None:
        tell_volunteer(
            session,
            VolunteerKind.ENDED,
            volunteer,
            office=office_of(session),
            occasion="1",
            now=now,
            to=volunteer.email,
        )
    _erase(volunteer, now=now)
    note(session, "volunteer.ended", volunteer, actor=actor, now=now)


@use_case
def resend_link(session: Session, *, email: str, keys: Keys, now: datetime) -> None:
    """Mail the links of an address to it; known or not, nothing tells. Raises TooOften."""
    address = text.email(email)
    subject = keys.fingerprint("resend-volunteer", address)
    limits.check(session, RESEND_LINK, subject, now=now)
    limits.count(session, RESEND_LINK, subject, now=now)
    office = office_of(session)
    for volunteer in queries.volunteers_of_email(session, address):
        tell_volunteer(
            session,
            VolunteerKind.LINK,
            volunteer,
            office=office,
            occasion=now.isoformat(),
            now=now,
        )


@use_case
def forget(session: Session, *, volunteer_id: str, now: datetime) -> bool:
    """Delete a registration that nobody confirmed in time; whether it was still there."""
    volunteer = session.scalars(
        sa.select(Volunteer)
        .where(Volunteer.public_id == volunteer_id, Volunteer.confirmed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if volunteer is None or volunteer.changed_at >= now - rules.UNCONFIRMED_FOR:
        return False
    _forget_messages(session, volunteer_id)
    note(session, "volunteer.forgotten", volunteer, actor=SYSTEM, now=now)
    session.delete(volunteer)
    return True


@use_case
def forget_letters(session: Session, *, now: datetime) -> int:
    """Delete the last letters to registrations that have ended, once they have left. How many."""
    ended = sa.select(Volunteer.public_id).where(Volunteer.state == VolunteerState.ENDED)
    gone = session.execute(
        sa.delete(OutboxMessage).where(
            OutboxMessage.volunteer_id.in_(ended), OutboxMessage.state.not_in(queries.ON_ITS_WAY)
        )
    )
    return int(getattr(gone, "rowcount", 0))


def _same_person(session: Session, registration: Registration) -> Volunteer | None:
    """A step: the registration of the same person, locked; who is nobody yet stays nobody.

    Whoever writes down somebody of the same name waits meanwhile: there is no row to lock yet,
    and the same person may come with another phone.
    """
    _take_turns(session, registration)
    known = queries.same_volunteer(
        session, kana=registration.kana, email=registration.email, phone=registration.phone
    )
    return known and queries.lock_volunteers(session, [known.public_id]).get(known.public_id)


def _take_turns(session: Session, registration: Registration) -> None:
    take_turns(session, [f"volunteer:{person_kana(registration.kana)}"])


def _contact_tries(email: str, phone: str, *, keys: Keys) -> Iterator[tuple[Limit, str]]:
    for digits, mail in ((phone, ""), ("", email)):
        contact = contact_of(phone=digits, email=mail)
        if contact:
            yield REGISTER_CONTACT, keys.fingerprint("contact", contact)


def _write(
    session: Session, registration: Registration, *, keys: Keys, now: datetime
) -> Volunteer:
    volunteer = Volunteer(
        public_id=public_id(),
        state=VolunteerState.ACTIVE,
        access_version=FIRST_ACCESS,
        channel=registration.channel,
        entered_by=registration.entered_by,
        registered_at=now,
    )
    _fill(volunteer, registration, keys=keys, now=now)
    session.add(volunteer)
    return volunteer


def _fill(volunteer: Volunteer, registration: Registration, *, keys: Keys, now: datetime) -> None:
    for name in rules.CHANGEABLE:
        setattr(volunteer, name, getattr(registration, name))
    contact = contact_of(phone=registration.phone, email=registration.email)
    volunteer.person_key = keys.fingerprint("person", person_kana(registration.kana), contact)
    volunteer.privacy_version = registration.privacy_version
    volunteer.privacy_by = registration.privacy_by
    volunteer.privacy_confirmed_at = now
    volunteer.changed_at = now


def _erase(volunteer: Volunteer, *, now: datetime) -> None:
    volunteer.name = volunteer.kana = volunteer.email = volunteer.phone = ""
    volunteer.district = volunteer.certificate = volunteer.person_key = ""
    volunteer.times = volunteer.fields = volunteer.skills = ()
    volunteer.drives = volunteer.remote_ok = volunteer.may_be_asked = False
    volunteer.entered_by = None
    volunteer.access_version += 1
    volunteer.state = VolunteerState.ENDED
    volunteer.ended_at = volunteer.changed_at = now


def _forget_messages(session: Session, volunteer_id: str) -> None:
    """Delete what was written to a volunteer and noted on the phone: it carries who it was."""
    calls = sa.select(PhoneCall.id).where(PhoneCall.volunteer_id == volunteer_id)
    session.execute(sa.delete(CallTry).where(CallTry.phone_call_id.in_(calls)))
    session.execute(sa.delete(PhoneCall).where(PhoneCall.volunteer_id == volunteer_id))
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.volunteer_id == volunteer_id))
