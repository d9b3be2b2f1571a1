"""Words of recommendations: what speaks for a day, what keeps from it, times and points."""

from collections.abc import Sequence

from kyodo_match.core.i18n import _, lazy
from kyodo_match.matching.outbox.reasons import (
    fields_words,
    free_time_label,
    part_of_day_label,
    reason_label,
    skills_words,
)
from kyodo_match.matching.rules.recommending import Filter, Part
from kyodo_match.matching.rules.wishes import FREE_TIMES, Frequency, WishChoices
from kyodo_match.opportunities.messages import kind_label
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.signups.messages import age_group_label, residency_label

__all__ = [
    "FILTERS",
    "choices_lines",
    "filter_advice",
    "filter_label",
    "free_time_label",
    "frequency_label",
    "part_label",
    "part_of_day_label",
    "reason_label",
]

_F = Filter


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
        "満席の日程でも、キャンセル待ちができることがあります。"
        "何人かで参加する方は、人数を少なくすると申し込めるものがあります。"
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


# --- A wish in words -------------------------------------------------------------------------


def choices_lines(choices: WishChoices) -> list[tuple[str, str]]:
    """What somebody wishes, as label and value; what was not chosen is left out."""
    yes = [
        words
        for chosen, words in (
            (choices.beginner, _("はじめて参加する")),
            (choices.drives, _("車で行ける")),
            (choices.remote_ok, _("自宅・オンラインでもよい")),
            (choices.certificate, _("資格・免許がある")),
        )
        if chosen
    ]
    people = _("ひとりで") if choices.party_size == 1 else _("%(n)s人で", n=choices.party_size)
    about = (
        (_("お住まいの地区"), choices.district),
        (_("空いている時間"), _all_times(choices.times)),
        (_("関心のある分野"), fields_words(choices.fields)),
        (_("募集の種類"), "・".join(kind_label(OpportunityKind(k)) for k in choices.kinds)),
        (_("得意なこと"), skills_words(choices.skills)),
        (_("人数"), people),
        (_("そのほか"), "・".join(yes)),
        (_("年代"), age_group_label(choices.age_group) if choices.age_group else ""),
        (_("市との関わり"), residency_label(choices.residency) if choices.residency else ""),
    )
    return [(label, value) for label, value in about if value]


def _all_times(times: Sequence[str]) -> str:
    if len(times) == len(FREE_TIMES):
        return _("いつでも")
    return "、".join(free_time_label(free_time) for free_time in times)


def frequency_label(frequency: Frequency) -> str:
    """How often somebody is written to."""
    return {
        Frequency.NONE: _("送らない"),
        Frequency.DAILY: _("新しい日程があった日に"),
        Frequency.WEEKLY: _("週に1回"),
    }[frequency]


# What templates call them.
FILTERS = {
    "reason_label": reason_label,
    "filter_label": filter_label,
    "filter_advice": filter_advice,
    "part_label": part_label,
    "choices_lines": choices_lines,
    "frequency_label": frequency_label,
}
