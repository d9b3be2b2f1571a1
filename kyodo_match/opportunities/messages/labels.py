"""Labels of kinds, states and acts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import get_locale

from kyodo_match.core import dates
from kyodo_match.core.clock import tokyo
from kyodo_match.core.i18n import _, lazy
from kyodo_match.groups.messages import PLAIN_FIELDS
from kyodo_match.opportunities.rules import (
    CapacityUnit,
    NeedPattern,
    OpportunityKind,
    OpportunityStatus,
    Skill,
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


# 得意なこと.
skill_label = _labels(
    {
        Skill.PHOTO: lazy("写真・動画"),
        Skill.COMPUTER: lazy("パソコン・スマートフォン"),
        Skill.DESIGN: lazy("チラシづくり・デザイン"),
        Skill.WRITING: lazy("文章を書くこと"),
        Skill.ACCOUNTING: lazy("会計・事務"),
        Skill.DRIVING: lazy("車の運転"),
        Skill.CARPENTRY: lazy("大工・修理"),
        Skill.GARDENING: lazy("草花・畑しごと"),
        Skill.COOKING: lazy("料理"),
        Skill.MUSIC: lazy("音楽・演奏"),
        Skill.READING_ALOUD: lazy("読み聞かせ・朗読"),
        Skill.TEACHING: lazy("教えること"),
        Skill.CHILDCARE: lazy("子どもの相手"),
        Skill.CARE: lazy("介護・看護の経験"),
        Skill.FIRST_AID: lazy("応急手当"),
        Skill.SIGN_LANGUAGE: lazy("手話・要約筆記"),
        Skill.FOREIGN_LANGUAGE: lazy("外国語"),
        Skill.HOSTING: lazy("司会・進行"),
        Skill.MUSCLE: lazy("力しごと"),
    }
)


# 募集の形, of a volunteer need.
pattern_label = _labels(
    {
        NeedPattern.ONE_OFF: lazy("1日だけ"),
        NeedPattern.SEVERAL: lazy("何日か（日ごとに募集）"),
        NeedPattern.STANDING: lazy("随時（相談して決める）"),
    }
)


_TIES = {
    "resident": lazy("市内に住んでいる方"),
    "worker": lazy("市内で働いている方"),
    "student": lazy("市内の学校に通っている方"),
}


def tie_label(tie: str) -> str:
    """参加できる方, by their ties to the city."""
    return str(_TIES.get(tie, tie))


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
        SlotState.LOTTERY: lazy("抽選・受付中"),
        SlotState.DRAWING: lazy("抽選待ち"),
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
        SlotState.LOTTERY: "open",
        SlotState.DRAWING: "waiting",
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
    """What was done with an opportunity or one of its days, by other slices too."""
    return {
        "opportunity.drafted": _("下書きを作成"),
        "opportunity.copied": _("前の募集から作成"),
        "opportunity.edited": _("内容を変更"),
        "opportunity.place-changed": _("場所を変更"),
        "opportunity.changes-seen": _("公開後の変更を確認"),
        "opportunity.submitted": _("提出"),
        "opportunity.returned": _("差し戻し"),
        "opportunity.published": _("公開"),
        "opportunity.closed": _("募集を終了"),
        "opportunity.archived": _("保管"),
        "opportunity.withdrawn": _("取り下げ"),
        "opportunity.imported": _("ファイルから登録"),
        "slot.added": _("日程を追加"),
        "slot.edited": _("日程を変更"),
        "slot.moved": _("日時・場所を変更"),
        "slot.removed": _("日程を削除"),
        "slot.cancelled": _("日程を中止"),
        "slot.capacity": _("定員を変更"),
        "heads.counted": _("名前を聞いていない方の人数を記録"),
        "marks.asked": _("来た方の記入を団体にお願い"),
        "names.opened": _("訂正のために名簿を開く"),
        "reception-link.made": _("受付用リンクを作成"),
        "reception-link.revoked": _("受付用リンクを使えなくした"),
    }.get(action, action)
