"""The draw, step by step: what goes in, what comes out, and what is refused."""

import hashlib

import pytest

from kyodo_match.matching.errors.drawing import (
    EntropyMissing,
    Finding,
    NotDrawable,
    PartiesWithReserves,
)
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import DrawSlot, Queued, Result, Unit, Waiting
from kyodo_match.matching.rules.rounds import RoundMode

SEED = drawing.seed("r1", "3 5 1")


def unit(entry: str, *choices: str, size: int = 1, draw_class: int = 0) -> Unit:
    return Unit(entry, size, draw_class, choices)


def places(results: tuple[Result, ...]) -> dict[str, str | None]:
    return {result.entry: result.slot for result in results}


def test_a_line_of_the_manifest_is_written_in_one_way_only() -> None:
    text = drawing.manifest([unit("B", "s1"), Unit("A-0012", 2, 0, ("s7", "s2"))])

    assert text == (
        '{"choices":["s7","s2"],"class":0,"entry":"A-0012","size":2}\n'
        '{"choices":["s1"],"class":0,"entry":"B","size":1}\n'
    )
    assert drawing.manifest(drawing.read_manifest(text)) == text


def test_what_looks_the_same_is_one_entry() -> None:
    with pytest.raises(NotDrawable) as refused:
        drawing.manifest([unit("が", "s1"), unit("か\u3099", "s1")])

    assert refused.value.findings == (Finding("entry_twice", {"entry": "が"}),)


def test_everything_that_contradicts_itself_is_named_at_once() -> None:
    units = [
        unit("A", "s1", "s1"),
        unit("B", "s9"),
        unit("C", "s1", size=6),
        unit("D", *"abcdef"),
    ]

    with pytest.raises(NotDrawable) as refused:
        drawing.draw(units, [DrawSlot("s1", 1)], seed=SEED, mode=RoundMode.SERIAL)

    codes = [finding.code for finding in refused.value.findings]
    assert codes == [
        "choice_twice",
        "size_out_of_range",
        "too_many_choices",
        *["slot_unknown"] * 7,
    ]


def test_the_seed_is_that_of_the_text_as_it_is_given() -> None:
    composed, decomposed = "だいす", "\u305f\u3099いす"

    seeds = [drawing.seed("第1回", entropy) for entropy in (composed, decomposed)]

    assert seeds == [
        hashlib.sha256(f"kyodo-match/draw/v1|第1回|{entropy}".encode()).digest()
        for entropy in (composed, decomposed)
    ]
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize("entropy", ["", "3 5\n1", "\ud800"])
def test_what_a_record_cannot_carry_makes_no_seed(entropy: str) -> None:
    with pytest.raises(NotDrawable) as refused:
        drawing.seed("r1", entropy)

    assert refused.value.findings == (Finding("malformed", {"key": "entropy"}),)


def test_nobody_is_drawn_where_everybody_gets_their_first_choice() -> None:
    units = [unit("A", "s1", size=2), unit("B", "s2", draw_class=1), unit("C"), unit("D", "s1")]

    results = drawing.draw(
        units, [DrawSlot("s1", 3), DrawSlot("s2", 1)], seed=None, mode=RoundMode.SERIAL
    )

    assert results == (
        Result("A", 0, None, "s1", ()),
        Result("C", 0, None, None, ()),
        Result("D", 0, None, "s1", ()),
        Result("B", 1, None, "s2", ()),
    )


def test_one_person_too_many_makes_a_draw() -> None:
    units = [unit("A", "s1", size=2), unit("B", "s1")]

    with pytest.raises(EntropyMissing):
        drawing.draw(units, [DrawSlot("s1", 2)], seed=None, mode=RoundMode.SERIAL)


def test_in_the_order_of_the_numbers_each_takes_the_best_that_is_left() -> None:
    units = [unit(f"A-{n}", "s1", "s2") for n in range(4)]

    results = drawing.draw(
        units, [DrawSlot("s1", 1), DrawSlot("s2", 1)], seed=SEED, mode=RoundMode.SERIAL
    )

    numbers = [result.number for result in results]
    assert numbers == sorted(drawing.number(SEED, unit.entry) for unit in units)
    assert [result.slot for result in results] == ["s1", "s2", None, None]
    assert results[3].waitlist == (Waiting("s1", 2), Waiting("s2", 2))


def test_a_reserve_is_for_its_class_first_and_for_others_after() -> None:
    slots = [DrawSlot("s1", 2, None, {1: 1})]
    *others, last = sorted("ABCD", key=lambda entry: drawing.number(SEED, entry))
    units = [unit(entry, "s1") for entry in others]
    newcomer = unit(last, "s1", draw_class=1)

    without = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SOFT_RESERVES)
    with_one = drawing.draw([*units, newcomer], slots, seed=SEED, mode=RoundMode.SOFT_RESERVES)

    assert [result.slot for result in without] == ["s1", "s1", None]
    assert [result.slot for result in with_one] == ["s1", None, None, "s1"]


