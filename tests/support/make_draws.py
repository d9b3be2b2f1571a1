"""Small rounds of a draw, all different, from a random generator that a test hands over."""

from random import Random

from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode


def some_round(
    random: Random, *, mode: RoundMode = RoundMode.SERIAL, most_units: int = 12
) -> tuple[list[Unit], list[DrawSlot]]:
    """A few slots, and more people than places more often than not."""
    reserving = mode is RoundMode.SOFT_RESERVES
    slots = []
    for n in range(random.randint(1, 4)):
        capacity = random.randint(1, 4)
        reserves = {}
        if reserving and random.random() < 0.7:
            first = random.randint(0, capacity)
            reserves = {random.choice((0, 1)): first, 2: random.randint(0, capacity - first)}
        slots.append(DrawSlot(f"s{n}", capacity, random.choice((None, 1, 2)), reserves))
    ids = [slot.id for slot in slots]
    units = [
        Unit(
            f"A-{n:04}",
            1 if reserving else random.choice((1, 1, 1, 2, 2, 3, 4, 5)),
            random.randint(0, 2),
            tuple(random.sample(ids, random.randint(0, len(ids)))),
        )
        for n in range(random.randint(0, most_units))
    ]
    return units, slots
