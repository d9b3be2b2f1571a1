"""Marking who came, against a real database of each kind."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind, SlotStatus
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import NotOnTheList, SlotWasCancelled, TooEarly
from kyodo_match.participation.models import AttendanceEvent, SlotTally
from kyodo_match.participation.rules import Attendance, DayRecord
from kyodo_match.signups import services as signups
from kyodo_match.signups.models import Participant
from kyodo_match.signups.rules import AgeGroup
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import keys, sign_up, slot_now

ACTOR = "a1b2c3d4e5f6"


def today(clock: FrozenClock, slot: Slot) -> datetime:
    """Let time pass until the slot's day; the moment it starts."""
    clock.moment = slot.starts_at
    return slot.starts_at


def people(slot: Slot) -> list[Participant]:
    db.session().expire_all()
    return list(queries.expected(db.session(), slot))


def mark(slot: Slot, person: Participant, state: Attendance, now: datetime, nonce: str) -> None:
    services.mark(
        slot_id=slot.public_id,
        participant_id=person.public_id,
        attendance=state,
        nonce=nonce,
        marked_at=now,
        now=now,
        actor=ACTOR,
    )


def tally(slot: Slot) -> SlotTally:
    db.session().expire_all()
    found = queries.tally_of(db.session(), slot_now(slot))
    assert found is not None
    return found


def events() -> int:
    return db.session().scalar(sa.select(sa.func.count(AttendanceEvent.id))) or 0


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=10)


def test_a_mark_is_an_event_a_state_and_part_of_the_tally(
    slot: Slot, frozen_clock: FrozenClock
) -> None:
    sign_up(slot, 1, party=2)
    now = today(frozen_clock, slot)
    first, second = people(slot)

    mark(slot, first, Attendance.ATTENDED, now, "one")

    assert [person.attendance for person in people(slot)] == ["attended", "unmarked"]
    assert (tally(slot).visits, tally(slot).unmarked) == (1, 1)
    assert second.attendance == "unmarked"


def test_the_same_tap_sent_twice_counts_once(slot: Slot, frozen_clock: FrozenClock) -> None:
    sign_up(slot, 1)
    now = today(frozen_clock, slot)
    (person,) = people(slot)
    mark(slot, person, Attendance.ATTENDED, now, "tap")
    mark(slot, person, Attendance.UNMARKED, now, "undo")

    mark(slot, person, Attendance.ATTENDED, now, "tap")

    assert people(slot)[0].attendance == "unmarked"
    assert events() == 2


def test_undo_takes_the_visit_back_and_keeps_both_events(
    slot: Slot, frozen_clock: FrozenClock
) -> None:
    sign_up(slot, 1)
    now = today(frozen_clock, slot)
    (person,) = people(slot)
    mark(slot, person, Attendance.ATTENDED, now, "one")

    mark(slot, person, Attendance.UNMARKED, now, "two")

    assert tally(slot).visits == 0
    assert events() == 2


def test_nobody_is_marked_before_the_day(slot: Slot, now: datetime) -> None:
    sign_up(slot, 1)
    (person,) = people(slot)

    with pytest.raises(TooEarly):
        mark(slot, person, Attendance.ATTENDED, now, "early")

    assert events() == 0


def test_somebody_who_cancelled_is_not_on_the_list(slot: Slot, frozen_clock: FrozenClock) -> None:
    receipt = sign_up(slot, 1)
    (person,) = people(slot)
    signups.cancel(signup_id=receipt.signup_id, now=frozen_clock.moment, actor="citizen")
    now = today(frozen_clock, slot)

    with pytest.raises(NotOnTheList):
        mark(slot, person, Attendance.ATTENDED, now, "gone")


def test_nobody_is_counted_on_a_cancelled_day(slot: Slot, frozen_clock: FrozenClock) -> None:
    signups.cancel_slot(
        slot_id=slot.public_id, reason="大雨のため", now=frozen_clock.moment, actor=ACTOR
    )
    now = today(frozen_clock, slot)

    with pytest.raises(SlotWasCancelled):
        services.count_heads(slot_id=slot.public_id, adults=1, children=0, now=now, actor=ACTOR)


