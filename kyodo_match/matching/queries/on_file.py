"""What the rows of a frozen round say: its list and its results, without objects for thousands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.matching.models.rounds import DrawChoice, DrawEntry, Round
from kyodo_match.matching.rules.drawing import Result, Unit, Waiting
from kyodo_match.opportunities.models import Slot

Rows = Sequence[Any]


def listed_units(session: Session, one: Round) -> list[Unit]:
    """What the list would be if it were written now."""
    choices = _choices(session, one)
    return [
        Unit(
            row.entry_number,
            row.size,
            row.draw_class,
            tuple(each.public_id for each in choices[row.id] if not each.dropped),
        )
        for row in _entries(session, one)
    ]


def results(session: Session, one: Round) -> list[Result]:
    """What the draw has given everybody, in drawing order."""
    choices = _choices(session, one)
    return [
        Result(
            row.entry_number,
            row.draw_class,
            row.number,
            row.placed,
            tuple(
                Waiting(each.public_id, each.waitlist_position)
                for each in choices[row.id]
                if each.waitlist_position is not None
            ),
        )
        for row in _entries(session, one)
    ]


def _entries(session: Session, one: Round) -> Rows:
    """The applications of the list, in drawing order once they are drawn; late ones are not."""
    return session.execute(_ENTRIES, {"round": one.id}).all()


_ENTRIES = (
    sa.select(
        DrawEntry.id,
        DrawEntry.entry_number,
        DrawEntry.size,
        DrawEntry.draw_class,
        DrawEntry.number,
        Slot.public_id.label("placed"),
    )
    .outerjoin(Slot, Slot.id == DrawEntry.placed_slot_id)
    .where(
        DrawEntry.round_id == sa.bindparam("round"),
        DrawEntry.draw_class.is_not(None),
        DrawEntry.is_late.is_(False),
    )
    .order_by(DrawEntry.position.is_(None), DrawEntry.position, DrawEntry.id)
)


def _choices(session: Session, one: Round) -> Mapping[int, Rows]:
    """The choices of each application in their order, by its key."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_CHOICES, {"round": one.id}):
        found[row.entry_id].append(row)
    return found


_CHOICES = (
    sa.select(
        DrawChoice.entry_id, DrawChoice.dropped, DrawChoice.waitlist_position, Slot.public_id
    )
    .join(Slot, Slot.id == DrawChoice.slot_id)
    .join(DrawEntry, DrawEntry.id == DrawChoice.entry_id)
    .where(DrawEntry.round_id == sa.bindparam("round"))
    .order_by(DrawChoice.entry_id, DrawChoice.rank)
)
