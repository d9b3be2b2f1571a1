"""The record of what was placed after the draw: an annex to the record of the draw.

It carries all that it was made from, so that it is checked by itself; together with the record
of the draw it is checked that both are about the same entries, numbers and slots.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from kyodo_match.matching.errors.drawing import EntropyMissing, Finding, NotDrawable
from kyodo_match.matching.rules.drawing import lines, numbers, shape
from kyodo_match.matching.rules.drawing.comparing import compared
from kyodo_match.matching.rules.drawing.lines import is_text, is_whole
from kyodo_match.matching.rules.drawing.record import Drawn, moment, result_as_json
from kyodo_match.matching.rules.drawing.shape import Part, has, is_list, is_written, or_null
from kyodo_match.matching.rules.drawing.supplements import Queued, place_again
from kyodo_match.matching.rules.drawing.units import Unit
from kyodo_match.matching.rules.rounds import RoundMode

VERSION_OF_SUPPLEMENTS = "kyodo-match/draw-supplement/v1"
_is_queued = has((("entry", is_written), ("class", is_whole), ("number", or_null(is_text))))
_PARTS: tuple[Part, ...] = (
    ("round", is_text),
    ("mode", is_text),
    ("manifest_sha256", is_text),
    ("at", shape.is_moment),
    ("cancelled", is_list),
    ("left", is_list),
    ("waiting", is_list),
    ("displaced", is_list),
    ("late", is_list),
    *shape.AFTER,
)
_ITEMS = {
    **shape.ITEMS,
    "cancelled": is_written,
    "left": has((("slot", is_written), ("places", is_whole))),
    "waiting": has(
        (
            ("slot", is_written),
            ("entries", lambda value: isinstance(value, list) and all(map(_is_queued, value))),
        )
    ),
}


def supplement(
    of: Mapping[str, Any],
    *,
    displaced: Sequence[Unit] = (),
    late: Sequence[Unit] = (),
    cancelled: Sequence[str] = (),
    left: Mapping[str, int],
    waiting: Mapping[str, Sequence[Queued]],
    at: datetime,
    drawn: Drawn,
) -> dict[str, Any]:
    """The record of placing late applications, or again those of cancelled slots, as JSON.

    `of` is the whole record of the draw; its entropy counts. Only where it has none and the
    displaced do not all fit, `drawn` brings what was drawn for them. The placing is
    `place_again`'s; raises what that raises.
    """
    if of["entropy"] is not None:
        public = {key: of[key] for key in ("entropy", "entropy_source", "entropy_recorded_at")}
    else:
        recorded_at = drawn.entropy_recorded_at
        public = {
            "entropy": drawn.entropy,
            "entropy_source": drawn.entropy_source,
            "entropy_recorded_at": None if recorded_at is None else moment(recorded_at),
        }
    seed = None if public["entropy"] is None else numbers.seed(of["round"], public["entropy"])
    mode = RoundMode(of["mode"])
    results = place_again(displaced, seed=seed, mode=mode, left=left, waiting=waiting, late=late)
    return {
        "version": VERSION_OF_SUPPLEMENTS,
        "round": of["round"],
        "mode": mode.value,
        "manifest_sha256": of["manifest_sha256"],
        "at": moment(at),
        "cancelled": list(cancelled),
        "left": [{"slot": slot, "places": places} for slot, places in left.items()],
        "waiting": [
            {
                "slot": slot,
                "entries": [
                    {"entry": one.entry, "class": one.draw_class, "number": one.number}
                    for one in queue
                ],
            }
            for slot, queue in waiting.items()
        ],
        "displaced": [
            lines.written(unit) for unit in sorted(displaced, key=lambda unit: unit.entry)
        ],
        "late": [lines.written(unit) for unit in late],
        **public,
        "seed": None if seed is None else seed.hex(),
        "results": [result_as_json(result) for result in results],
        "code_version": drawn.code_version,
    }


def verify_supplement(record: object, of: object = None) -> tuple[Finding, ...]:
    """Everything that is wrong with a supplement; with the record of its draw, between them too.

    Takes anything. `of` should hold by itself (`verify`).
    """
    if not isinstance(record, dict) or record.get("version") != VERSION_OF_SUPPLEMENTS:
        return (Finding("not_a_supplement"),)
    if found := tuple(shape.faults(record, _PARTS, _ITEMS)) or tuple(shape.unknown_mode(record)):
        return found
    displaced, unreadable = lines.read(record["displaced"])
    late = [lines.unit(line) for line in record["late"]]
    if unreadable or None in late:
        unreadable += tuple(
            Finding("late_not_canonical", {"line": at})
            for at, unit in enumerate(late, 1)
            if unit is None
        )
        return unreadable
    found = tuple(_placing(record, displaced, [unit for unit in late if unit is not None]))
    return found if of is None else (*found, *_with(record, of))


def _placing(
    record: Mapping[str, Any], displaced: Sequence[Unit], late: Sequence[Unit]
) -> Iterator[Finding]:
    seed = None
    if record["entropy"] is not None:
        seed = numbers.seed(record["round"], record["entropy"])
    expected_seed = None if seed is None else seed.hex()
    if expected_seed != record["seed"]:
        yield Finding("seed_mismatch", {"expected": expected_seed, "found": record["seed"]})
    left = {one["slot"]: one["places"] for one in record["left"]}
    for slot in record["cancelled"]:
        if slot in left:
            yield Finding("cancelled_slot_open", {"slot": slot})
    waiting = {
        one["slot"]: [Queued(of["entry"], of["class"], of["number"]) for of in one["entries"]]
        for one in record["waiting"]
    }
    yield from _numbers(waiting, seed)
    try:
        expected = place_again(
            displaced,
            seed=seed,
            mode=RoundMode(record["mode"]),
            left=left,
            waiting=waiting,
            late=late,
        )
    except EntropyMissing:
        yield Finding("entropy_missing")
    except NotDrawable as refused:
        yield from refused.findings
    else:
        yield from compared(expected, [shape.result(one) for one in record["results"]])


def _numbers(waiting: Mapping[str, Sequence[Queued]], seed: bytes | None) -> Iterator[Finding]:
    """Who waits has the number that the draw gave them, if any; a made-up one passes others by."""
    for queued in chain.from_iterable(waiting.values()):
        expected = None if seed is None else numbers.number(seed, queued.entry)
        if queued.number not in {None, expected}:
            yield _number_mismatch(queued.entry, expected, queued.number)


def _number_mismatch(entry: str, expected: str | None, found: str | None) -> Finding:
    return Finding("number_mismatch", {"entry": entry, "expected": expected, "found": found})


def _with(record: Mapping[str, Any], of: object) -> Iterator[Finding]:
    """What a supplement and the record of its draw must agree on."""
    before = shape.announced(of) if isinstance(of, dict) else ()
    if not isinstance(before, shape.Announced) or not isinstance(of, dict):
        yield Finding("not_a_record")
        return
    drawn = (before.round_id, before.mode, before.sha256)
    if drawn != (record["round"], record["mode"], record["manifest_sha256"]):
        yield Finding("other_draw")
        return
    if of.get("seed") is not None and of["seed"] != record["seed"]:
        yield Finding("seed_mismatch", {"expected": str(of["seed"]), "found": record["seed"]})
    capacities = {slot.id: slot.capacity for slot in before.slots}
    for one in record["left"]:
        if one["places"] > capacities.get(one["slot"], 0):
            yield Finding("more_left_than_places", {"slot": one["slot"]})
    listed = set(filter(lines.is_text, before.lines))
    for at, line in enumerate(record["displaced"], 1):
        if line not in listed:
            yield Finding("not_in_manifest", {"line": at})
    yield from _waiting_with(record, before, of)


def _waiting_with(
    record: Mapping[str, Any], before: shape.Announced, of: Mapping[str, Any]
) -> Iterator[Finding]:
    """Who waits, by the list and the numbers of the draw: late ones stand in neither."""
    units = {unit.entry: unit for unit in lines.read(before.lines)[0]}
    seed = numbers.seed(before.round_id, of["entropy"]) if of.get("seed") else None
    for queued in chain.from_iterable(one["entries"] for one in record["waiting"]):
        unit = units.get(queued["entry"])
        if unit is None:
            continue
        if unit.draw_class != queued["class"]:
            facts = {"entry": unit.entry, "expected": unit.draw_class, "found": queued["class"]}
            yield Finding("class_mismatch", facts)
        if seed is not None and queued["number"] is None:
            yield _number_mismatch(unit.entry, numbers.number(seed, unit.entry), None)
