"""Applications to a draw and what it gives them, without the pages and the round around them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.queries import office as office_of
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, SignupStatus
from kyodo_match.signups.services import drawn, edges
from tests.support.clock import START
from tests.support.make_signups import sign_up

SAID = drawn.Said("春の体験の抽選", "抽選番号：A-0001")


def enter(slot: Slot, n: int, party: int = 1) -> Receipt:
    """Person `n` has applied to a draw with this day as the first choice."""
    receipt = sign_up(slot, n, party)
    _make_entered(receipt, slot)
    return receipt


@use_case
def _make_entered(session: Session, /, receipt: Receipt, slot: Slot) -> None:
    signup = session.scalars(sa.select(Signup).where(Signup.public_id == receipt.signup_id)).one()
    signup.status = SignupStatus.ENTERED
    row = session.get_one(Slot, slot.id)
    session.flush()
    crowd = queries.crowd(session, row)
    row.places_taken, row.places_waiting = crowd.taken, crowd.waiting
    row.places_held = row.capacity - crowd.taken if crowd.waiting else 0


@use_case
def give(
    session: Session, /, receipt: Receipt, slot: Slot, *, answer_by: datetime | None = None
) -> None:
    """The draw has given somebody this day."""
    drawn.place(
        session,
        queries.signup_under_lock(session, receipt.signup_id),
        session.get_one(Slot, slot.id),
        said=SAID,
        answer_by=answer_by,
        by=drawn.By(office_of(session), START, "a1b2c3d4e5f6"),
    )
    _settle(session, [slot])


@use_case
def let_wait(session: Session, /, receipt: Receipt, places: Sequence[tuple[Slot, int]]) -> None:
    """The draw has given somebody nothing but these places in the queues."""
    drawn.wait(
        session,
        queries.signup_under_lock(session, receipt.signup_id),
        [(session.get_one(Slot, slot.id), position) for slot, position in places],
        said=SAID,
        by=drawn.By(office_of(session), START, "a1b2c3d4e5f6"),
    )
    _settle(session, [slot for slot, _position in places])


def _settle(session: Session, slots: Sequence[Slot]) -> None:
    for slot in slots:
        row = session.get_one(Slot, slot.id)
        edges.settle_places(session, row, office=office_of(session), now=START)
