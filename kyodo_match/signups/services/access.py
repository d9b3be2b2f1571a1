"""申込みの確認: who may see a sign-up, by link or by receipt number and PIN."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import note
from kyodo_match.core import limits, text
from kyodo_match.core.db import use_case
from kyodo_match.core.limits import LOOK_UP_RECEIPT, RESEND_LINK, TooOften
from kyodo_match.core.secrets import Keys, same
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.settings.rules import Office
from kyodo_match.signups import queries, rules
from kyodo_match.signups.errors import LookUpFailed
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind, Notice, tell

_NOBODY = "000000000000"


def look_up(*, number: str, pin: str, keys: Keys, now: datetime) -> str:
    """The public id of the sign-up that a receipt number and its PIN open, as they were typed.

    Wrong and absent answer alike; five failures close the look-up of that number for 15 minutes.
    Raises LookUpFailed, TooOften. Source: docs/rules/receipts-and-links.md.
    """
    found = _try_pin(number=rules.read_number(number), pin=text.digits(pin), keys=keys, now=now)
    # Raised outside, so that the failure is counted.
    if found is None:
        raise LookUpFailed
    return found


@use_case
def _try_pin(session: Session, *, number: str, pin: str, keys: Keys, now: datetime) -> str | None:
    # The row's lock puts guesses at one receipt behind each other: none passes uncounted.
    row = session.execute(
        sa.select(Signup.public_id, Signup.access_version)
        .where(Signup.receipt_number == number)
        .with_for_update()
    ).one_or_none()
    subject = _subject(number, keys)
    limits.check(session, LOOK_UP_RECEIPT, subject, now=now)
    signup_id, version = row or (_NOBODY, 0)
    if same(pin, keys.pin(signup_id, version)) and row:
        limits.forget(session, LOOK_UP_RECEIPT, subject)
        return signup_id
    limits.count(session, LOOK_UP_RECEIPT, subject, now=now)
    return None


def _subject(number: str, keys: Keys) -> str:
    """Under what the tries at a receipt are counted."""
    return keys.fingerprint("receipt", number)


@use_case
def resend_link(session: Session, *, email: str, keys: Keys, now: datetime) -> None:
    """Mail the link of each live sign-up to its address; known or not, nothing tells.

    Raises TooOften. Source: docs/rules/people-and-rights.md.
    """
    address = text.email(email)
    subject = keys.fingerprint("resend", address)
    limits.check(session, RESEND_LINK, subject, now=now)
    limits.count(session, RESEND_LINK, subject, now=now)
    office = office_of(session)
    for signup in queries.live_of_email(session, address, now=now):
        _mail_link(session, signup, signup.slot, office=office, now=now)


def send_link(
    session: Session, signup: Signup, slot: Slot, *, office: Office, keys: Keys, now: datetime
) -> None:
    """A step: send a receipt's mail again where somebody signs up twice, within that limit."""
    if signup.email:
        subject = keys.fingerprint("resend", signup.email)
        try:
            limits.check(session, RESEND_LINK, subject, now=now)
        except TooOften:
            return
        limits.count(session, RESEND_LINK, subject, now=now)
    _mail_link(session, signup, slot, office=office, now=now)


def _mail_link(
    session: Session, signup: Signup, slot: Slot, *, office: Office, now: datetime
) -> None:
    # Someone without e-mail is called once, however often the form is sent.
    occasion = now.isoformat() if signup.email else ""
    tell(session, Notice(Kind.LINK, signup, slot, office, occasion=occasion), now=now)


@use_case
def renew_access(
    session: Session, *, signup_id: str, keys: Keys, now: datetime, actor: str
) -> None:
    """Make link and PIN of a sign-up anew; the old ones open nothing any more.

    Nothing is mailed: staff do it on the phone with the person, and an old address may be why.
    Raises NoResultFound. Source: docs/rules/receipts-and-links.md.
    """
    signup = session.scalars(
        sa.select(Signup)
        .where(Signup.public_id == signup_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    signup.access_version += 1
    # Who was locked out by wrong PINs may try the new one at once, while on the phone.
    limits.forget(session, LOOK_UP_RECEIPT, _subject(signup.receipt_number, keys))
    note(session, "signup.access-renewed", signup, actor=actor, now=now)
