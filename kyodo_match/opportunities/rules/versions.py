"""What has changed: between two versions of a text or a day, and while somebody was typing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

_DIGITS = 8


def plain_value(value: Any) -> Any:
    """A value as the history keeps it: text, number, list, or ISO time in UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return [plain_value(one) for one in value] if isinstance(value, tuple) else value


def changes(
    row: object, values: object, names: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands in a row and would be changed, and what it would be changed to."""
    differ = [name for name in names if getattr(row, name) != getattr(values, name)]
    return (
        {name: getattr(row, name) for name in differ},
        {name: getattr(values, name) for name in differ},
    )


def version_of(values: object, names: Sequence[str]) -> str:
    """What a form carries to tell later which of its fields somebody else has changed.

    A few digits for each field, in order: enough to see a difference, nothing to read.
    """
    return ".".join(_digest(getattr(values, name)) for name in names)


def _digest(value: Any) -> str:
    return sha256(json.dumps(plain_value(value)).encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else saved while a form was open."""

    theirs: tuple[str, ...] = ()  # fields that only they changed
    both: tuple[str, ...] = ()  # fields that were changed on both sides, differently

    def __bool__(self) -> bool:
        return bool(self.theirs or self.both)


def meanwhile(version: str, *, stands: object, typed: object, names: Sequence[str]) -> Meanwhile:
    """Compare what stands now and what was typed with what the form began from.

    A version that cannot be read counts as: everything was changed. Where both sides say the same
    there is nothing to ask. Source: docs/rules/revisions.md.
    """
    known: Mapping[str, str] = dict(zip(names, version.split("."), strict=False))
    theirs: list[str] = []
    both: list[str] = []
    for name in names:
        mine, now = getattr(typed, name), getattr(stands, name)
        if mine == now or _digest(now) == known.get(name):
            continue
        (theirs if _digest(mine) == known.get(name) else both).append(name)
    return Meanwhile(tuple(theirs), tuple(both))
