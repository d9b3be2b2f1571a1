"""連絡事項: sealed notes, opened for staff with a reason that is kept."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.core.secrets import Keys
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup


@use_case
def read_note(
    session: Session, *, signup_id: str, reason: str, keys: Keys, now: datetime, actor: str
) -> str:
    """What the applicant wrote; who read it, when and why is recorded.

    Raises NoResultFound. Source: docs/security.md (health notes: with reason, logged).
    """
    signup = session.scalars(sa.select(Signup).where(Signup.public_id == signup_id)).one()
    record(
        session,
        "signup.note-read",
        actor=actor,
        object_kind="signup",
        object_id=signup_id,
        now=now,
        reason=reason,
    )
    return queries.note_of(session, signup, keys=keys)
