"""How often a party of each size finds a place: what the page of a round says beforehand."""

from collections import Counter
from collections.abc import Iterable

from kyodo_match.matching.rules.drawing.numbers import seed
from kyodo_match.matching.rules.drawing.steps import draw
from kyodo_match.matching.rules.drawing.units import DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode


def odds(
    units: Iterable[Unit], slots: Iterable[DrawSlot], *, mode: RoundMode, tries: int = 500
) -> dict[int, float]:
    """The share of applications of each size that are placed, over so many rehearsed draws.

    A bigger party needs more places at once, so it is placed less often: people are told so, in
    the numbers of their own round. The rehearsals have seeds of their own and are the same each
    time; they say nothing about the numbers of the draw. Raises as `draw` does.
    """
    units, slots = tuple(units), tuple(slots)
    sizes = {unit.entry: unit.size for unit in units}
    placed: Counter[int] = Counter()
    for rehearsal in range(tries):
        results = draw(units, slots, seed=seed("rehearsal", str(rehearsal)), mode=mode)
        placed.update(sizes[result.entry] for result in results if result.slot is not None)
    return {
        size: placed[size] / (applied * tries)
        for size, applied in sorted(Counter(sizes.values()).items())
    }
