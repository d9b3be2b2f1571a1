"""Reading the pulse of the worker and of its jobs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.notifications.models import JobPulse, WorkerPulse


def last_beat(session: Session) -> datetime | None:
    """When any worker last went round."""
    return session.scalar(sa.select(sa.func.max(WorkerPulse.beat_at)))


def failing_jobs(session: Session) -> Sequence[JobPulse]:
    """Jobs whose last run failed, what fails longest first."""
    return session.scalars(
        sa.select(JobPulse)
        .where(JobPulse.failed_at.is_not(None))
        .order_by(JobPulse.failed_at, JobPulse.name)
    ).all()