def test_somebody_who_walks_in_is_there_and_takes_no_place(
    slot: Slot, frozen_clock: FrozenClock
) -> None:
    now = today(frozen_clock, slot)

    for _ in range(2):
        services.add_walk_in(
            slot_id=slot.public_id,
            name="飛入 花子",
            kana="とびいり はなこ",
            age_group=AgeGroup.FROM_65,
            phone="",
            nonce="door",
            keys=keys(),
            now=now,
            actor=ACTOR,
        )

    assert [person.attendance for person in people(slot)] == ["attended"]
    assert slot_now(slot).places_taken == 0
    assert tally(slot).visits == 1


def test_heads_are_set_not_added(slot: Slot, frozen_clock: FrozenClock) -> None:
    now = today(frozen_clock, slot)
    services.count_heads(slot_id=slot.public_id, adults=12, children=5, now=now, actor=ACTOR)

    services.count_heads(slot_id=slot.public_id, adults=10, children=5, now=now, actor=ACTOR)

    assert tally(slot).visits == 15


def test_two_slots_of_one_day_are_one_record_with_both_their_people(
    app: Flask, frozen_clock: FrozenClock
) -> None:
    opportunity = make_opportunity(kind=OpportunityKind.EXPERIENCE)
    morning = make_slot(opportunity=opportunity, capacity=5)
    later = morning.starts_at + timedelta(hours=4)
    afternoon = make_slot(
        opportunity=opportunity, capacity=5, starts_at=later, ends_at=later + timedelta(hours=1)
    )
    for slot in (morning, afternoon):
        sign_up(slot, 1)
    now = today(frozen_clock, afternoon)
    for slot in (morning, afternoon):
        mark(slot, people(slot)[0], Attendance.ATTENDED, now, slot.public_id)

    day = tokyo_date(morning.starts_at)
    (record,) = queries.day_records(db.session(), kinds=["experience"], since=day, until=day)

    assert (record.day, record.event, record.visits) == (day, opportunity.public_id, 2)
    assert len(record.person_keys) == 1


def test_a_cancelled_day_and_another_kind_are_no_records(
    app: Flask, frozen_clock: FrozenClock
) -> None:
    slot = make_slot(opportunity=make_opportunity(kind=OpportunityKind.FORUM), capacity=5)
    now = today(frozen_clock, slot)
    services.count_heads(slot_id=slot.public_id, adults=3, children=0, now=now, actor=ACTOR)
    day = tokyo_date(slot.starts_at)
    span = {"since": day, "until": day}

    counted = queries.day_records(db.session(), kinds=["forum"], **span)
    others = queries.day_records(db.session(), kinds=["experience"], **span)
    signups.cancel_slot(slot_id=slot.public_id, reason="大雨", now=now, actor=ACTOR)
    after = queries.day_records(db.session(), kinds=["forum"], **span)

    assert [record.visits for record in counted] == [3]
    assert (others, after) == ([], [])
    assert slot_now(slot).status is SlotStatus.CANCELLED


def test_an_imported_line_is_one_record(app: Flask, now: datetime) -> None:
    line = (date(2025, 6, 1), OpportunityKind.EXPERIENCE, "川の日", "みどりの会", 12, 10, "")
    services.import_participation(lines=[line], now=now, actor="cli:test")

    records = queries.day_records(
        db.session(), kinds=["experience"], since=date(2025, 4, 1), until=date(2026, 3, 31)
    )

    assert records == [
        DayRecord(date(2025, 6, 1), "experience", records[0].event, 12, imported_people=10)
    ]


def test_a_past_day_waits_for_its_marks_until_the_last_is_made(
    slot: Slot, frozen_clock: FrozenClock
) -> None:
    sign_up(slot, 1)
    now = today(frozen_clock, slot) + timedelta(days=1)
    waiting = queries.unmarked_days(db.session(), now=now)
    (person,) = people(slot)

    mark(slot, person, Attendance.ABSENT, now, "late")

    assert [(day.slot_id, day.unmarked) for day in waiting] == [(slot.public_id, 1)]
    assert queries.unmarked_days(db.session(), now=now) == []
