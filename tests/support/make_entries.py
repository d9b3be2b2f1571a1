"""Applications to a round and the steps of its draw, without the pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.rules.rounds import PersonFacts
from kyodo_match.matching.services import freezing, holding, publishing
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, Residency
from tests.support.make_rounds import ACTOR, CLOSES, DRAWN, enter, round_now

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
    **over: Any,
) -> Receipt:
    """Person `n` and companions apply to a round with these days in their order."""
    facts = (PersonFacts(residency, first_time=first_time),) * party
    receipt = enter(one, choices, n, party, facts=facts, **over)
    if late:
        _be_late(receipt)
    return receipt


@use_case
def _be_late(session: Session, /, receipt: Receipt) -> None:
    """It came with the post after the deadline."""
    key = sa.select(Signup.id).where(Signup.public_id == receipt.signup_id).scalar_subquery()
    session.execute(sa.update(DrawEntry).where(DrawEntry.signup_id == key).values(is_late=True))


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
