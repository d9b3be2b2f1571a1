"""抽選: the labels of states and choices, and the words for what is refused."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors import rounds as errors
from kyodo_match.matching.rules.entering import ChoiceFault, EntryView
from kyodo_match.matching.rules.rounds import (
    DayFault,
    DrawClass,
    PaperRule,
    RoundFault,
    RoundMode,
    RoundStatus,
    default_classes,
)

_STATUS = {
    RoundStatus.DRAFT: lazy("準備中"),
    RoundStatus.OPEN: lazy("公開中"),
    RoundStatus.FROZEN: lazy("名簿確定・抽選待ち"),
    RoundStatus.DRAWN: lazy("抽選済み・発表前"),
    RoundStatus.PUBLISHED: lazy("結果発表"),
}
_SIGN = {
    RoundStatus.DRAFT: "neutral",
    RoundStatus.OPEN: "open",
    RoundStatus.FROZEN: "waiting",
    RoundStatus.DRAWN: "waiting",
    RoundStatus.PUBLISHED: "done",
}
_MODE = {
    RoundMode.SERIAL: lazy("区分と番号の順に決める（グループ申込みもできる）"),
    RoundMode.SOFT_RESERVES: lazy(
        "区分ごとに優先枠を置き、残りは区分に関係なく番号の順に決める（1人ずつの申込みだけ）"
    ),
}
_PAPER = {
    PaperRule.ARRIVAL: lazy("必着（締切までに届いたもの）"),
    PaperRule.POSTMARK: lazy("消印有効（締切の日までの消印のもの）"),
}
_ENTRY_VIEWS = {
    EntryView.ALL: lazy("すべて"),
    EntryView.UNVERIFIED: lazy("まだ確かめていない"),
    EntryView.DOUBTFUL: lazy("「はじめて」だが参加の記録がある"),
    EntryView.PAPER: lazy("申込書"),
    EntryView.LATE: lazy("締切に遅れた"),
    EntryView.CANCELLED: lazy("取消し"),
}
_CLASS_NAMES = (
    lazy("市内在住・在勤・在学で、はじめての方"),
    lazy("市内在住・在勤・在学の方"),
    lazy("そのほかの方"),
)
_ROUND_FAULT = {
    RoundFault.OPENS_AFTER_CLOSING: lazy("締切は、受付の開始より後の日時にしてください。"),
    RoundFault.FREEZES_BEFORE_CLOSING: lazy(
        "名簿を確定する日時は、締切と同じか、それより後にしてください。"
    ),
    RoundFault.ARRIVAL_NEEDS_NO_WAIT: lazy(
        "必着のときは、名簿は締切に確定します。名簿を確定する日時は空欄にしてください。"
    ),
    RoundFault.DRAWN_BEFORE_FREEZE: lazy("抽選の日時は、名簿の確定より後にしてください。"),
    RoundFault.CONFIRM_BEFORE_DRAW: lazy("参加の返事の期限は、抽選の日より後にしてください。"),
    RoundFault.MOST_CHOICES: lazy("選べる希望の数は、1から5までにしてください。"),
    RoundFault.PARTY_LIMIT: lazy("1件の人数は、1人から5人までにしてください。"),
    RoundFault.PARTIES_WITH_RESERVES: lazy(
        "優先枠を置く抽選では、グループの申込みは受けられません。"
        "1件の人数を1人にするか、「区分と番号の順に決める」を選んでください。"
    ),
    RoundFault.CLASSES: lazy("区分の名前を、上から順に入力してください。"),
    RoundFault.LAST_CLASS: lazy(
        "最後の区分は、どなたでも入れるものにしてください（市との関わりと「はじめて」を外す）。"
    ),
    RoundFault.NO_DRAW_TIME: lazy("抽選の日時と場所を入力してください。申し込む前に知らせます。"),
    RoundFault.NO_ENTROPY_PLAN: lazy(
        "抽選の方法（何を使って番号を決めるか）を入力してください。先に知らせておくものです。"
    ),
    RoundFault.NO_DAYS: lazy("抽選にする日程を選んでください。"),
    RoundFault.CLOSED_BEFORE: lazy("締切を、これからの日時にしてください。"),
    RoundFault.RESERVES_ABOVE_CAPACITY: lazy(
        "優先枠の合計が定員より多い日程があります。定員までにしてください。"
    ),
    RoundFault.NO_LATER: lazy("新しい締切は、今の締切より後の、これからの日時にしてください。"),
}
# Beside which field a fault of the form is shown.
FIELD_OF = {
    RoundFault.OPENS_AFTER_CLOSING: "closes_at",
    RoundFault.FREEZES_BEFORE_CLOSING: "freezes_at",
    RoundFault.ARRIVAL_NEEDS_NO_WAIT: "freezes_at",
    RoundFault.DRAWN_BEFORE_FREEZE: "draw_at",
    RoundFault.CONFIRM_BEFORE_DRAW: "confirm_by",
    RoundFault.MOST_CHOICES: "most_choices",
    RoundFault.PARTY_LIMIT: "party_limit",
    RoundFault.PARTIES_WITH_RESERVES: "party_limit",
    RoundFault.NO_LATER: "closes_at",
}
_DAY_FAULT = {
    DayFault.NOT_PUBLISHED: lazy("公開されていません"),
    DayFault.NOT_HELD: lazy("中止か延期になっています"),
    DayFault.OTHER_ROUND: lazy("ほかの抽選に入っています"),
    DayFault.SIGNED_UP: lazy("すでに申込みがあります"),
    DayFault.OTHER_MODE: lazy("先着順の日程ではありません"),
    DayFault.BY_PARTY: lazy("定員を組で数えています（抽選は人で数えます）"),
    DayFault.TOO_EARLY: lazy("抽選より前に始まります"),
    DayFault.OTHER_ESCORTS: lazy(
        "付き添いの方の数え方が、ほかの日程と違います（1つの抽選の中では同じにします）"
    ),
}
_CHOICE_FAULT = {
    ChoiceFault.NONE: lazy("第1希望の日程を選んでください。"),
    ChoiceFault.TOO_MANY: lazy("選べる希望は%(most)sつまでです。"),
    ChoiceFault.TWICE: lazy("同じ日程が2回選ばれています。1つの日程は1回だけ選んでください。"),
    ChoiceFault.GAP: lazy("希望は、第1希望から順に選んでください。"),
    ChoiceFault.UNKNOWN: lazy("選べない日程が入っています。日程を選び直してください。"),
}
_ACTION = {
    "round.created": lazy("抽選を作った"),
    "round.edited": lazy("設定を変えた"),
    "round.days-chosen": lazy("日程を選んだ"),
    "round.opened": lazy("公開した"),
    "round.extended": lazy("締切を延ばした"),
    "round.frozen": lazy("名簿を確定し、指紋を公開した"),
    "round.drawn": lazy("抽選した"),
    "round.draw-refused": lazy("抽選をやり直そうとした、または名簿が食い違っていた（止めた）"),
    "round.published": lazy("結果を発表した"),
    "round.minimum-decided": lazy("開催について決めた"),
    "round.leftovers-opened": lazy("残った席を先着順にした"),
}


def round_status_label(status: RoundStatus) -> str:
    """How a state of a round is called on the screen."""
    return str(_STATUS[status])


def round_status_sign(status: RoundStatus) -> str:
    """Which badge a state of a round has."""
    return _SIGN[status]


def entry_view_label(view: EntryView) -> str:
    """What the office looks for in the list of applications."""
    return str(_ENTRY_VIEWS[view])


def round_mode_label(mode: RoundMode) -> str:
    """How places are given out."""
    return str(_MODE[mode])


def paper_rule_label(rule: PaperRule) -> str:
    """Until when paper counts."""
    return str(_PAPER[rule])


def day_fault_label(fault: DayFault) -> str:
    """Why a day cannot be drawn for."""
    return str(_DAY_FAULT[fault])


def round_action_label(action: str) -> str:
    """A line of a round's history."""
    return str(_ACTION.get(action, action))


