"""Why somebody got what they got: the turns of a draw, and where its places ended."""

from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.course import Try, course, cut_offs
from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from kyodo_match.matching.rules.rounds import RoundMode

SEED = drawing.seed("r1", "3 5 1")
BY_NUMBER = sorted("ABCDE", key=lambda entry: drawing.number(SEED, entry))


def test_a_turn_says_how_many_places_were_left_for_a_party() -> None:
    sizes = (2, 2, 1, 1, 1)
    units = [Unit(entry, n, 0, ("s1", "s2")) for entry, n in zip(BY_NUMBER, sizes, strict=True)]
    slots = [DrawSlot("s1", 3), DrawSlot("s2", 1)]

    results = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SERIAL)
    steps = course(units, slots, results)

    assert [step.tries for step in steps] == [
        (Try("s1", 3, fits=True),),
        (Try("s1", 1, fits=False), Try("s2", 1, fits=False)),
        (Try("s1", 1, fits=True),),
        (Try("s1", 0, fits=False), Try("s2", 1, fits=True)),
        (Try("s1", 0, fits=False), Try("s2", 0, fits=False)),
    ]
    assert {
        slot: cut.position for slot, cut in cut_offs(enumerate(results, 1), slots).items()
    } == {
        "s1": 3,
        "s2": 4,
    }


def test_a_reserved_place_of_another_class_is_none_that_one_could_have_had() -> None:
    """Three places, one reserved for residents, whose numbers are the worst two of five."""
    resident, other = 0, 1
    classes = (other, other, other, resident, resident)
    units = [Unit(entry, 1, of, ("s1",)) for entry, of in zip(BY_NUMBER, classes, strict=True)]
    slots = [DrawSlot("s1", 3, None, {resident: 1})]

    results = drawing.draw(units, slots, seed=SEED, mode=RoundMode.SOFT_RESERVES)
    steps = course(units, slots, results)

    assert [step.tries[0] for step in steps] == [
        Try("s1", 3, fits=True),
        Try("s1", 2, fits=True),
        Try("s1", 0, fits=False),
        Try("s1", 1, fits=True),
        Try("s1", 0, fits=False),
    ]
    placed = list(enumerate(results, 1))
    assert cut_offs(placed, slots)["s1"].position == 2
    assert cut_offs(placed, slots, draw_class=other)["s1"].position == 2
    assert cut_offs(placed, slots, draw_class=resident)["s1"].position == 4
