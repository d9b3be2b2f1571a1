"""Lists of sign-ups for staff and groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.paging import paged
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import QueuePlace, Signup
from kyodo_match.signups.queries.one import WHOLE
from kyodo_match.signups.rules import (
    LIVE,
    SignupStatus,
)


def signups_of_slot(session: Session, slot_id: str) -> Sequence[Signup]:
    """Every sign-up of a slot in the order of receipt, with participants and offers.

    Who waits for it by a draw is among them, whatever other days they wait for.
    """
    waits = (
        sa.select(QueuePlace.signup_id)
        .join(Slot, Slot.id == QueuePlace.slot_id)
        .where(Slot.public_id == slot_id)
    )
    here = sa.select(Slot.id).where(Slot.public_id == slot_id).scalar_subquery()
    waits_here = sa.and_(Signup.status == SignupStatus.WAITLISTED, Signup.id.in_(waits))
    return session.scalars(
        WHOLE.where(sa.or_(Signup.slot_id == here, waits_here)).order_by(Signup.id)
    ).all()


def signups_by_ids(session: Session, public_ids: Sequence[str]) -> dict[str, Signup]:
    """Sign-ups by their ids, for a list that names people: two statements, however long it is."""
    rows = session.scalars(WHOLE.where(Signup.public_id.in_(public_ids)))
    return {signup.public_id: signup for signup in rows}


PAGE = 50


@dataclass(frozen=True)
class Listing:
    """One page of sign-ups for staff, the latest first, and how many there are in all."""

    signups: Sequence[Signup]
    total: int
    page: int
    pages: int


def listing(session: Session, *, status: SignupStatus | None = None, page: int = 1) -> Listing:
    """Sign-ups in a state, or all of them."""
    conditions = () if status is None else (Signup.status == status,)
    total = session.scalars(
        sa.select(sa.func.count()).select_from(Signup).where(*conditions)
    ).one()
    page, pages = paged(page, total=total, size=PAGE)
    rows = session.scalars(
        WHOLE.where(*conditions).order_by(Signup.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return Listing(rows, total, page, pages)


def live_of_email(session: Session, email: str, *, now: datetime) -> Sequence[Signup]:
    """Live sign-ups of an address for days that are not over."""
    return session.scalars(
        WHOLE.join(Slot, Slot.id == Signup.slot_id)
        .where(Signup.email == email, Signup.status.in_(LIVE), Slot.ends_at > now)
        .order_by(Slot.starts_at, Signup.id)
    ).all()
