"""The words of opportunities: labels of kinds and states, and what a refusal says."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import get_locale

from kyodo_match.core import dates
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.groups.messages import PLAIN_FIELDS
from kyodo_match.opportunities import errors
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    OpportunityKind,
    OpportunityStatus,
    SlotMode,
    SlotState,
)

K = TypeVar("K", bound=StrEnum)


def _labels(table: Mapping[K, Any]) -> Callable[[K], str]:
    """Make the label function of an enum; gettext is asked once a language, not once a card."""
    known: dict[tuple[str, K], str] = {}

    def label(member: K) -> str:
        at = (str(get_locale()), member)
        if at not in known:
            known[at] = str(table[member])
        return known[at]

    return label


# 募集の種類.
kind_label = _labels(
    {
        OpportunityKind.EXPERIENCE: lazy("市民活動体験"),
        OpportunityKind.VOLUNTEER: lazy("ボランティア募集"),
        OpportunityKind.COURSE: lazy("講座・セミナー"),
        OpportunityKind.VISITING_LECTURE: lazy("出前講座"),
        OpportunityKind.EXCHANGE: lazy("団体交流会"),
        OpportunityKind.FORUM: lazy("懇談会"),
        OpportunityKind.MEETING: lazy("会議・委員会"),
        OpportunityKind.TRAINING: lazy("研修"),
        OpportunityKind.EVENT: lazy("その他の催し"),
    }
)


# 分野: the nine plain ones.
field_label = _labels(PLAIN_FIELDS)


def card_words() -> dict[str, str]:
    """Every word that a card of a list may need, by the value it stands for."""
    kinds = {kind.value: kind_label(kind) for kind in OpportunityKind}
    return kinds | {field.value: field_label(field) for field in PLAIN_FIELDS}


# 募集の状態.
status_label = _labels(
    {
        OpportunityStatus.DRAFT: lazy("下書き"),
        OpportunityStatus.SUBMITTED: lazy("確認待ち"),
        OpportunityStatus.RETURNED: lazy("差し戻し"),
        OpportunityStatus.PUBLISHED: lazy("公開中"),
        OpportunityStatus.CLOSED: lazy("募集終了"),
        OpportunityStatus.ARCHIVED: lazy("保管"),
        OpportunityStatus.WITHDRAWN: lazy("取り下げ"),
    }
)


def status_sign(status: OpportunityStatus) -> str:
    """Which badge of the component `status` stands for a state of an opportunity."""
    return {
        OpportunityStatus.SUBMITTED: "waiting",
        OpportunityStatus.RETURNED: "few",
        OpportunityStatus.PUBLISHED: "open",
        OpportunityStatus.CLOSED: "closed",
        OpportunityStatus.ARCHIVED: "done",
        OpportunityStatus.WITHDRAWN: "cancelled",
    }.get(status, "neutral")


# 日程の受付状況, in the words of the list.
state_label = _labels(
    {
        SlotState.OPEN: lazy("空きあり"),
        SlotState.FEW: lazy("残りわずか"),
        SlotState.WAITLIST: lazy("満席・キャンセル待ち可"),
        SlotState.FULL: lazy("満席"),
        SlotState.NOT_YET: lazy("受付前"),
        SlotState.CLOSED: lazy("受付終了"),
        SlotState.POSTPONED: lazy("延期"),
        SlotState.CANCELLED: lazy("中止"),
        SlotState.PAST: lazy("終了"),
    }
)


def state_sign(state: SlotState) -> str:
    """Which badge of the component `status` stands for a state of a day."""
    return {
        SlotState.OPEN: "open",
        SlotState.FEW: "few",
        SlotState.WAITLIST: "waiting",
        SlotState.FULL: "full",
        SlotState.CLOSED: "closed",
        SlotState.POSTPONED: "waiting",
        SlotState.CANCELLED: "cancelled",
        SlotState.PAST: "closed",
    }.get(state, "neutral")


# 決め方.
mode_label = _labels(
    {
        SlotMode.FIRST_COME: lazy("先着順"),
        SlotMode.LOTTERY: lazy("抽選"),
        SlotMode.APPROVAL: lazy("団体の確認後に決定"),
    }
)


# 定員の単位.
unit_label = _labels(
    {
        CapacityUnit.PEOPLE: lazy("人"),
        CapacityUnit.PARTIES: lazy("組"),
    }
)


def welcome_label(answer: bool | None) -> str:  # noqa: FBT001 - a filter of templates
    """歓迎, or what else was answered to おひとり and はじめて."""
    return {True: _("歓迎します"), False: _("ご相談ください"), None: _("未入力")}[answer]


def short_moment(value: datetime) -> str:
    """12月11日（金）17:00."""
    return f"{dates.short_day(tokyo(value).date())}{dates.clock_time(value)}"


def act_label(action: str) -> str:
    """What was done, in the history of an opportunity; another slice's act as it is named."""
    return {
        "opportunity.drafted": _("下書きを作成"),
        "opportunity.edited": _("内容を変更"),
        "opportunity.submitted": _("提出"),
        "opportunity.returned": _("差し戻し"),
        "opportunity.published": _("公開"),
        "opportunity.closed": _("募集を終了"),
        "opportunity.archived": _("保管"),
        "opportunity.withdrawn": _("取り下げ"),
        "opportunity.imported": _("ファイルから登録"),
        "slot.added": _("日程を追加"),
        "slot.edited": _("日程を変更"),
        "slot.removed": _("日程を削除"),
        "slot.cancelled": _("日程を中止"),
        "slot.capacity_changed": _("定員を変更"),
    }.get(action, action)


