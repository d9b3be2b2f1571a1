"""What a letter about a draw says: the entry number, its turn, and where it waits."""

from kyodo_match.core import dates, text
from kyodo_match.core.i18n import _
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.rules.drawing import Result
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.services.drawn import Said


def said_of(one: Round, entry: DrawEntry, *, among: int) -> Said:
    """What the draw came to for an application, from its rows; `among` so many."""
    lines = [_("抽選番号：%(number)s", number=entry.entry_number)]
    if entry.position is not None and entry.number is not None:
        lines.append(
            _("抽選の順番：%(position)s番（%(n)s件中）", position=entry.position, n=among)
        )
    lines += [
        _waits(choice.slot, choice.waitlist_position)
        for choice in entry.choices
        if choice.waitlist_position is not None
    ]
    return Said(text.one_line(one.title), "\n".join(lines))


def said_later(
    one: Round, entry: DrawEntry, result: Result, slots: dict[str, Slot], *, occasion: str
) -> Said:
    """The same for what was placed after the draw."""
    lines = [_("抽選番号：%(number)s", number=entry.entry_number)]
    lines += [_waits(slots[at.slot], at.position) for at in result.waitlist]
    return Said(text.one_line(one.title), "\n".join(lines), occasion)


def _waits(slot: Slot, position: int) -> str:
    return _(
        "%(when)s %(title)s：補欠 %(position)s番",
        when=dates.short_when(slot),
        title=text.one_line(slot.opportunity.title),
        position=position,
    )
