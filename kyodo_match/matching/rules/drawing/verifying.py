"""A record is checked by doing the draw again: every step, from what was published alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kyodo_match.matching.errors.drawing import Facts, Finding
from kyodo_match.matching.rules.drawing import checking, lines, numbers, shape
from kyodo_match.matching.rules.drawing.comparing import compared
from kyodo_match.matching.rules.drawing.manifest import manifest_sha256
from kyodo_match.matching.rules.drawing.steps import draw
from kyodo_match.matching.rules.drawing.supplement_record import (
    VERSION_OF_SUPPLEMENTS,
    verify_supplement,
)
from kyodo_match.matching.rules.drawing.units import DrawSlot, Result, Unit, needs_draw


def verify(record: object) -> tuple[Finding, ...]:
    """Everything that is wrong with a record, before or after its draw; nothing where it holds.

    Takes anything: what cannot be read is a finding too. The codes and what is checked in which
    order are part of docs/rules/draw.md.
    """
    if not isinstance(record, dict):
        return (Finding("not_a_record"),)
    version = record.get("version")
    if version == VERSION_OF_SUPPLEMENTS:
        return verify_supplement(record)
    if version != numbers.VERSION:
        said = str(version) if lines.is_text(version) else None
        return (Finding("unknown_version", {"version": said}),)
    return tuple(_of_draw(record))


def is_announcement(record: object) -> bool:
    """Whether it is what stands at the address of a record before there is a list to check."""
    return (
        isinstance(record, dict)
        and record.get("version") == numbers.VERSION
        and not {"manifest", "results"} & record.keys()
    )


def _of_draw(record: Mapping[str, Any]) -> Iterator[Finding]:
    announced = shape.announced(record)
    if not isinstance(announced, shape.Announced):
        yield from announced
        return
    units, unreadable = lines.read(announced.lines)
    unfit = (*unreadable, *_contradictions(units, announced))
    yield from unfit
    yield from _hash(announced)
    outcome = shape.outcome(record)
    if isinstance(outcome, shape.Outcome):
        yield from _times(announced, outcome)
        if not unfit:  # else nothing can be drawn from this list
            yield from _drawing(units, announced, outcome)
    elif outcome is not None:
        yield from outcome


def _contradictions(units: Sequence[Unit], announced: shape.Announced) -> Iterator[Finding]:
    for of, times in Counter(announced.classes).items():
        if times > 1:
            yield Finding("class_twice", {"class": of})
    yield from checking.of_slots(announced.slots, announced.mode)
    yield from checking.between(units, announced.slots, announced.classes)
    for entry in checking.parties(units, announced.mode):
        yield Finding("party_with_reserves", {"entry": entry})


def _hash(announced: shape.Announced) -> Iterator[Finding]:
    """The lines as they stand there, each with its line end, against the published SHA-256."""
    sha256 = None  # where a line is no text it was found already
    written = [line for line in announced.lines if isinstance(line, str)]
    if len(written) == len(announced.lines) and not any(map(lines.is_broken, written)):
        sha256 = manifest_sha256("".join(f"{line}\n" for line in written))
    if sha256 != announced.sha256:
        yield Finding("hash_mismatch", {"expected": sha256, "found": announced.sha256})


def _times(announced: shape.Announced, outcome: shape.Outcome) -> Iterator[Finding]:
    recorded_at = outcome.entropy_recorded_at
    if recorded_at is not None and recorded_at < announced.published_at:
        yield Finding("entropy_before_manifest")


def _drawing(
    units: Sequence[Unit], announced: shape.Announced, outcome: shape.Outcome
) -> Iterator[Finding]:
    """The draw done again, from the entropy: the seed, then every result."""
    public = (
        outcome.entropy,
        outcome.entropy_source,
        outcome.entropy_recorded_at,
        outcome.seed,
    )
    seed = None
    if not needs_draw(units, announced.slots):
        if any(fact is not None for fact in public):
            yield Finding("draw_not_needed")
    elif outcome.entropy is None or None in public:
        yield Finding("entropy_missing")
        return
    else:
        seed = numbers.seed(announced.round_id, outcome.entropy)
        if seed.hex() != outcome.seed:
            yield Finding("seed_mismatch", {"expected": seed.hex(), "found": outcome.seed})
    expected = draw(units, announced.slots, seed=seed, mode=announced.mode)
    yield from compared(expected, outcome.results)
    yield from _capacity(units, announced.slots, outcome.results)


def _capacity(
    units: Sequence[Unit], slots: Sequence[DrawSlot], results: Sequence[Result]
) -> Iterator[Finding]:
    """What the results as published put into each slot."""
    sizes = {unit.entry: unit.size for unit in units}
    taken: Counter[str] = Counter()
    for result in results:
        if result.slot is not None:
            taken[result.slot] += sizes.get(result.entry, 0)
    for slot in slots:
        if taken[slot.id] > slot.capacity:
            facts: Facts = {"slot": slot.id, "capacity": slot.capacity, "found": taken[slot.id]}
            yield Finding("capacity_exceeded", facts)
