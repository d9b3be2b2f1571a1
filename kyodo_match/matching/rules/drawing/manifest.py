"""Step 3: the list that is published before the draw, in one form only."""

import hashlib
from collections.abc import Iterable

from kyodo_match.matching.errors.drawing import NotDrawable
from kyodo_match.matching.rules.drawing import checking, lines
from kyodo_match.matching.rules.drawing.units import Unit


def manifest(units: Iterable[Unit]) -> str:
    """Canonical JSON lines, sorted by the bytes of the entry number, each with its line end.

    Raises NotDrawable where applications contradict themselves or each other.
    """
    # Python sorts by code points, and so do the bytes of UTF-8.
    ordered = sorted(units, key=lambda unit: unit.entry)
    checking.refuse_units(ordered)
    return "".join(f"{lines.written(unit)}\n" for unit in ordered)


def manifest_sha256(text: str) -> str:
    """The SHA-256 of the whole list, in hex: what is published and kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(text: str) -> tuple[Unit, ...]:
    """The applications of a list as it was published, in its order.

    Raises NotDrawable with everything in it that is not canonical or contradicts itself.
    """
    units, findings = lines.read(text.removesuffix("\n").split("\n") if text else [])
    if findings:
        raise NotDrawable(findings)
    return units
