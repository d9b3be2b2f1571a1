"""付き添い: who comes without taking part, by the rules alone. See docs/rules/escorts.md."""

import pytest

from kyodo_match.matching.rules.rounds import DayFault, other_escorts
from kyodo_match.signups import rules
from kyodo_match.signups.errors import (
    NobodyTakesPart,
    OnlyEscorts,
    PartyTooLarge,
    SamePersonTwice,
    TooManyEscorts,
)
from kyodo_match.signups.rules import AgeGroup, Application, Companion, Residency

CHILD = Companion("見本 こども", "みほん こども", AgeGroup.ELEMENTARY)
BROTHER = Companion("見本 おとうと", "みほん おとうと", AgeGroup.PRESCHOOL)
FATHER = Companion("見本 ちち", "みほん ちち", AgeGroup.FROM_40_TO_64, is_escort=True)


def mother(*companions: Companion, escorts: bool = True, comes: bool = True) -> Application:
    """She applies with these, by default as an escort."""
    return Application(
        name="見本 はは",
        kana="みほん はは",
        age_group=AgeGroup.FROM_18_TO_39,
        residency=Residency.RESIDENT,
        privacy_version="2026-04",
        applicant_participates=comes,
        applicant_escorts=escorts,
        companions=companions,
    )


def test_the_applicant_takes_part_comes_along_or_is_not_there() -> None:
    [own, _child] = mother(CHILD, escorts=False).participants
    [escort, _] = mother(CHILD).participants

    assert (own.is_escort, escort.is_escort) == (False, True)
    assert mother(CHILD, comes=False).participants == (CHILD,)


@pytest.mark.parametrize(("escorts_count", "size"), [(False, 2), (True, 4)])
def test_an_escort_counts_only_where_the_day_says_so(*, escorts_count: bool, size: int) -> None:
    people = mother(CHILD, BROTHER, FATHER).participants

    assert rules.party_size(people, escorts_count=escorts_count) == size


def test_the_limit_of_a_party_is_of_those_who_count() -> None:
    family = mother(CHILD, BROTHER)

    rules.check_party(family, limit=2, escorts_count=False)
    with pytest.raises(PartyTooLarge) as refusal:
        rules.check_party(family, limit=2, escorts_count=True)

    assert (refusal.value.limit, refusal.value.party) == (2, 3)


@pytest.mark.parametrize("escorts_count", [False, True])
@pytest.mark.parametrize(
    ("party", "refused"),
    [
        (mother(), OnlyEscorts),
        (mother(FATHER), OnlyEscorts),
        (mother(CHILD, FATHER), TooManyEscorts),
        (mother(comes=False), NobodyTakesPart),
        (mother(Companion("見本", "ミホンハハ", AgeGroup.PRESCHOOL)), SamePersonTwice),
    ],
)
def test_escorts_come_with_somebody_and_one_for_each_at_most(
    party: Application, refused: type[Exception], *, escorts_count: bool
) -> None:
    with pytest.raises(refused):
        rules.check_party(party, limit=5, escorts_count=escorts_count)


def test_days_of_one_draw_count_escorts_alike() -> None:
    alike = other_escorts({"a": True, "b": True})
    apart = other_escorts({"a": False, "b": True, "c": False})

    assert set(alike.values()) == {None}
    assert apart == {"a": None, "b": DayFault.OTHER_ESCORTS, "c": None}
