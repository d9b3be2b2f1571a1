"""What a wish and a registration choose from: free times, fields, skills, districts."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice

from kyodo_match.core import dates
from kyodo_match.core.i18n import lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.messages.recommending import free_time_label
from kyodo_match.matching.rules.wishes import PARTS_OF_DAY, WEEKDAYS
from kyodo_match.opportunities.messages import field_label, skill_label
from kyodo_match.opportunities.rules import Skill

_SHORT = {"am": lazy("午前"), "pm": lazy("午後"), "eve": lazy("夜")}


def free_time_choices() -> list[SelectChoice]:
    """The 21 boxes of the grid, in the order of the week."""
    slugs = (f"{day}_{part}" for day in WEEKDAYS for part in PARTS_OF_DAY)
    return [SelectChoice(value=slug, label=free_time_label(slug)) for slug in slugs]


def field_choices() -> list[SelectChoice]:
    """The nine plain fields."""
    return [SelectChoice(value=one.value, label=field_label(one)) for one in PlainField]


def skill_choices() -> list[SelectChoice]:
    """得意なこと."""
    return [SelectChoice(value=one.value, label=skill_label(one)) for one in Skill]


def known(chosen: Iterable[str] | None, offered: Iterable[str]) -> tuple[str, ...]:
    """What was chosen of what is offered, each once, in the order of the offer."""
    wanted = set(chosen or ())
    return tuple(one for one in offered if one in wanted)


def times_text(times: Iterable[str]) -> str:
    """Free times in short: 「土（午前・午後）、日（午前）」."""
    by_day: dict[str, list[str]] = {}
    for slug in times:
        day, _sep, part = slug.partition("_")
        by_day.setdefault(dates.WEEKDAYS[WEEKDAYS.index(day)], []).append(str(_SHORT[part]))
    return "、".join(f"{day}（{'・'.join(parts)}）" for day, parts in by_day.items())


FILTERS: dict[str, Any] = {"times_text": times_text}
