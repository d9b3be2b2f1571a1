"""Applications to a round and the steps of its draw, without the pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, DrawPerson, Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import locked_round
from kyodo_match.matching.rules.rounds import PersonFacts
from kyodo_match.matching.services import freezing, holding, publishing
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, Residency
from tests.support.make_drawn import enter
from tests.support.make_rounds import ACTOR, CLOSES, DRAWN, round_now

FROZEN_AT, DRAWN_AT = CLOSES, DRAWN
PUBLISHED_AT = DRAWN + timedelta(hours=2)
ENTROPY = "3-5-1-6-2-2-4-1-6-5"


def apply(
    one: Round,
    n: int,
    choices: Sequence[Slot],
    *,
    party: int = 1,
    residency: Residency = Residency.RESIDENT,
    first_time: bool = False,
    late: bool = False,
) -> Receipt:
    """Person `n` and companions apply to a round with these days in their order."""
    receipt = enter(choices[0], n, party)
    facts = PersonFacts(residency, first_time=first_time)
    _write(one, receipt, choices, facts, late=late)
    return receipt


@use_case
def _write(
    session: Session,
    /,
    one: Round,
    receipt: Receipt,
    choices: Sequence[Slot],
    facts: PersonFacts,
    *,
    late: bool,
) -> None:
    row = locked_round(session, one.public_id)
    signup = session.scalars(sa.select(Signup).where(Signup.public_id == receipt.signup_id)).one()
    row.last_entry += 1
    entry = DrawEntry(
        round_id=row.id,
        signup=signup,
        entry_number=f"A-{row.last_entry:04}",
        size=len(signup.participants),
        people=[facts.row() for _person in signup.participants],
        is_late=late,
        choices=[
            DrawChoice(rank=rank, slot_id=slot.id) for rank, slot in enumerate(choices, start=1)
        ],
    )
    session.add(entry)
    session.flush()
    for person in signup.participants:
        session.add(DrawPerson(round_id=row.id, person_key=person.person_key, entry_id=entry.id))


def entry_now(receipt: Receipt) -> DrawEntry:
    """The application as the database holds it now."""
    session = db.session()
    session.rollback()
    session.expire_all()
    key = sa.select(Signup.id).where(Signup.public_id == receipt.signup_id).scalar_subquery()
    entry = queries.entry_of_signup(session, session.scalars(sa.select(key)).one())
    assert entry is not None
    return entry


def freeze(one: Round, now: datetime = FROZEN_AT) -> Round:
    freezing.freeze(round_id=one.public_id, now=now, actor=ACTOR)
    return round_now(one.public_id)


def hold(one: Round, entropy: str = ENTROPY, **over: Any) -> holding.Held:
    values: dict[str, Any] = {
        "round_id": one.public_id,
        "entropy": entropy,
        "source": "さいころ（1〜6）を10回",
        "actor": ACTOR,
        "now": DRAWN_AT,
        **over,
    }
    return holding.hold_draw(**values)


def publish(one: Round, now: datetime = PUBLISHED_AT) -> Round:
    publishing.publish(round_id=one.public_id, now=now, actor=ACTOR)
    return round_now(one.public_id)
