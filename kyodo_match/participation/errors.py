"""What is refused at the reception."""

from datetime import datetime

from kyodo_match.core.errors import DomainError


class ParticipationRefused(DomainError):
    """A mark or a count that cannot be taken."""


class TooEarly(ParticipationRefused):
    """The day has not come."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class SlotWasCancelled(ParticipationRefused):
    """Nobody is counted on a day that was cancelled."""


class NotOnTheList(ParticipationRefused):
    """Someone who has no confirmed place on that day (any more)."""


class NamesClosed(ParticipationRefused):
    """The time in which the group works with names is over."""
