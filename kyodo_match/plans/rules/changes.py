"""What a new definition changes: printed when a plan is imported again."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One value that is new, gone or different; None stands for no value."""

    key: str
    before: Any
    after: Any


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The differences of two stored definitions, in the order of the document."""
    old, new = _flat(before), _flat(after)
    keys = [*new, *(key for key in old if key not in new)]
    return [
        Change(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)
    ]


def _flat(thing: Any, path: str = "") -> dict[str, Any]:
    """Every value under the path that names it."""
    if isinstance(thing, dict):
        inner = [(f"{path}.{key}" if path else key, value) for key, value in thing.items()]
    elif isinstance(thing, list):
        inner = [(f"{path}[{_name(each, n)}]", each) for n, each in enumerate(thing, start=1)]
    else:
        return {path: thing}
    flat: dict[str, Any] = {}
    for key, value in inner:
        flat |= _flat(value, key)
    return flat


def _name(item: Any, position: int) -> str:
    """An indicator is known by its key, a target and a published result by their years or day."""
    if isinstance(item, dict):
        names = [
            str(item[name])
            for name in ("key", "from_fiscal_year", "fiscal_year", "as_of")
            if name in item
        ]
        if names:
            return " ".join(names)
    return str(position)
