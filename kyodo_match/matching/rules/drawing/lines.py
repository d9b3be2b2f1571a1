"""One application as one line of JSON, in the one way in which it may be written."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kyodo_match.matching.errors.drawing import Finding
from kyodo_match.matching.rules.drawing import checking
from kyodo_match.matching.rules.drawing.units import Unit

_KEYS = {"choices", "class", "entry", "size"}
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
MOST = 999_999_999  # what the numbers of every language hold exactly


def written(unit: Unit) -> str:
    """`{"choices":["s7","s2"],"class":0,"entry":"A-0012","size":2}`: sorted keys, no spaces."""
    line = {
        "choices": unit.choices,
        "class": unit.draw_class,
        "entry": unit.entry,
        "size": unit.size,
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def read(lines: Sequence[object]) -> tuple[tuple[Unit, ...], tuple[Finding, ...]]:
    """The applications of these lines, and what is wrong with them by themselves."""
    every = [unit(line) for line in lines]
    units = tuple(one for one in every if one is not None)
    findings = (
        *(
            Finding("line_not_canonical", {"line": at})
            for at, one in enumerate(every, 1)
            if one is None
        ),
        *_unsorted(units),
        *checking.of_units(units),
    )
    return units, findings


def _unsorted(units: Sequence[Unit]) -> Iterator[Finding]:
    for before, following in pairwise(units):
        if following.entry < before.entry:
            yield Finding("entries_not_sorted", {"entry": following.entry})


def unit(line: object) -> Unit | None:
    """The application of a line; None unless writing it gives the very same line."""
    if not isinstance(line, str):
        return None
    try:
        facts: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(facts, dict) or facts.keys() != _KEYS:
        return None
    choices = facts["choices"]
    if not (
        is_text(facts["entry"])
        and is_whole(facts["class"])
        and is_whole(facts["size"])
        and isinstance(choices, list)
        and all(is_text(choice) for choice in choices)
    ):
        return None
    found = Unit(facts["entry"], facts["size"], facts["class"], tuple(choices))
    return found if written(found) == line else None


def is_whole(value: object) -> bool:
    """A whole number from 0 that JSON wrote without a point; true and false are none."""
    return type(value) is int and 0 <= value <= MOST


def is_broken(text: str) -> bool:
    """Whether it holds half a character, which JSON can spell and UTF-8 cannot."""
    return _HALF.search(text) is not None


def is_text(value: object) -> bool:
    """Text of at least one character, without control characters or halves of characters."""
    return isinstance(value, str) and value != "" and _UNWRITABLE.search(value) is None
