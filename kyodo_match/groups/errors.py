"""団体: what is refused."""

from kyodo_match.core.errors import DomainError


class GroupRefused(DomainError):
    """Something about a group or its members that is not done."""


class NameTaken(GroupRefused):
    """Another group of the register has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class EndsBeforeItBegins(GroupRefused):
    """A registration that would end before the day it began."""


class EndMissing(GroupRefused):
    """A group that has ended, without the day: it could not be counted."""


class StaffAreNoMembers(GroupRefused):
    """Staff act for groups by their role; an account is one or the other."""


class AlreadyMember(GroupRefused):
    """The address acts for this group already."""


class LastOwner(GroupRefused):
    """Somebody must be left who can look after the group's page."""
