"""What a letter about an application to a round says: its number, its wishes, the draw."""

from datetime import datetime

from kyodo_match.core import dates, text
from kyodo_match.core.i18n import _
from kyodo_match.matching.models.rounds import DrawEntry, Round


def lines_of(entry: DrawEntry, one: Round) -> str:
    """Published facts only: no name and nothing that an applicant typed."""
    wishes = [
        _(
            "第%(n)s希望：%(when)s　%(title)s",
            n=choice.rank,
            when=dates.short_when(choice.slot),
            title=text.one_line(choice.slot.opportunity.title),
        )
        for choice in entry.choices
    ]
    draw = one.draw_at and _(
        "抽選：%(when)s　%(place)s",
        when=dates.moment(one.draw_at),
        place=text.one_line(one.draw_place),
    )
    told = _("結果は、抽選のあとで、当たった方にも外れた方にもお知らせします。")
    until = _("申込みの締切：%(when)s", when=dates.moment(one.closes_at))
    return "\n".join(line for line in (_number(entry), *wishes, until, draw, told) if line)


def extended_lines(entry: DrawEntry, one: Round, *, old: datetime) -> str:
    """What was the deadline and what it is; the draw stays when it was announced."""
    draw = one.draw_at and _(
        "抽選の日時（変わりません）：%(when)s　%(place)s",
        when=dates.moment(one.draw_at),
        place=text.one_line(one.draw_place),
    )
    was = _("変更前の締切：%(when)s", when=dates.moment(old))
    until = _("新しい締切：%(when)s", when=dates.moment(one.closes_at))
    return "\n".join(line for line in (_number(entry), was, until, draw) if line)


def moved_lines(entry: DrawEntry, one: Round) -> str:
    """When, where and how the draw is held now."""
    when = one.draw_at and _("抽選の日時：%(when)s", when=dates.moment(one.draw_at))
    where = one.draw_place and _("場所：%(place)s", place=text.one_line(one.draw_place))
    how = one.entropy_plan and _("方法：%(how)s", how=text.one_line(one.entropy_plan))
    return "\n".join(line for line in (_number(entry), when, where, how) if line)


def _number(entry: DrawEntry) -> str:
    return _("抽選番号：%(number)s", number=entry.entry_number)
