"""The draw itself: steps 2 and 4–8 in their order."""

from collections.abc import Iterable, Sequence

from kyodo_match.matching.errors.drawing import EntropyMissing
from kyodo_match.matching.rules.drawing import checking, numbers, reserves, serial
from kyodo_match.matching.rules.drawing.units import DrawSlot, Result, Unit, needs_draw
from kyodo_match.matching.rules.rounds import RoundMode


def draw(
    units: Iterable[Unit], slots: Iterable[DrawSlot], *, seed: bytes | None, mode: RoundMode
) -> tuple[Result, ...]:
    """What every entry comes to, in drawing order; the order of the input changes nothing.

    Where nothing has to be drawn (step 2) everybody gets their first choice, in the order of
    precedence and entry number and without a number, whatever the seed. Raises EntropyMissing
    where there is no seed and one is needed, NotDrawable and PartiesWithReserves as `refuse` does.
    """
    units, slots = tuple(units), tuple(slots)
    checking.refuse(units, slots, mode=mode)
    if not needs_draw(units, slots):
        return _first_choices(units, mode)
    if seed is None:
        raise EntropyMissing
    ranked = numbers.in_order(units, seed, mode=mode)
    order = [unit for *_rank, unit in ranked]
    placed = _placed(order, slots, mode)
    return tuple(
        Result(entry, unit.draw_class, number, slot, waitlist)
        for (_first, number, entry, unit), slot, waitlist in zip(
            ranked, placed, serial.waitlists(order, placed), strict=True
        )
    )


def _placed(order: Sequence[Unit], slots: Sequence[DrawSlot], mode: RoundMode) -> list[str | None]:
    if mode is RoundMode.SOFT_RESERVES:
        return reserves.place(order, slots)
    return serial.place(order, {slot.id: slot.capacity for slot in slots})


def _first_choices(units: Iterable[Unit], mode: RoundMode) -> tuple[Result, ...]:
    return tuple(
        Result(unit.entry, unit.draw_class, None, next(iter(unit.choices), None), ())
        for unit in sorted(
            units, key=lambda unit: (numbers.precedence(unit.draw_class, mode), unit.entry)
        )
    )
