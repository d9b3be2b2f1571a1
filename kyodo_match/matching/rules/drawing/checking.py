"""What applications, slots and classes must not say: the conditions of a draw."""

from collections.abc import Collection, Iterator, Sequence

from kyodo_match.matching.errors.drawing import Finding, NotDrawable, PartiesWithReserves
from kyodo_match.matching.rules.drawing.units import MOST_CHOICES, SIZES, DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode


def of_units(units: Sequence[Unit]) -> Iterator[Finding]:
    """What is wrong with applications by themselves."""
    seen: set[str] = set()
    for unit in units:
        facts = {"entry": unit.entry}
        if unit.entry in seen:
            yield Finding("entry_twice", facts)
        seen.add(unit.entry)
        if unit.size not in SIZES:
            yield Finding("size_out_of_range", {**facts, "size": unit.size})
        if len(unit.choices) > MOST_CHOICES:
            yield Finding("too_many_choices", {**facts, "choices": len(unit.choices)})
        if len(set(unit.choices)) < len(unit.choices):
            yield Finding("choice_twice", facts)


def of_slots(slots: Sequence[DrawSlot], mode: RoundMode) -> Iterator[Finding]:
    """What is wrong with slots by themselves."""
    seen: set[str] = set()
    for slot in slots:
        facts = {"slot": slot.id}
        if slot.id in seen:
            yield Finding("slot_twice", facts)
        seen.add(slot.id)
        if slot.reserves and mode is not RoundMode.SOFT_RESERVES:
            yield Finding("reserves_not_in_mode", facts)
        if sum(slot.reserves.values()) > slot.capacity:
            yield Finding("reserves_above_capacity", facts)


def between(
    units: Sequence[Unit], slots: Sequence[DrawSlot], classes: Collection[int] | None
) -> Iterator[Finding]:
    """What does not fit together: slots and classes that nobody announced."""
    known = {slot.id for slot in slots}
    for unit in units:
        for choice in unit.choices:
            if choice not in known:
                yield Finding("slot_unknown", {"entry": unit.entry, "slot": choice})
        if classes is not None and unit.draw_class not in classes:
            yield Finding("class_unknown", {"entry": unit.entry, "class": unit.draw_class})
    for slot in slots:
        for draw_class in sorted(slot.reserves):
            if classes is not None and draw_class not in classes:
                yield Finding("reserve_unknown", {"slot": slot.id, "class": draw_class})


def parties(units: Sequence[Unit], mode: RoundMode) -> tuple[str, ...]:
    """The entries that the mode with reserves cannot place: those of more than one person."""
    if mode is not RoundMode.SOFT_RESERVES:
        return ()
    return tuple(unit.entry for unit in units if unit.size > 1)


def refuse_units(units: Sequence[Unit]) -> None:
    """Raise NotDrawable where applications contradict themselves or each other."""
    if findings := tuple(of_units(units)):
        raise NotDrawable(findings)


def refuse(
    units: Sequence[Unit],
    slots: Sequence[DrawSlot],
    *,
    mode: RoundMode,
    classes: Collection[int] | None = None,
) -> None:
    """Raise NotDrawable with all that is wrong, or PartiesWithReserves."""
    findings = (*of_units(units), *of_slots(slots, mode), *between(units, slots, classes))
    if findings:
        raise NotDrawable(findings)
    if entries := parties(units, mode):
        raise PartiesWithReserves(entries)
