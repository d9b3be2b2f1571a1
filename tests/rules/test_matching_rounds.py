"""Rounds: their way, the class table, what they take when, and what contradicts itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.matching.errors.rounds import (
    ChoicesFaulty,
    PostmarkMissing,
    RoundClosed,
    RoundEdgeNotDrawn,
    RoundFrozen,
    RoundNotYetOpen,
)
from kyodo_match.matching.rules import entering
from kyodo_match.matching.rules import rounds as rules
from kyodo_match.matching.rules.entering import ChoiceFault, Times
from kyodo_match.matching.rules.rounds import (
    DayFacts,
    DayFault,
    DrawClass,
    PaperRule,
    PersonFacts,
    RoundFault,
    RoundMode,
    RoundPlan,
    RoundStatus,
)
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityStatus, SlotMode, SlotStatus
from kyodo_match.signups.rules import Channel, Residency

NOON = datetime(2026, 12, 2, 12, 0, tzinfo=TOKYO)
TABLE = rules.default_classes(["市内ではじめて", "市内", "そのほか"])
PLAN = RoundPlan(
    title="抽選",
    opens_at=NOON - timedelta(days=10),
    closes_at=NOON,
    freezes_at=NOON,
    classes=TABLE,
    draw_at=NOON + timedelta(days=3),
    draw_place="会議室",
    entropy_plan="さいころ",
)


def test_a_round_goes_one_way_and_skips_nothing() -> None:
    drawn = {
        (RoundStatus.DRAFT, RoundStatus.OPEN),
        (RoundStatus.OPEN, RoundStatus.FROZEN),
        (RoundStatus.FROZEN, RoundStatus.DRAWN),
        (RoundStatus.DRAWN, RoundStatus.PUBLISHED),
    }

    for old, new in product(RoundStatus, repeat=2):
        if (old, new) in drawn:
            assert rules.move(old, new) is new
        else:
            with pytest.raises(RoundEdgeNotDrawn):
                rules.move(old, new)


@pytest.mark.parametrize(
    ("residency", "first_time", "expected"),
    [
        (Residency.RESIDENT, True, 0),
        (Residency.WORKER, True, 0),
        (Residency.STUDENT, False, 1),
        (Residency.OTHER, True, 2),
        (Residency.OTHER, False, 2),
    ],
)
def test_somebody_is_of_the_first_class_that_takes_them(
    residency: Residency, *, first_time: bool, expected: int
) -> None:
    assert rules.class_of(PersonFacts(residency, first_time), TABLE) == expected


def test_a_party_takes_the_worst_class_among_its_members() -> None:
    party = [
        PersonFacts(Residency.RESIDENT, first_time=True),
        PersonFacts(Residency.WORKER, first_time=False),
    ]

    assert rules.class_of_party(party, TABLE) == 1
    party.append(PersonFacts(Residency.OTHER, first_time=True))
    assert rules.class_of_party(party, TABLE) == 2


def test_table_and_facts_come_back_from_storage_as_they_were() -> None:
    person = PersonFacts(Residency.STUDENT, first_time=True, verified=True)

    assert rules.read_classes([one.row() for one in TABLE]) == TABLE
    assert rules.read_facts(person.row()) == person


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({"closes_at": PLAN.opens_at, "freezes_at": PLAN.opens_at}, "opens_after_closing"),
        ({"freezes_at": NOON - timedelta(hours=1)}, "freezes_before_closing"),
        ({"freezes_at": NOON + timedelta(days=1)}, "arrival_needs_no_wait"),
        ({"draw_at": NOON - timedelta(hours=1)}, "drawn_before_freeze"),
        ({"confirm_by": date(2026, 12, 5)}, "confirm_before_draw"),
        ({"most_choices": 6}, "most_choices"),
        ({"party_limit": 0}, "party_limit"),
        ({"mode": RoundMode.SOFT_RESERVES, "party_limit": 2}, "parties_with_reserves"),
        ({"classes": ()}, "classes"),
        ({"classes": (DrawClass(0, ""),)}, "classes"),
        ({"classes": TABLE[:2]}, "last_class"),
    ],
)
def test_what_contradicts_itself_is_named(over: dict[str, Any], fault: str) -> None:
    assert rules.faults(PLAN) == ()
    assert rules.faults(replace(PLAN, **over)) == (RoundFault(fault),)


def test_the_postmark_may_wait_for_the_post_and_one_person_may_have_reserves() -> None:
    waits = replace(PLAN, paper_rule=PaperRule.POSTMARK, freezes_at=NOON + timedelta(days=2))

    assert rules.faults(waits) == ()
    assert rules.faults(replace(PLAN, mode=RoundMode.SOFT_RESERVES, party_limit=1)) == ()


def test_a_round_opens_when_its_draw_is_announced_and_it_has_days() -> None:
    bare = replace(PLAN, draw_place="", entropy_plan="")
    before = NOON - timedelta(days=9)

    assert rules.faults_to_open(PLAN, days=1, now=before) == ()
    assert rules.faults_to_open(bare, days=0, now=NOON) == (
        RoundFault.NO_DRAW_TIME,
        RoundFault.NO_ENTROPY_PLAN,
        RoundFault.NO_DAYS,
        RoundFault.CLOSED_BEFORE,
    )


_DAY = DayFacts(
    status=SlotStatus.SCHEDULED,
    opportunity=OpportunityStatus.PUBLISHED,
    mode=SlotMode.FIRST_COME,
    unit=CapacityUnit.PEOPLE,
    standing=False,
    starts_at=NOON + timedelta(days=10),
    has_signups=False,
    in_another_round=False,
)


@pytest.mark.parametrize(
    ("over", "fault"),
    [
        ({}, None),
        ({"opportunity": OpportunityStatus.CLOSED}, DayFault.NOT_PUBLISHED),
        ({"status": SlotStatus.CANCELLED}, DayFault.NOT_HELD),
        ({"in_another_round": True}, DayFault.OTHER_ROUND),
        ({"has_signups": True}, DayFault.SIGNED_UP),
        ({"mode": SlotMode.APPROVAL}, DayFault.OTHER_MODE),
        ({"standing": True}, DayFault.OTHER_MODE),
        ({"has_roles": True}, DayFault.OTHER_MODE),
        ({"unit": CapacityUnit.PARTIES}, DayFault.BY_PARTY),
        ({"starts_at": NOON + timedelta(days=3)}, DayFault.TOO_EARLY),
    ],
)
def test_a_day_in_a_round_is_free_to_be_drawn_for(
    over: dict[str, Any], fault: DayFault | None
) -> None:
    day = replace(_DAY, **over)

    assert rules.day_fault(day, freezes_at=NOON, draw_at=NOON + timedelta(days=3)) is fault


def test_no_more_places_are_kept_than_there_are() -> None:
    assert rules.reserves_fit({"0": 3, "1": 2}, capacity=5)
    assert not rules.reserves_fit({"0": 3, "1": 3}, capacity=5)


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ((), ChoiceFault.NONE),
        (("a", "b", "c"), ChoiceFault.TOO_MANY),
        (("a", "a"), ChoiceFault.TWICE),
        (("a", "x"), ChoiceFault.UNKNOWN),
    ],
)
def test_wishes_are_some_different_days_of_the_round(
    choices: Sequence[str], fault: ChoiceFault
) -> None:
    entering.check_choices(["c", "a"], days="abc", most=2)

    with pytest.raises(ChoicesFaulty) as refused:
        entering.check_choices(choices, days="abc", most=2)

    assert refused.value.fault is fault


_OPEN = Times(RoundStatus.OPEN, PLAN.opens_at, NOON, PaperRule.ARRIVAL)
_POSTMARK = replace(_OPEN, paper_rule=PaperRule.POSTMARK)


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.PHONE, Channel.COUNTER])
def test_who_comes_in_person_comes_until_the_deadline(channel: Channel) -> None:
    just_before = NOON - timedelta(seconds=1)

    assert not entering.check_taking(_OPEN, channel=channel, received_at=just_before)
    with pytest.raises(RoundClosed):
        entering.check_taking(_OPEN, channel=channel, received_at=NOON)
    with pytest.raises(RoundNotYetOpen):
        entering.check_taking(
            _OPEN, channel=channel, received_at=PLAN.opens_at - timedelta(seconds=1)
        )


def test_paper_that_arrives_after_the_deadline_goes_after_everybody() -> None:
    assert not entering.check_taking(
        _OPEN, channel=Channel.PAPER, received_at=NOON - timedelta(seconds=1)
    )
    assert entering.check_taking(_OPEN, channel=Channel.PAPER, received_at=NOON)


def test_where_the_postmark_counts_the_day_it_says_decides() -> None:
    later = NOON + timedelta(days=2)

    def late(postmark: date | None) -> bool:
        return entering.check_taking(
            _POSTMARK, channel=Channel.PAPER, received_at=later, postmarked_on=postmark
        )

    assert not late(date(2026, 12, 2))
    assert late(date(2026, 12, 3))
    with pytest.raises(PostmarkMissing):
        late(None)


def test_nothing_enters_or_changes_once_the_list_is_frozen() -> None:
    frozen = replace(_OPEN, status=RoundStatus.FROZEN)

    with pytest.raises(RoundFrozen):
        entering.check_taking(frozen, channel=Channel.PAPER, received_at=NOON)
    with pytest.raises(RoundFrozen):
        entering.check_changing(frozen, now=PLAN.opens_at, office=True)


def test_applicants_change_until_the_deadline_and_the_office_until_the_freeze() -> None:
    entering.check_changing(_OPEN, now=NOON - timedelta(seconds=1), office=False)
    entering.check_changing(_OPEN, now=NOON, office=True)

    with pytest.raises(RoundClosed):
        entering.check_changing(_OPEN, now=NOON, office=False)


def test_the_entry_number_is_told_in_four_digits_and_read_as_it_is_said() -> None:
    assert [
        entering.read_entry_number(said) for said in ("a12", "Ａ－００１２", "R8-00012", "12")
    ] == [
        "A-0012",
        "A-0012",
        None,
        None,
    ]
    assert [entering.entry_number(n) for n in (12, 9999, 10000)] == ["A-0012", "A-9999", "A-10000"]
