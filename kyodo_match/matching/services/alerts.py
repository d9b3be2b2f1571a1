"""お知らせ: what some wishes are sent, written down at once with what it rests on."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.services import SYSTEM, record
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import UtcDateTime, dialect_of, insert_of, use_case
from kyodo_match.matching.models import Recommendation, Wish
from kyodo_match.matching.queries.alerts import DueWish
from kyodo_match.matching.rules.alerts import ALERT_KIND, next_alert_at
from kyodo_match.matching.rules.recommending import kept
from kyodo_match.matching.rules.recommending.board import Picked
from kyodo_match.matching.rules.wishes import Frequency, ShownIn, WishState
from kyodo_match.matching.services.exposure import count_shown
from kyodo_match.notifications.outbox import Letter, Posting, enqueue_all


@dataclass(frozen=True, slots=True)
class Alert:
    """What is sent to one wish, and when the letter goes out."""

    wish: DueWish
    picked: Sequence[Picked]
    letter: Letter
    due_at: datetime


@use_case
def write_alerts(
    session: Session,
    *,
    alerts: Sequence[Alert],
    nothing_new: Sequence[DueWish],
    unreachable: Sequence[DueWish],
    slots: Mapping[str, int],
    weights_version: int,
    now: datetime,
) -> int:
    """Write letters to some wishes, each with its reasons, and move the wishes on. How many.

    What was worked out beforehand counts for a wish that is as it was then: one that somebody
    changes, or another worker has in hand, is left for the next round. Where nothing is new
    there is no letter; a wish that cannot be reached gets no more. `slots` are the keys of the
    days. Source: docs/rules/alerts.md.
    """
    looked_at = [*(alert.wish for alert in alerts), *nothing_new, *unreachable]
    held = _hold(session, looked_at)
    written = [alert for alert in alerts if alert.wish.id in held]
    enqueue_all(session, [_posting(alert, now=now) for alert in written], now=now)
    rows = [row for alert in written for row in _rows(alert, slots)]
    values = {"rows": json.dumps(rows), "weights_version": weights_version, "sent_at": now}
    session.execute(_keeping(dialect_of(session)), values)
    groups = Counter(one.best.need.group for alert in written for one in alert.picked)
    count_shown(session, groups, shown_in=ShownIn.MAIL, now=now)
    for frequency in (Frequency.DAILY, Frequency.WEEKLY):
        told = [alert.wish.id for alert in written if alert.wish.frequency is frequency]
        others = [wish.id for wish in nothing_new if wish.frequency is frequency]
        following = next_alert_at(frequency, now=now)
        _move_on(session, told, next_alert_at=following, last_alert_at=now)
        _move_on(session, [one for one in others if one in held], next_alert_at=following)
    _stop(session, [wish for wish in unreachable if wish.id in held], now=now)
    return len(written)


def _hold(session: Session, wishes: Sequence[DueWish]) -> set[int]:
    """Those of some wishes that are as they were read; they are locked."""
    was = {wish.id: (wish.next_alert_at, wish.changed_at) for wish in wishes}
    rows = session.execute(
        sa.select(Wish.id, Wish.next_alert_at, Wish.changed_at)
        .where(Wish.id.in_(was), Wish.state == WishState.ACTIVE)
        .with_for_update(skip_locked=True)
    )
    return {row.id for row in rows if was[row.id] == (row.next_alert_at, row.changed_at)}


def _posting(alert: Alert, *, now: datetime) -> Posting:
    wish = alert.wish
    return Posting(
        letter=alert.letter,
        key=f"{ALERT_KIND}:{wish.public_id}:{tokyo_date(now)}",
        recipient=wish.email,
        wish_id=wish.public_id,
        access_version=wish.access_version,
        due_at=alert.due_at,
    )


def _rows(alert: Alert, slots: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    """What is kept of each day that was sent, in the order of `_KEPT`."""
    choices = alert.wish.choices
    asked = {
        "party_size": choices.party_size,
        "age_group": choices.age_group,
        "residency": choices.residency,
        "certificate": choices.certificate,
        "kinds": choices.kinds,
    }
    for one in alert.picked:
        for fit in (one.best, *one.others):
            parts, boosts = kept(fit.reasons)
            yield alert.wish.id, slots[fit.need.slot], fit.score, parts, boosts, asked


_TABLE = Recommendation.metadata.tables[Recommendation.__tablename__]
_KEPT = ("wish_id", "slot_id", "score", "parts", "boosts", "filters")
_NUMBERS = 3  # so many of them, the others are JSON


def _on_sqlite() -> Sequence[sa.ColumnElement[Any]]:
    rows = sa.func.json_each(sa.bindparam("rows", type_=sa.Text)).table_valued("value")
    return [sa.func.json_extract(rows.c.value, f"$[{place}]") for place in range(len(_KEPT))]


def _on_postgresql() -> Sequence[sa.ColumnElement[Any]]:
    listed = sa.cast(sa.bindparam("rows", type_=sa.Text), sa.JSON)
    row = sa.func.json_array_elements(listed).column_valued("row")
    return [
        sa.cast(row.op("->>")(place), sa.Integer) if place < _NUMBERS else row.op("->")(place)
        for place in range(len(_KEPT))
    ]


@cache
def _keeping(dialect: str) -> sa.Insert:
    """All rows of a batch as one value: one by one they take a server five times as long."""
    version = sa.bindparam("weights_version", type_=sa.Integer)
    sent_at = sa.bindparam("sent_at", type_=UtcDateTime())
    found = _on_sqlite() if dialect == "sqlite" else _on_postgresql()
    # SQLite tells a conflict of rows from a join of tables by this WHERE.
    rows = sa.select(*found, version, sent_at).where(sa.true())
    columns = [*_KEPT, "weights_version", "sent_at"]
    insert = insert_of(dialect)(_TABLE)
    return insert.from_select(columns, rows, include_defaults=False).on_conflict_do_nothing(
        index_elements=["wish_id", "slot_id"]
    )


def _move_on(session: Session, ids: Sequence[int], **values: datetime | None) -> None:
    if ids:
        session.execute(sa.update(Wish).where(Wish.id.in_(ids)).values(values), **_BESIDE)


def _stop(session: Session, wishes: Sequence[DueWish], *, now: datetime) -> None:
    """`changed_at` stays: it is the person who asks for mails again, not we."""
    if not wishes:
        return
    stopped = sa.update(Wish).where(Wish.id.in_([wish.id for wish in wishes]))
    session.execute(stopped.values(frequency=Frequency.NONE, next_alert_at=None), **_BESIDE)
    for wish in wishes:
        record(
            session,
            "wish.unreachable",
            actor=SYSTEM,
            object_kind="wish",
            object_id=wish.public_id,
            now=now,
        )


# No object of the session stands for these rows.
_BESIDE: Any = {"execution_options": {"synchronize_session": False}}
