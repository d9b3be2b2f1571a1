"""Words of reasons, for pages and mails alike: what speaks for a day, and times."""

from collections.abc import Callable, Sequence

from kyodo_match.core.dates import WEEKDAYS
from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.rules.recommending import Reason, ReasonCode
from kyodo_match.matching.rules.wishes import FREE_TIMES, PARTS_OF_DAY
from kyodo_match.matching.rules.wishes import WEEKDAYS as WEEKDAY_SLUGS
from kyodo_match.opportunities.messages import field_label, skill_label, unit_label
from kyodo_match.opportunities.rules import CapacityUnit, Skill

_C = ReasonCode
_PARTS_OF_DAY = dict(
    zip(PARTS_OF_DAY, (lazy("午前"), lazy("午後"), lazy("夕方から夜")), strict=True)
)
_MOST_TIMES = 2


def part_of_day_label(part: str) -> str:
    """午前, 午後 or 夕方・夜."""
    return str(_PARTS_OF_DAY[part])


def weekday_label(free_time: str) -> str:
    """土, of `sat_am`."""
    return WEEKDAYS[WEEKDAY_SLUGS.index(free_time.split("_", maxsplit=1)[0])]


def free_time_label(free_time: str) -> str:
    """土曜の午前, of `sat_am`."""
    part = part_of_day_label(free_time.split("_")[1])
    return _("%(day)s曜の%(part)s", day=weekday_label(free_time), part=part)


def times_words(about: Sequence[str]) -> str:
    """The first two of some times: 土曜の午前・日曜の午後など."""
    if len(about) == len(FREE_TIMES):
        return _("いつでも")
    shown = "・".join(free_time_label(free_time) for free_time in about[:_MOST_TIMES])
    return shown if len(about) <= _MOST_TIMES else _("%(times)sなど", times=shown)


def fields_words(about: Sequence[str]) -> str:
    """Fields in a row."""
    return "・".join(field_label(PlainField(slug)) for slug in about)


def skills_words(about: Sequence[str]) -> str:
    """Skills in a row."""
    return "・".join(skill_label(Skill(slug)) for slug in about)


def reason_label(reason: Reason) -> str:
    """What speaks for a day, to the person that it is shown to."""
    about = _ABOUT.get(reason.code)
    words = str(_REASONS[reason.code])
    return words % {"about": about(reason.about)} if about else words


def _first(about: Sequence[str]) -> str:
    return about[0]


def _how_many(about: Sequence[str]) -> str:
    number, unit = about
    return _("%(n)s%(unit)s", n=number, unit=unit_label(CapacityUnit(unit)))


_REASONS = {
    _C.AT_HOME: lazy("自宅・オンラインで参加できる"),
    _C.SAME_DISTRICT: lazy("お住まいの%(about)s地区で開催"),
    _C.NEIGHBOUR: lazy("お住まいの地区のとなり（%(about)s）"),
    _C.WITHIN_2_KM: lazy("お住まいの地区から近い（%(about)s）"),
    _C.WITHIN_5_KM: lazy("お住まいの地区から行きやすい（%(about)s）"),
    _C.PARKING: lazy("駐車場があり、車で行ける"),
    _C.WHOLE_TIME: lazy("%(about)sが空いている"),
    _C.PART_OF_TIME: lazy("%(about)sだけでも参加できる"),
    _C.BY_ARRANGEMENT: lazy("日時を相談して決められる"),
    _C.SHARED_FIELD: lazy("%(about)sに関心がある"),
    _C.WANTED_SKILL: lazy("%(about)sが得意"),
    _C.LIKE_BEFORE: lazy("前に参加した活動と似ている"),
    _C.FIRST_TIME: lazy("はじめてでも安心"),
    _C.MINIMUM_NEAR: lazy("あと%(about)sで開催"),
    _C.GROUP_UNFILLED: lazy("今年度まだ満席のない団体"),
}
_ABOUT: dict[ReasonCode, Callable[[Sequence[str]], str]] = {
    _C.SAME_DISTRICT: _first,
    _C.NEIGHBOUR: _first,
    _C.WITHIN_2_KM: _first,
    _C.WITHIN_5_KM: _first,
    _C.WHOLE_TIME: times_words,
    _C.PART_OF_TIME: times_words,
    _C.SHARED_FIELD: fields_words,
    _C.WANTED_SKILL: skills_words,
    _C.MINIMUM_NEAR: _how_many,
}
