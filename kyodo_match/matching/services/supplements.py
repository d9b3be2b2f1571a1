"""再配置: who is placed after the draw, in a record of its own. Nobody placed is moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.core.db import public_id
from kyodo_match.matching.errors.drawing import EntropyMissing
from kyodo_match.matching.models.rounds import DrawEntry, DrawSupplement, Round, RoundSlot
from kyodo_match.matching.outbox.draws import said_later
from kyodo_match.matching.queries.draws import record_of, unit_of
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import Drawn, Queued, Result, Waiting
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.settings.rules import Office
from kyodo_match.signups.models import QueuePlace
from kyodo_match.signups.queries import crowd, queue
from kyodo_match.signups.rules import SignupStatus
from kyodo_match.signups.services import drawn
from kyodo_match.signups.services.edges import settle_places

_S = SignupStatus


@dataclass(frozen=True)
class Desk:
    """Who acts on a locked round, with its days locked by their keys."""

    round: Round
    slots: dict[int, Slot]
    office: Office
    now: datetime
    actor: str

    @property
    def by(self) -> drawn.By:
        """Who tells applicants what was drawn."""
        return drawn.By(self.office, self.now, self.actor)

    def is_open(self, slot: Slot) -> bool:
        """Whether somebody can still be given the day."""
        return slot.status is SlotStatus.SCHEDULED and slot.starts_at > self.now


def answer_by(one: Round, *, now: datetime) -> datetime | None:
    """Until when who was placed says that they come: that day's end. None: nobody is asked.

    Nor are they where the results come after that day: they would be late before they are asked.
    """
    if one.confirm_by is None or one.confirm_by < tokyo_date(now):
        return None
    return datetime.combine(one.confirm_by, time(23, 59), TOKYO)


def place_displaced(
    session: Session, desk: Desk, entries: Sequence[DrawEntry], *, closed: Slot | None = None
) -> None:
    """A step: place again whose day is not held, by their numbers, into what is free now.

    `closed` is the day that is being cancelled: its places are nobody's, so the days are settled
    by the caller once it is. Who has a sure place on it and finds no other is left there, to be
    cancelled with it. In a round in which nothing was drawn and not all of them fit, they stand
    in the order of class and receipt (among reserves, of receipt alone). Who came late comes
    after them, as they were received.
    """
    mode = desk.round.mode
    numbered = sorted(
        (entry for entry in entries if not entry.is_late),
        key=lambda entry: (drawing.precedence(entry.draw_class or 0, mode), entry.id),
    )
    late = sorted((entry for entry in entries if entry.is_late), key=lambda entry: entry.id)
    try:
        _place(session, desk, numbered, late, closed=closed)
    except EntropyMissing:
        _place(session, desk, (), [*numbered, *late], closed=closed)


def place_late(session: Session, desk: Desk, entries: Sequence[DrawEntry]) -> None:
    """A step: late applications, after everyone, as they were received, where nobody waits."""
    _place(session, desk, (), entries)


def _place(
    session: Session,
    desk: Desk,
    displaced: Sequence[DrawEntry],
    received: Sequence[DrawEntry],
    *,
    closed: Slot | None = None,
) -> None:
    """Place the displaced by their numbers, then the others as they were received."""
    entries = [*displaced, *received]
    if not entries:
        return
    open_days = [
        day for day in desk.round.slots if desk.is_open(day.slot) and day.slot is not closed
    ]
    is_late = all(entry.is_late for entry in entries)
    left, waiting = _as_it_stands(session, desk, open_days, past_waiters=not is_late)
    record = drawing.supplement(
        record_of(desk.round),
        displaced=[unit_of(entry) for entry in displaced],
        late=[unit_of(entry) for entry in received],
        cancelled=[day.slot.public_id for day in desk.round.slots if day not in open_days],
        left=left,
        waiting=waiting,
        at=desk.now,
        drawn=Drawn(None, None, None, desk.round.code_version or ""),
    )
    supplement = DrawSupplement(
        public_id=public_id(), round_id=desk.round.id, at=desk.now, by=desk.actor, record=record
    )
    session.add(supplement)
    drawn.close_calls(session, [entry.signup for entry in entries], by=desk.by)
    results = [_result(row) for row in record["results"]]
    by_entry = {entry.entry_number: entry for entry in entries}
    joining = [one for one in results if by_entry[one.entry].signup.status is _S.ENTERED]
    days = {slot.public_id: slot for slot in desk.slots.values()}
    _make_room(session, joining, days)
    for result in results:
        _give(session, desk, by_entry[result.entry], result, days, occasion=supplement.public_id)
    if closed is None:
        settle_days(session, desk)


def settle_days(session: Session, desk: Desk) -> None:
    """A step: settle all days of the round, also those not held: who stood under them has left."""
    for slot in desk.slots.values():
        settle_places(session, slot, office=desk.office, now=desk.now)


def _result(row: Mapping[str, Any]) -> Result:
    waitlist = tuple(Waiting(at["slot"], at["position"]) for at in row["waitlist"])
    return Result(row["entry"], row["class"], row["number"], row["slot"], waitlist)


def _as_it_stands(
    session: Session, desk: Desk, days: Sequence[RoundSlot], *, past_waiters: bool
) -> tuple[dict[str, int], dict[str, list[Queued]]]:
    """Places that are free on each open day, and who waits there by the draw, in order."""
    rows = session.execute(
        sa.select(
            DrawEntry.signup_id, DrawEntry.entry_number, DrawEntry.draw_class, DrawEntry.number
        ).where(DrawEntry.round_id == desk.round.id)
    )
    entries = {
        row.signup_id: Queued(row.entry_number, row.draw_class or 0, row.number) for row in rows
    }
    left: dict[str, int] = {}
    waiting: dict[str, list[Queued]] = {}
    for day in days:
        slot, name = day.slot, day.slot.public_id
        queued = queue(session, slot)
        waiting[name] = [entries[one.id] for one in queued if one.id in entries]
        free = min(slot.capacity - crowd(session, slot).taken, day.capacity or 0)
        left[name] = max(free, 0) if past_waiters or not queued else 0
    return left, waiting


_ASIDE = 1_000_000  # two rows never stand at one place, not even while they change


def _make_room(session: Session, results: Sequence[Result], days: dict[str, Slot]) -> None:
    """Those who wait already step back where somebody with a better number joins."""
    joining: dict[str, set[int]] = defaultdict(set)
    for result in results:
        for at in result.waitlist:
            joining[at.slot].add(at.position)
    for slot_id, taken in joining.items():
        here = QueuePlace.slot_id == days[slot_id].id
        stand = session.scalars(
            sa.select(QueuePlace).where(here).order_by(QueuePlace.position)
        ).all()
        for one in stand:
            one.position += _ASIDE
        session.flush()
        free = (place for place in count(1) if place not in taken)
        for one in stand:
            one.position = next(free)
        session.flush()


def _give(
    session: Session,
    desk: Desk,
    entry: DrawEntry,
    result: Result,
    days: dict[str, Slot],
    *,
    occasion: str,
) -> None:
    """Tell one application what came of it, in the words of where it stood before."""
    signup = entry.signup
    said = said_later(desk.round, entry, result, days, occasion=occasion)
    slot = None if result.slot is None else days[result.slot]
    if entry.is_late:
        _note(entry, slot, result, days)
    if signup.status is not _S.ENTERED:
        if slot is not None:
            drawn.displace(session, signup, slot, said=said, by=desk.by)
    elif slot is not None:
        until = answer_by(desk.round, now=desk.now)
        drawn.place(session, signup, slot, said=said, answer_by=until, by=desk.by)
    elif result.waitlist:
        places = [(days[at.slot], at.position) for at in result.waitlist]
        drawn.wait(session, signup, places, said=said, by=desk.by)
    else:
        drawn.decline(session, signup, said=said, by=desk.by)


def _note(entry: DrawEntry, slot: Slot | None, result: Result, days: dict[str, Slot]) -> None:
    """A late application has no place in the draw: its row says what it was given after it."""
    entry.placed_slot_id = None if slot is None else slot.id
    positions = {days[at.slot].id: at.position for at in result.waitlist}
    for choice in entry.choices:
        choice.waitlist_position = positions.get(choice.slot_id)
