"""Sign-ups and days as they are after a change, without the pages that make one."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import Receipt, SignupStatus


@use_case
def await_answer(session: Session, /, receipt: Receipt, *, answer_by: datetime) -> None:
    """The day of a sign-up was changed; whether they still come is asked."""
    signup = session.scalars(sa.select(Signup).where(Signup.public_id == receipt.signup_id)).one()
    signup.status = SignupStatus.AWAITING_ANSWER
    signup.answer_by = answer_by


@use_case
def move_day(session: Session, /, slot: Slot, *, by: timedelta) -> None:
    """A day is held later; nobody is asked anything."""
    row = session.scalars(sa.select(Slot).where(Slot.public_id == slot.public_id)).one()
    row.starts_at += by
    row.ends_at += by
    row.calendar_sequence += 1


@use_case
def mark_all(session: Session, /, receipt: Receipt, attendance: str) -> None:
    """Everybody of a sign-up as they were marked on the day."""
    signup = session.scalars(sa.select(Signup).where(Signup.public_id == receipt.signup_id)).one()
    session.execute(
        sa.update(Participant)
        .where(Participant.signup_id == signup.id)
        .values(attendance=attendance)
    )
