"""What other slices write in their own transaction: a letter to deliver, a call to make."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.db import (
    UtcDateTime,
    dialect_of,
    execute_beside,
    insert_of,
    public_id,
)
from kyodo_match.notifications.models import OutboxMessage, PhoneCall, UndeliverableAddress
from kyodo_match.notifications.rules import (
    UNDELIVERABLE_FOR,
    WAITING_CALLS,
    CallOutcome,
    MessageState,
)


@dataclass(frozen=True)
class Letter:
    """A plain-text mail that stands alone; subject and body may carry placeholders.

    `spoken` is said on the phone where the mail comes back: without it, what the body says.
    """

    kind: str
    subject: str
    body: str
    calendar: str | None = None
    calendar_method: str | None = None
    spoken: str | None = None


def enqueue(
    session: Session,
    letter: Letter,
    *,
    key: str,
    recipient: str,
    now: datetime,
    signup_id: str | None = None,
    access_version: int | None = None,
    invitation_id: str | None = None,
    volunteer_id: str | None = None,
    wish_id: str | None = None,
    due_at: datetime | None = None,
    anyway: bool = False,
) -> bool:
    """Put a letter into the outbox; the same key again leaves the one that is there.

    `signup_id` and `access_version` say whose link and PIN fill the placeholders at delivery,
    `invitation_id` whose link to an account, `volunteer_id` and `wish_id` (each with the version)
    whose link to a registration or a kept wish. False where the address is known not to take mail:
    the letter is kept and not sent, and it is for the caller to phone. `anyway` sends it there all
    the same, where nobody could phone.
    Source: docs/rules/bounces.md.
    """
    values = _values(
        letter,
        key=key,
        recipient=recipient,
        signup_id=signup_id,
        access_version=access_version,
        invitation_id=invitation_id,
        volunteer_id=volunteer_id,
        wish_id=wish_id,
        due_at=due_at or now,
        now=now,
    )
    if anyway:
        values["distrusted_since"] = now
    written = execute_beside(session, _enqueuing(dialect_of(session)), values)
    return written.scalar() is not MessageState.SUPPRESSED


@dataclass(frozen=True)
class Posting:
    """A letter to a wish, and when it goes out: for many at once."""

    letter: Letter
    key: str
    recipient: str
    wish_id: str
    access_version: int
    due_at: datetime


def enqueue_all(session: Session, postings: Sequence[Posting], *, now: datetime) -> None:
    """Put many letters to wishes into the outbox, as `enqueue` does with one."""
    if not postings:
        return
    rows = [
        _values(
            one.letter,
            key=one.key,
            recipient=one.recipient,
            wish_id=one.wish_id,
            access_version=one.access_version,
            due_at=one.due_at,
            now=now,
        )
        for one in postings
    ]
    execute_beside(session, _enqueuing_all(dialect_of(session)), rows)


def _values(
    letter: Letter, *, key: str, recipient: str, due_at: datetime, now: datetime, **about: Any
) -> dict[str, Any]:
    identity = public_id()
    return {
        **_ABOUT_NOBODY,
        **about,
        "key": key,
        "public_id": identity,
        "kind": letter.kind,
        "recipient": recipient,
        "subject": letter.subject,
        "body": letter.body,
        "spoken": letter.spoken,
        "calendar": letter.calendar,
        "calendar_method": letter.calendar_method,
        "message_id": f"{identity}.{public_id()}",
        "tries": 0,
        "due_at": due_at,
        "created_at": now,
        "distrusted_since": now - UNDELIVERABLE_FOR,
    }


_ABOUT_NOBODY: dict[str, Any] = dict.fromkeys(
    ("signup_id", "access_version", "invitation_id", "volunteer_id", "wish_id")
)


def free_address(session: Session, address: str) -> None:
    """Believe in an address again: somebody has given it anew, or wants it tried once more."""
    session.execute(sa.delete(UndeliverableAddress).where(UndeliverableAddress.address == address))


def hold_back(session: Session, *, signup_id: str, recipient: str) -> None:
    """Send nothing more of a sign-up to an address that is no longer its own."""
    waiting = (MessageState.QUEUED, MessageState.RETRY)
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.signup_id == signup_id,
            OutboxMessage.recipient == recipient,
            OutboxMessage.state.in_(waiting),
        )
        .values(state=MessageState.SUPPRESSED)
    )


def hold_back_alerts(session: Session, *, wish_id: str, kind: str) -> None:
    """Send nothing more of a kind to a wish that wants none."""
    waiting = (MessageState.QUEUED, MessageState.RETRY)
    session.execute(
        sa.update(OutboxMessage)
        .where(
            OutboxMessage.wish_id == wish_id,
            OutboxMessage.kind == kind,
            OutboxMessage.state.in_(waiting),
        )
        .values(state=MessageState.SUPPRESSED)
    )


def drop_of_wish(session: Session, *, wish_id: str) -> None:
    """Send nothing more of a wish that has ended, and forget where its mails went."""
    session.execute(
        sa.delete(OutboxMessage).where(
            OutboxMessage.wish_id == wish_id, OutboxMessage.state != MessageState.SENDING
        )
    )


def call(
    session: Session,
    *,
    key: str,
    kind: str,
    script: str,
    now: datetime,
    signup_id: str = "",
    volunteer_id: str = "",
    due_at: datetime | None = None,
    told_by: str = "",
) -> None:
    """Put a call on the staff's list; the same key again leaves the one that is there.

    It is about an application or about a registered volunteer: one of the two ids is named.
    `told_by` says who has told it already, speaking with them: that call is over.
    """
    execute_beside(
        session,
        _calling(dialect_of(session)),
        {
            "key": key,
            "public_id": public_id(),
            "kind": kind,
            "signup_id": signup_id,
            "volunteer_id": volunteer_id,
            "script": script,
            "outcome": CallOutcome.REACHED if told_by else CallOutcome.OPEN,
            "due_at": due_at,
            "created_at": now,
            "done_at": now if told_by else None,
            "done_by": told_by or None,
        },
    )


def settle_calls(
    session: Session,
    *,
    outcome: CallOutcome,
    by: str,
    now: datetime,
    signup_id: str = "",
    volunteer_id: str = "",
    kinds: Collection[str] | None = None,
    key: str = "",
) -> None:
    """Close the open calls of a sign-up or a volunteer: what they would say no longer matters.

    All of them, those of some kinds, or the one of a key with those that followed on it.
    """
    settled = sa.update(_CALLS).where(
        _CALLS.c.signup_id == signup_id,
        _CALLS.c.volunteer_id == volunteer_id,
        _CALLS.c.outcome.in_(WAITING_CALLS),
    )
    if key:
        followed = _CALLS.c.key.startswith(f"{key}:", autoescape=True)
        settled = settled.where(sa.or_(_CALLS.c.key == key, followed))
    if kinds is not None:
        settled = settled.where(_CALLS.c.kind.in_(kinds))
    # Of the table: by way of the class every object of the session would be looked through, each
    # time, and the results of a draw have thousands.
    session.execute(settled.values(outcome=outcome, done_by=by, done_at=now))


def settle_calls_of(
    session: Session,
    signup_ids: Sequence[str],
    *,
    outcome: CallOutcome,
    by: str,
    now: datetime,
) -> None:
    """The same for many sign-ups at once: all their open calls."""
    for start in range(0, len(signup_ids), _MOST_AT_ONCE):
        some = signup_ids[start : start + _MOST_AT_ONCE]
        settled = sa.update(_CALLS).where(
            _CALLS.c.signup_id.in_(some), _CALLS.c.outcome.in_(WAITING_CALLS)
        )
        session.execute(settled.values(outcome=outcome, done_by=by, done_at=now))


_MOST_AT_ONCE = 500  # values in one statement


# Built once, and for the tables: by way of the class each letter would be read back as an object.
# Two workers with the same thing to say do not collide. What is known of the address is looked up
# in the same statement: a sign-up pays for no question more.
_LETTERS = OutboxMessage.metadata.tables[OutboxMessage.__tablename__]
_CALLS = PhoneCall.metadata.tables[PhoneCall.__tablename__]
_IS_UNDELIVERABLE = sa.exists().where(
    UndeliverableAddress.address == sa.bindparam("recipient"),
    UndeliverableAddress.since > sa.bindparam("distrusted_since", type_=UtcDateTime()),
)
_STATE = sa.case(
    (_IS_UNDELIVERABLE, sa.literal_column(f"'{MessageState.SUPPRESSED}'")),
    else_=sa.literal_column(f"'{MessageState.QUEUED}'"),
)
_FILLED = (
    "key", "public_id", "kind", "recipient", "subject", "body", "spoken", "calendar",
    "calendar_method", "signup_id", "access_version", "invitation_id", "volunteer_id", "wish_id",
    "message_id", "tries", "due_at", "created_at",
)  # fmt: skip


@cache
def _enqueuing_all(dialect: str) -> sa.Insert:
    filled: dict[str, Any] = {name: sa.bindparam(name) for name in _FILLED}
    filled["state"] = _STATE
    letters = insert_of(dialect)(_LETTERS).values(filled)
    return letters.on_conflict_do_nothing(index_elements=["key"])


@cache
def _enqueuing(dialect: str) -> sa.Executable:
    return _enqueuing_all(dialect).returning(_LETTERS.c.state)


@cache
def _calling(dialect: str) -> sa.Insert:
    return insert_of(dialect)(_CALLS).on_conflict_do_nothing(index_elements=["key"])
