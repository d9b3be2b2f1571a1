"""The turns of a draw from its rows: what pages show is what drawing it anew would give."""

import pytest

from kyodo_match.core.db import db
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import draws, turns
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.course import Step, course, cut_offs
from tests.support.make_entries import apply, freeze, hold
from tests.support.make_rounds import entry_now, make_days, make_round, round_now

pytestmark = pytest.mark.usefixtures("app")


def anew(one: Round) -> tuple[tuple[Step, ...], tuple[drawing.Result, ...]]:
    """The course from nothing but what is published."""
    units = drawing.read_manifest(one.manifest or "")
    slots = draws.draw_slots(one)
    seed = bytes.fromhex(one.seed or "")
    results = drawing.draw(units, slots, seed=seed, mode=one.mode)
    return course(units, slots, results), results


def test_any_part_of_the_turns_is_what_drawing_anew_gives() -> None:
    days = make_days(3, capacity=3)
    one = make_round(days)
    receipts = [
        apply(one, n, [days[n % 3], days[(n + 1) % 3]], party=1 + n % 2) for n in range(1, 9)
    ]
    apply(one, 9, [days[0]], late=True)
    hold(freeze(one))
    one, session = round_now(one.public_id), db.session()

    steps, results = anew(one)
    parts = [turns.turns(session, one, first=at, last=at + 2) for at in (1, 4, 7)]

    assert turns.turns_in_all(session, one) == len(steps) == 8
    assert tuple(step for part in parts for step in part) == steps
    for receipt in receipts:
        entry = entry_now(receipt)
        wished = {choice.slot.public_id for choice in entry.choices}
        placed = enumerate(results, 1)
        cuts = cut_offs(placed, draws.draw_slots(one), draw_class=entry.draw_class)
        assert turns.cut_offs_of(session, one, entry) == {
            slot: cut for slot, cut in cuts.items() if slot in wished
        }
