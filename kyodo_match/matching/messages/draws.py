"""抽選会: the words for what is refused from the freeze on, and for codes that pages show."""

from kyodo_match.core import dates
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors import draws as errors
from kyodo_match.matching.errors.draws import Difference
from kyodo_match.matching.rules.ceremony import EntropyKind
from kyodo_match.matching.rules.freezing import Differs, Dropped
from kyodo_match.matching.rules.rounds import MinimumDecision

_DROPPED = {
    Dropped.SLOT_CANCELLED: lazy("中止になった"),
    Dropped.SLOT_GONE: lazy("募集が終わった・延期された"),
    Dropped.NOT_OF_AGE: lazy("年齢が対象ではない"),
    Dropped.RESIDENCY: lazy("住まいなどの条件に合わない"),
    Dropped.OVERLAP: lazy("同じ時間に、決まっている参加がある"),
}
_DIFFERS = {
    Differs.MANIFEST_BYTES: lazy("公開した名簿の文字が変わっています。"),
    Differs.MANIFEST_UNREADABLE: lazy("公開した名簿が読めません。"),
    Differs.ENTRY_MISSING: lazy("%(entry)s：公開した名簿にある申込みが、なくなっています。"),
    Differs.ENTRY_ADDED: lazy("%(entry)s：公開した名簿にない申込みが、加わっています。"),
    Differs.CLASS_CHANGED: lazy("%(entry)s：区分が%(old)sから%(new)sに変わっています。"),
    Differs.SIZE_CHANGED: lazy("%(entry)s：人数が%(old)sから%(new)sに変わっています。"),
    Differs.CHOICES_CHANGED: lazy(
        "%(entry)s：希望が変わっています（公開：%(old)s、今：%(new)s）。"
    ),
    Differs.TERMS_CHANGED: lazy("公開した日程、席の数、優先枠または区分が変わっています。"),
    Differs.RESULT_CHANGED: lazy("%(entry)s：結果の記録が、抽選の結果と違います。"),
}
_KIND = {
    EntropyKind.DICE: lazy("さいころ（1〜6）"),
    EntropyKind.BALLS: lazy("番号の玉・くじ・10面のさいころ"),
    EntropyKind.PUBLIC_DRAW: lazy("公の抽選の結果（前もって決めたもの）"),
}
_DECISION = {
    MinimumDecision.HOLD: lazy("少ない人数で開く"),
    MinimumDecision.EXTEND: lazy("先着順で募集を続ける"),
    MinimumDecision.CANCEL: lazy("中止する"),
}


def dropped_label(code: str) -> str:
    """Why a choice did not stand; what a later version stored is shown as it is."""
    return str(_DROPPED[Dropped(code)]) if code in set(Dropped) else code


def entropy_kind_label(kind: EntropyKind) -> str:
    """What was drawn in public."""
    return str(_KIND[kind])


def decision_label(decision: MinimumDecision) -> str:
    """What was decided about a day below its minimum."""
    return str(_DECISION[decision])


def difference_words(difference: Difference) -> str:
    """In what the applications on file are not those of the published list."""
    said = str(_DIFFERS[Differs(difference.code)])
    return said % {
        "entry": difference.entry,
        "old": difference.old or _("なし"),
        "new": difference.new or _("なし"),
    }


FILTERS = {
    "dropped_label": dropped_label,
    "entropy_kind_label": entropy_kind_label,
    "decision_label": decision_label,
    "difference_words": difference_words,
}


@explain.register
def _freezes_later(error: errors.FreezesLater) -> str:
    return _(
        "名簿は%(when)sから確定できます。それまでは、郵送の申込みなどが届くことがあります。",
        when=dates.moment(error.freezes_at),
    )


@explain.register
def _frozen_changed(error: errors.FrozenChanged) -> str:
    return "\n".join(
        (
            _("公開した名簿と、いまの申込みの記録が食い違っているため、止めました。"),
            *(difference_words(one) for one in error.differences),
            _("バックアップから元に戻すか、システムの担当者に知らせてください。"),
        )
    )


@explain.register
def _drawn_before(_error: errors.DrawnBefore) -> str:
    return _(
        "この抽選は、もう終わっています。別の目や番号でのやり直しはできません。"
        "この操作は記録されました。"
    )


@explain.register
def _too_short(error: errors.EntropyTooShort) -> str:
    if error.kind is EntropyKind.DICE:
        return _("さいころの目を%(n)s回以上、入力してください。", n=error.least)
    if error.kind is EntropyKind.BALLS:
        return _("玉やくじの番号を%(n)s個以上、入力してください。", n=error.least)
    return _("公の抽選の結果を、発表のとおりに入力してください。")


@explain.register
def _chance_too_small(error: errors.ChanceTooSmall) -> str:
    return _(
        "さいころなら%(dice)s回以上の目を、玉やくじなら%(balls)s個以上の番号を、空白で区切って"
        "入力してください。公の抽選の結果は、何の結果かもいっしょに書いてください。",
        dice=error.dice,
        balls=error.balls,
    )


@explain.register
def _unreadable(error: errors.EntropyUnreadable) -> str:
    if error.kind is EntropyKind.DICE:
        return _("さいころの目は、1から6の数字で入力してください（例：3 5 1 6）。")
    return _("番号は、3桁までの数字を空白で区切って入力してください（例：12 7 31）。")


@explain.register
def _places_gone(error: errors.PlacesGone) -> str:
    return _(
        "「%(title)s」の定員（%(capacity)s人）が、抽選で決まった人数（%(drawn)s人）より"
        "少なくなっています。定員を戻してから、発表してください。",
        title=error.title,
        capacity=error.capacity,
        drawn=error.drawn,
    )


@explain.register
def _not_below(_error: errors.NotBelowMinimum) -> str:
    return _("この日程は、決めることがありません（人数が足りているか、もう決めてあります）。")


@explain.register
def _unknown(error: errors.RoundUnknown) -> str:
    return _(
        "%(round)s：この番号の抽選はありません。職員の画面の「抽選」で番号を確かめてください。",
        round=error.round_id,
    )


@explain.register
def _blank(_error: errors.EntropyBlank) -> str:
    return _("公開の場で出た目や番号を入力してください。")
