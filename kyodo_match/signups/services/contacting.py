"""連絡先の変更: another e-mail or phone, and who is told at which address."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core.db import public_id, use_case
from kyodo_match.core.limits import CHANGE_CONTACT, SIGN_UP_CONTACT
from kyodo_match.core.secrets import Keys
from kyodo_match.notifications.outbox import free_address, hold_back
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import (
    AlreadySignedUp,
    NoContact,
)
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell
from kyodo_match.signups.rules import SignupStatus
from kyodo_match.signups.services.access import send_link
from kyodo_match.signups.services.applying import person_key
from kyodo_match.signups.services.edges import (
    changeable,
    count_changes,
    drop_calls,
    speaker,
)


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
    signup, slot = changeable(session, signup_id, now=now)
    if not (email or phone):
        raise NoContact
    if (email, phone) == (signup.email, signup.phone):
        return False
    count_contact(session, signup, email, phone, keys=keys, now=now, actor=actor)
    office = office_of(session)
    kanas = [person.kana for person in queries.taking_part(signup)]
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
    count_changes(session, tries, now=now, actor=actor)


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
    note(
        session,
        "signup.contact-changed",
        signup,
        actor=actor,
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
