"""抽選の経過: the draw told step by step, so that everybody sees why they got what they got."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kyodo_match.matching.rules.drawing import DrawSlot, Result, Unit


@dataclass(frozen=True)
class Try:
    """A choice in the turn of an application: how many places were left, and whether it fits."""

    slot: str
    left: int
    fits: bool


@dataclass(frozen=True)
class Step:
    """The turn of one application, from 1; what comes after the choice that fits is not tried."""

    position: int
    result: Result
    size: int
    tries: tuple[Try, ...]


def course(
    units: Iterable[Unit], slots: Iterable[DrawSlot], results: Sequence[Result], *, first: int = 1
) -> tuple[Step, ...]:
    """Every turn of a serial draw, with the places that were left at that moment.

    `results` may begin with the `first` turn of a part: `slots` then have the places that were
    left before it.

    Where places are reserved there are no turns (a place can pass on to a better number until
    the end): `left` then is what is not given to a better number, and none where the choice was
    not given, since what is left there is reserved for another class.
    Source: docs/rules/draw-ceremony.md.
    """
    of = {unit.entry: unit for unit in units}
    slots = tuple(slots)
    left = {slot.id: slot.capacity for slot in slots}
    reserving = {slot.id for slot in slots if slot.reserves}
    steps = []
    for position, result in enumerate(results, start=first):
        unit = of[result.entry]
        tries = []
        for choice in unit.choices:
            fits = choice == result.slot
            is_for_others = choice in reserving and not fits
            tries.append(Try(choice, 0 if is_for_others else left[choice], fits=fits))
            if fits:
                left[choice] -= unit.size
                break
        steps.append(Step(position, result, unit.size, tuple(tries)))
    return tuple(steps)


@dataclass(frozen=True)
class CutOff:
    """The last application that was placed on a day: its turn, class and entry number."""

    position: int
    draw_class: int
    entry: str


def cut_offs(
    placed: Iterable[tuple[int, Result]],
    slots: Iterable[DrawSlot],
    *,
    draw_class: int | None = None,
) -> dict[str, CutOff]:
    """For each day, the last application that was placed on it: before it one would have been.

    `placed` are turns with what they came to, in order; those of other days may be left out.

    Who has a reserved place of a class counts for that class alone (`draw_class`), since nobody
    else could have had it.
    """
    reserved = {slot.id: dict(slot.reserves) for slot in slots}
    last = {}
    for position, result in placed:
        if result.slot is None:
            continue
        of = result.draw_class
        is_reserved = reserved[result.slot].get(of, 0) > 0
        if is_reserved:
            reserved[result.slot][of] -= 1
        if not is_reserved or of == draw_class:
            last[result.slot] = CutOff(position, of, result.entry)
    return last
