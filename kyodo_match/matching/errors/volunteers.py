"""What is refused around volunteers and what they are asked."""

from datetime import datetime

from kyodo_match.core.errors import DomainError


class VolunteerRefused(DomainError):
    """A registration, or an invitation, that cannot be made or answered."""


class NotRegistered(VolunteerRefused):
    """The registration has ended."""


class AlreadyRegistered(VolunteerRefused):
    """The same person is registered: for staff, who are led to it."""

    def __init__(self, volunteer_id: str) -> None:
        super().__init__(volunteer_id)
        self.volunteer_id = volunteer_id


class NoWayToReach(VolunteerRefused):
    """Neither e-mail nor phone would be left."""


class NotToBeAsked(VolunteerRefused):
    """Somebody who has not agreed to be asked, is resting or has not confirmed."""


class AskedEnough(VolunteerRefused):
    """As many invitations as one person may have open at a time."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class AskedAlready(VolunteerRefused):
    """The same person has been put down for this day already."""


class AppliedAlready(VolunteerRefused):
    """The same person has applied for this day of their own accord."""


class BusyThen(VolunteerRefused):
    """The person is asked for, or comes to, something at the same time."""


class CannotCome(VolunteerRefused):
    """A hard rule keeps the person from the day: `filters` are the codes of recommendation."""

    def __init__(self, filters: tuple[str, ...]) -> None:
        super().__init__(filters)
        self.filters = filters


class DayNotOpen(VolunteerRefused):
    """The day takes nobody any more: closed, cancelled or begun."""


class NotAgreed(VolunteerRefused):
    """Nobody comes whose name the group may not know."""


class InvitationOver(VolunteerRefused):
    """The invitation was answered, withdrawn or is past its deadline."""

    def __init__(self, answer_by: datetime | None = None) -> None:
        super().__init__(answer_by)
        self.answer_by = answer_by


class InvitationMoved(VolunteerRefused):
    """The day was moved since its facts were read: what was answered was another day."""


class NotAProposal(VolunteerRefused):
    """Not waiting for the office's decision any more."""


class AskedForHelp(VolunteerRefused):
    """The group has asked for help with this day already."""
