"""A record as it was handed over, from anyone: read where it can be, never trusted."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kyodo_match.matching.errors.drawing import Finding
from kyodo_match.matching.rules.drawing.lines import is_text, is_whole
from kyodo_match.matching.rules.drawing.units import DrawSlot, Result, Waiting, nfc
from kyodo_match.matching.rules.rounds import RoundMode

_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"  # what lies outside, languages read in ways of their own
_MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}:[0-5][0-9](Z|[+-]{_TIME})")
_CLASS = re.compile(r"0|[1-9][0-9]{0,8}")
Part = tuple[str, Callable[[object], bool]]


@dataclass(frozen=True)
class Announced:
    """What a record says before the draw."""

    round_id: str
    mode: RoundMode
    classes: tuple[int, ...]
    slots: tuple[DrawSlot, ...]
    lines: tuple[object, ...]
    sha256: str
    published_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What it says after the draw."""

    entropy: str | None
    entropy_source: str | None
    entropy_recorded_at: datetime | None
    seed: str | None
    results: tuple[Result, ...]


def is_written(value: object) -> bool:
    """Text in the one spelling in which a manifest carries it."""
    return is_text(value) and nfc(str(value)) == value


def is_moment(value: object) -> bool:
    """`2027-05-09T10:00:00+09:00`: a day that there is, with seconds and the offset."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_list(value: object) -> bool:
    return isinstance(value, list)


def or_null(is_good: Callable[[object], bool]) -> Callable[[object], bool]:
    """What may also be null."""
    return lambda value: value is None or is_good(value)


def has(parts: tuple[Part, ...]) -> Callable[[object], bool]:
    """An object with these parts; what else it has does not matter."""
    return lambda value: (
        isinstance(value, dict)
        and all(name in value and is_good(value[name]) for name, is_good in parts)
    )


def _is_reserves(value: object) -> bool:
    return isinstance(value, dict) and all(
        _CLASS.fullmatch(of) and is_whole(most) for of, most in value.items()
    )


is_class = has((("class", is_whole), ("name", is_text)))
is_slot = has(
    (
        ("id", is_written),
        ("capacity", is_whole),
        ("minimum", or_null(is_whole)),
        ("reserves", _is_reserves),
    )
)
is_waiting = has((("slot", is_written), ("position", is_whole)))
is_result = has(
    (
        ("entry", is_written),
        ("class", is_whole),
        ("number", or_null(is_text)),
        ("slot", or_null(is_written)),
        ("waitlist", lambda value: isinstance(value, list) and all(map(is_waiting, value))),
    )
)
_BEFORE: tuple[Part, ...] = (
    ("round", is_text),
    ("mode", is_text),
    ("classes", is_list),
    ("slots", is_list),
    ("manifest", is_list),
    ("manifest_sha256", is_text),
    ("manifest_published_at", is_moment),
)
AFTER: tuple[Part, ...] = (
    ("entropy", or_null(is_text)),
    ("entropy_source", or_null(is_text)),
    ("entropy_recorded_at", or_null(is_moment)),
    ("seed", or_null(is_text)),
    ("results", is_list),
    ("code_version", is_text),
)
ITEMS = {"classes": is_class, "slots": is_slot, "results": is_result}


def faults(
    record: Mapping[str, Any],
    parts: tuple[Part, ...],
    items: Mapping[str, Callable[[object], bool]] = ITEMS,
) -> Iterator[Finding]:
    """Which parts are not there or are not what they should be, item by item in lists."""
    for key, is_good in parts:
        if key not in record:
            yield Finding("missing", {"key": key})
        elif not is_good(record[key]):
            yield Finding("malformed", {"key": key})
        elif key in items:
            for at, item in enumerate(record[key]):
                if not items[key](item):
                    yield Finding("malformed", {"key": f"{key}[{at}]"})


def unknown_mode(record: Mapping[str, Any]) -> Iterator[Finding]:
    """A mode that this version does not know; it is some text."""
    if record["mode"] not in tuple(RoundMode):
        yield Finding("unknown_mode", {"mode": record["mode"]})


def announced(record: Mapping[str, Any]) -> Announced | tuple[Finding, ...]:
    """What it says before the draw, or why that cannot be read."""
    if found := tuple(faults(record, _BEFORE)):
        return found
    if found := tuple(unknown_mode(record)):
        return found
    return Announced(
        record["round"],
        RoundMode(record["mode"]),
        tuple(one["class"] for one in record["classes"]),
        tuple(map(slot, record["slots"])),
        tuple(record["manifest"]),
        record["manifest_sha256"],
        datetime.fromisoformat(record["manifest_published_at"]),
    )


def outcome(record: Mapping[str, Any]) -> Outcome | tuple[Finding, ...] | None:
    """What it says after the draw, or why that cannot be read; None before the draw."""
    if not any(key in record for key, _is_good in AFTER):
        return None
    if found := tuple(faults(record, AFTER)):
        return found
    recorded_at = record["entropy_recorded_at"]
    return Outcome(
        record["entropy"],
        record["entropy_source"],
        None if recorded_at is None else datetime.fromisoformat(recorded_at),
        record["seed"],
        tuple(map(result, record["results"])),
    )


def slot(written: Mapping[str, Any]) -> DrawSlot:
    """A slot of which `is_slot` holds."""
    reserves = {int(of): most for of, most in written["reserves"].items()}
    return DrawSlot(written["id"], written["capacity"], written["minimum"], reserves)


def result(written: Mapping[str, Any]) -> Result:
    """A result of which `is_result` holds."""
    waitlist = tuple(Waiting(at["slot"], at["position"]) for at in written["waitlist"])
    return Result(written["entry"], written["class"], written["number"], written["slot"], waitlist)
