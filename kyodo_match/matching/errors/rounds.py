"""What is refused around rounds and applications to them. Facts only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from kyodo_match.core.errors import DomainError


class RoundRefused(DomainError):
    """A round that cannot be set up or changed so."""


class RoundEdgeNotDrawn(RoundRefused):
    """A change of state that docs/rules/rounds.md does not draw."""

    def __init__(self, old: StrEnum, new: StrEnum) -> None:
        super().__init__(old, new)
        self.old = old
        self.new = new


class RoundFaulty(RoundRefused):
    """What in a round contradicts itself: the faults, each with words and a field of its own."""

    def __init__(self, faults: Sequence[StrEnum]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)


class DaysRefused(RoundRefused):
    """Days that cannot be drawn for, by their public ids, each with the reason."""

    def __init__(self, faults: Mapping[str, StrEnum]) -> None:
        super().__init__(faults)
        self.faults = dict(faults)


class RoundFixed(RoundRefused):
    """The round is open or later: what people count on stays."""


class RoundChanged(RoundRefused):
    """Somebody else has saved the round since the form was opened."""


class EntryRefused(DomainError):
    """An application to a round, or a change to one, that cannot be taken."""


class RoundNotYetOpen(EntryRefused):
    """Applications open later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class RoundClosed(EntryRefused):
    """The deadline has passed."""

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(closed_at)
        self.closed_at = closed_at


class RoundFrozen(EntryRefused):
    """The list of applications is fixed: nothing enters or changes any more."""


class ChoicesFaulty(EntryRefused):
    """Wishes that are none, too many, twice the same or of another round."""

    def __init__(self, fault: StrEnum, *, most: int) -> None:
        super().__init__(fault, most)
        self.fault = fault
        self.most = most


class AlreadyEntered(EntryRefused):
    """One of these people has a live application in this round; its mail was sent again."""


class NotEntered(EntryRefused):
    """The application does not wait for a draw (any more)."""


class PeopleChanged(EntryRefused):
    """Somebody joined or left the party while the office had its people before it."""


class PostmarkMissing(EntryRefused):
    """Paper where the postmark counts, and nobody said of which day it is."""
