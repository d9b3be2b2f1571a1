"""抽選: who gets which place, so that anyone can do it again (docs/rules/draw.md)."""

from kyodo_match.matching.errors.drawing import Finding
from kyodo_match.matching.rules.drawing.manifest import manifest, manifest_sha256, read_manifest
from kyodo_match.matching.rules.drawing.numbers import VERSION, number, precedence, seed
from kyodo_match.matching.rules.drawing.odds import odds
from kyodo_match.matching.rules.drawing.record import Drawn, record, slot_as_json
from kyodo_match.matching.rules.drawing.steps import draw
from kyodo_match.matching.rules.drawing.supplement_record import (
    VERSION_OF_SUPPLEMENTS,
    supplement,
    verify_supplement,
)
from kyodo_match.matching.rules.drawing.supplements import Queued, place_again
from kyodo_match.matching.rules.drawing.units import (
    MOST_CHOICES,
    SIZES,
    DrawSlot,
    Result,
    Unit,
    Waiting,
    needs_draw,
)
from kyodo_match.matching.rules.drawing.verifying import is_announcement, verify

__all__ = [
    "MOST_CHOICES",
    "SIZES",
    "VERSION",
    "VERSION_OF_SUPPLEMENTS",
    "DrawSlot",
    "Drawn",
    "Finding",
    "Queued",
    "Result",
    "Unit",
    "Waiting",
    "draw",
    "is_announcement",
    "manifest",
    "manifest_sha256",
    "needs_draw",
    "number",
    "odds",
    "place_again",
    "precedence",
    "read_manifest",
    "record",
    "seed",
    "slot_as_json",
    "supplement",
    "verify",
    "verify_supplement",
]
