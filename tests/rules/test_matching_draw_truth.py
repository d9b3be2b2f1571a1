"""Nobody gains by other choices than their own: every misreport of small rounds is tried.

Two rules that look just as fair are kept beside ours. They fail the same search, which shows
that it finds what it looks for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode

SEED = drawing.seed("small rounds", "1")
NUMBERS = {f"A{n}": drawing.number(SEED, f"A{n}") for n in range(6)}
Rule = Callable[[Sequence[Unit], Sequence[DrawSlot]], dict[str, str | None]]


def ours(units: Sequence[Unit], slots: Sequence[DrawSlot]) -> dict[str, str | None]:
    results = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SERIAL)
    return {result.entry: result.slot for result in results}


def ours_with_reserves(units: Sequence[Unit], slots: Sequence[DrawSlot]) -> dict[str, str | None]:
    results = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SOFT_RESERVES)
    return {result.entry: result.slot for result in results}


def first_choices_first(units: Sequence[Unit], slots: Sequence[DrawSlot]) -> dict[str, str | None]:
    """The bad rule that everybody proposes: second choices count once all first ones are met."""
    left = {slot.id: slot.capacity for slot in slots}
    placed: dict[str, str | None] = {unit.entry: None for unit in units}
    for rank in range(len(slots)):
        for unit in in_order(units, RoundMode.SERIAL):
            wanted = unit.choices[rank : rank + 1]
            if placed[unit.entry] is None and wanted and left[wanted[0]] >= unit.size:
                left[wanted[0]] -= unit.size
                placed[unit.entry] = wanted[0]
    return placed


def released_and_run_again(
    units: Sequence[Unit], slots: Sequence[DrawSlot]
) -> dict[str, str | None]:
    """The bad rule for reserves: keep them hard, release what nobody took, draw once more."""
    taken = _hard(units, slots, {slot.id: slot.reserves for slot in slots})[1]
    return _hard(units, slots, taken)[0]


def _hard(
    units: Sequence[Unit], slots: Sequence[DrawSlot], reserves: Mapping[str, Mapping[int, int]]
) -> tuple[dict[str, str | None], dict[str, dict[int, int]]]:
    kept = {slot.id: dict(reserves[slot.id]) for slot in slots}
    left = {slot.id: slot.capacity - sum(reserves[slot.id].values()) for slot in slots}
    taken: dict[str, dict[int, int]] = {slot.id: {} for slot in slots}
    placed: dict[str, str | None] = {}
    for unit in in_order(units, RoundMode.SOFT_RESERVES):
        placed[unit.entry] = None
        for slot in unit.choices:
            of = unit.draw_class
            if kept[slot].get(of, 0):
                kept[slot][of] -= 1
                taken[slot][of] = taken[slot].get(of, 0) + 1
            elif left[slot]:
                left[slot] -= 1
            else:
                continue
            placed[unit.entry] = slot
            break
    return placed, taken


def in_order(units: Sequence[Unit], mode: RoundMode) -> list[Unit]:
    """Both bad rules have the order of ours, so that only what they do with it is judged."""
    if mode is RoundMode.SOFT_RESERVES:
        return sorted(units, key=lambda unit: NUMBERS[unit.entry])
    return sorted(units, key=lambda unit: (unit.draw_class, NUMBERS[unit.entry]))


def parties(random: Random) -> tuple[list[Unit], list[DrawSlot]]:
    """Four parties for three slots of a few places."""
    slots = [DrawSlot(f"s{n}", random.randint(1, 3)) for n in range(3)]
    return [_unit(n, random, slots, random.choice((1, 1, 2))) for n in range(4)], slots


def singles(random: Random) -> tuple[list[Unit], list[DrawSlot]]:
    """Six single people of three classes for three slots that keep places for some."""
    slots = [
        DrawSlot(f"s{n}", random.randint(1, 2), None, random.choice(({}, {0: 1}, {1: 1})))
        for n in range(3)
    ]
    return [_unit(n, random, slots, 1) for n in range(6)], slots


def _unit(n: int, random: Random, slots: Sequence[DrawSlot], size: int) -> Unit:
    choices = random.sample([slot.id for slot in slots], random.randint(1, 3))
    return Unit(f"A{n}", size, random.randint(0, 2), tuple(choices))


def gaining_misreports(
    rule: Rule, make: Callable[[Random], tuple[list[Unit], list[DrawSlot]]], *, rounds: int
) -> Iterator[tuple[Sequence[Unit], Unit, tuple[str, ...]]]:
    """Every list of choices with which somebody gets more of what they truly want."""
    random = Random(20261122)
    for _ in range(rounds):
        units, slots = make(random)
        ids = [slot.id for slot in slots]
        lists = [said for length in range(4) for said in permutations(ids, length)]
        truthful = rule(units, slots)
        for at, unit in enumerate(units):
            got = _worth(unit, truthful[unit.entry])
            if got == 0:
                continue  # there is nothing better
            for said in lists:
                others = [*units[:at], replace(unit, choices=said), *units[at + 1 :]]
                if _worth(unit, rule(others, slots)[unit.entry]) < got:
                    yield units, unit, said


def _worth(unit: Unit, slot: str | None) -> int:
    """0 is the first choice; a slot that is not wanted is worth less than none."""
    if slot is None:
        return len(unit.choices)
    return unit.choices.index(slot) if slot in unit.choices else len(unit.choices) + 1


def test_no_misreport_gains_in_serial_order() -> None:
    assert list(gaining_misreports(ours, parties, rounds=400)) == []


def test_first_choices_first_rewards_those_who_guess_well() -> None:
    assert len(list(gaining_misreports(first_choices_first, parties, rounds=400))) > 20


def test_no_misreport_gains_among_soft_reserves() -> None:
    assert list(gaining_misreports(ours_with_reserves, singles, rounds=300)) == []


def test_releasing_reserves_and_running_again_rewards_those_who_guess_well() -> None:
    assert len(list(gaining_misreports(released_and_run_again, singles, rounds=300))) > 5
