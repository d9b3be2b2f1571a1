"""The same person, by ふりがな and contact."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import text
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import OpportunityKind, SlotStatus
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


_NOBODYS = 0  # no row has this id


def _contact(email: str, phone: str) -> dict[str, str]:
    return {"email": email, "digits": text.digits(phone)}


def _names(kanas: Iterable[str], kana: str) -> bool:
    """Whether a party has somebody of that ふりがな."""
    return rules.person_kana(kana) in {rules.person_kana(one) for one in kanas}


def same_person(session: Session, slot: Slot, application: Application) -> Signup | None:
    """The live sign-up of this slot that already has one of these people.

    The same person: ふりがな and (phone or e-mail) equal; contact alone is never a person,
    families share it (docs/rules/places.md). Who escorts one party may escort another.
    """
    contact = _contact(application.email, application.phone)
    kanas = [person.kana for person in application.participants if not person.is_escort]
    return _live_with(session, slot.id, _NOBODYS, kanas, contact)


def application_of(
    session: Session, slot: Slot, *, kana: str, email: str, phone: str
) -> Signup | None:
    """The live sign-up of this slot that one person has, as above."""
    return _live_with(session, slot.id, _NOBODYS, [kana], _contact(email, phone))


def same_person_elsewhere(
    session: Session, signup: Signup, *, kanas: Iterable[str], email: str, phone: str
) -> Signup | None:
    """Another live sign-up of the same slot that has one of these people under that contact."""
    contact = _contact(email, phone)
    return _live_with(session, signup.slot_id, signup.id, list(kanas), contact)


def _live_with(
    session: Session, slot_id: int, own: int, kanas: Iterable[str], contact: dict[str, str]
) -> Signup | None:
    rows = session.execute(_LIVE_BY_CONTACT, {"slot": slot_id, "own": own, **contact})
    found = next((row.id for row in rows if _names(kanas, row.kana)), None)
    return None if found is None else session.get_one(Signup, found)


_LIVE_BY_CONTACT = (
    sa.select(Signup.id, Participant.kana)
    .join(Participant, Participant.signup_id == Signup.id)
    .where(
        Signup.slot_id == sa.bindparam("slot"),
        Signup.id != sa.bindparam("own"),
        Signup.status.in_(LIVE),
        Participant.cancelled_at.is_(None),
        Participant.is_escort.is_(False),
        _SHARES_CONTACT,
    )
    .order_by(Signup.id)
)


def has_overlap(session: Session, slot: Slot, application: Application) -> bool:
    """Whether one of these people has a sure place elsewhere at the same time.

    For a warning on the check page that never names the other slot (docs/rules/places.md).
    """
    if slot.standing:
        return False  # its days are still to be agreed on
    day = {"slot": slot.id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
    contact = _contact(application.email, application.phone)
    kanas = [person.kana for person in application.participants]
    return any(
        _names(kanas, kana) for kana in session.scalars(_CONFIRMED_MEANWHILE, {**day, **contact})
    )


_MOST_KEYS = 500  # in one statement


def came_to(
    session: Session, person_keys: Iterable[str]
) -> dict[str, list[tuple[OpportunityKind, tuple[str, ...]]]]:
    """Of some person keys what somebody was marked as come to: its kind and its plain fields.

    Who came to nothing is not in it.
    """
    keys = sorted(set(person_keys))
    found: dict[str, list[tuple[OpportunityKind, tuple[str, ...]]]] = defaultdict(list)
    for start in range(0, len(keys), _MOST_KEYS):
        for key, kind, fields in session.execute(
            sa.select(Participant.person_key, Opportunity.kind, Opportunity.plain_fields)
            .join(Signup, Signup.id == Participant.signup_id)
            .join(Slot, Slot.id == Signup.slot_id)
            .join(Opportunity, Opportunity.id == Slot.opportunity_id)
            .where(
                Participant.person_key.in_(keys[start : start + _MOST_KEYS]),
                Participant.attendance == "attended",
            )
            .distinct()
        ):
            found[key].append((kind, fields))
    return dict(found)


_CONFIRMED_MEANWHILE = (
    sa.select(Participant.kana)
    .join(Signup, Signup.id == Participant.signup_id)
    .join(Slot, Slot.id == Signup.slot_id)
    .where(
        Slot.id != sa.bindparam("slot"),
        Slot.status == SlotStatus.SCHEDULED,
        Slot.standing.is_(False),
        Slot.starts_at < sa.bindparam("ends_at"),
        Slot.ends_at > sa.bindparam("starts_at"),
        Signup.status == SignupStatus.CONFIRMED,
        Participant.cancelled_at.is_(None),
        _SHARES_CONTACT,
    )
)
