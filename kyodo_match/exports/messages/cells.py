"""The words of a table on the screen: its heads, and cells whose bare values have words."""

from collections.abc import Callable
from datetime import date, datetime, time

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.exports.rules import IMPORTED, Cell, Column, ExportKind
from kyodo_match.groups.messages import group_kind_label, group_status_label
from kyodo_match.groups.rules import GroupKind, GroupStatus
from kyodo_match.opportunities.messages import kind_label as opportunity_kind_label
from kyodo_match.opportunities.messages import mode_label
from kyodo_match.opportunities.messages import status_label as opportunity_status_label
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotStatus,
)
from kyodo_match.participation.messages import attendance_label
from kyodo_match.plans.messages import outcome_label
from kyodo_match.plans.rules.definition import Outcome
from kyodo_match.signups.messages import (
    age_group_label,
    channel_label,
    residency_label,
    status_label,
)
from kyodo_match.signups.rules import AgeGroup, Channel, Residency, SignupStatus

_COLUMNS = {
    "fiscal_year": lazy("年度"),
    "date": lazy("日付"),
    "kind": lazy("種類"),
    "opportunity": lazy("募集"),
    "group": lazy("団体"),
    "slot_id": lazy("日程番号"),
    "slot_status": lazy("日程の状態"),
    "capacity": lazy("定員"),
    "signups": lazy("申込み件数"),
    "confirmed": lazy("参加決定"),
    "attended": lazy("出席"),
    "absent": lazy("欠席"),
    "unmarked": lazy("未記入"),
    "head_count_adults": lazy("人数のみ（大人）"),
    "head_count_children": lazy("人数のみ（子ども）"),
    "visits": lazy("延べ人数"),
    "people": lazy("実人数"),
    "first_timers": lazy("初参加"),
    "cancelled": lazy("取消し"),
    "receipt_number": lazy("受付番号"),
    "status": lazy("状態"),
    "channel": lazy("受付方法"),
    "received_at": lazy("受付日時"),
    "name": lazy("お名前"),
    "kana": lazy("ふりがな"),
    "email": lazy("メール"),
    "phone": lazy("電話"),
    "age_group": lazy("年代"),
    "residency": lazy("市との関わり"),
    "district": lazy("地区"),
    "party": lazy("いっしょに申し込んだ組"),
    "attendance": lazy("参加実績"),
    "legal_form": lazy("法人格"),
    "fields": lazy("分野の番号"),
    "representative": lazy("代表者"),
    "founded_on": lazy("設立日"),
    "members": lazy("会員数"),
    "website": lazy("ホームページ"),
    "purpose": lazy("目的"),
    "activity": lazy("活動"),
    "registered_on": lazy("登録日"),
    "ended_on": lazy("終了日"),
    "title": lazy("題名"),
    "description": lazy("内容"),
    "place": lazy("場所"),
    "address": lazy("住所"),
    "meeting_place": lazy("集合場所"),
    "access": lazy("行き方"),
    "parking": lazy("駐車場"),
    "fee": lazy("費用"),
    "bring": lazy("持ち物"),
    "rain": lazy("雨天のとき"),
    "contact_name": lazy("問合せ先"),
    "contact_phone": lazy("問合せ先の電話"),
    "min_age": lazy("年齢（から）"),
    "max_age": lazy("年齢（まで）"),
    "escort": lazy("付き添い"),
    "barrier_free": lazy("バリアフリー"),
    "starts_at": lazy("開始"),
    "ends_at": lazy("終了"),
    "opens_at": lazy("受付開始"),
    "closes_at": lazy("受付締切"),
    "cancel_until": lazy("取消しの期限"),
    "capacity_unit": lazy("定員の単位"),
    "minimum": lazy("開催に必要な人数"),
    "mode": lazy("決め方"),
    "party_limit": lazy("1組の人数まで"),
    "waitlist_limit": lazy("キャンセル待ちの上限"),
    "pass_smaller": lazy("小さい組を先に"),
    "alone_welcome": lazy("一人で参加できる"),
    "beginner_welcome": lazy("初めてでも参加できる"),
    "plan": lazy("計画"),
    "goal": lazy("目標の番号"),
    "indicator": lazy("指標"),
    "unit": lazy("単位"),
    "as_of": lazy("いつ現在"),
    "baseline": lazy("現状値"),
    "target": lazy("目標値"),
    "actual": lazy("実績値"),
    "rate": lazy("達成率"),
    "outcome": lazy("評価"),
}
# A group is named as an organisation, a participant as a person.
_COLUMNS_OF_KIND = {(ExportKind.GROUPS, "name"): lazy("団体名")}
_SLOT_STATUS = {
    SlotStatus.SCHEDULED: lazy("予定どおり"),
    SlotStatus.POSTPONED: lazy("延期"),
    SlotStatus.CANCELLED: lazy("中止"),
}
_UNITS = {CapacityUnit.PEOPLE: lazy("人"), CapacityUnit.PARTIES: lazy("組")}


def column_label(kind: ExportKind, name: str) -> str:
    """A head of the table on the screen; a column of open data is its own."""
    return str(_COLUMNS_OF_KIND.get((kind, name)) or _COLUMNS.get(name, name))


def named_label(kind: ExportKind) -> str:
    """Which of the columns name a person: お名前・ふりがな・メール・電話."""
    return "・".join(column_label(kind, name) for name in kind.named)


def words(kind: ExportKind, column: Column, value: object) -> str:
    """A cell of the table on the screen; the file carries the bare values instead."""
    match value:
        case None | "":
            return ""
        case datetime():
            return dates.moment(value)
        case date():
            return dates.day(value)
        case time():
            return f"{value.hour}:{value.minute:02}"
        case float() if column.name == "rate":
            return _("%(n)s%%", n=f"{value * 100:.1f}")
    label = _LABELS.get((kind, column.name)) or _LABELS_OF_ALL.get(column.name)
    return label(str(value)) if label and column.cell is Cell.CODE else str(value)


def _slot_status(value: str) -> str:
    return _("導入前の実績") if value == IMPORTED else str(_SLOT_STATUS[SlotStatus(value)])


# Columns whose bare values have words.
_LABELS_OF_ALL: dict[str, Callable[[str], str]] = {
    "kind": lambda value: opportunity_kind_label(OpportunityKind(value)),
    "slot_status": _slot_status,
    "channel": lambda value: channel_label(Channel(value)),
    "age_group": lambda value: age_group_label(AgeGroup(value)),
    "residency": lambda value: residency_label(Residency(value)),
    "attendance": attendance_label,
    "capacity_unit": lambda value: str(_UNITS[CapacityUnit(value)]),
    "mode": lambda value: mode_label(SlotMode(value)),
    "outcome": lambda value: outcome_label(Outcome(value)),
}
_LABELS: dict[tuple[ExportKind, str], Callable[[str], str]] = {
    (ExportKind.GROUPS, "kind"): lambda value: group_kind_label(GroupKind(value)),
    (ExportKind.GROUPS, "status"): lambda value: group_status_label(GroupStatus(value)),
    (ExportKind.SIGNUPS, "status"): lambda value: status_label(SignupStatus(value)),
    (ExportKind.OPPORTUNITIES, "status"): lambda value: opportunity_status_label(
        OpportunityStatus(value)
    ),
}
