"""What is drawn, for what, and what comes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from unicodedata import is_normalized, normalize

SIZES = range(1, 6)
MOST_CHOICES = 5


def nfc(text: str) -> str:
    """One spelling for what looks the same: が is one character, not か and ゛."""
    return text if is_normalized("NFC", text) else normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class Unit:
    """One application: its 抽選番号, how many people, their class, their choices in order.

    The choices are those that stand after step 1; there may be none left.
    """

    entry: str
    size: int
    draw_class: int
    choices: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "entry", nfc(self.entry))
        object.__setattr__(self, "choices", tuple(map(nfc, self.choices)))


@dataclass(frozen=True, slots=True)
class DrawSlot:
    """A slot of the round: its places, the number that it needs, places kept by class."""

    id: str
    capacity: int
    minimum: int | None = None
    reserves: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", nfc(self.id))


class Waiting(NamedTuple):
    """A place in the waitlist of a slot, from 1."""

    slot: str
    position: int


class Result(NamedTuple):
    """What an entry came to; `number` is None where nothing was drawn."""

    entry: str
    draw_class: int
    number: str | None
    slot: str | None
    waitlist: tuple[Waiting, ...]


def needs_draw(units: Iterable[Unit], slots: Iterable[DrawSlot]) -> bool:
    """Step 2: whether some slot is the first choice of more people than it has places.

    Where none is, every order gives everybody their first choice, in both modes.
    """
    left = {slot.id: slot.capacity for slot in slots}
    for unit in units:
        if unit.choices:
            left[unit.choices[0]] -= unit.size
    return any(places < 0 for places in left.values())
