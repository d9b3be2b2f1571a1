"""Step 10: what is published before the draw and after it, for anyone to check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kyodo_match.core import clock
from kyodo_match.matching.errors.drawing import DrawNotNeeded
from kyodo_match.matching.rules.drawing import checking, numbers
from kyodo_match.matching.rules.drawing.manifest import manifest_sha256, read_manifest
from kyodo_match.matching.rules.drawing.steps import draw
from kyodo_match.matching.rules.drawing.units import DrawSlot, Result, needs_draw
from kyodo_match.matching.rules.rounds import RoundMode


@dataclass(frozen=True)
class Drawn:
    """What was drawn in public, where, and by which version of this product.

    Entropy, source and moment are None where everybody gets their first choice (step 2).
    """

    entropy: str | None
    entropy_source: str | None
    entropy_recorded_at: datetime | None
    code_version: str


def record(
    *,
    round_id: str,
    mode: RoundMode,
    classes: Sequence[Mapping[str, Any]],
    slots: Iterable[DrawSlot],
    manifest: str,
    published_at: datetime,
    drawn: Drawn | None = None,
) -> dict[str, Any]:
    """The record of a round as JSON: before the draw up to `manifest_published_at`, then whole.

    `classes` is the table of the round; its number and name are published. The results are made
    here from what is published and from nothing else. Raises NotDrawable and
    PartiesWithReserves as the draw does, EntropyMissing where there is a draw and no entropy,
    DrawNotNeeded where there is entropy and nothing to draw.
    """
    units, slots = read_manifest(manifest), tuple(slots)
    table = [{"class": one["class"], "name": one["name"]} for one in classes]
    checking.refuse(units, slots, mode=mode, classes=[one["class"] for one in table])
    announced = {
        "version": numbers.VERSION,
        "round": round_id,
        "mode": mode.value,
        "classes": table,
        "slots": [slot_as_json(slot) for slot in slots],
        "manifest": manifest.split("\n")[:-1],
        "manifest_sha256": manifest_sha256(manifest),
        "manifest_published_at": moment(published_at),
    }
    if drawn is None:
        return announced
    if drawn.entropy is not None and not needs_draw(units, slots):
        raise DrawNotNeeded
    seed = None if drawn.entropy is None else numbers.seed(round_id, drawn.entropy)
    recorded_at = drawn.entropy_recorded_at
    return {
        **announced,
        "entropy": drawn.entropy,
        "entropy_source": drawn.entropy_source,
        "entropy_recorded_at": None if recorded_at is None else moment(recorded_at),
        "seed": None if seed is None else seed.hex(),
        "results": [result_as_json(one) for one in draw(units, slots, seed=seed, mode=mode)],
        "code_version": drawn.code_version,
    }


def moment(at: datetime) -> str:
    """A moment as records write it: Japan's wall clock with its offset, whole seconds."""
    return clock.tokyo(at).isoformat(timespec="seconds")


def slot_as_json(slot: DrawSlot) -> dict[str, Any]:
    """A slot of the round; the classes of its reserves are keys, so text."""
    return {
        "id": slot.id,
        "capacity": slot.capacity,
        "minimum": slot.minimum,
        "reserves": {str(of): most for of, most in sorted(slot.reserves.items())},
    }


def result_as_json(result: Result) -> dict[str, Any]:
    """What an entry came to."""
    return {
        "entry": result.entry,
        "class": result.draw_class,
        "number": result.number,
        "slot": result.slot,
        "waitlist": [{"slot": at.slot, "position": at.position} for at in result.waitlist],
    }
