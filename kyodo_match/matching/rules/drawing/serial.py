"""Steps 7 and 8: 番号の順に、空いている中で一番上の希望."""

from collections import Counter
from collections.abc import Iterable, Sequence

from kyodo_match.matching.rules.drawing.units import Unit, Waiting


def place(order: Iterable[Unit], left: dict[str, int]) -> list[str | None]:
    """Step 7: each unit in its turn takes the first of its choices that still holds all of it.

    `left` says how many places each slot has, and is what is left afterwards. A slot that is
    not in it gives no places.
    """
    placed: list[str | None] = []
    for unit in order:
        for slot in unit.choices:
            if left.get(slot, 0) >= unit.size:
                left[slot] -= unit.size
                placed.append(slot)
                break
        else:
            placed.append(None)
    return placed


def waitlists(order: Sequence[Unit], placed: Sequence[str | None]) -> list[tuple[Waiting, ...]]:
    """Step 8: who got nothing waits, in the same order, for every slot that they listed."""
    waiting: Counter[str] = Counter()
    lists: list[tuple[Waiting, ...]] = []
    for unit, slot in zip(order, placed, strict=True):
        if slot is not None:
            lists.append(())
            continue
        waiting.update(unit.choices)
        lists.append(tuple(Waiting(choice, waiting[choice]) for choice in unit.choices))
    return lists
