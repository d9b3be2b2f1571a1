"""The second mode: places kept for a class, given by deferred acceptance with one number.

For single applicants. Everybody asks for their first choice; a slot holds the best of those who
asked and turns the others away; who was turned away asks for their next choice; until nobody
asks any more. A slot always holds whom it would choose among all who ever asked:

1. for each class with reserved places, the best of that class, up to that many;
2. for the places that are then left, reserved ones that nobody of the class took included (the
   reserve is soft), the best of all others who asked, of whatever class.

Best is earliest in the one order of (number, entry number): a class opens its reserved places
and counts for nothing else. Nobody can gain by naming other choices than their own, and who asks
first does not matter.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush, heappushpop

from kyodo_match.matching.rules.drawing.units import DrawSlot, Unit


class _Holder:
    """Whom a slot holds: by rank, the worst on top of each heap (ranks are negated)."""

    def __init__(self, slot: DrawSlot) -> None:
        self._open_places = slot.capacity
        self._open: list[int] = []
        self._kept = {of: (most, list[int]()) for of, most in slot.reserves.items() if most}

    def ask(self, rank: int, draw_class: int) -> int | None:
        """Take somebody in; the rank of whom the slot turns away for it, if anybody."""
        if draw_class in self._kept:
            most, held = self._kept[draw_class]
            if len(held) < most:
                heappush(held, -rank)
                self._open_places -= 1
                return self._beyond()
            rank = -heappushpop(held, -rank)
        heappush(self._open, -rank)
        return self._beyond()

    def _beyond(self) -> int | None:
        if len(self._open) <= self._open_places:
            return None
        return -heappop(self._open)


def place(order: Sequence[Unit], slots: Iterable[DrawSlot]) -> list[str | None]:
    """Where each of these single applicants is held at the end; they stand in their order."""
    holders = {slot.id: _Holder(slot) for slot in slots}
    placed: list[str | None] = [None] * len(order)
    asked = [0] * len(order)
    for start in range(len(order)):
        rank: int | None = start
        while rank is not None:
            unit = order[rank]
            if asked[rank] == len(unit.choices):
                placed[rank] = None
                break
            slot = unit.choices[asked[rank]]
            asked[rank] += 1
            placed[rank] = slot
            rank = holders[slot].ask(rank, unit.draw_class)
    return placed
