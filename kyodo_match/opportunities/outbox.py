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
_tells: list[TellsMoved] = []
_counts: list[Counts] = []


def was_and_is(slot: Slot, stood: Held) -> str:
    """Where and when a day was, and where and when it is, a line each."""
    was, new = (f"{dates.when(held)}　{text.one_line(held.place)}" for held in (stood, slot.held))
    return _("変更前：%(was)s\n変更後：%(new)s", was=was, new=new)


def register(tells_moved: TellsMoved) -> None:
    """Let a slice above tell those it has asked."""
    _tells.append(tells_moved)


def register_count(counts: Counts) -> None:
    """Let a slice above count those it has asked, by the keys of their days: for pages."""
    _counts.append(counts)


def tell_moved(session: Session, moved: Moved, *, office: Office, now: datetime) -> None:
    """A step under the locks of these days: tell who thinks about coming that they have moved."""
    for tells in _tells:
        tells(session, moved, office, now)


def count_asked(session: Session, slots: Collection[int]) -> int:
    """How many think about an invitation to some days, by the days' keys."""
    return sum(counts(session, slots) for counts in _counts)