def test_so_many_places_for_residents_and_the_rest_equally() -> None:
    """Two residents have the worst numbers: one has the reserved place, and that is all."""
    by_number = sorted("ABCDE", key=lambda entry: drawing.number(SEED, entry))
    resident, other = 0, 1
    classes = dict(zip(by_number, (other, other, other, resident, resident), strict=True))
    units = [unit(entry, "s1", draw_class=classes[entry]) for entry in by_number]
    slots = [DrawSlot("s1", 3, None, {resident: 1})]

    results = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SOFT_RESERVES)

    assert [result.entry for result in results] == by_number
    assert [result.slot for result in results] == ["s1", "s1", None, "s1", None]
    assert [result.waitlist for result in results[2::2]] == [
        (Waiting("s1", 1),),
        (Waiting("s1", 2),),
    ]


def test_without_a_draw_a_class_of_reserves_changes_nothing_either() -> None:
    units = [unit("B", "s1"), unit("A", "s1", draw_class=1)]

    results = drawing.draw(
        units, [DrawSlot("s1", 2, None, {0: 1})], seed=None, mode=RoundMode.SOFT_RESERVES
    )

    assert [result.entry for result in results] == ["A", "B"]


def test_parties_and_reserves_do_not_go_together() -> None:
    units = [unit("A", "s1", size=2), unit("B", "s1")]

    with pytest.raises(PartiesWithReserves) as refused:
        drawing.draw(
            units, [DrawSlot("s1", 1, None, {0: 1})], seed=SEED, mode=RoundMode.SOFT_RESERVES
        )

    assert refused.value.entries == ("A",)


def test_late_ones_come_after_everyone_in_the_order_of_their_receipt() -> None:
    late = [unit("L2", "s1", size=2), unit("L1", "s1", "s2"), unit("L3", "s1")]
    waiting = {"s2": [Queued("A-1", 0, "ab")]}

    results = drawing.place_again(
        (), seed=None, mode=RoundMode.SERIAL, late=late, left={"s1": 1, "s2": 0}, waiting=waiting
    )

    assert results == (
        Result("L2", 0, None, None, (Waiting("s1", 1),)),
        Result("L1", 0, None, "s1", ()),
        Result("L3", 0, None, None, (Waiting("s1", 2),)),
    )


def test_after_a_draw_with_reserves_the_number_decides_whatever_the_class() -> None:
    better, worse = sorted("AB", key=lambda entry: drawing.number(SEED, entry))
    displaced = [unit(better, "s1", "s2", draw_class=2), unit(worse, "s1", "s2")]
    waiting = {"s2": [Queued("Z", 0, "ff" * 32)]}

    results = drawing.place_again(
        displaced, seed=SEED, mode=RoundMode.SOFT_RESERVES, left={"s2": 1}, waiting=waiting
    )

    assert places(results) == {better: "s2", worse: None}
    assert results[1].waitlist == (Waiting("s2", 1),)


def test_after_a_cancellation_only_the_displaced_are_placed_again() -> None:
    displaced = [unit(f"A-{n}", "s1", "s2", "s3") for n in range(3)]
    first, second, third = sorted(displaced, key=lambda unit: drawing.number(SEED, unit.entry))
    waiting = {"s2": [Queued("Z", 0, "ff" * 32), Queued("late", 0, None)]}

    results = drawing.place_again(
        displaced,
        seed=SEED,
        mode=RoundMode.SERIAL,
        left={"s2": 2},
        waiting=waiting,
        late=[unit("L", "s1", "s2")],
    )

    assert places(results) == {
        first.entry: "s2",
        second.entry: "s2",
        third.entry: None,
        "L": None,
    }
    assert results[2].waitlist == (Waiting("s2", 1),)
    assert results[3].waitlist == (Waiting("s2", 4),)


def test_without_a_draw_the_displaced_need_one_only_where_they_do_not_all_fit() -> None:
    displaced = [unit("A", "s1", "s2"), unit("B", "s1", "s2")]

    fitting = drawing.place_again(
        displaced, seed=None, mode=RoundMode.SERIAL, left={"s2": 2}, waiting={}
    )
    with pytest.raises(EntropyMissing):
        drawing.place_again(
            displaced, seed=None, mode=RoundMode.SERIAL, left={"s2": 1}, waiting={}
        )

    assert places(fitting) == {"A": "s2", "B": "s2"}
