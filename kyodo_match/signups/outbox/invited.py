"""Who is asked to come to a day and has not answered. Their slice is above this one and tells.

`matching` registers itself when it is imported; without it nobody is asked.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.rules import Office

Moved = Sequence[tuple[Slot, str]]  # a day with where it was and is, in words
TellsMoved = Callable[[Session, Moved, Office, datetime], None]
Counts = Callable[[Session, Collection[int]], int]
_above: list[tuple[TellsMoved, Counts]] = []


def register(tells_moved: TellsMoved, counts: Counts) -> None:
    """Let a slice above tell those it has asked, and count them by the keys of their days."""
    _above.append((tells_moved, counts))


def tell_moved(session: Session, moved: Moved, *, office: Office, now: datetime) -> None:
    """A step under the locks of these days: tell who thinks about coming that they have moved."""
    for tells, _counts in _above:
        tells(session, moved, office, now)


def count_asked(session: Session, slots: Collection[int]) -> int:
    """How many think about an invitation to some days, by the days' keys."""
    return sum(counts(session, slots) for _tells, counts in _above)
