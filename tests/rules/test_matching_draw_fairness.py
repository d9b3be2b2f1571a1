"""What a draw promises, over many small rounds: nobody is passed over, no place is wasted."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

import pytest

from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import DrawSlot, Result, Unit
from kyodo_match.matching.rules.rounds import RoundMode
from tests.support.make_draws import some_round

MODES = list(RoundMode)
ROUNDS = 300
SEEDS = 20_000
FAR_OUT = 50.8  # of 19 degrees of freedom: one in ten thousand lies beyond


def drawn(
    mode: RoundMode, rounds: int = ROUNDS
) -> Iterator[tuple[dict[str, Unit], dict[str, DrawSlot], tuple[Result, ...]]]:
    """Rounds with their results in drawing order; the entropy is another each time."""
    random = Random(7)
    for n in range(rounds):
        units, slots = some_round(random, mode=mode)
        results = drawing.draw(units, slots, seed=drawing.seed("r", str(n)), mode=mode)
        yield {unit.entry: unit for unit in units}, {slot.id: slot for slot in slots}, results


@pytest.mark.parametrize("mode", MODES)
def test_a_unit_is_whole_in_one_slot_that_it_listed_or_nowhere(mode: RoundMode) -> None:
    for units, _slots, results in drawn(mode):
        assert sorted(result.entry for result in results) == sorted(units)
        assert all(
            result.slot is None or result.slot in units[result.entry].choices for result in results
        )


@pytest.mark.parametrize("mode", MODES)
def test_no_slot_holds_more_people_than_it_has_places(mode: RoundMode) -> None:
    for units, slots, results in drawn(mode):
        assert all(_left(units, slots, results)[slot] >= 0 for slot in slots)


@pytest.mark.parametrize("mode", MODES)
def test_no_place_stays_empty_that_somebody_unplaced_could_take(mode: RoundMode) -> None:
    wanting = 0
    for units, slots, results in drawn(mode):
        left = _left(units, slots, results)
        for result in results:
            unit = units[result.entry]
            if result.slot is None:
                wanting += 1
                assert all(left[slot] < unit.size for slot in unit.choices)

    assert wanting > ROUNDS


def test_nobody_envies_a_party_no_bigger_that_comes_later() -> None:
    for units, _slots, results in drawn(RoundMode.SERIAL):
        for at, result in enumerate(results):
            unit = units[result.entry]
            for later in results[at + 1 :]:
                if later.slot in _better(unit, result.slot):
                    assert units[later.entry].size < unit.size


def test_among_reserves_nobody_envies_an_open_place_of_a_worse_number_nor_ones_own_class() -> None:
    passed_over = 0
    for units, slots, results in drawn(RoundMode.SOFT_RESERVES):
        reserved, opened = _reserved_and_open(slots, results)
        for result in results:
            for slot in _better(units[result.entry], result.slot):
                own = reserved[slot, result.draw_class]
                assert all(_number(other) < _number(result) for other in (*opened[slot], *own))
                passed_over += any(
                    _number(other) > _number(result)
                    for draw_class in slots[slot].reserves
                    for other in reserved[slot, draw_class]
                )

    assert passed_over > ROUNDS / 10


def _number(result: Result) -> str:
    """The number in hex; where nothing was drawn nobody got less than their first choice."""
    return result.number or ""


def _reserved_and_open(
    slots: dict[str, DrawSlot], results: tuple[Result, ...]
) -> tuple[dict[tuple[str, int], list[Result]], dict[str, list[Result]]]:
    """Of those in a slot, the best of a class have its reserved places, all others open ones."""
    reserved: dict[tuple[str, int], list[Result]] = defaultdict(list)
    opened: dict[str, list[Result]] = defaultdict(list)
    for result in sorted(results, key=_number):
        if result.slot is None:
            continue
        own = reserved[result.slot, result.draw_class]
        most = slots[result.slot].reserves.get(result.draw_class, 0)
        (own if len(own) < most else opened[result.slot]).append(result)
    return reserved, opened


@pytest.mark.parametrize("mode", MODES)
def test_the_order_of_the_input_changes_nothing(mode: RoundMode) -> None:
    random = Random(11)
    for _ in range(ROUNDS):
        units, slots = some_round(random, mode=mode)
        seed = drawing.seed("r", "3 5 1")

        before = drawing.draw(units, slots, seed=seed, mode=mode)
        text = drawing.manifest(units)
        random.shuffle(units)
        random.shuffle(slots)

        assert drawing.draw(units, slots, seed=seed, mode=mode) == before
        assert drawing.manifest(units) == text


@pytest.mark.parametrize("mode", MODES)
def test_waitlists_count_those_who_got_nothing_in_drawing_order(mode: RoundMode) -> None:
    for units, slots, results in drawn(mode):
        for slot in slots:
            wanting = [
                result.entry
                for result in results
                if result.slot is None and slot in units[result.entry].choices
            ]
            listed = [
                (at.position, result.entry)
                for result in results
                for at in result.waitlist
                if at.slot == slot
            ]
            assert listed == list(enumerate(wanting, 1))


def _left(
    units: dict[str, Unit], slots: dict[str, DrawSlot], results: tuple[Result, ...]
) -> dict[str, int]:
    left = {slot.id: slot.capacity for slot in slots.values()}
    for result in results:
        if result.slot is not None:
            left[result.slot] -= units[result.entry].size
    return left


def _better(unit: Unit, slot: str | None) -> tuple[str, ...]:
    """What it would rather have had."""
    return unit.choices if slot is None else unit.choices[: unit.choices.index(slot)]


# --- chance ------------------------------------------------------------------


def test_equals_have_an_equal_chance() -> None:
    """20 single applicants for 5 places; χ² of who is placed, over 20,000 draws."""
    units = [Unit(f"A-{n:04}", 1, 0, ("s1",)) for n in range(1, 21)]
    slots = [DrawSlot("s1", 5)]
    placed: Counter[str] = Counter()
    for n in range(SEEDS):
        results = drawing.draw(units, slots, seed=drawing.seed("r", str(n)), mode=RoundMode.SERIAL)
        placed.update(result.entry for result in results[:5])

    assert _chi_squared(placed, chance=0.25) < FAR_OUT


def test_the_measure_of_chance_sees_an_unequal_one() -> None:
    """The same draws by the first digit of the number alone: the earlier entry wins a tie."""
    entries = [f"A-{n:04}" for n in range(1, 21)]
    placed: Counter[str] = Counter()
    for n in range(SEEDS):
        seed = drawing.seed("r", str(n))
        placed.update(sorted(entries, key=lambda entry: drawing.number(seed, entry)[0])[:5])

    assert _chi_squared(placed, chance=0.25) > FAR_OUT


def _chi_squared(placed: Counter[str], *, chance: float) -> float:
    """Of places given without putting back: n − 1 over n of the sum of squared deviations."""
    variance = SEEDS * chance * (1 - chance)
    squares = sum((times - SEEDS * chance) ** 2 for times in placed.values())
    return squares / variance * (len(placed) - 1) / len(placed)


def test_a_bigger_party_is_placed_less_often_and_the_page_can_say_how_often() -> None:
    sizes = [1] * 12 + [2] * 6 + [4] * 2
    units = [Unit(f"A-{n:02}", size, 0, ("s1",)) for n, size in enumerate(sizes)]

    odds = drawing.odds(units, [DrawSlot("s1", 10)], mode=RoundMode.SERIAL, tries=3000)

    assert odds == {
        1: pytest.approx(0.358, abs=0.01),
        2: pytest.approx(0.310, abs=0.01),
        4: pytest.approx(0.248, abs=0.015),
    }


def test_one_late_paper_form_changes_few_other_results() -> None:
    """1,000 applications for 500 places; a seeded shuffle deals everybody's numbers anew."""
    random = Random(3)
    slots = [DrawSlot(f"s{n}", 50) for n in range(10)]
    ids = [slot.id for slot in slots]
    units = [Unit(f"A-{n:04}", 1, 0, tuple(random.sample(ids, 3))) for n in range(1, 1001)]
    late = Unit("A-1001", 1, 0, tuple(ids[:3]))
    seed = drawing.seed("r", "3 5 1")

    ours = _changed(_drawn(units, slots, seed), _drawn([*units, late], slots, seed))
    shuffled = _changed(_shuffled(units, slots, seed), _shuffled([*units, late], slots, seed))

    assert ours <= 5
    assert shuffled > 100


def _changed(before: dict[str, str | None], after: dict[str, str | None]) -> int:
    return sum(after[entry] != slot for entry, slot in before.items())


def _drawn(units: list[Unit], slots: list[DrawSlot], seed: bytes) -> dict[str, str | None]:
    results = drawing.draw(units, slots, seed=seed, mode=RoundMode.SERIAL)
    return {result.entry: result.slot for result in results}


def _shuffled(units: list[Unit], slots: list[DrawSlot], seed: bytes) -> dict[str, str | None]:
    order = sorted(units, key=lambda unit: unit.entry)
    Random(hashlib.sha256(seed).digest()).shuffle(order)
    left = {slot.id: slot.capacity for slot in slots}
    placed: dict[str, str | None] = {}
    for unit in order:
        slot = next((choice for choice in unit.choices if left[choice]), None)
        if slot is not None:
            left[slot] -= 1
        placed[unit.entry] = slot
    return placed
