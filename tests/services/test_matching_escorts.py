"""付き添い in a draw: in neither size nor class, unless the days count them; on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.db import db
from kyodo_match.matching.errors.rounds import AlreadyEntered, DaysRefused, PeopleChanged
from kyodo_match.matching.queries.entry_list import entry_list
from kyodo_match.matching.queries.rounds import counts
from kyodo_match.matching.queries.short_days import below_minimum
from kyodo_match.matching.rules.entering import EntryView
from kyodo_match.matching.rules.rounds import DayFault, PersonFacts
from kyodo_match.matching.services import changing
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.errors import OnlyEscorts
from kyodo_match.signups.rules import AgeGroup, Companion, Receipt, Residency, SignupStatus
from tests.support.clock import START
from tests.support.make_entries import DRAWN_AT, freeze, hold, publish
from tests.support.make_opportunities import make_opportunity
from tests.support.make_rounds import (
    ACTOR,
    enter,
    entry_now,
    make_days,
    make_draft,
    make_entry,
    make_round,
    round_now,
)
from tests.support.make_signups import keys, slot_now, status_of

pytestmark = pytest.mark.usefixtures("app")

NEW_RESIDENT = PersonFacts(Residency.RESIDENT, first_time=True)
STRANGER = PersonFacts(Residency.OTHER, first_time=False)
BEST, LAST = 0, 2
SISTER = Companion("見本 いもうと", "みほん いもうと", AgeGroup.ELEMENTARY)
# A mother from elsewhere brings a child of the city.
FAMILY: dict[str, Any] = {"applicant_escorts": True, "facts": [STRANGER, NEW_RESIDENT]}


def for_children(**values: Any) -> list[Slot]:
    """Two days for children, with two places each; keywords are columns."""
    opportunity = make_opportunity(min_age=6, max_age=12)
    return make_days(2, **{"opportunity": opportunity, "capacity": 2, **values})


def size_and_class(receipt: Receipt) -> tuple[int, int | None, list[str]]:
    entry = entry_now(receipt)
    return entry.size, entry.draw_class, [choice.dropped for choice in entry.choices]


@pytest.mark.parametrize(
    ("escorts_count", "size", "draw_class"), [(False, 1, BEST), (True, 2, LAST)]
)
def test_an_escort_counts_in_size_and_class_only_where_the_days_say_so(
    *, escorts_count: bool, size: int, draw_class: int
) -> None:
    days = for_children(escorts_count=escorts_count)
    one = make_round(days)

    receipt = enter(one, days, 1, 2, **FAMILY)
    wished = counts(db.session(), round_now(one.public_id))
    freeze(one)

    assert (wished.people, wished.first(days[0].id)) == (size, size)
    assert size_and_class(receipt) == (size, draw_class, ["", ""])


def test_families_of_one_child_each_fill_a_day_and_are_told_so() -> None:
    days = for_children(capacity=3, minimum=3)
    one = make_round(days)
    receipts = [enter(one, [days[0]], n, 2, **FAMILY) for n in (1, 2)]

    freeze(one)
    hold(one)
    short, _empty = below_minimum(db.session(), round_now(one.public_id), now=DRAWN_AT)
    publish(one)

    assert short.people == 2
    assert [status_of(receipt) for receipt in receipts] == [SignupStatus.CONFIRMED] * 2
    assert slot_now(days[0]).places_taken == 2


def test_one_mother_brings_two_children_in_two_applications_and_no_child_is_in_two() -> None:
    days = for_children()
    one = make_round(days)
    enter(one, days, 1, 2, **FAMILY)

    second = enter(one, days, 1, companions=(SISTER,), **FAMILY)
    with pytest.raises(AlreadyEntered):
        enter(one, days, 1, 2, **FAMILY)
    with pytest.raises(OnlyEscorts):
        enter(one, days, 3, applicant_escorts=True)

    assert entry_now(second).entry_number == "A-0002"


def test_who_takes_part_after_all_counts_from_then_on() -> None:
    days = make_days(2)
    one = make_round(days)
    receipt = enter(one, days, 1, 2, **FAMILY)

    changing.change_entry(
        signup_id=receipt.signup_id,
        entry=make_entry(days, 1, 2, facts=FAMILY["facts"]),
        keys=keys(),
        now=START,
        actor=CITIZEN,
    )
    freeze(one)

    assert size_and_class(receipt) == (2, LAST, ["", ""])


def test_the_office_checks_the_facts_of_those_who_count() -> None:
    days = for_children()
    one = make_round(days)
    receipt = enter(one, days, 1, 2, **FAMILY)

    def check(*facts: PersonFacts) -> None:
        changing.check_facts(
            signup_id=receipt.signup_id, facts=facts, is_late=False, now=START, actor=ACTOR
        )

    check(replace(STRANGER, verified=True))
    listed = entry_list(db.session(), round_now(one.public_id), view=EntryView.UNVERIFIED)
    with pytest.raises(PeopleChanged):
        check(STRANGER, NEW_RESIDENT)

    assert [row["verified"] for row in entry_now(receipt).people] == [False, True]
    assert listed.counts[EntryView.UNVERIFIED] == 0


def test_days_that_count_escorts_otherwise_are_not_drawn_together() -> None:
    counting, first = for_children(escorts_count=True)[1], for_children()[0]

    with pytest.raises(DaysRefused) as refusal:
        make_draft([first, counting])

    assert refusal.value.faults == {counting.public_id: DayFault.OTHER_ESCORTS}
    assert counting.starts_at - first.starts_at == timedelta(days=1)
