"""抽選会: what is drawn in public becomes one line of text, and too little chance is refused."""

import pytest

from kyodo_match.matching.errors.draws import (
    CeremonyRefused,
    ChanceTooSmall,
    EntropyTooShort,
    EntropyUnreadable,
)
from kyodo_match.matching.rules.ceremony import (
    Entropy,
    EntropyKind,
    check_chance,
    read_entropy,
)


@pytest.mark.parametrize(
    ("kind", "typed", "text", "drawn"),
    [
        (EntropyKind.DICE, "３５１６２\n2 4、1－6・5", "3-5-1-6-2-2-4-1-6-5", 10),
        (EntropyKind.BALLS, "07 12 031、4 5\n6", "7-12-31-4-5-6", 6),
        (EntropyKind.PUBLIC_DRAW, " 第99回\nは\u3099 123 ", "第99回 ば 123", 10),
    ],
    ids=["dice", "balls", "public-draw"],
)
def test_what_was_drawn_is_written_in_one_way(
    kind: EntropyKind, typed: str, text: str, drawn: int
) -> None:
    assert read_entropy(kind, typed) == Entropy(text, drawn)


@pytest.mark.parametrize(
    ("kind", "typed", "error"),
    [
        (EntropyKind.DICE, "3 5 1 6 2 2 4 1 6", EntropyTooShort),
        (EntropyKind.DICE, "3 5 1 6 2 2 4 1 6 7", EntropyUnreadable),
        (EntropyKind.BALLS, "12 7 31 4 5", EntropyTooShort),
        (EntropyKind.BALLS, "12 7 31 4 5 1000", EntropyUnreadable),
        (EntropyKind.PUBLIC_DRAW, "当り", EntropyTooShort),
    ],
    ids=["nine-throws", "a-seven", "five-balls", "no-ball", "two-letters"],
)
def test_what_is_too_little_or_no_throw_is_refused(
    kind: EntropyKind, typed: str, error: type[CeremonyRefused]
) -> None:
    with pytest.raises(error):
        read_entropy(kind, typed)


@pytest.mark.parametrize("typed", ["3 5 1 6 2 2 4 1 6 5", "3516224165", "12-7-31-4-5-6", "第99回"])
def test_a_text_of_which_nobody_says_what_it_is_may_be_enough(typed: str) -> None:
    check_chance(typed)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("6-6-6", ChanceTooSmall),
        ("123456", ChanceTooSmall),
        ("１２　７　３１　４　５", ChanceTooSmall),
        ("---", ChanceTooSmall),
        ("当り", EntropyTooShort),
    ],
    ids=["three-throws", "six-digits", "five-balls", "no-number", "two-letters"],
)
def test_too_little_chance_is_refused_where_nobody_says_what_it_is(
    typed: str, error: type[CeremonyRefused]
) -> None:
    with pytest.raises(error):
        check_chance(typed)
