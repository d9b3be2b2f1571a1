"""What is refused around opportunities and slots."""

from datetime import datetime
from enum import StrEnum

from kyodo_match.core.errors import DomainError


class OpportunityRefused(DomainError):
    """A change to an opportunity or slot that cannot be made."""


class EdgeNotDrawn(OpportunityRefused):
    """A change of state that rules.md does not draw."""

    def __init__(self, old: StrEnum, new: StrEnum) -> None:
        super().__init__(old, new)
        self.old = old
        self.new = new


class Incomplete(OpportunityRefused):
    """What people look at first is missing; `fields` names what."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(fields)
        self.fields = fields


class ModeNotYet(OpportunityRefused):
    """Only first come can be published yet."""

    def __init__(self, mode: StrEnum) -> None:
        super().__init__(mode)
        self.mode = mode


class CapacityBelowTaken(OpportunityRefused):
    """Capacity cannot go below what is taken; `by` is how many too few."""

    def __init__(self, *, capacity: int, taken: int) -> None:
        super().__init__(capacity, taken)
        self.capacity = capacity
        self.taken = taken
        self.by = taken - capacity


class SlotPast(OpportunityRefused):
    """The day is over: nothing about it can be changed any more."""

    def __init__(self, ended_at: datetime) -> None:
        super().__init__(ended_at)
        self.ended_at = ended_at


class TimesDisagree(OpportunityRefused):
    """Times of a slot that are not in order; `what` names the pair."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
