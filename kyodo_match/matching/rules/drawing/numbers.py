"""Steps 4–6: the seed, a number for each entry, and the order that they make."""

import hashlib
import hmac
from collections.abc import Iterable

from kyodo_match.matching.errors.drawing import Finding, NotDrawable
from kyodo_match.matching.rules.drawing.lines import is_text
from kyodo_match.matching.rules.drawing.units import Unit
from kyodo_match.matching.rules.rounds import RoundMode

VERSION = "kyodo-match/draw/v1"


def seed(round_id: str, entropy: str) -> bytes:
    """Step 4: SHA-256 of the version, the round and what was drawn in public, as it is given.

    Nothing is normalised here: whoever records the text brings it into one form, and what is
    published is what is hashed. Raises NotDrawable for text that a record cannot carry: empty,
    of several lines.
    """
    for key, text in (("round", round_id), ("entropy", entropy)):
        if not is_text(text):
            raise NotDrawable((Finding("malformed", {"key": key}),))
    return hashlib.sha256(f"{VERSION}|{round_id}|{entropy}".encode()).digest()


def number(seed: bytes, entry: str) -> str:
    """Step 5: HMAC-SHA256 of the entry number, in hex; hex sorts as the integers do.

    It depends on nothing but the seed and its own entry: who else applied changes nothing.
    """
    return hmac.digest(seed, entry.encode(), "sha256").hex()


def precedence(draw_class: int, mode: RoundMode) -> int:
    """What counts before the number: the class; among reserves nothing, it only opens those."""
    return 0 if mode is RoundMode.SOFT_RESERVES else draw_class


def in_order(
    units: Iterable[Unit], seed: bytes, *, mode: RoundMode
) -> list[tuple[int, str, str, Unit]]:
    """Step 6: by precedence, number and entry number; the unit stands behind what orders it."""
    return sorted(
        (precedence(unit.draw_class, mode), number(seed, unit.entry), unit.entry, unit)
        for unit in units
    )
