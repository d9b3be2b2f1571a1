"""What is refused around opportunities and slots."""

from datetime import datetime
from enum import StrEnum

from kyodo_match.core.errors import DomainError


class OpportunityRefused(DomainError):
    """A change to an opportunity or slot that cannot be made."""


class EdgeNotDrawn(OpportunityRefused):
    """A change of state that docs/rules/opportunity-states.md does not draw."""

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


class SlotFaulty(OpportunityRefused):
    """Times or numbers of a slot that contradict each other; `faults` names each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(faults)
        self.faults = faults


class SlotInUse(OpportunityRefused):
    """Somebody has signed up (or had): day, place, capacity and mode stay, the slot too."""

    def __init__(self, slot_id: str) -> None:
        super().__init__(slot_id)
        self.slot_id = slot_id


class PeopleSignedUp(OpportunityRefused):
    """Coming days with sign-ups must be cancelled first, so that everyone is told."""

    def __init__(self, slots: int) -> None:
        super().__init__(slots)
        self.slots = slots


class NoComingSlot(OpportunityRefused):
    """Every day is over: nothing could be signed up for."""


class NotEditable(OpportunityRefused):
    """In this state the text belongs to the office, or to nobody any more."""

    def __init__(self, status: StrEnum) -> None:
        super().__init__(status)
        self.status = status


class ChangedSince(OpportunityRefused):
    """Somebody changed the text after it was read; what was not read is not published."""


class ReasonMissing(OpportunityRefused):
    """An act that has to say why."""
