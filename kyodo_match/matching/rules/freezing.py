"""締切の確定: which choices stand, who is new, and whether the list is as it was published."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from kyodo_match.matching.errors.draws import Difference
from kyodo_match.matching.rules.drawing import Result, Unit
from kyodo_match.matching.rules.rounds import PersonFacts
from kyodo_match.signups.errors import NotOfAge
from kyodo_match.signups.rules import AgeGroup, Residency, check_ages


class Dropped(StrEnum):
    """外した理由: why a choice does not stand at the freeze."""

    SLOT_CANCELLED = "slot_cancelled"
    SLOT_GONE = "slot_gone"
    NOT_OF_AGE = "not_of_age"
    RESIDENCY = "residency"
    OVERLAP = "overlap"


class Differs(StrEnum):
    """食い違い: in what the applications on file differ from the published list."""

    MANIFEST_BYTES = "manifest_bytes"
    MANIFEST_UNREADABLE = "manifest_unreadable"
    ENTRY_MISSING = "entry_missing"
    ENTRY_ADDED = "entry_added"
    CLASS_CHANGED = "class_changed"
    SIZE_CHANGED = "size_changed"
    CHOICES_CHANGED = "choices_changed"
    TERMS_CHANGED = "terms_changed"
    RESULT_CHANGED = "result_changed"


@dataclass(frozen=True)
class DayRules:
    """What a day asks of who wishes for it, as it stands at the freeze."""

    is_cancelled: bool
    is_gone: bool
    starts_at: datetime
    ends_at: datetime
    min_age: int | None = None
    max_age: int | None = None
    residencies: Collection[str] = ()


@dataclass(frozen=True)
class Party:
    """Who applies together, as far as the hard rules ask."""

    age_groups: Sequence[AgeGroup]
    residencies: Sequence[Residency]
    busy: Sequence[tuple[datetime, datetime]] = ()  # sure places elsewhere, of any of them


def dropped(party: Party, day: DayRules) -> Dropped | None:
    """Why a choice does not stand; None where it does. The first reason counts.

    Source: docs/rules/draw-ceremony.md.
    """
    reasons = (
        (Dropped.SLOT_CANCELLED, day.is_cancelled),
        (Dropped.SLOT_GONE, day.is_gone),
        (Dropped.NOT_OF_AGE, not _of_age(party, day)),
        (
            Dropped.RESIDENCY,
            bool(day.residencies) and not set(party.residencies) <= set(day.residencies),
        ),
        (
            Dropped.OVERLAP,
            any(start < day.ends_at and day.starts_at < end for start, end in party.busy),
        ),
    )
    return next((reason for reason, holds in reasons if holds), None)


def _of_age(party: Party, day: DayRules) -> bool:
    try:
        check_ages(party.age_groups, min_age=day.min_age, max_age=day.max_age)
    except NotOfAge:
        return False
    return True


def verified(facts: PersonFacts, *, has_attended: bool) -> PersonFacts:
    """What somebody said, held against the attendance on file: who came before is not new."""
    return replace(facts, first_time=facts.first_time and not has_attended, verified=True)


def terms_sha256(announced: Mapping[str, Any]) -> str:
    """The fingerprint of what was published beside the list: mode, classes, days and places.

    `announced` is a record up to its `slots`. Without it the places could be changed between the
    list and the draw, and every record would still hold.
    """
    text = json.dumps(announced, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def changed_results(drawn: Iterable[Result], stands: Iterable[Result]) -> tuple[Difference, ...]:
    """In what the results on file are not what the draw comes to: the place, turn or queue.

    Both in drawing order. Source: docs/rules/draw-ceremony.md.
    """
    on_file = {one.entry: (turn, one) for turn, one in enumerate(stands, start=1)}
    return tuple(
        Difference(Differs.RESULT_CHANGED, one.entry)
        for turn, one in enumerate(drawn, start=1)
        if on_file.get(one.entry) != (turn, one)
    )


def differences(published: Iterable[Unit], stands: Iterable[Unit]) -> tuple[Difference, ...]:
    """In what the applications on file are not those of the published list; none: they are.

    Source: docs/rules/draw-ceremony.md.
    """
    return tuple(_differences({one.entry: one for one in published}, list(stands)))


def _differences(published: dict[str, Unit], stands: list[Unit]) -> Iterator[Difference]:
    now = {one.entry: one for one in stands}
    for entry in sorted(published.keys() - now.keys()):
        yield Difference(Differs.ENTRY_MISSING, entry)
    for entry in sorted(now.keys() - published.keys()):
        yield Difference(Differs.ENTRY_ADDED, entry)
    for entry in sorted(published.keys() & now.keys()):
        was, stands_now = published[entry], now[entry]
        for code, old, new in (
            (Differs.CLASS_CHANGED, str(was.draw_class), str(stands_now.draw_class)),
            (Differs.SIZE_CHANGED, str(was.size), str(stands_now.size)),
            (Differs.CHOICES_CHANGED, " ".join(was.choices), " ".join(stands_now.choices)),
        ):
            if old != new:
                yield Difference(code, entry, old, new)
