"""A day that has moved, in words; and who was asked to come to it and has not answered.

Those are known to a slice above this one, which registers itself when it is imported: without
`matching` nobody is asked.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kyodo_match.core import dates, text
from kyodo_match.core.i18n import _
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import Held
from kyodo_match.settings.rules import Office

Moved = Sequence[tuple[Slot, Held]]  # a day, and when and where it was before
TellsMoved = Callable[[Session, Moved, Office, datetime], None]
Counts = Callable[[Session, Collection[int]], int]
_above: list[tuple[TellsMoved, Counts]] = []


def was_and_is(slot: Slot, stood: Held) -> str:
    """Where and when a day was, and where and when it is, a line each."""
    was, new = (f"{dates.when(held)}　{text.one_line(held.place)}" for held in (stood, slot.held))
    return _("変更前：%(was)s\n変更後：%(new)s", was=was, new=new)


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