def missing_text(name: str) -> str:
    """What to do about something that is missing, beside its field."""
    return {
        "description": _("内容を入力してください。"),
        "plain_fields": _("分野を1つ以上選んでください。"),
        "place": _("場所を入力してください。"),
        "fee": _("参加費を入力してください。かからないときは「無料」と入力してください。"),
        "bring": _("持ち物を入力してください。ないときは「なし」と入力してください。"),
        "rain": _("雨のときにどうするかを入力してください。"),
        "alone_welcome": _("おひとりでの参加を歓迎するかどうかを選んでください。"),
        "beginner_welcome": _("はじめての方を歓迎するかどうかを選んでください。"),
        "contact_name": _("問い合わせ先の名前を入力してください。"),
        "contact_phone": _("問い合わせ先の電話番号を入力してください。"),
        "slots": _("日程を1つ以上追加してください。"),
    }[name]


def fault_text(name: str) -> str:
    """What to do about a number or time of a day that contradicts another, beside its field."""
    return {
        "ends_at": _("終了は、開始より後の日時にしてください。"),
        "closes_at": _("受付の締切は、終了までの日時にしてください。"),
        "opens_at": _("受付の開始は、締切より前の日時にしてください。"),
        "cancel_until": _("取消しの期限は、開始までの日時にしてください。"),
        "capacity": _("定員は、1以上の数字で入力してください。"),
        "minimum": _("開催に必要な人数は、1から定員までの数字で入力してください。"),
        "party_limit": _("1回に申し込める人数は、1以上の数字で入力してください。"),
    }[name]


@explain.register
def _edge(error: errors.EdgeNotDrawn) -> str:
    if isinstance(error.old, OpportunityStatus) and isinstance(error.new, OpportunityStatus):
        return _(
            "「%(old)s」の募集を「%(new)s」にすることはできません。"
            "ほかの人が先に操作したかもしれません。ページを開き直してください。",
            old=status_label(error.old),
            new=status_label(error.new),
        )
    return _("今の状態では、その操作はできません。ページを開き直してください。")


@explain.register
def _incomplete(error: errors.Incomplete) -> str:
    return "".join(missing_text(name) for name in error.fields)


@explain.register
def _mode(error: errors.ModeNotYet) -> str:
    mode = mode_label(error.mode) if isinstance(error.mode, SlotMode) else str(error.mode)
    return _(
        "「%(mode)s」の日程は、まだ公開できません。今公開できるのは「先着順」だけです。"
        "日程の決め方を変えてください。",
        mode=mode,
    )


@explain.register
def _below(error: errors.CapacityBelowTaken) -> str:
    return _(
        "すでに決まっている参加者が定員より%(by)s多くなります。定員は%(taken)s以上にしてください。",
        by=error.by,
        taken=error.taken,
    )


@explain.register
def _past(error: errors.SlotPast) -> str:
    return _(
        "%(when)sに終わる日程は、もう変えられません。これからの日時にしてください。",
        when=dates.moment(error.ended_at),
    )


@explain.register
def _faulty(error: errors.SlotFaulty) -> str:
    return "".join(fault_text(name) for name in error.faults)


@explain.register
def _in_use(_error: errors.SlotInUse) -> str:
    return _(
        "この日程には申込みがあるため、日時・場所・定員・決め方の変更と削除はできません。"
        "行わないときは、日程を中止してください。参加者にお知らせが届きます。"
    )


@explain.register
def _signed_up(error: errors.PeopleSignedUp) -> str:
    return _(
        "申込みのある日程が%(slots)s件あるため、取り下げられません。"
        "先に日程を中止してください。参加者にお知らせが届きます。",
        slots=error.slots,
    )


@explain.register
def _nothing_coming(_error: errors.NoComingSlot) -> str:
    return _("これからの日程がないため、公開できません。日程を追加してください。")


@explain.register
def _not_editable(error: errors.NotEditable) -> str:
    status = status_label(error.status) if isinstance(error.status, OpportunityStatus) else ""
    return _(
        "「%(status)s」の募集は、このページでは変更できません。担当課へご連絡ください。",
        status=status,
    )


@explain.register
def _changed(_error: errors.ChangedSince) -> str:
    return _(
        "ご覧になった後に内容が変わりました。今の内容を確かめてから、もう一度操作してください。"
    )


@explain.register
def _no_reason(_error: errors.ReasonMissing) -> str:
    return _("団体への連絡のため、理由を入力してください。")
