"""The worker's beat, and how its jobs fare."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.notifications.models import JobPulse, WorkerPulse

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


@use_case
def note_job(session: Session, *, name: str, ok: bool, error: str, now: datetime) -> None:
    """Note that a job went through, or failed: `failed_at` is since when, until it goes through.

    `error` is short and has nothing of what a person typed: staff and the doctor read it.
    """
    pulse = session.scalars(sa.select(JobPulse).where(JobPulse.name == name)).one_or_none()
    if pulse is None:
        pulse = JobPulse(name=name)
        session.add(pulse)
    if ok:
        pulse.done_at, pulse.failed_at, pulse.error = now, None, ""
    else:
        pulse.failed_at, pulse.error = pulse.failed_at or now, error
