"""配点: what is refused."""

from collections.abc import Sequence

from kyodo_match.core.errors import DomainError


class WeightsRefused(DomainError):
    """Points that contradict one another; `faults` are values of WeightsFault."""

    def __init__(self, faults: Sequence[str], total: int) -> None:
        super().__init__(faults, total)
        self.faults = faults
        self.total = total


class WeightsChanged(DomainError):
    """Somebody else saved a version since the form was opened."""
