"""The worker's beat."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.notifications.models import WorkerPulse

_PULSES_KEPT = timedelta(days=1)


@use_case
def beat(session: Session, *, name: str, now: datetime) -> None:
    """The worker went round; pulses of workers long gone are dropped."""
    pulse = session.scalars(sa.select(WorkerPulse).where(WorkerPulse.name == name)).one_or_none()
    if pulse is None:
        session.add(WorkerPulse(name=name, beat_at=now))
    else:
        pulse.beat_at = now
    session.execute(sa.delete(WorkerPulse).where(WorkerPulse.beat_at < now - _PULSES_KEPT))
