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
    units: Iterable[Unit], slots: Iterable[DrawSlot], results: Sequence[Result]
) -> tuple[Step, ...]:
    """Every turn of a serial draw, with the places that were left at that moment.

    With reserved places there are no turns (a place can pass on to a better number until the
    end): `left` then is what is not given to a better number, and a choice fits that was given.
    Source: docs/rules/draw-ceremony.md.
    """
    of = {unit.entry: unit for unit in units}
    left = {slot.id: slot.capacity for slot in slots}
    steps = []
    for position, result in enumerate(results, start=1):
        unit = of[result.entry]
        tries = []
        for choice in unit.choices:
            tries.append(Try(choice, left[choice], fits=choice == result.slot))
            if choice == result.slot:
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


def cut_offs(results: Sequence[Result]) -> dict[str, CutOff]:
    """For each day, the last application that was placed on it."""
    return {
        result.slot: CutOff(position, result.draw_class, result.entry)
        for position, result in enumerate(results, start=1)
        if result.slot is not None
    }
