"""Steps 4–6: the seed, a number for each entry, and the order that they make."""

import hashlib
import hmac
from collections.abc import Iterable

from kyodo_match.matching.errors.drawing import Finding, NotDrawable
from kyodo_match.matching.rules.drawing.lines import is_text
from kyodo_match.matching.rules.drawing.units import Unit, nfc

VERSION = "kyodo-match/draw/v1"


def seed(round_id: str, entropy: str) -> bytes:
    """Step 4: SHA-256 of the version, the round and what was drawn in public.

    Raises NotDrawable for text that a record cannot carry: empty, of several lines.
    """
    for key, text in (("round", round_id), ("entropy", entropy)):
        if not is_text(text):
            raise NotDrawable((Finding("malformed", {"key": key}),))
    return hashlib.sha256(f"{VERSION}|{nfc(round_id)}|{nfc(entropy)}".encode()).digest()


def number(seed: bytes, entry: str) -> str:
    """Step 5: HMAC-SHA256 of the entry number, in hex; hex sorts as the integers do.

    It depends on nothing but the seed and its own entry: who else applied changes nothing.
    """
    return hmac.digest(seed, entry.encode(), "sha256").hex()


def in_order(units: Iterable[Unit], seed: bytes) -> list[tuple[int, str, str, Unit]]:
    """Step 6: by class, number and entry number; the unit stands behind what orders it."""
    return sorted((unit.draw_class, number(seed, unit.entry), unit.entry, unit) for unit in units)
