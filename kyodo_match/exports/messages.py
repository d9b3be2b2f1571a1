"""The words of exports: kinds, columns, values and refusals."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.exports.errors import CannotWrite
from kyodo_match.exports.rules import ExportKind, Scope
from kyodo_match.opportunities.messages import kind_label as opportunity_kind_label
from kyodo_match.opportunities.rules import OpportunityKind, SlotStatus
from kyodo_match.participation.messages import attendance_label
from kyodo_match.signups.messages import (
    age_group_label,
    channel_label,
    residency_label,
    status_label,
)
from kyodo_match.signups.rules import AgeGroup, Channel, Residency, SignupStatus

_KINDS = {
    ExportKind.PARTICIPANTS: lazy("参加実績（日程ごと。名前は入りません）"),
    ExportKind.SIGNUPS: lazy("申込み（参加者ごと。名前と連絡先が入ります）"),
}
_FILES = {ExportKind.PARTICIPANTS: lazy("参加実績"), ExportKind.SIGNUPS: lazy("申込み")}
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
    "status": lazy("申込みの状態"),
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
}
_SLOT_STATUS = {
    SlotStatus.SCHEDULED: lazy("予定どおり"),
    SlotStatus.POSTPONED: lazy("延期"),
    SlotStatus.CANCELLED: lazy("中止"),
}
_TEXTS = frozenset({"opportunity", "group"})
_NUMBERS = frozenset(
    {
        "capacity",
        "signups",
        "confirmed",
        "attended",
        "absent",
        "unmarked",
        "head_count_adults",
        "head_count_children",
        "visits",
        "people",
        "first_timers",
        "cancelled",
    }
)


def kind_label(kind: ExportKind) -> str:
    """出力の種類, as the form offers it."""
    return str(_KINDS[kind])


def title(scope: Scope) -> str:
    """What a table or a file is: 参加実績（令和8年度）."""
    year = str(scope.fiscal_year) if scope.fiscal_year else _("すべての年度")
    return _("%(what)s（%(year)s）", what=str(_FILES[scope.kind]), year=year)


def file_title(scope: Scope) -> str:
    """The file's name for people: 参加実績_令和8年度.csv."""
    year = str(scope.fiscal_year) if scope.fiscal_year else _("全年度")
    return f"{_FILES[scope.kind]}_{year}.csv"


def column_labels(kind: ExportKind) -> list[str]:
    """The heads of the table on the screen."""
    return [str(_COLUMNS[name]) for name in kind.columns]


def text_columns(kind: ExportKind) -> list[int]:
    """Which columns hold text that may run over several lines, counted from 0."""
    return [index for index, name in enumerate(kind.columns) if name in _TEXTS]


def numeric_columns(kind: ExportKind) -> list[int]:
    """Which columns are numbers, counted from 0."""
    return [index for index, name in enumerate(kind.columns) if name in _NUMBERS]


def words(column: str, value: object) -> str:
    """A cell of the table on the screen; the file carries the bare values instead."""
    match value:
        case None:
            return ""
        case datetime():
            return dates.moment(value)
        case date():
            return dates.day(value)
        case StrEnum():
            return _WORDS_OF_ENUM[type(value)](value)
        case _:
            return _WORDS_OF_COLUMN.get(column, str)(str(value))


_WORDS_OF_ENUM: dict[type[StrEnum], Callable[[Any], str]] = {
    OpportunityKind: opportunity_kind_label,
    SlotStatus: lambda status: str(_SLOT_STATUS[status]),
    Channel: channel_label,
    AgeGroup: age_group_label,
    Residency: residency_label,
}
# Columns whose values come as bare text.
_WORDS_OF_COLUMN: dict[str, Callable[[str], str]] = {
    "slot_status": lambda _imported: _("導入前の実績"),
    "status": lambda status: status_label(SignupStatus(status)),
    "attendance": attendance_label,
}


@explain.register
def _cannot_write(error: CannotWrite) -> str:
    return _("%(file)s: 書き込めません（%(reason)s）", file=error.file, reason=error.reason)
