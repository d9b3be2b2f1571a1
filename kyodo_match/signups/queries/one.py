"""One sign-up: by its id, its number, its link or its slot's lock."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.core.secrets import Keys, same
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.signups.models import Offer, Participant, SensitiveNote, Signup


def live(signup: Signup) -> list[Participant]:
    """The participants who have not cancelled."""
    return [person for person in signup.participants if person.cancelled_at is None]


def taking_part(signup: Signup) -> list[Participant]:
    """Those of them who do not come as escorts."""
    return [person for person in live(signup) if not person.is_escort]


WITH_PARTICIPANTS = (
    sa.select(Signup)
    .options(selectinload(Signup.participants))
    .execution_options(populate_existing=True)
)


WHOLE = sa.select(Signup).options(
    joinedload(Signup.slot, innerjoin=True)
    .joinedload(Slot.opportunity, innerjoin=True)
    .joinedload(Opportunity.group, innerjoin=True),
    joinedload(Signup.role),
    selectinload(Signup.participants),
    selectinload(Signup.offers),
)


def signup_by_id(session: Session, public_id: str) -> Signup | None:
    """A sign-up with its participants, offers, slot, opportunity and group."""
    return session.scalars(WHOLE.where(Signup.public_id == public_id)).one_or_none()


def signup_by_number(session: Session, number: str) -> Signup | None:
    """The same by 受付番号, as it is stored."""
    return session.scalars(WHOLE.where(Signup.receipt_number == number)).one_or_none()


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
        WITH_PARTICIPANTS.options(selectinload(Signup.offers)).where(Signup.public_id == signup_id)
    ).one()


def signup_of_key(session: Session, submission_key: str) -> Signup | None:
    """What the same submission made before."""
    found = session.scalar(_OF_KEY, {"submission_key": submission_key})
    return None if found is None else session.get_one(Signup, found)


# Its id alone: hardly ever is there one.
_OF_KEY = sa.select(Signup.id).where(Signup.submission_key == sa.bindparam("submission_key"))


def open_offer(signup: Signup) -> Offer | None:
    """The offer that waits for an answer: there is at most one."""
    return next((offer for offer in signup.offers if offer.answered_at is None), None)


def note_of(session: Session, signup: Signup, *, keys: Keys) -> str:
    """The applicant's note, opened; empty where none was written."""
    return notes_of(session, [signup], keys=keys).get(signup.public_id, "")


def notes_of(session: Session, signups: Sequence[Signup], *, keys: Keys) -> dict[str, str]:
    """The notes of several applications, opened, by public id; one statement for all."""
    rows = session.execute(
        sa.select(Signup.public_id, SensitiveNote.sealed)
        .join(SensitiveNote, SensitiveNote.signup_id == Signup.id)
        .where(Signup.id.in_([signup.id for signup in signups]))
    )
    return {identity: str(keys.unseal(sealed)["note"]) for identity, sealed in rows}


def has_note(session: Session, signup: Signup) -> bool:
    """Whether the applicant wrote a note, without opening it."""
    return (
        session.scalar(sa.select(SensitiveNote.id).where(SensitiveNote.signup_id == signup.id))
        is not None
    )
