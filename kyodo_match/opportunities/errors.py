"""What is refused around opportunities and slots."""

from datetime import date, datetime
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
    """A draw is published with its round, not by itself."""

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


class SlotTooFar(OpportunityRefused):
    """The day lies so far ahead that the year was mistyped; `latest` is the last day to plan."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


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


class SlotInDraw(OpportunityRefused):
    """The day is drawn for: until the results are out nothing of it changes but its capacity."""


class PlaceCountedOn(OpportunityRefused):
    """Days with sign-ups are held at this place: it has a page of its own, which asks them."""

    def __init__(self, slots: int) -> None:
        super().__init__(slots)
        self.slots = slots


class DaysClash(OpportunityRefused):
    """Days that run into others of the same opportunity; `days` are their starts."""

    def __init__(self, days: tuple[datetime, ...]) -> None:
        super().__init__(days)
        self.days = days


class NoDays(OpportunityRefused):
    """Several days were to be added, and none was chosen."""


class TooManyDays(OpportunityRefused):
    """More days at once than anybody reads through."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class NoComingSlot(OpportunityRefused):
    """Every day is over: nothing could be signed up for."""


class NotEditable(OpportunityRefused):
    """In this state the text belongs to the office, or to nobody any more."""

    def __init__(self, status: StrEnum) -> None:
        super().__init__(status)
        self.status = status


class ChangedSince(OpportunityRefused):
    """Somebody changed the text after it was read; what was not read is not published."""


class KeptByOffice(OpportunityRefused):
    """Published: these fields are changed by the office only; `fields` names them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(fields)
        self.fields = fields


class ChangedMeanwhile(OpportunityRefused):
    """Somebody else saved while this was being typed: nothing of either is thrown away.

    `theirs` names the fields that only they changed, `both` those where the two differ.
    """

    def __init__(self, *, theirs: tuple[str, ...], both: tuple[str, ...]) -> None:
        super().__init__(theirs, both)
        self.theirs = theirs
        self.both = both


class ReasonMissing(OpportunityRefused):
    """An act that has to say why."""
