"""What is refused around applications. Facts only; messages.py has the words."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from kyodo_match.core.errors import DomainError


class SignupRefused(DomainError):
    """An application, or a change to one, that cannot be taken."""


class EdgeNotDrawn(SignupRefused):
    """A change of state that docs/rules/signup-states.md does not draw."""

    def __init__(self, old: StrEnum, new: StrEnum) -> None:
        super().__init__(old, new)
        self.old = old
        self.new = new


class NotYetOpen(SignupRefused):
    """Applications open later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class ApplicationsClosed(SignupRefused):
    """Applications have closed."""

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(closed_at)
        self.closed_at = closed_at


class DrawnByLot(SignupRefused):
    """Places of the day are drawn: people apply to its round."""


class InDrawStill(SignupRefused):
    """The application waits for a draw: it is changed on the page of its wishes."""


class SlotNotHeld(SignupRefused):
    """The day was cancelled or is not on offer."""


class Full(SignupRefused):
    """Neither places nor a waitlist for a party of that size."""

    def __init__(self, *, free: int, party: int) -> None:
        super().__init__(free, party)
        self.free = free
        self.party = party


class PartyTooLarge(SignupRefused):
    """More people than one application may name."""

    def __init__(self, *, limit: int, party: int) -> None:
        super().__init__(limit, party)
        self.limit = limit
        self.party = party


class NobodyTakesPart(SignupRefused):
    """The applicant stays at home and named nobody else."""


class OnlyEscorts(SignupRefused):
    """Everybody comes to escort, and nobody takes part."""


class TooManyEscorts(SignupRefused):
    """More escorts than people who take part."""


class SamePersonTwice(SignupRefused):
    """One person named twice in one application."""


class NotOfAge(SignupRefused):
    """Somebody of an age that the activity is not for."""

    def __init__(self, age_group: StrEnum, *, min_age: int | None, max_age: int | None) -> None:
        super().__init__(age_group, min_age, max_age)
        self.age_group = age_group
        self.min_age = min_age
        self.max_age = max_age


class NotOfResidency(SignupRefused):
    """Only people with certain ties to the city take part, and the applicant has none of them."""

    def __init__(self, residencies: Sequence[str]) -> None:
        super().__init__(residencies)
        self.residencies = tuple(residencies)


class RoleGone(SignupRefused):
    """The chosen role is not there any more, or was not chosen where there are roles."""


class RoleFull(SignupRefused):
    """No role, or not the wanted one, has places for the whole party; and nobody is to wait."""

    def __init__(self, *, free: int, party: int) -> None:
        super().__init__(free, party)
        self.free = free
        self.party = party


class RoleBelowTaken(SignupRefused):
    """A role cannot be for fewer than those who have it; `by` is how many too few."""

    def __init__(self, *, name: str, head_count: int, taken: int) -> None:
        super().__init__(name, head_count, taken)
        self.name = name
        self.taken = taken
        self.by = taken - head_count


class RoleWanted(SignupRefused):
    """A role that live applications ask for is not taken away."""

    def __init__(self, *, name: str, parties: int) -> None:
        super().__init__(name, parties)
        self.name = name
        self.parties = parties


class NotAwaitingApproval(SignupRefused):
    """The application waits for no answer of the group: it was answered, or has ended."""

    def __init__(self, status: StrEnum) -> None:
        super().__init__(status)
        self.status = status


class QuestionOpen(SignupRefused):
    """A question was asked and is not answered yet: one at a time."""


class NobodyAsked(SignupRefused):
    """No question waits for an answer."""


class AlreadySignedUp(SignupRefused):
    """The same person has a live application for this slot; its mail was sent again."""


class OfferOver(SignupRefused):
    """The offer has ended: answered before, or past its deadline."""


class NothingToCancel(SignupRefused):
    """The application is not live any more."""


class NotLive(SignupRefused):
    """The application has ended: nothing of it changes any more."""


class NothingToAnswer(SignupRefused):
    """No change of the day waits for an answer."""


class AnswerFirst(SignupRefused):
    """An offer, or a change of the day, waits for an answer: the party grows after it."""


class NoPlaceToAdd(SignupRefused):
    """No place is free for one person more, or somebody waits for it."""

    def __init__(self, *, somebody_waits: bool) -> None:
        super().__init__(somebody_waits)
        self.somebody_waits = somebody_waits


class WaitlistFull(SignupRefused):
    """The waitlist takes no further person."""


class NoContact(SignupRefused):
    """Neither e-mail nor phone would be left."""


class PeopleCame(SignupRefused):
    """Somebody was marked as come on a day: what was held cannot be called off."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people


class ActivityBegun(SignupRefused):
    """The activity has begun: who comes is now marked at the reception."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at)
        self.starts_at = starts_at


class CapacityIsOfRoles(SignupRefused):
    """The capacity of a day with roles is the sum of their head counts, and changes with them."""

    def __init__(self, heads: int) -> None:
        super().__init__(f"the roles need {heads}")
        self.heads = heads


class CapacityBelowMinimum(SignupRefused):
    """Capacity cannot go below the number that the day needs to be held."""

    def __init__(self, *, capacity: int, minimum: int) -> None:
        super().__init__(capacity, minimum)
        self.capacity = capacity
        self.minimum = minimum


class CapacityAnnounced(SignupRefused):
    """So many places are announced for a draw: they stay until its results are out."""

    def __init__(self, *, capacity: int, announced: int) -> None:
        super().__init__(capacity, announced)
        self.capacity = capacity
        self.announced = announced


class NothingChanged(SignupRefused):
    """The day has that time and place already: nobody is asked for nothing."""


class LookUpFailed(SignupRefused):
    """Receipt number and PIN do not belong together; absent and wrong answer alike."""


class SlotUnknown(SignupRefused):
    """A file names a day that is not there."""


class AlreadyOnFile(SignupRefused):
    """The same person has a live application, on file or on an earlier line of the file."""

    def __init__(self, *, number: str, line: int | None) -> None:
        super().__init__(number, line)
        self.number = number
        self.line = line


class LinesRefused(SignupRefused):
    """A file that is not imported: the first line of each application that cannot be taken."""

    def __init__(self, refused: Sequence[tuple[int, DomainError]]) -> None:
        super().__init__(refused)
        self.refused = list(refused)
