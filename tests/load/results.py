"""What a measurement comes to: a ratio to a yardstick, or a figure, and what it should reach."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """What a number should come to; some are better when they are larger."""

    value: float
    more_is_better: bool = False

    def words(self, unit: str = "") -> str:
        """How the table says it: ≤ 1.3."""
        return f"{'≥' if self.more_is_better else '≤'} {self.value:g} {unit}".rstrip()

    def verdict(self, found: float) -> str:
        """A word whether it holds."""
        holds = found >= self.value if self.more_is_better else found <= self.value
        return "holds" if holds else "MISSED"


@dataclass(frozen=True)
class Ratio:
    """One line of the table: ours over the yardstick, both as medians."""

    name: str
    ours: list[float]
    bare: list[float]
    unit: str
    reach: Reach

    def line(self) -> str:
        """The row of the table: medians, their spread, the ratio of the medians, its reach."""
        found = statistics.median(self.ours) / statistics.median(self.bare)
        return (
            f"| {self.name} | {spread(self.ours)} {self.unit} | {spread(self.bare)} {self.unit}"
            f" | {found:.2f} | {self.reach.words()} | {self.reach.verdict(found)} |"
        )


@dataclass(frozen=True)
class Figure:
    """One line of the other table: a time or a size, and how much it may be."""

    name: str
    values: list[float]
    unit: str
    most: float

    def line(self) -> str:
        """The row of the table: the median with its spread, and the limit."""
        reach = Reach(self.most)
        verdict = reach.verdict(statistics.median(self.values))
        return (
            f"| {self.name} | {spread(self.values)} {self.unit} | {reach.words(self.unit)}"
            f" | {verdict} |"
        )


def spread(values: list[float]) -> str:
    """The median, with the least and the most."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"
