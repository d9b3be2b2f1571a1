"""当日参加: somebody who walks in on the day, and what was added by mistake."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import public_id
from kyodo_match.core.secrets import Keys
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import rules
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import (
    AgeGroup,
    Channel,
    Residency,
    SignupStatus,
)
from kyodo_match.signups.services.applying import next_number, person_key
from kyodo_match.signups.services.edges import note_edge


def take_walk_in(
    session: Session,
    slot: Slot,
    *,
    name: str,
    kana: str,
    age_group: AgeGroup,
    phone: str = "",
    email: str = "",
    residency: Residency = Residency.OTHER,
    keys: Keys,
    now: datetime,
    actor: str,
) -> Participant:
    """当日参加: a step for the reception, under the slot's lock; takes no place of the capacity.

    Without any contact nobody can tell whether it is the same person as on another day, so the key
    is one of its own: kana alone would melt strangers into one. Source: docs/rules/places.md.
    """
    identity = public_id()
    contact = rules.contact_of(phone=phone, email=email) or identity
    participant = Participant(
        public_id=public_id(),
        position=1,
        name=name,
        kana=kana,
        age_group=age_group,
        person_key=person_key(kana, contact=contact, keys=keys),
        attendance="unmarked",
    )
    signup = Signup(
        public_id=identity,
        slot_id=slot.id,
        status=SignupStatus.CONFIRMED,
        channel=Channel.WALK_IN,
        name=name,
        kana=kana,
        email=email,
        phone=phone,
        residency=residency,
        privacy_version="walk-in",
        privacy_confirmed_at=now,
        privacy_by="oral",
        entered_by=actor,
        received_at=now,
        participants=[participant],
    )
    signup.receipt_number = next_number(session, now)
    session.add(signup)
    record(
        session,
        "signup.walk-in",
        actor=actor,
        object_kind="signup",
        object_id=identity,
        now=now,
        slot=slot.public_id,
    )
    return participant


def take_back_walk_in(
    session: Session, participant: Participant, *, now: datetime, actor: str
) -> None:
    """Take back somebody whom the reception added by mistake: a step, under the slot's lock.

    They stood alone and took no place, so nobody moves up and nobody is told.
    """
    signup = participant.signup
    old = signup.status
    signup.status = rules.move(old, SignupStatus.CANCELLED)
    signup.cancelled_at, signup.cancelled_by = now, actor
    participant.cancelled_at = now
    note_edge(session, signup, old, now=now, actor=actor)
