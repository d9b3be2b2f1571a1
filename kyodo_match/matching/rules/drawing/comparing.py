"""Results as they should be, against results as they were published."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kyodo_match.matching.errors.drawing import Facts, Finding
from kyodo_match.matching.rules.drawing.units import Result


def compared(expected: Sequence[Result], found: Sequence[Result]) -> Iterator[Finding]:
    """Who is missing or too many, then the order, then each result by its parts."""
    by_entry = {result.entry: result for result in found}
    wanted = [result.entry for result in expected]
    known = set(wanted)
    times = Counter(result.entry for result in found)
    odd = {
        "result_missing": [entry for entry in wanted if entry not in times],
        "result_unknown": [entry for entry in times if entry not in known],
        "result_twice": [entry for entry in times if times[entry] > 1],
    }
    for code, entries in odd.items():
        for entry in entries:
            yield Finding(code, {"entry": entry})
    if not any(odd.values()):
        yield from _order(expected, found)
    for right in expected:
        if right.entry in by_entry:
            yield from _parts(right, by_entry[right.entry])


def _order(expected: Sequence[Result], found: Sequence[Result]) -> Iterator[Finding]:
    """The first place where another stands than should: all that follow have moved with it."""
    for position, (right, given) in enumerate(zip(expected, found, strict=True), 1):
        if right.entry != given.entry:
            facts: Facts = {"position": position, "expected": right.entry, "found": given.entry}
            yield Finding("order_wrong", facts)
            return


def _parts(right: Result, given: Result) -> Iterator[Finding]:
    entry = right.entry
    if right.draw_class != given.draw_class:
        facts: Facts = {"entry": entry, "expected": right.draw_class, "found": given.draw_class}
        yield Finding("class_mismatch", facts)
    if right.number != given.number:
        yield Finding(
            "number_mismatch", {"entry": entry, "expected": right.number, "found": given.number}
        )
    if right.slot != given.slot:
        yield Finding(
            "placement_wrong", {"entry": entry, "expected": right.slot, "found": given.slot}
        )
    if right.waitlist != given.waitlist:
        yield Finding("waitlist_wrong", {"entry": entry})
