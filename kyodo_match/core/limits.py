"""How often something may be tried: counters in the database, the same for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session

from kyodo_match.core.db import Base, execute_beside, int_pk, take_turns
from kyodo_match.core.errors import DomainError


class Attempt(Base):
    """試行: something counted against a limit. The subject is a fingerprint, never an address."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_limit_subject_at", "limit", "subject", "at"),)

    id: Mapped[int_pk]
    limit: Mapped[str]
    subject: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Limit:
    """At most `times` within `window` for one subject. See docs/rules/places.md.

    Several tries at once are looked at one after the other where it is `exact`. What guards an
    address against a flood is not: a city hall is one address, and its people need not wait for
    each other because of a few tries more or less.
    """

    name: str
    times: int
    window: timedelta
    exact: bool = True


SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, timedelta(minutes=5))
SIGN_IN_ADDRESS = Limit("sign-in-address", 200, timedelta(minutes=5), exact=False)
SIGN_UP_CONTACT = Limit("sign-up-contact", 10, timedelta(hours=1))
SIGN_UP_ADDRESS = Limit("sign-up-address", 5000, timedelta(hours=1), exact=False)
CHANGE_CONTACT = Limit("change-contact", 5, timedelta(hours=1))
CHANGE_PARTY = Limit("change-party", 20, timedelta(hours=1))
REGISTER_CONTACT = Limit("register-contact", 5, timedelta(hours=1))
REGISTER_ADDRESS = Limit("register-address", 200, timedelta(hours=1), exact=False)
LOOK_UP_RECEIPT = Limit("look-up-receipt", 5, timedelta(minutes=15))
RESEND_LINK = Limit("resend-link", 3, timedelta(hours=1))
WISH_MAIL = Limit("wish-mail", 3, timedelta(hours=1))
WISH_ADDRESS = Limit("wish-address", 200, timedelta(hours=1), exact=False)
WISH_SHOWN_ADDRESS = Limit("wish-shown-address", 60, timedelta(hours=1), exact=False)
# Looked at under the lock of its day.
WALK_IN_LINK = Limit("walk-in-link", 200, timedelta(hours=1), exact=False)
NEW_PASSWORD = Limit("new-password", 3, timedelta(hours=1))


class TooOften(DomainError):
    """A limit is reached; `until` is when the next try is open."""

    def __init__(self, limit: Limit, until: datetime) -> None:
        super().__init__(limit.name, until)
        self.limit = limit
        self.until = until


Try = tuple[Limit, str]  # and its subject


def check(session: Session, limit: Limit, subject: str, *, now: datetime) -> None:
    """Raise TooOften where the subject has used up its tries within the window."""
    check_all(session, [(limit, subject)], now=now)


def check_all(session: Session, tries: Sequence[Try], *, now: datetime) -> None:
    """Raise TooOften where one of several subjects has; one statement for all."""
    if not tries:
        return
    take_turns(session, [f"{limit.name}:{subject}" for limit, subject in tries if limit.exact])
    values: dict[str, object] = {}
    for n, (limit, subject) in enumerate(tries):
        values |= {
            f"limit_{n}": limit.name,
            f"subject_{n}": subject,
            f"since_{n}": now - limit.window,
            f"newer_{n}": limit.times - 1,
        }
    found = session.execute(_oldest_that_count(len(tries)), values).one()
    for (limit, _subject), oldest in zip(tries, found, strict=True):
        if oldest is not None:
            raise TooOften(limit, oldest + limit.window)


@cache
def _oldest_that_count(tries: int) -> sa.Select[*tuple[Any, ...]]:
    """For each limit the try that is as many back as it allows."""
    return sa.select(
        *(
            sa.select(Attempt.at)
            .where(
                Attempt.limit == sa.bindparam(f"limit_{n}"),
                Attempt.subject == sa.bindparam(f"subject_{n}"),
                Attempt.at > sa.bindparam(f"since_{n}"),
            )
            .order_by(Attempt.at.desc())
            .offset(sa.bindparam(f"newer_{n}"))
            .limit(1)
            .scalar_subquery()
            for n in range(tries)
        )
    )


def count(session: Session, limit: Limit, subject: str, *, now: datetime) -> None:
    """Count one try."""
    count_all(session, [(limit, subject)], now=now)


def count_all(session: Session, tries: Sequence[Try], *, now: datetime) -> None:
    """Count one try for each of several subjects."""
    if not tries:
        return
    rows = [{"limit": limit.name, "subject": subject, "at": now} for limit, subject in tries]
    execute_beside(session, _COUNT, rows)


# For the table: nothing reads the rows back as objects.
_COUNT = sa.insert(Attempt.metadata.tables[Attempt.__tablename__]).inline()


def forget(session: Session, limit: Limit, subject: str) -> None:
    """A success clears the failures before it."""
    session.execute(
        sa.delete(Attempt).where(Attempt.limit == limit.name, Attempt.subject == subject)
    )


_KEPT = timedelta(days=1)  # longer than any window


def any_old(session: Session, *, now: datetime) -> bool:
    """Whether there is something to forget."""
    old = sa.select(Attempt.id).where(Attempt.at < now - _KEPT).limit(1)
    return session.scalar(old) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop what no limit looks at any more."""
    session.execute(sa.delete(Attempt).where(Attempt.at < now - _KEPT))
