"""Words of recommendations: what speaks for a day, what keeps from it, times and points."""

from collections.abc import Callable, Sequence

from kyodo_match.core.dates import WEEKDAYS
from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.rules.recommending import Filter, Part, Reason, ReasonCode
from kyodo_match.matching.rules.wishes import FREE_TIMES, PARTS_OF_DAY
from kyodo_match.matching.rules.wishes import WEEKDAYS as WEEKDAY_SLUGS
from kyodo_match.opportunities.messages import field_label, skill_label
from kyodo_match.opportunities.rules import Skill

_C, _F = ReasonCode, Filter
_PARTS_OF_DAY = dict(
    zip(PARTS_OF_DAY, (lazy("午前"), lazy("午後"), lazy("夕方・夜")), strict=True)
)
_MOST_TIMES = 2


def part_of_day_label(part: str) -> str:
    """午前, 午後 or 夕方・夜."""
    return str(_PARTS_OF_DAY[part])


def free_time_label(free_time: str) -> str:
    """土曜の午前, of `sat_am`."""
    day, part = free_time.split("_")
    weekday = WEEKDAYS[WEEKDAY_SLUGS.index(day)]
    return _("%(day)s曜の%(part)s", day=weekday, part=part_of_day_label(part))


def _times(about: Sequence[str]) -> str:
    if len(about) == len(FREE_TIMES):
        return _("いつでも")
    shown = "・".join(free_time_label(free_time) for free_time in about[:_MOST_TIMES])
    return shown if len(about) <= _MOST_TIMES else _("%(times)sなど", times=shown)


def _fields(about: Sequence[str]) -> str:
    return "・".join(field_label(PlainField(slug)) for slug in about)


def _skills(about: Sequence[str]) -> str:
    return "・".join(skill_label(Skill(slug)) for slug in about)


def reason_label(reason: Reason) -> str:
    """What speaks for a day, to the person that it is shown to."""
    about = _ABOUT.get(reason.code)
    words = str(_REASONS[reason.code])
    return words % {"about": about(reason.about)} if about else words


def _first(about: Sequence[str]) -> str:
    return about[0]


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
    _C.MINIMUM_NEAR: lazy("あと%(about)s人で開催"),
    _C.GROUP_UNFILLED: lazy("今年度まだ満席になっていない団体"),
}
_ABOUT: dict[ReasonCode, Callable[[Sequence[str]], str]] = {
    _C.SAME_DISTRICT: _first,
    _C.NEIGHBOUR: _first,
    _C.WITHIN_2_KM: _first,
    _C.WITHIN_5_KM: _first,
    _C.WHOLE_TIME: _times,
    _C.PART_OF_TIME: _times,
    _C.SHARED_FIELD: _fields,
    _C.WANTED_SKILL: _skills,
    _C.MINIMUM_NEAR: _first,
}


# --- Filters ---------------------------------------------------------------------------------

_KEPT_FROM = {
    _F.PAST: lazy("終わった日程"),
    _F.CLOSED: lazy("今は申込みを受け付けていない"),
    _F.DRAW_PENDING: lazy("抽選の結果を待っている"),
    _F.NO_PLACES: lazy("その人数の空きがない"),
    _F.AGE: lazy("対象の年齢に合わない"),
    _F.RESIDENCE: lazy("対象の方（市内在住など）に合わない"),
    _F.GUARDIAN_CONSENT: lazy("保護者の同意書が間に合わない"),
    _F.CERTIFICATE: lazy("必要な資格・免許がある"),
    _F.OVERLAP: lazy("ご自身の予定と重なる"),
    _F.INSURANCE: lazy("保険の手続きが間に合わない"),
}
_WOULD_CHANGE = {
    _F.PAST: lazy("次の日程が決まると、ここに出ます。"),
    _F.CLOSED: lazy("受付が始まる、または次の日程が決まると、ここに出ます。"),
    _F.DRAW_PENDING: lazy("抽選の後に空きが残ると、先着順で申し込めます。"),
    _F.NO_PLACES: lazy(
        "人数を少なくすると申し込めるものがあります。"
        "満席の日程でも、キャンセル待ちができることがあります。"
    ),
    _F.AGE: lazy("年代は「希望を変える」で直せます。"),
    _F.RESIDENCE: lazy("市内にお勤め・通学の方は「希望を変える」で選び直してください。"),
    _F.GUARDIAN_CONSENT: lazy("お急ぎのときは、担当課へお電話ください。"),
    _F.CERTIFICATE: lazy("資格・免許をお持ちなら「希望を変える」で選んでください。"),
    _F.OVERLAP: lazy("予定がなくなったときは、申込みを取り消すと選べます。"),
    _F.INSURANCE: lazy("同じ活動の、もっと先の日程をご覧ください。"),
}


def filter_label(code: Filter) -> str:
    """What keeps somebody from a day."""
    return str(_KEPT_FROM[code])


def filter_advice(code: Filter) -> str:
    """What would have to change."""
    return str(_WOULD_CHANGE[code])


# --- Points ----------------------------------------------------------------------------------

_PARTS = {
    Part.PLACE: lazy("場所"),
    Part.TIME: lazy("日時"),
    Part.FIELD: lazy("分野"),
    Part.SKILL: lazy("得意なこと・内容"),
    Part.BEGINNERS: lazy("はじめての方"),
    Part.MINIMUM: lazy("開催に必要な人数まで"),
    Part.UNFILLED: lazy("団体への応援"),
}


def part_label(part: Part) -> str:
    """A part of a score."""
    return str(_PARTS[part])
