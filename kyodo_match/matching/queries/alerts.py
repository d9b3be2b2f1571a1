"""お知らせ: which wishes are due, what they know already, and what they were sent and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import midnight
from kyodo_match.matching.models import Dismissal, Recommendation, Wish
from kyodo_match.matching.queries.needs import coming_needs
from kyodo_match.matching.queries.suggesting import ShownDay, facts_of
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules.alerts import ALERT_KIND
from kyodo_match.matching.rules.recommending import Reason, WeightsSet, read_reasons
from kyodo_match.matching.rules.recommending.board import Board
from kyodo_match.matching.rules.wishes import CHOSEN, Frequency, WishChoices, WishState
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.queries import distrusted_among
from kyodo_match.notifications.rules import MessageState
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.settings.queries import neighbourhood
from kyodo_match.signups.models import Signup

_CAME_BACK = (MessageState.SUPPRESSED, MessageState.FAILED)


@dataclass(frozen=True, slots=True)
class DueWish:
    """A wish whose turn it is, as plain values."""

    id: int
    public_id: str
    email: str
    frequency: Frequency
    access_version: int
    changed_at: datetime
    next_alert_at: datetime
    choices: WishChoices


@dataclass(frozen=True, slots=True)
class Known:
    """What some wishes need not be told, by their keys; and those that cannot be reached."""

    slots: Mapping[int, Collection[str]]
    activities: Mapping[int, Collection[str]]
    unreachable: Collection[int]


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Wish.state == WishState.ACTIVE,
        Wish.frequency != Frequency.NONE,
        Wish.next_alert_at <= now,
    )


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether it is any wish's turn: asked every second of the day."""
    return session.scalar(sa.select(Wish.id).where(*_is_due(now)).limit(1)) is not None


def due_wishes(session: Session, *, now: datetime, after: int, limit: int) -> Sequence[DueWish]:
    """Some of the wishes whose turn it is, by their keys, after one."""
    rows = session.execute(
        sa.select(
            Wish.id,
            Wish.public_id,
            Wish.email,
            Wish.access_version,
            Wish.changed_at,
            Wish.next_alert_at,
            *(getattr(Wish, name) for name in ("frequency", *CHOSEN)),
        )
        .where(*_is_due(now), Wish.id > after)
        .order_by(Wish.id)
        .limit(limit)
    )
    return [
        DueWish(
            id=row.id,
            public_id=row.public_id,
            email=row.email,
            frequency=row.frequency,
            access_version=row.access_version,
            changed_at=row.changed_at,
            next_alert_at=row.next_alert_at,
            choices=WishChoices.of(row),
        )
        for row in rows
    ]


def known_to(session: Session, wishes: Sequence[DueWish], *, now: datetime) -> Known:
    """What was sent to some wishes, what they put away, and what was applied for from there.

    An address is no person: whoever of a family applied, it need not come by mail to them all.
    """
    ids = [wish.id for wish in wishes]
    by_email: dict[str, list[int]] = defaultdict(list)
    for wish in wishes:
        by_email[wish.email].append(wish.id)
    slots: dict[int, set[str]] = defaultdict(set)
    activities: dict[int, set[str]] = defaultdict(set)
    for wish_id, slot in session.execute(
        sa.select(Recommendation.wish_id, Slot.public_id)
        .join(Slot, Slot.id == Recommendation.slot_id)
        .where(Recommendation.wish_id.in_(ids), Slot.ends_at > now)
    ):
        slots[wish_id].add(slot)
    for email, slot in session.execute(
        sa.select(Signup.email, Slot.public_id)
        .join(Slot, Slot.id == Signup.slot_id)
        .where(Signup.email.in_(by_email), Slot.ends_at > now)
    ):
        for wish_id in by_email[email]:
            slots[wish_id].add(slot)
    for wish_id, activity in session.execute(
        sa.select(Dismissal.wish_id, Opportunity.public_id)
        .join(Opportunity, Opportunity.id == Dismissal.opportunity_id)
        .where(Dismissal.wish_id.in_(ids))
    ):
        activities[wish_id].add(activity)
    unreachable = _came_back(session, ids)
    for address in distrusted_among(session, by_email, now=now):
        unreachable |= set(by_email[address])
    return Known(slots, activities, unreachable)


