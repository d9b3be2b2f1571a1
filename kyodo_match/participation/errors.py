"""What is refused at the reception, and of hours of activity."""

from datetime import date, datetime

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


class TooLateForTheGroup(ParticipationRefused):
    """A month has passed: the office fills in and corrects now."""


class ReasonMissing(ParticipationRefused):
    """What was recorded is changed later, and nobody says why."""


class DayIsOver(ParticipationRefused):
    """No link is made for a day whose names are closed to the reception."""


class TooManyLinks(ParticipationRefused):
    """So many links of a day are good already."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooManyByLink(ParticipationRefused):
    """A link enters so many in an hour, and no more before `until`."""

    def __init__(self, most: int, until: datetime) -> None:
        super().__init__(most, until)
        self.most = most
        self.until = until


class NothingToWrite(ParticipationRefused):
    """Nobody is unmarked on that day any more."""


class AskedToday(ParticipationRefused):
    """The group was asked on this very day."""


class NobodyToAsk(ParticipationRefused):
    """The group has nobody who signs in and writes: it is phoned."""

    def __init__(self, group: str, phone: str) -> None:
        super().__init__(group, phone)
        self.group = group
        self.phone = phone


class HoursRefused(ParticipationRefused):
    """Hours of activity that cannot be written down or decided so."""


class NoHoursHere(HoursRefused):
    """Hours are those of volunteer needs that are held."""


class DayOutside(HoursRefused):
    """A day before the activity, after it, or still to come; no day yet where last < first."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class TimeMissing(HoursRefused):
    """With the break taken away nothing is left."""


class HoursApproved(HoursRefused):
    """They were approved: they are changed with a reason, by the group or the office."""


class HoursGone(HoursRefused):
    """They were taken back meanwhile."""


class WasAbsent(HoursRefused):
    """The reception has marked them absent."""


class HoursStand(HoursRefused):
    """Somebody with approved hours is to be marked as not having come."""


class ImportRefused(ParticipationRefused):
    """A file of results from before, or lines of it, that cannot be taken."""


class OldExcel(ImportRefused):
    """An .xls, or a file behind a password."""


class NotATable(ImportRefused):
    """Neither a workbook with something in it nor CSV."""


class FileTooLarge(ImportRefused):
    """More than a list of results has."""


class DraftTaken(ImportRefused):
    """The file was taken already."""


class NothingChosen(ImportRefused):
    """No line was chosen."""


class LinesChanged(ImportRefused):
    """One of the chosen lines cannot be taken any more."""


class AlreadyTakenBack(ImportRefused):
    """The batch was taken back already."""
