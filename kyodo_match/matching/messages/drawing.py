"""Words of the draw: what is refused, and what a check finds."""

from collections.abc import Mapping
from typing import Any

from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.drawing import (
    DrawNotNeeded,
    EntropyMissing,
    Finding,
    NotDrawable,
    OnlyAnnounced,
    PartiesWithReserves,
    RecordNotRight,
    RecordUnreadable,
)

FINDINGS = {
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
    "not_a_record": lazy("抽選の記録ではありません。"),
    "unknown_version": lazy("記録の版（%(version)s）を、この道具は知りません。"),
    "unknown_mode": lazy("抽選の方式（%(mode)s）を、この道具は知りません。"),
    "missing": lazy("%(key)s: 項目がありません。"),
    "malformed": lazy("%(key)s: 書き方が違います。"),
    "class_twice": lazy("区分%(class)sが、区分の表に2回あります。"),
    "party_with_reserves": lazy("%(entry)s: 優先枠のある抽選に、2人以上の申込みがあります。"),
    "hash_mismatch": lazy(
        "名簿の指紋（SHA-256）が違います（計算した値 %(expected)s、記録の値 %(found)s）。"
    ),
    "entropy_before_manifest": lazy("名簿の公表より前に、抽選の目や番号が決まっています。"),
    "draw_not_needed": lazy("全員が第1希望に入れるのに、抽選をしたことになっています。"),
    "entropy_missing": lazy("抽選が必要なのに、公開の場で出た目や番号が記録にありません。"),
    "seed_mismatch": lazy(
        "抽選の種（シード）が違います（計算した値 %(expected)s、記録の値 %(found)s）。"
    ),
    "result_missing": lazy("%(entry)s: 結果がありません。"),
    "result_unknown": lazy("%(entry)s: 名簿にない結果があります。"),
    "result_twice": lazy("%(entry)s: 結果が2回あります。"),
    "order_wrong": lazy(
        "結果の%(position)s番目: 順番が違います（計算では%(expected)s、記録では%(found)s）。"
    ),
    "class_mismatch": lazy(
        "%(entry)s: 区分が違います（名簿では%(expected)s、結果では%(found)s）。"
    ),
    "number_mismatch": lazy("%(entry)s: 番号が違います。"),
    "placement_wrong": lazy(
        "%(entry)s: 結果が違います（計算では%(expected)s、記録では%(found)s）。"
    ),
    "waitlist_wrong": lazy("%(entry)s: 補欠の順番が違います。"),
    "capacity_exceeded": lazy(
        "日程%(slot)s: 定員%(capacity)s人のところに%(found)s人が入っています。"
    ),
    "not_a_supplement": lazy("再配置の記録ではありません。"),
    "late_not_canonical": lazy("遅れた申込みの%(line)s行目: 決まった書き方になっていません。"),
    "cancelled_slot_open": lazy("日程%(slot)s: 中止なのに、空きがあることになっています。"),
    "other_draw": lazy("別の抽選の記録です。"),
    "more_left_than_places": lazy("日程%(slot)s: 空きが定員より多くなっています。"),
    "not_in_manifest": lazy("再配置の名簿の%(line)s行目: 抽選の名簿にありません。"),
}


def finding_words(finding: Finding) -> str:
    """What is wrong, in a sentence for people."""
    facts = {name: _("なし") if value is None else value for name, value in finding.facts.items()}
    return str(FINDINGS[finding.code]) % facts


def verified_words(record: Mapping[str, Any]) -> str:
    """What a record that holds comes to."""
    if "at" in record:
        return _(
            "正しい記録です。再配置した申込み%(entries)s件、決まった申込み%(placed)s件。",
            entries=len(record["results"]),
            placed=_placed(record),
        )
    counts = {"entries": len(record["manifest"]), "slots": len(record["slots"])}
    if "results" not in record:
        return _(
            "正しい名簿です。抽選の前の記録で、結果はまだ入っていません。"
            "申込み%(entries)s件、日程%(slots)s件、指紋（SHA-256）%(sha256)s",
            sha256=record["manifest_sha256"],
            **counts,
        )
    if record["seed"] is None:
        return _(
            "正しい記録です。抽選なし（全員が第1希望）、申込み%(entries)s件、日程%(slots)s件、"
            "決まった申込み%(placed)s件。",
            placed=_placed(record),
            **counts,
        )
    return _(
        "正しい記録です。申込み%(entries)s件、日程%(slots)s件、決まった申込み%(placed)s件。",
        placed=_placed(record),
        **counts,
    )


def _placed(record: Mapping[str, Any]) -> int:
    return sum(result["slot"] is not None for result in record["results"])


@explain.register
def _record_unreadable(error: RecordUnreadable) -> str:
    return f"{error.file}: {error.reason}"


@explain.register
def _only_announced(error: OnlyAnnounced) -> str:
    return _(
        "%(file)s: 抽選の予告です。名簿がまだ公表されていないため、確かめるものがありません。",
        file=error.file,
    )


@explain.register
def _record_not_right(error: RecordNotRight) -> str:
    first, *others = error.findings
    more = _("（ほか%(n)s件）", n=len(others)) if others else ""
    return f"{error.file}: {finding_words(first)}{more}"


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
    return _("定員を超える希望があります。公開の場で出た目や番号を入力してください。")


@explain.register
def _draw_not_needed(_error: DrawNotNeeded) -> str:
    return _("全員が第1希望に入れるため、抽選はありません。目や番号は入力しないでください。")
