"""The same person, by ふりがな and contact."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import text
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups import rules
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import (
    LIVE,
    Application,
    SignupStatus,
)

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