def usual_classes() -> tuple[DrawClass, ...]:
    """The table that a new round begins with."""
    return default_classes([str(name) for name in _CLASS_NAMES])


# What templates call them: `{{ status | round_status_label }}`.
FILTERS = {
    "round_status_label": round_status_label,
    "round_status_sign": round_status_sign,
    "round_mode_label": round_mode_label,
    "paper_rule_label": paper_rule_label,
    "day_fault_label": day_fault_label,
    "round_action_label": round_action_label,
}


def fault_words(fault: RoundFault) -> str:
    """What to do about something in a round that contradicts itself."""
    return str(_ROUND_FAULT[fault])


@explain.register
def _round_edge(_error: errors.RoundEdgeNotDrawn) -> str:
    return _("抽選の状態が変わったため、この操作はできません。ページを開き直してください。")


@explain.register
def _round_faulty(error: errors.RoundFaulty) -> str:
    return "\n".join(fault_words(RoundFault(fault)) for fault in error.faults)


@explain.register
def _days_refused(error: errors.DaysRefused) -> str:
    reasons = sorted({day_fault_label(DayFault(fault)) for fault in error.faults.values()})
    return _(
        "抽選にできない日程が%(n)s件あります：%(reasons)s。その日程を外すか、抽選の日時を"
        "変えてください。",
        n=len(error.faults),
        reasons="、".join(reasons),
    )


@explain.register
def _round_fixed(_error: errors.RoundFixed) -> str:
    return _("公開した抽選のこの部分は、もう変えられません。")


@explain.register
def _round_changed(_error: errors.RoundChanged) -> str:
    return _(
        "ほかの人が、この抽選の設定を先に変えました。今の設定を確かめて、もう一度入力してください。"
    )


@explain.register
def _not_yet_open(error: errors.RoundNotYetOpen) -> str:
    return _(
        "抽選の申込みはまだ始まっていません。%(when)sから受け付けます。",
        when=dates.moment(error.opens_at),
    )


@explain.register
def _closed(error: errors.RoundClosed) -> str:
    return _("抽選の申込みは、%(when)sに締め切りました。", when=dates.moment(error.closed_at))


@explain.register
def _frozen(_error: errors.RoundFrozen) -> str:
    return _("抽選の名簿が確定したため、申込みの内容は変えられません。取消しはできます。")


@explain.register
def _choices_faulty(error: errors.ChoicesFaulty) -> str:
    return str(_CHOICE_FAULT[ChoiceFault(error.fault)]) % {"most": error.most}


@explain.register
def _already_entered(_error: errors.AlreadyEntered) -> str:
    return _(
        "この抽選には、同じ方の申込みをすでに受け付けています（申込みは1人1回です）。受付番号と"
        "確認ページのご案内を、もう一度お送りしました。希望を変えるときは、確認ページから"
        "変えてください。メールアドレスのない方には、お電話でお知らせします。"
    )


@explain.register
def _not_entered(_error: errors.NotEntered) -> str:
    return _("この申込みは、抽選を待っている申込みではないため、変えられません。")


@explain.register
def _people_changed(_error: errors.PeopleChanged) -> str:
    return _("この間に、参加する方が変わりました。今の内容を確かめて、もう一度保存してください。")


@explain.register
def _postmark_missing(_error: errors.PostmarkMissing) -> str:
    return _("消印の日付を入力してください。この抽選は、消印の日付で締切を見ます。")
