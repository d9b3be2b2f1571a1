"""配点: the version that counts, and all there were."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models import Weights
from kyodo_match.matching.rules.recommending import FIRST_WEIGHTS, WeightsSet


def current_weights(session: Session) -> WeightsSet:
    """The highest version; the first, which is data in code, where none was ever stored."""
    row = session.scalars(_LATEST).first()
    return weights_set(row) if row else FIRST_WEIGHTS


def weights_set(row: Weights) -> WeightsSet:
    """A stored version as the rules take it."""
    return WeightsSet.read(row.version, row.points, row.boosts)


def all_weights(session: Session) -> Sequence[Weights]:
    """Every stored version, the latest first; the first stands in code alone."""
    return session.scalars(sa.select(Weights).order_by(Weights.version.desc())).all()


_LATEST = sa.select(Weights).order_by(Weights.version.desc()).limit(1)
