"""What is refused from the freeze on. Facts only: entry numbers, codes and counts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kyodo_match.core.errors import DomainError


@dataclass(frozen=True)
class Difference:
    """One thing in which the applications on file are no longer those of the published list.

    `old` is what was published, `new` what stands there now; both may be empty.
    """

    code: StrEnum
    entry: str = ""
    old: str = ""
    new: str = ""


class CeremonyRefused(DomainError):
    """A step of a draw that cannot be taken."""


class FreezesLater(CeremonyRefused):
    """Applications may still come in: paper counts until then."""

    def __init__(self, freezes_at: datetime) -> None:
        super().__init__(freezes_at)
        self.freezes_at = freezes_at


class FrozenChanged(CeremonyRefused):
    """What is on file is not what was published before the draw."""

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        super().__init__(differences)
        self.differences = differences


class DrawnBefore(CeremonyRefused):
    """The draw was held, with something else than is handed over now."""


class EntropyTooShort(CeremonyRefused):
    """So little chance could be tried out beforehand."""

    def __init__(self, kind: StrEnum, least: int) -> None:
        super().__init__(kind, least)
        self.kind = kind
        self.least = least


class ChanceTooSmall(CeremonyRefused):
    """Numbers that are too few, whether they are throws of dice or balls."""

    def __init__(self, *, dice: int, balls: int) -> None:
        super().__init__(dice, balls)
        self.dice = dice
        self.balls = balls


class EntropyUnreadable(CeremonyRefused):
    """What was typed is no series of throws or balls."""

    def __init__(self, kind: StrEnum) -> None:
        super().__init__(kind)
        self.kind = kind


class PlacesGone(CeremonyRefused):
    """A day has fewer places than were drawn for: somebody has lowered its capacity."""

    def __init__(self, title: str, *, capacity: int, drawn: int) -> None:
        super().__init__(title, capacity, drawn)
        self.title = title
        self.capacity = capacity
        self.drawn = drawn


class NotBelowMinimum(CeremonyRefused):
    """There is nothing to decide: the day has people enough, or is over, or was decided."""


class RoundUnknown(CeremonyRefused):
    """There is no round of that name."""

    def __init__(self, round_id: str) -> None:
        super().__init__(round_id)
        self.round_id = round_id


class EntropyBlank(CeremonyRefused):
    """Nothing was handed over to draw with."""
