"""The turns of a draw, read from its rows: a page does not draw anew for each reader.

The rows are those of the record: `changed_since` compares them, and `kyodo-match doctor` asks it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, Round
from kyodo_match.matching.queries.draws import draw_slots, unit_of
from kyodo_match.matching.rules.course import CutOff, Step, course, cut_offs
from kyodo_match.matching.rules.drawing import Result, Waiting
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Signup

# One page of them for the office.
PAGE = 200


def turns(session: Session, one: Round, *, first: int, last: int) -> tuple[Step, ...]:
    """Some turns of a draw, counted from 1, with the places that were left in each."""
    drawn = (DrawEntry.round_id == one.id, DrawEntry.is_late.is_(False))
    entries = session.scalars(
        sa.select(DrawEntry)
        .where(*drawn, DrawEntry.position.between(first, last))
        .options(
            selectinload(DrawEntry.choices).joinedload(DrawChoice.slot, innerjoin=True),
            joinedload(DrawEntry.placed_slot),
        )
        .order_by(DrawEntry.position)
    ).all()
    before = session.execute(
        sa.select(Slot.public_id, sa.func.sum(DrawEntry.size))
        .join(Slot, Slot.id == DrawEntry.placed_slot_id)
        .where(*drawn, DrawEntry.position < first)
        .group_by(Slot.public_id)
    )
    given = {row.public_id: int(row[1]) for row in before}
    slots = [
        replace(slot, capacity=slot.capacity - given.get(slot.id, 0)) for slot in draw_slots(one)
    ]
    results = [_result(entry) for entry in entries]
    return course([unit_of(entry) for entry in entries], slots, results, first=first)


def _result(entry: DrawEntry) -> Result:
    placed = None if entry.placed_slot is None else entry.placed_slot.public_id
    waits = [
        Waiting(choice.slot.public_id, choice.waitlist_position)
        for choice in entry.choices
        if choice.waitlist_position is not None
    ]
    return Result(entry.entry_number, entry.draw_class or 0, entry.number, placed, tuple(waits))


def _placed(row: sa.Row[*tuple[Any, ...]], slot: str) -> Result:
    return Result(row.entry_number, row.draw_class or 0, row.number, slot, ())


def signups_of_turns(session: Session, one: Round, steps: Sequence[Step]) -> dict[str, str]:
    """The sign-ups behind some turns, by entry number."""
    rows = session.execute(
        sa.select(DrawEntry.entry_number, Signup.public_id)
        .join(Signup, Signup.id == DrawEntry.signup_id)
        .where(
            DrawEntry.round_id == one.id,
            DrawEntry.entry_number.in_([step.result.entry for step in steps]),
        )
    )
    return {row.entry_number: row.public_id for row in rows}


def turns_in_all(session: Session, one: Round) -> int:
    """How many applications were drawn."""
    of_round = sa.select(sa.func.max(DrawEntry.position)).where(DrawEntry.round_id == one.id)
    return session.scalar(of_round) or 0


def cut_offs_of(session: Session, one: Round, entry: DrawEntry) -> dict[str, CutOff]:
    """Where the places of the days ended that an application wished for."""
    wished = {choice.slot_id: choice.slot.public_id for choice in entry.choices}
    rows = session.execute(
        sa.select(
            DrawEntry.position,
            DrawEntry.entry_number,
            DrawEntry.draw_class,
            DrawEntry.number,
            DrawEntry.placed_slot_id,
        )
        .where(
            DrawEntry.round_id == one.id,
            DrawEntry.is_late.is_(False),
            DrawEntry.position.is_not(None),
            DrawEntry.placed_slot_id.in_(wished),
        )
        .order_by(DrawEntry.position)
    )
    placed = [(row.position or 0, _placed(row, wished[row.placed_slot_id or 0])) for row in rows]
    return cut_offs(placed, draw_slots(one), draw_class=entry.draw_class)
