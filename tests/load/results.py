"""What a measurement comes to: a ratio to a yardstick, or a figure with what it may be at most."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One line of the table: ours over the yardstick, both as medians."""

    name: str
    ours: list[float]
    bare: list[float]
    unit: str

    def line(self) -> str:
        """The row of the table: medians, their spread, the ratio of the medians."""
        ours, bare = statistics.median(self.ours), statistics.median(self.bare)
        return (
            f"| {self.name} | {spread(self.ours)} {self.unit} | {spread(self.bare)} {self.unit}"
            f" | {ours / bare:.2f} |"
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
        return f"| {self.name} | {spread(self.values)} {self.unit} | {self.most:g} {self.unit} |"


def spread(values: list[float]) -> str:
    """The median, with the least and the most."""
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"
