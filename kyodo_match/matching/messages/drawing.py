"""Words of the draw: what is refused, and what a check finds."""

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.drawing import (
    DrawNotNeeded,
    EntropyMissing,
    Finding,
    NotDrawable,
    PartiesWithReserves,
)

_FINDINGS = {
    "entry_twice": lazy("%(entry)s: 同じ抽選番号が2回あります。"),
    "size_out_of_range": lazy("%(entry)s: 人数が%(size)s人です（1人から5人まで）。"),
    "too_many_choices": lazy("%(entry)s: 希望が%(choices)s個あります（5個まで）。"),
    "choice_twice": lazy("%(entry)s: 同じ日程を2回希望しています。"),
    "slot_twice": lazy("日程%(slot)s: 同じ日程が2回あります。"),
    "reserves_not_in_mode": lazy("日程%(slot)s: この方式に優先枠はありません。"),
    "reserves_above_capacity": lazy("日程%(slot)s: 優先枠の合計が定員を超えています。"),
    "slot_unknown": lazy("%(entry)s: 日程%(slot)sはこの抽選にありません。"),
    "class_unknown": lazy("%(entry)s: 区分%(class)sは区分の表にありません。"),
    "reserve_unknown": lazy("日程%(slot)s: 優先枠の区分%(class)sは区分の表にありません。"),
    "line_not_canonical": lazy("名簿の%(line)s行目: 決まった書き方になっていません。"),
    "entries_not_sorted": lazy("%(entry)s: 名簿の並び順が違います。"),
}


def finding_words(finding: Finding) -> str:
    """What is wrong, in a sentence for people."""
    return str(_FINDINGS[finding.code]) % finding.facts


@explain.register
def _not_drawable(error: NotDrawable) -> str:
    return "\n".join(map(finding_words, error.findings))


@explain.register
def _parties_with_reserves(error: PartiesWithReserves) -> str:
    return _(
        "優先枠のある抽選は、1人の申込みだけを受け付けます。2人以上の申込み: %(entries)s",
        entries="、".join(error.entries),
    )


@explain.register
def _entropy_missing(_error: EntropyMissing) -> str:
    return _("定員を超える希望があります。公開の場で引いた数を入力してください。")


@explain.register
def _draw_not_needed(_error: DrawNotNeeded) -> str:
    return _("全員が第1希望に入れるため、抽選はありません。数は入力しないでください。")
