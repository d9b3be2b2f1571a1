"""The record of a draw: what it says, and that nothing in it can be changed unseen."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from kyodo_match.matching.errors.drawing import (
    DrawNotNeeded,
    EntropyMissing,
    Finding,
    NotDrawable,
)
from kyodo_match.matching.messages.drawing import FINDINGS, finding_words
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import Drawn, DrawSlot, Queued, Unit
from kyodo_match.matching.rules.rounds import RoundMode
from tests.support import draw_by_hand, golden_draws
from tests.support.golden_draws import PATH, made
from tests.support.make_draws import some_round
from tests.support.repository import ROOT

AT = datetime(2026, 11, 1, 1, tzinfo=UTC)
GOLDEN: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))["cases"]
SLOTS = [DrawSlot("s1", 2), DrawSlot("s2", 1)]
UNITS = [Unit(f"A-{n:04}", 1, n % 2, ("s1", "s2")) for n in range(1, 6)]
NONSENSE: tuple[Any, ...] = (None, [], {}, "", "\ud800", "x", -1, 10**30, 1.5, True, [[]])


def codes(record: object) -> list[str]:
    return [finding.code for finding in drawing.verify(record)]


# --- golden vectors ----------------------------------------------------------


def test_the_golden_vectors_are_what_the_code_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == golden_draws.written()


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_a_broken_record_is_found_and_only_a_broken_one(case: dict[str, Any]) -> None:
    found = [finding.as_json() for finding in drawing.verify(case["record"])]

    assert found == case["findings"]
    assert bool(found) == case["name"].startswith("broken")


def test_every_finding_of_a_draw_stands_in_the_golden_vectors_and_has_words() -> None:
    shown = {finding["code"] for case in GOLDEN for finding in case["findings"]}
    with_the_draw = {
        "not_a_supplement",
        "other_draw",
        "more_left_than_places",
        "not_in_manifest",
    }

    assert shown == FINDINGS.keys() - with_the_draw
    for case in GOLDEN:
        for facts in case["findings"]:
            code, *_rest = facts.values()
            assert finding_words(Finding(code, facts)).endswith("。")


def test_the_page_of_the_rule_lists_every_finding() -> None:
    page = (ROOT / "docs" / "rules" / "draw.md").read_text(encoding="utf-8")

    assert [code for code in FINDINGS if f"`{code}`" not in page] == []


# --- what it says ------------------------------------------------------------


def test_before_the_draw_it_says_everything_up_to_the_publication() -> None:
    whole = made(UNITS, SLOTS)

    before = drawing.record(
        round_id=whole["round"],
        mode=RoundMode.SERIAL,
        classes=[*whole["classes"]],
        slots=SLOTS,
        manifest=drawing.manifest(UNITS),
        published_at=AT,
    )

    assert list(before) == [
        "version",
        "round",
        "mode",
        "classes",
        "slots",
        "manifest",
        "manifest_sha256",
        "manifest_published_at",
    ]
    assert before["manifest_published_at"] == "2026-11-01T10:00:00+09:00"
    assert before.items() <= whole.items()
    assert list(whole)[8:] == [
        "entropy",
        "entropy_source",
        "entropy_recorded_at",
        "seed",
        "results",
        "code_version",
    ]
    assert codes(before) == codes(whole) == []


def test_without_a_draw_it_has_neither_entropy_nor_numbers() -> None:
    record = made(UNITS[:3], [DrawSlot("s1", 3), DrawSlot("s2", 1)], entropy=None)

    assert [record[key] for key in ("entropy", "entropy_source", "seed")] == [None] * 3
    assert [result["number"] for result in record["results"]] == [None] * 3
    assert codes(record) == []
    with pytest.raises(DrawNotNeeded):
        made(UNITS[:2], SLOTS)
    with pytest.raises(EntropyMissing):
        made(UNITS, SLOTS, entropy=None)


def test_a_class_that_nobody_announced_is_not_drawn() -> None:
    with pytest.raises(NotDrawable) as refused:
        made([Unit("A", 1, 7, ("s1",))], SLOTS)

    assert refused.value.findings == (Finding("class_unknown", {"entry": "A", "class": 7}),)


def test_a_manifest_that_is_not_canonical_is_not_read() -> None:
    text = drawing.manifest(UNITS).replace('"size":1', '"size": 1', 1)

    with pytest.raises(NotDrawable) as refused:
        drawing.read_manifest(text)

    assert refused.value.findings == (Finding("line_not_canonical", {"line": 1}),)


# --- what is checked ---------------------------------------------------------


def test_one_changed_byte_of_the_manifest_is_caught_wherever_it_is() -> None:
    """Before the draw the SHA-256 alone must see it, even in a line that is canonical still."""
    record = {key: made(UNITS, SLOTS)[key] for key in list(made(UNITS, SLOTS))[:8]}
    text = drawing.manifest(UNITS)

    for at in range(len(text) - 1):
        for other in ("0", "s") if text[at] != "\n" else ("",):
            changed = text[:at] + other + text[at + 1 :]
            lines = changed.split("\n")[:-1]
            assert changed == text or "hash_mismatch" in codes({**record, "manifest": lines})


def test_every_part_of_the_results_is_checked() -> None:
    whole = made(UNITS, SLOTS)

    for at, result in enumerate(whole["results"]):
        others: dict[str, Any] = {"class": 2, "number": "0" * 64, "slot": "s3", "entry": "Z"}
        for key, value in others.items():
            changed = copy.deepcopy(whole)
            changed["results"][at][key] = value
            assert codes(changed) != [], (at, key)
        for waiting in range(len(result["waitlist"])):
            changed = copy.deepcopy(whole)
            changed["results"][at]["waitlist"][waiting]["position"] += 1
            assert codes(changed) == ["waitlist_wrong"]


def test_nonsense_is_reported_and_raises_nothing() -> None:
    """Every part of a record in turn becomes something else, and is taken away."""
    random = Random(5)
    looked_at = 0
    for whole in (made(UNITS, SLOTS), _supplement(made(UNITS, SLOTS))):
        for path in _paths(whole):
            for value in NONSENSE:
                for finding in drawing.verify(_with(whole, path, value)):
                    finding_words(finding).encode()
                looked_at += 1
            drawing.verify(_with(whole, path))
    for _ in range(200):
        drawing.verify(_nonsense(random, 4))

    assert looked_at > 1000


def _with(whole: dict[str, Any], path: tuple[Any, ...], *value: Any) -> dict[str, Any]:
    """The record with something else at that place, or with nothing there."""
    changed = copy.deepcopy(whole)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if value:
        (place[path[-1]],) = value
    else:
        del place[path[-1]]
    return changed


def _paths(value: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield (*before, key)
        yield from _paths(inner, *before, key)


def _nonsense(random: Random, depth: int) -> Any:
    kind = random.randrange(5 if depth else 3)
    if kind == 3:
        return [_nonsense(random, depth - 1) for _ in range(3)]
    if kind == 4:
        keys = [*made(UNITS, SLOTS), "slot"]
        known = {"version": drawing.VERSION, "mode": "serial"}
        return known | {key: _nonsense(random, depth - 1) for key in random.sample(keys[3:], 9)}
    return random.choice((None, True, 0, -1, 1.5, "", "s1", "2026-11-01T10:00:00+09:00"))


def test_a_verifier_of_its_own_agrees_on_a_thousand_rounds() -> None:
    random = Random(20261122)
    drawn = broken = 0
    for n in range(1000):
        mode = random.choice(list(RoundMode))
        units, slots = some_round(random, mode=mode)
        needed = drawing.needs_draw(units, slots)
        record = made(units, slots, mode=mode, entropy=str(n) if needed else None)
        drawn += needed

        assert codes(record) == []
        assert draw_by_hand.agrees(record)

        results = record["results"]
        if len(results) > 1:
            one, other = random.sample(results, 2)
            key = random.choice(("slot", "waitlist", "class", "number"))
            one[key], other[key] = other[key], one[key]
            broken += bool(codes(record))
            assert draw_by_hand.agrees(record) == (codes(record) == [])

    assert 400 < drawn < 1000
    assert 400 < broken < 1000


# --- supplements -------------------------------------------------------------


def _supplement(record: dict[str, Any]) -> dict[str, Any]:
    """The slot s2 is cancelled: who was in it is placed again, and a late one with them."""
    placed = {result["entry"]: result["slot"] for result in record["results"]}
    waiting = [
        Queued(result["entry"], result["class"], result["number"])
        for result in record["results"]
        if result["slot"] is None
    ]
    return drawing.supplement(
        record,
        displaced=[unit for unit in UNITS if placed[unit.entry] == "s2"],
        late=[Unit("L-1", 1, 0, ("s1",))],
        cancelled=["s2"],
        left={"s1": 1},
        waiting={"s1": waiting},
        at=AT + timedelta(days=9),
        drawn=Drawn(None, None, None, "0.1.0"),
    )


def test_a_supplement_holds_by_itself_and_with_the_record_of_its_draw() -> None:
    record = made(UNITS, SLOTS)

    added = json.loads(json.dumps(_supplement(record)))

    assert [result["slot"] for result in added["results"]] == ["s1", None]
    assert added["results"][1]["waitlist"] == [{"slot": "s1", "position": 3}]
    assert added["seed"] == record["seed"]
    assert drawing.verify(added) == ()
    assert drawing.verify_supplement(added, record) == ()


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("manifest_sha256", "0" * 64, "other_draw"),
        ("mode", "soft_reserves", "other_draw"),
        ("left", [{"slot": "s1", "places": 3}], "more_left_than_places"),
        ("left", [{"slot": "s1", "places": 0}], "placement_wrong"),
        ("cancelled", ["s1"], "cancelled_slot_open"),
        ("entropy", "another", "seed_mismatch"),
        ("displaced", [], "result_unknown"),
        (
            "displaced",
            ['{"choices":["s1"],"class":0,"entry":"A-0001","size":1}'],
            "not_in_manifest",
        ),
        ("displaced", ["x"], "line_not_canonical"),
        ("late", ["x"], "late_not_canonical"),
        ("waiting", None, "malformed"),
        ("version", "2", "not_a_supplement"),
    ],
)
def test_a_supplement_that_was_changed_is_found(key: str, value: object, code: str) -> None:
    record = made(UNITS, SLOTS)

    findings = drawing.verify_supplement({**_supplement(record), key: value}, record)

    assert code in [finding.code for finding in findings]
    assert all(finding_words(finding) for finding in findings)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        ({"number": "00" * 32}, "number_mismatch"),
        ({"number": None}, "number_mismatch"),
        ({"class": 0}, "class_mismatch"),
    ],
    ids=["a-better-number", "no-number", "a-better-class"],
)
def test_who_waits_is_not_put_before_or_behind_others(
    forged: dict[str, object], code: str
) -> None:
    record = made(UNITS, SLOTS)
    whole = _supplement(record)
    waiting = copy.deepcopy(whole["waiting"])
    waiting[0]["entries"][-1].update(forged)

    findings = drawing.verify_supplement({**whole, "waiting": waiting}, record)

    assert code in [finding.code for finding in findings]


def test_a_supplement_of_a_round_without_a_draw_brings_its_own() -> None:
    units = [Unit("A", 1, 0, ("s1", "s2")), Unit("B", 1, 0, ("s1", "s2"))]
    record = made(units, [DrawSlot("s1", 2), DrawSlot("s2", 1)], entropy=None)

    added = drawing.supplement(
        record,
        displaced=units,
        cancelled=["s1"],
        left={"s2": 1},
        waiting={},
        at=AT + timedelta(days=9),
        drawn=Drawn("6 6 1", "さいころ", AT + timedelta(days=9), "0.1.0"),
    )

    assert sorted(result["slot"] or "" for result in added["results"]) == ["", "s2"]
    assert drawing.verify_supplement(added, record) == ()
    findings = drawing.verify({**added, "entropy": None, "seed": None})
    assert [finding.code for finding in findings] == ["entropy_missing"]
