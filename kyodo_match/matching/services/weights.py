"""配点: a new version of the points. What was sent keeps the version it was sent with."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kyodo_match.audit.services import record
from kyodo_match.core.db import use_case
from kyodo_match.matching.errors.weights import WeightsChanged, WeightsRefused
from kyodo_match.matching.models import Weights
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules.recommending import WeightsSet, faults


@use_case
def save_weights(
    session: Session, *, weights: WeightsSet, note: str, actor: str, now: datetime
) -> int:
    """Save points as the next version; `weights.version` is the one they were changed from.

    Two who save at once collide on the version's number: one of them is told. Raises
    WeightsRefused, WeightsChanged. Source: docs/rules/recommendation.md.
    """
    wrong = faults(weights)
    if wrong:
        raise WeightsRefused(wrong, weights.total)
    before = current_weights(session)
    if before.version != weights.version:
        raise WeightsChanged
    version = before.version + 1
    row = Weights(
        version=version,
        points=weights.points(),
        boosts=weights.boosts(),
        note=note,
        created_by=actor,
        created_at=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise WeightsChanged from None
    record(
        session,
        "weights.saved",
        actor=actor,
        object_kind="weights",
        object_id=str(version),
        now=now,
        before={**before.points(), **before.boosts()},
        after={**weights.points(), **weights.boosts()},
    )
    return version
