"""変更履歴 in words: what each field is called, and how what stood there is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.rules import PlainField
from kyodo_match.opportunities.messages.labels import (
    field_label,
    kind_label,
    mode_label,
    pattern_label,
    skill_label,
    tie_label,
    unit_label,
    welcome_label,
)
from kyodo_match.opportunities.models import Revision
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    NeedPattern,
    OpportunityKind,
    Skill,
    SlotMode,
    SlotStatus,
    plain_value,
)

_LABELS = {
    "title": lazy("募集の名前"),
    "kind": lazy("種類"),
    "description": lazy("内容"),
    "law_fields": lazy("分野（法律の20分野）"),
    "plain_fields": lazy("分野"),
    "district": lazy("地区"),
    "place": lazy("場所"),
    "address": lazy("所在地"),
    "meeting_place": lazy("集合場所"),
    "access": lazy("行き方"),
    "parking": lazy("駐車場"),
    "fee": lazy("参加費"),
    "bring": lazy("持ち物・服装"),
    "rain": lazy("雨のとき"),
    "for_whom": lazy("おすすめする方"),
    "min_age": lazy("年齢（下限）"),
    "max_age": lazy("年齢（上限）"),
    "escort": lazy("付き添いの条件"),
    "barrier_free": lazy("バリアフリー"),
    "alone_welcome": lazy("おひとりでの参加"),
    "beginner_welcome": lazy("はじめての方の参加"),
    "contact_name": lazy("問い合わせ先"),
    "contact_phone": lazy("問い合わせ先の電話番号"),
    "pattern": lazy("募集の形"),
    "wanted_skills": lazy("あると助かる得意なこと"),
    "is_remote": lazy("自宅やオンラインでの参加"),
    "leave_early_ok": lazy("途中で帰ること"),
    "residencies": lazy("参加できる方"),
    "certificate": lazy("必要な資格・免許"),
    "guardian_consent": lazy("18歳未満の方の保護者の同意書"),
    "insurance_days": lazy("保険の手続きに必要な日数"),
    "standing": lazy("随時の募集"),
    "starts_at": lazy("開始"),
    "ends_at": lazy("終了"),
    "opens_at": lazy("受付の開始"),
    "closes_at": lazy("受付の締切"),
    "cancel_until": lazy("取消しの期限"),
    "roles": lazy("役割"),
    "capacity": lazy("定員"),
    "capacity_unit": lazy("定員の数え方"),
    "minimum": lazy("開催に必要な人数"),
    "mode": lazy("参加者の決め方"),
    "party_limit": lazy("1回に申し込める人数"),
    "waitlist_limit": lazy("キャンセル待ちの上限"),
    "pass_smaller": lazy("後ろの少人数の組に先に案内"),
    "escorts_count": lazy("付き添いの方"),
    "status": lazy("開催"),
}
_STATUS = {
    SlotStatus.SCHEDULED: lazy("実施予定"),
    SlotStatus.POSTPONED: lazy("延期"),
    SlotStatus.CANCELLED: lazy("中止"),
}
_WORDS: dict[str, Callable[[Any], str]] = {
    "kind": lambda value: kind_label(OpportunityKind(value)),
    "mode": lambda value: mode_label(SlotMode(value)),
    "capacity_unit": lambda value: unit_label(CapacityUnit(value)),
    "status": lambda value: str(_STATUS[SlotStatus(value)]),
    "plain_fields": lambda value: "、".join(field_label(PlainField(slug)) for slug in value),
    "law_fields": "、".join,
    "alone_welcome": welcome_label,
    "beginner_welcome": welcome_label,
    "pass_smaller": lambda value: _("する") if value else _("しない"),
    "escorts_count": lambda value: _("定員に数える") if value else _("定員に数えない"),
    "pattern": lambda value: pattern_label(NeedPattern(value)),
    "wanted_skills": lambda value: "、".join(skill_label(Skill(one)) for one in value),
    "is_remote": lambda value: _("できる") if value else _("できない"),
    "leave_early_ok": lambda value: _("帰ってもよい") if value else _("最後までいてほしい"),
    "residencies": lambda value: "、".join(tie_label(tie) for tie in value),
    "guardian_consent": lambda value: _("要る") if value else _("要らない"),
    "insurance_days": lambda value: _("%(n)s日", n=value),
    "standing": lambda value: _("日を決めない") if value else _("日を決める"),
    "roles": lambda value: "\n".join(_role(*role) for role in value),
}


def _role(name: str, head_count: int, skill: str = "", note: str = "", _id: str = "") -> str:
    asked = skill_label(Skill(skill)) if skill else ""
    more = "・".join(part for part in (asked, note) if part)
    words = _("%(name)s %(n)s", name=name, n=head_count)
    return f"{words}（{more}）" if more else words


_MOMENTS = {"starts_at", "ends_at", "opens_at", "closes_at", "cancel_until"}


@dataclass(frozen=True)
class Line:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


def change_label(name: str) -> str:
    """What a field is called; one of a later version as it is."""
    return str(_LABELS.get(name, name))


def change_words(name: str, value: Any) -> str:
    """How the value of a field is read, as it stands in a row or was kept by the history."""
    kept = plain_value(value)
    if kept is None or kept in ("", []):
        return _("（空欄）")
    if name in _MOMENTS:
        return dates.moment(datetime.fromisoformat(kept))
    return _WORDS[name](kept) if name in _WORDS else str(kept)


def change_lines(revision: Revision) -> Sequence[Line]:
    """変更前 and 変更後 of one change, field by field in the order of the form.

    A day that is new or gone is told by what a person would say of it, not by its every number.
    """
    before, after = revision.before, revision.after
    if not before or not after:
        return _whole_day(before, after)
    names = [name for name in _LABELS if name in before or name in after]
    return [
        Line(
            change_label(name),
            change_words(name, before.get(name)),
            change_words(name, after.get(name)),
        )
        for name in names
    ]


def _whole_day(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Line]:
    return [Line(_("日程"), _day(before) or _("なし"), _day(after) or _("なし"))]


def _day(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    starts_at, ends_at = (datetime.fromisoformat(values[at]) for at in ("starts_at", "ends_at"))
    unit = unit_label(CapacityUnit(values["capacity_unit"]))
    size = _("定員%(n)s%(unit)s", n=values["capacity"], unit=unit)
    standing = values.get("standing", False)
    when = dates.standing_until(ends_at) if standing else dates.span(starts_at, ends_at)
    facts = (when, values["place"], size)
    return "　".join(fact for fact in facts if fact)
