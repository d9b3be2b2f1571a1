"""When and where a day is held, and where it stood before it moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Held:
    """When and where a day is held: at a place of its own, or where its opportunity is."""

    starts_at: datetime
    ends_at: datetime
    standing: bool
    own_place: str
    offer_place: str

    @property
    def place(self) -> str:
        """Where people go."""
        return self.own_place or self.offer_place

    @property
    def last_call(self) -> datetime:
        """Until when people join and leave: the start of a day, the end of a standing need."""
        return self.ends_at if self.standing else self.starts_at

    @property
    def met(self) -> tuple[datetime, datetime, str]:
        """All that somebody who comes goes by."""
        return self.starts_at, self.ends_at, self.place


def before_last_move(held: Held, changes: Iterable[tuple[bool, Mapping[str, Any]]]) -> Held | None:
    """Where a day stood before it moved last; None where it never did.

    `changes` are what stood before each change, the latest first: of the day itself (True), or of
    the text, whose place only moves days that have none of their own. Values are as the history
    keeps them. Source: docs/rules/changed-days.md.
    """
    later = held
    for of_day, before in changes:
        earlier = _taken_back(later, before, of_day=of_day)
        if earlier.met != later.met:
            return earlier
        later = earlier
    return None


def _taken_back(held: Held, before: Mapping[str, Any], *, of_day: bool) -> Held:
    if not of_day:
        return replace(held, offer_place=before.get("place", held.offer_place))
    return replace(
        held,
        starts_at=_moment(before.get("starts_at")) or held.starts_at,
        ends_at=_moment(before.get("ends_at")) or held.ends_at,
        own_place=before.get("place", held.own_place),
    )


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