def _came_back(session: Session, ids: Collection[int]) -> set[int]:
    """Those of some wishes to whom a mail about new days came back since they were changed."""
    return set(
        session.scalars(
            sa.select(Wish.id)
            .join(OutboxMessage, OutboxMessage.wish_id == Wish.public_id)
            .where(
                Wish.id.in_(ids),
                OutboxMessage.kind == ALERT_KIND,
                OutboxMessage.state.in_(_CAME_BACK),
                OutboxMessage.created_at > Wish.changed_at,
            )
        )
    )


def coming_board(session: Session, *, now: datetime) -> tuple[Board, WeightsSet]:
    """All days that are coming, to be asked by many wishes, and the weights that count."""
    weights = current_weights(session)
    needs = coming_needs(session, now=now)
    return Board(needs, weights, neighbourhood=neighbourhood(session), now=now), weights


def slot_keys(session: Session, slots: Collection[str]) -> dict[str, int]:
    """The keys of some days by their public ids."""
    rows = session.execute(sa.select(Slot.public_id, Slot.id).where(Slot.public_id.in_(slots)))
    return {row.public_id: row.id for row in rows}


# --- What was sent ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """An activity of one mail: its best day, when it was sent and why, and its other days."""

    day: ShownDay
    others: Sequence[ShownDay]
    sent_at: datetime
    reasons: Sequence[Reason]
    score: int
    weights_version: int


def sent_to(session: Session, wish: Wish, *, limit: int) -> Sequence[Sent]:
    """What was sent to a wish, the latest first, with the reasons that were kept then.

    Of so many days, the latest.
    """
    rows = session.execute(
        sa.select(Recommendation, Slot.public_id)
        .join(Slot, Slot.id == Recommendation.slot_id)
        .where(Recommendation.wish_id == wish.id)
        .order_by(Recommendation.sent_at.desc(), Recommendation.score.desc(), Recommendation.id)
        .limit(limit)
    ).all()
    facts = facts_of(session, [slot for _row, slot in rows])
    by_activity: dict[tuple[datetime, str], list[tuple[Recommendation, ShownDay]]] = {}
    for row, slot in rows:
        own = by_activity.setdefault((row.sent_at, facts[slot].opportunity), [])
        own.append((row, facts[slot]))
    return [
        Sent(
            day=days[0][1],
            others=[day for _row, day in days[1:]],
            sent_at=days[0][0].sent_at,
            reasons=read_reasons(days[0][0].parts, days[0][0].boosts),
            score=days[0][0].score,
            weights_version=days[0][0].weights_version,
        )
        for days in by_activity.values()
    ]


def alerts_came_back(session: Session, wish: Wish, *, now: datetime) -> bool:
    """Whether a wish gets no mails because they do not arrive."""
    return wish.frequency is Frequency.NONE and bool(
        _came_back(session, [wish.id]) or distrusted_among(session, [wish.email], now=now)
    )


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """How many letters were written within some days, and how many wishes want any now."""

    letters: int
    daily: int
    weekly: int


def alert_counts(session: Session, *, since: date, until: date) -> AlertCounts:
    """From one day to another, both included; as long as the outbox holds the letters."""
    letters = session.scalar(
        sa.select(sa.func.count()).where(
            OutboxMessage.kind == ALERT_KIND,
            OutboxMessage.created_at >= midnight(since),
            OutboxMessage.created_at < midnight(until + timedelta(days=1)),
        )
    )
    rows = session.execute(
        sa.select(Wish.frequency, sa.func.count().label("n"))
        .where(Wish.state == WishState.ACTIVE)
        .group_by(Wish.frequency)
    )
    wishes = {row.frequency: row.n for row in rows}
    return AlertCounts(
        letters or 0, wishes.get(Frequency.DAILY, 0), wishes.get(Frequency.WEEKLY, 0)
    )
