"""Reading the phone list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.paging import paged
from kyodo_match.notifications.models import CallTry, OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import WAITING_CALLS, CallOutcome, CallView

CALLS_PER_PAGE = 50


def phone_call(session: Session, public_id: str) -> PhoneCall | None:
    """One call."""
    return session.scalars(
        sa.select(PhoneCall).where(PhoneCall.public_id == public_id)
    ).one_or_none()


def call_about(session: Session, message: OutboxMessage) -> PhoneCall | None:
    """The call that is made because a mail did not arrive."""
    return session.scalars(
        sa.select(PhoneCall).where(PhoneCall.key == f"mail-failed:{message.public_id}")
    ).one_or_none()


def tries_of(session: Session, calls: Sequence[PhoneCall]) -> dict[int, list[CallTry]]:
    """What was tried for each of these calls, by the call's key, the oldest first."""
    found: dict[int, list[CallTry]] = defaultdict(list)
    for one in session.scalars(
        sa.select(CallTry)
        .where(CallTry.phone_call_id.in_([call.id for call in calls]))
        .order_by(CallTry.id)
    ):
        found[one.phone_call_id].append(one)
    return found


def _of(view: CallView, now: datetime) -> sa.ColumnElement[bool]:
    waiting = PhoneCall.outcome.in_(WAITING_CALLS)
    return {
        CallView.TO_MAKE: waiting,
        CallView.OVERDUE: sa.and_(waiting, PhoneCall.due_at <= now),
        CallView.UNTOUCHED: PhoneCall.outcome == CallOutcome.OPEN,
        CallView.DONE: ~waiting,
        CallView.ALL: sa.true(),
    }[view]


@dataclass(frozen=True)
class CallList:
    """One page of calls, how many there are in all, and how many each view has."""

    calls: Sequence[PhoneCall]
    counts: dict[CallView, int]
    page: int
    pages: int


def calls(session: Session, view: CallView, *, now: datetime, page: int = 1) -> CallList:
    """A page of the phone list: by the deadline; what is done, the last first."""
    counts = call_counts(session, now)
    page, pages = paged(page, total=counts[view], size=CALLS_PER_PAGE)
    rows = session.scalars(
        sa.select(PhoneCall)
        .where(_of(view, now))
        .order_by(*(_LAST_FIRST if view is CallView.DONE else _URGENT_FIRST))
        .limit(CALLS_PER_PAGE)
        .offset((page - 1) * CALLS_PER_PAGE)
    ).all()
    return CallList(rows, counts, page, pages)


# Who has not been tried yet comes before who was not reached, where no deadline decides.
_URGENT_FIRST = (
    PhoneCall.outcome.not_in(WAITING_CALLS),
    PhoneCall.due_at.is_(None),
    PhoneCall.due_at,
    PhoneCall.outcome != CallOutcome.OPEN,
    PhoneCall.id,
)
_LAST_FIRST = (PhoneCall.done_at.desc(), PhoneCall.id.desc())


def call_counts(session: Session, now: datetime) -> dict[CallView, int]:
    """How many calls each view of the list has."""
    row = session.execute(
        sa.select(
            *(sa.func.count().filter(_of(view, now)).label(view.value) for view in CallView)
        ).select_from(PhoneCall)
    ).one()
    return dict(zip(CallView, row, strict=True))


def waiting_calls(session: Session) -> Sequence[PhoneCall]:
    """Calls to make, the most urgent first; who was not reached is called again."""
    return session.scalars(
        sa.select(PhoneCall).where(PhoneCall.outcome.in_(WAITING_CALLS)).order_by(*_URGENT_FIRST)
    ).all()
