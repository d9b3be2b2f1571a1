"""After the draw: late applications, and step 9 where a slot is cancelled. Nobody is moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from kyodo_match.matching.errors.drawing import EntropyMissing
from kyodo_match.matching.rules.drawing import checking, serial
from kyodo_match.matching.rules.drawing.numbers import in_order, precedence
from kyodo_match.matching.rules.drawing.units import (
    DrawSlot,
    Result,
    Unit,
    Waiting,
    needs_draw,
)
from kyodo_match.matching.rules.rounds import RoundMode


class Queued(NamedTuple):
    """Somebody who waits for a slot already; late ones have no number."""

    entry: str
    draw_class: int
    number: str | None


def place_again(
    displaced: Iterable[Unit],
    *,
    seed: bytes | None,
    mode: RoundMode,
    left: Mapping[str, int],
    waiting: Mapping[str, Sequence[Queued]],
    late: Sequence[Unit] = (),
) -> tuple[Result, ...]:
    """Step 9: the displaced, in the same order as in the draw, into the places that are left.

    `left` are the places that are free in each slot, `waiting` who waits for it, in order; a slot
    that is not in `left` is closed to them. `late` came after the freeze, were in no draw and
    have no number: they come after everyone, as they were received. Who gets nothing waits, at
    the place in each waitlist that their number gives them; late ones wait last. Reserves count
    in the draw alone. The seed is that of the draw; in a round without a draw it is needed,
    freshly drawn in public, only where the displaced do not all fit into the first of their
    choices that is open. Raises EntropyMissing there.
    """
    drawn = [_open_to(unit, left) for unit in displaced]
    checking.refuse_units((*drawn, *late))
    ranked: list[tuple[str | None, Unit]]
    if seed is not None:
        ranked = [
            (number, unit) for _class, number, _entry, unit in in_order(drawn, seed, mode=mode)
        ]
    elif _all_fit(drawn, left):
        drawn.sort(key=lambda unit: (precedence(unit.draw_class, mode), unit.entry))
        ranked = [(None, unit) for unit in drawn]
    else:
        raise EntropyMissing
    ranked += [(None, _open_to(unit, left)) for unit in late]
    placed = serial.place((unit for _number, unit in ranked), dict(left))
    unplaced = [one for one, slot in zip(ranked, placed, strict=True) if slot is None]
    queues = _queues(unplaced, waiting, mode)
    return tuple(
        Result(
            unit.entry,
            unit.draw_class,
            number,
            slot,
            ()
            if slot is not None
            else tuple(Waiting(choice, queues[choice][unit.entry]) for choice in unit.choices),
        )
        for (number, unit), slot in zip(ranked, placed, strict=True)
    )


def _open_to(unit: Unit, left: Mapping[str, int]) -> Unit:
    return replace(unit, choices=tuple(choice for choice in unit.choices if choice in left))


def _all_fit(units: Sequence[Unit], left: Mapping[str, int]) -> bool:
    return not needs_draw(units, [DrawSlot(slot, places) for slot, places in left.items()])


def _queues(
    unplaced: Sequence[tuple[str | None, Unit]],
    waiting: Mapping[str, Sequence[Queued]],
    mode: RoundMode,
) -> dict[str, dict[str, int]]:
    """The position of every entry in every waitlist, those who waited before included."""
    queues: dict[str, list[Queued]] = {slot: list(queue) for slot, queue in waiting.items()}
    for number, unit in unplaced:
        for choice in unit.choices:
            queues.setdefault(choice, []).append(Queued(unit.entry, unit.draw_class, number))
    turn = partial(_turn, mode)
    return {
        slot: {queued.entry: at for at, queued in enumerate(sorted(queue, key=turn), 1)}
        for slot, queue in queues.items()
    }


def _turn(mode: RoundMode, queued: Queued) -> tuple[bool, int, str, str]:
    """By precedence, number and entry; whoever has no number stays behind, as it was received."""
    if queued.number is None:
        return (True, 0, "", "")
    return (False, precedence(queued.draw_class, mode), queued.number, queued.entry)
