"""Whether what runs without a request runs: for the desk, for the doctor and for machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import schema
from kyodo_match.notifications import queries as notifications
from kyodo_match.notifications.models import JobPulse
from kyodo_match.notifications.rules import is_beating
from kyodo_match.signups import queries as signups
from kyodo_match.signups.models import Offer

# A round of the worker takes seconds: what is due for longer has been left lying.
_LATE = timedelta(minutes=10)


class Work(StrEnum):
    """What the worker does that people wait for."""

    MAIL = "mail"
    OFFERS = "offers"
    REMINDERS = "reminders"


@dataclass(frozen=True)
class Late:
    """Due work that nobody has done: how much (0 where it is not counted), and since when."""

    work: Work
    number: int
    since: datetime | None


@dataclass(frozen=True)
class Machine:
    """The worker's pulse, its jobs that fail, and due work that is late."""

    beat_at: datetime | None
    is_beating: bool
    failing: Sequence[JobPulse]
    late: Sequence[Late]

    @property
    def is_well(self) -> bool:
        return self.is_beating and not self.failing and not self.late


def machine(session: Session, *, now: datetime) -> Machine:
    """How the worker fares. Source: docs/operations.md."""
    beat_at = notifications.last_beat(session)
    late = (_late_mail(session, now), _late_offers(session, now), _late_reminders(session, now))
    return Machine(
        beat_at=beat_at,
        is_beating=is_beating(beat_at, now),
        failing=notifications.failing_jobs(session),
        late=[one for one in late if one is not None],
    )


def _late_mail(session: Session, now: datetime) -> Late | None:
    oldest = notifications.oldest_due(session, now)
    return Late(Work.MAIL, 0, oldest) if oldest and now - oldest > _LATE else None


def _late_offers(session: Session, now: datetime) -> Late | None:
    number, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Offer.expires_at)).where(
            Offer.answered_at.is_(None), Offer.expires_at < now - _LATE
        )
    ).one()
    return Late(Work.OFFERS, number, oldest) if number else None


def _late_reminders(session: Session, now: datetime) -> Late | None:
    """Days whose people should have been reminded ten minutes ago."""
    number = len(signups.slots_to_remind(session, now=now - _LATE))
    return Late(Work.REMINDERS, number, None) if number else None


def health(session: Session, *, now: datetime) -> dict[str, str]:
    """Database, migrations and worker: `ok`, or what is wrong with them."""
    try:
        revision = schema.revision(session.connection())
        current = revision == schema.head()
        beating = current and is_beating(notifications.last_beat(session), now)
    except sa.exc.SQLAlchemyError:
        return {"database": "unreachable", "migrations": "unknown", "worker": "unknown"}
    return {
        "database": "ok",
        "migrations": "ok" if current else "behind",
        "worker": "ok" if beating else "silent",
    }
