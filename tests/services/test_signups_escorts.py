"""付き添い: who comes along takes no place, unless the day counts them; on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.opportunities import services as opportunities
from kyodo_match.opportunities.errors import SlotInUse
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import PLANNED, CapacityUnit, SlotPlan
from kyodo_match.participation import queries as participation
from kyodo_match.participation.queries.unrecorded import unrecorded_hours
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import (
    AlreadySignedUp,
    NoPlaceToAdd,
    NotOfAge,
    OnlyEscorts,
    PartyTooLarge,
    TooManyEscorts,
)
from kyodo_match.signups.models import Participant
from kyodo_match.signups.queries.told import told_of
from kyodo_match.signups.rules import AgeGroup, Companion, DigestDays, Receipt, SignupStatus
from tests.support.clock import START
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_roles import make_standing
from tests.support.make_signups import (
    kana_of,
    keys,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")

TODAY = tokyo_date(START)
FATHER = Companion("見本 ちち", "みほん ちち", AgeGroup.FROM_40_TO_64, is_escort=True)
CONFIRMED, WAITLISTED, OFFERED, CANCELLED = (
    SignupStatus.CONFIRMED,
    SignupStatus.WAITLISTED,
    SignupStatus.OFFERED,
    SignupStatus.CANCELLED,
)


def family(slot: Slot, n: int = 1, children: int = 1) -> Receipt:
    """Mother `n` comes along with her children, and takes no part."""
    return sign_up(slot, n, 1 + children, applicant_escorts=True)


def change(receipt: Receipt, leaving: Participant, **to: bool) -> None:
    person = Companion(leaving.name, leaving.kana, leaving.age_group, **to)
    services.replace_participant(
        signup_id=receipt.signup_id,
        participant_id=leaving.public_id,
        person=person,
        keys=keys(),
        now=START,
        actor="citizen",
    )


def add(receipt: Receipt, person: Companion) -> None:
    services.add_companion(
        signup_id=receipt.signup_id, person=person, keys=keys(), now=START, actor="citizen"
    )


def cancel(receipt: Receipt, person: Participant | None = None) -> None:
    identity = person.public_id if person else None
    services.cancel(
        signup_id=receipt.signup_id, participant_id=identity, now=START, actor="citizen"
    )


def people(receipt: Receipt) -> list[Participant]:
    """Mother first, then her children."""
    return queries.live(signup_now(receipt))


@pytest.mark.parametrize(
    ("day", "second", "taken"),
    [
        ({}, CONFIRMED, 2),
        ({"escorts_count": True}, WAITLISTED, 2),
        ({"capacity_unit": CapacityUnit.PARTIES}, CONFIRMED, 2),
    ],
    ids=["not-counted", "counted", "parties"],
)
def test_an_escort_takes_a_place_only_where_the_day_counts_them(
    day: dict[str, Any], second: SignupStatus, taken: int
) -> None:
    slot = make_slot(capacity=2, **day)

    receipts = [family(slot, n) for n in (1, 2)]

    assert [receipt.status for receipt in receipts] == [CONFIRMED, second]
    assert slot_now(slot).places_taken == taken
    assert "人数：1人と付き添い1人" in letters_to(receipts[0])[0].body


def test_a_queue_moves_by_those_who_take_part() -> None:
    slot = make_slot(capacity=1)
    first, second = family(slot, 1), family(slot, 2)
    waiting = slot_now(slot).places_waiting

    cancel(first)

    assert waiting == 1
    assert (status_of(first), status_of(second)) == (CANCELLED, OFFERED)
    assert slot_now(slot).places_taken == 1


def test_who_leaves_last_of_those_who_take_part_takes_the_escorts_along() -> None:
    slot = make_slot()
    mother_stays_away, child_stays_away = family(slot, 1), family(slot, 2)

    cancel(mother_stays_away, people(mother_stays_away)[0])
    cancel(child_stays_away, people(child_stays_away)[1])

    assert status_of(mother_stays_away) is CONFIRMED
    assert status_of(child_stays_away) is CANCELLED
    assert people(child_stays_away) == []
    assert slot_now(slot).places_taken == 1


def test_a_full_day_takes_an_escort_more_and_nobody_else() -> None:
    slot = make_slot(capacity=2, party_limit=2)
    receipt = sign_up(slot, 1, 2)
    aunt = replace(FATHER, name="見本 おば", kana="みほん おば", is_escort=False)

    add(receipt, FATHER)
    with pytest.raises(PartyTooLarge):
        add(receipt, aunt)

    assert [person.is_escort for person in people(receipt)] == [False, False, True]
    assert slot_now(slot).places_taken == 2


def test_more_escorts_than_participants_are_refused_also_later() -> None:
    receipt = family(make_slot())

    with pytest.raises(TooManyEscorts):
        add(receipt, FATHER)
    with pytest.raises(OnlyEscorts):
        change(receipt, people(receipt)[1], is_escort=True)

    assert [person.is_escort for person in people(receipt)] == [True, False]


def test_who_only_watches_from_now_on_frees_a_place_for_the_queue() -> None:
    slot = make_slot(capacity=2)
    receipt, next_one = sign_up(slot, 1, 2), sign_up(slot, 2)

    change(receipt, people(receipt)[0], is_escort=True)

    assert status_of(next_one) is OFFERED
    assert slot_now(slot).places_taken == 2


def test_an_escort_who_takes_part_from_now_on_needs_a_free_place() -> None:
    full, free = make_slot(capacity=1), make_slot(capacity=2)
    without_room, with_room = family(full, 1), family(free, 2)

    with pytest.raises(NoPlaceToAdd):
        change(without_room, people(without_room)[0])
    change(with_room, people(with_room)[0])

    assert [slot_now(slot).places_taken for slot in (full, free)] == [1, 2]
    assert not any(person.is_escort for person in people(with_room))


def test_the_ages_of_an_activity_are_not_asked_of_escorts() -> None:
    slot = make_slot(opportunity=make_opportunity(min_age=6, max_age=12))

    receipt = family(slot)
    with pytest.raises(NotOfAge):
        change(receipt, people(receipt)[0])
    with pytest.raises(NotOfAge):
        sign_up(slot, 2, 2)

    assert status_of(receipt) is CONFIRMED


def test_one_mother_comes_along_in_two_applications_and_no_child_is_in_two() -> None:
    slot = make_slot()
    sister = Companion("見本 いもうと", "みほん いもうと", AgeGroup.PRESCHOOL)
    first = family(slot, 1)

    second = sign_up(slot, 1, applicant_escorts=True, companions=(sister,))
    with pytest.raises(AlreadySignedUp):
        family(slot, 1)

    herself = sign_up(slot, 1)

    assert [status_of(one) for one in (first, second, herself)] == [CONFIRMED] * 3
    assert slot_now(slot).places_taken == 3


def test_whether_escorts_count_does_not_change_once_somebody_has_applied() -> None:
    slot = make_slot()
    family(slot)
    plan = SlotPlan(**{name: getattr(slot_now(slot), name) for name in PLANNED})

    with pytest.raises(SlotInUse):
        opportunities.edit_slot(
            slot_id=slot.public_id,
            plan=replace(plan, escorts_count=True),
            actor="0123456789ab",
            now=START,
        )

    assert not slot_now(slot).escorts_count


def test_escorts_are_on_the_list_of_the_door_and_in_no_number() -> None:
    slot = make_slot()
    receipt = family(slot, children=2)
    sign_up(slot, 2)

    day = participation.reception_day(db.session(), slot_now(slot))
    told = told_of(db.session(), [slot_now(slot)])
    news = queries.news_of(db.session(), slot.opportunity.group, DigestDays(TODAY, TODAY))

    assert day.expected == day.counts["unmarked"] == 3
    assert [person.name for person in day.found(kana_of(1)) if person.is_escort] == ["見本 1"]
    assert day.with_whom(people(receipt)[0]) == "見本 1 同行1、見本 1 同行2"
    assert not participation.has_hours(people(receipt)[0])
    assert (told.parties, told.people) == (2, 3)
    assert [(one.new, one.new_parties) for one in news] == [(3, 2)]


def test_a_day_waits_for_no_mark_of_an_escort_and_a_need_for_no_hours() -> None:
    slot, need = make_slot(), make_standing()
    for day in (slot, need):
        family(day)
    month_later = need.starts_at + timedelta(days=40)

    [waiting] = participation.unmarked_days(db.session(), now=month_later)
    [lacking] = unrecorded_hours(
        db.session(), group_ids=[need.opportunity.group_id], now=month_later
    )

    assert (waiting.unmarked, lacking.people) == (1, 1)


def test_the_database_marks_no_escort() -> None:
    escort = people(family(make_slot()))[0]

    with pytest.raises(IntegrityError, match="escort_unmarked"):
        db.session().execute(
            sa.update(Participant).where(Participant.id == escort.id).values(attendance="attended")
        )
