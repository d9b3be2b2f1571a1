"""Corrections with their reasons, and taps at the door, on a real database of each kind."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import ReasonMissing, TooLateForTheGroup
from kyodo_match.participation.models import AttendanceEvent, SlotTally
from kyodo_match.participation.queries import Marker
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups.rules import AgeGroup, SignupStatus
from tests.support.make_days import ACTOR, make_link, mark, people_of
from tests.support.make_opportunities import make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_signups import at_once, keys, sign_up, slot_now

ATTENDED, ABSENT, UNMARKED = Attendance.ATTENDED, Attendance.ABSENT, Attendance.UNMARKED


@pytest.fixture
def slot(app: Flask) -> Slot:
    """A day that one party of three signed up for."""
    slot = make_slot(capacity=10)
    sign_up(slot, 1, party=3)
    return slot


def later(slot: Slot, days: int = 3) -> datetime:
    return slot.ends_at + timedelta(days=days)


def tally(slot: Slot) -> SlotTally:
    db.session().expire_all()
    found = queries.tally_of(db.session(), slot_now(slot))
    assert found is not None
    return found


def count(slot: Slot, heads: tuple[int, int], now: datetime, reason: str = "") -> None:
    adults, children = heads
    services.count_heads(
        slot_id=slot.public_id,
        adults=adults,
        children=children,
        now=now,
        actor=ACTOR,
        reason=reason,
    )


def tap(slot: Slot, nonce: str, adults: int = 1, children: int = 0) -> None:
    services.tap_heads(
        slot_id=slot.public_id,
        adults=adults,
        children=children,
        nonce=nonce,
        now=slot.starts_at,
        actor=ACTOR,
    )


def test_unmarked_is_not_absent_in_any_figure(slot: Slot) -> None:
    first, second, _third = people_of(slot)

    mark(slot, first, ATTENDED, slot.starts_at)
    mark(slot, second, ABSENT, slot.starts_at)

    found = tally(slot)
    assert (found.attended, found.absent, found.unmarked, found.visits) == (1, 1, 1, 1)
    waiting = queries.unmarked_days(db.session(), now=later(slot))
    assert [day.unmarked for day in waiting] == [1]


def test_a_mark_changed_later_needs_a_reason_and_keeps_it(slot: Slot) -> None:
    person = people_of(slot)[0]
    mark(slot, person, ATTENDED, slot.starts_at)

    with pytest.raises(ReasonMissing):
        mark(slot, person, ABSENT, later(slot))
    before = people_of(slot)[0].attendance
    mark(slot, person, ABSENT, later(slot), "名簿の付け間違い")

    assert (before, people_of(slot)[0].attendance) == ("attended", "absent")
    reasons = db.session().scalars(sa.select(AttendanceEvent.reason)).all()
    assert list(reasons) == ["", "名簿の付け間違い"]
    assert tally(slot).visits == 0


def test_filling_in_later_and_correcting_until_the_day_after_need_no_reason(slot: Slot) -> None:
    first, second, _third = people_of(slot)
    day_after = slot.ends_at + timedelta(hours=20)

    mark(slot, first, ATTENDED, slot.starts_at)
    mark(slot, first, ABSENT, day_after)
    mark(slot, second, ATTENDED, later(slot))

    assert [person.attendance for person in people_of(slot)][:2] == ["absent", "attended"]


def test_heads_changed_later_need_a_reason(slot: Slot) -> None:
    count(slot, (3, 0), later(slot))  # the first count, late: nothing is changed
    count(slot, (3, 0), later(slot))  # the same again: nothing is changed

    with pytest.raises(ReasonMissing):
        count(slot, (4, 0), later(slot))
    count(slot, (4, 1), later(slot), reason="受付票の数え直し")

    assert tally(slot).visits == 5


def test_a_group_has_a_month_and_the_office_any_time(slot: Slot) -> None:
    person = people_of(slot)[0]
    after_a_month = later(slot, 31)

    with pytest.raises(TooLateForTheGroup):
        mark(slot, person, ATTENDED, after_a_month)
    with pytest.raises(TooLateForTheGroup):
        count(slot, (1, 0), after_a_month)
    mark(slot, person, ATTENDED, after_a_month, office=True)

    assert tally(slot).visits == 1


def test_somebody_added_by_mistake_is_taken_back_whole(slot: Slot) -> None:
    services.add_walk_in(
        slot_id=slot.public_id,
        name="飛入 花子",
        kana="とびいり はなこ",
        age_group=AgeGroup.FROM_65,
        phone="",
        nonce="door",
        keys=keys(),
        now=slot.starts_at,
        actor=ACTOR,
    )
    walked_in = next(person for person in people_of(slot) if person.attendance == "attended")

    mark(slot, walked_in, UNMARKED, slot.starts_at)

    assert walked_in.name not in {person.name for person in people_of(slot)}
    assert walked_in.signup.status is SignupStatus.CANCELLED
    assert (tally(slot).visits, tally(slot).unmarked) == (0, 3)
    assert slot_now(slot).places_taken == 3


def test_a_tap_that_arrives_twice_counts_one_head_once(slot: Slot) -> None:
    tap(slot, "one")
    tap(slot, "one")
    tap(slot, "two", adults=0, children=1)

    assert (tally(slot).head_count_adults, tally(slot).head_count_children) == (1, 1)


def test_heads_never_fall_below_nobody(slot: Slot) -> None:
    tap(slot, "up")
    tap(slot, "down", adults=-1)
    tap(slot, "down again", adults=-1)

    assert tally(slot).head_count_adults == 0


def test_two_phones_at_one_door_add_up(app: Flask, slot: Slot) -> None:
    at_once(app, lambda n: tap(slot, f"phone-{n}"), 6)

    assert tally(slot).head_count_adults == 6


def test_the_history_says_who_by_role_what_and_why(slot: Slot) -> None:
    owner = make_member(slot.opportunity.group, MemberRole.OWNER)
    coordinator = make_account(role=StaffRole.COORDINATOR)
    link_id, _path = make_link(slot, slot.starts_at)
    first, second, third = people_of(slot)

    mark(slot, first, ATTENDED, slot.starts_at, actor=f"link:{link_id}")
    mark(slot, second, ATTENDED, slot.starts_at, actor=owner)
    mark(slot, third, ABSENT, slot.starts_at, actor="somebody gone")
    mark(slot, first, ABSENT, later(slot), "付け間違い", actor=coordinator, office=True)
    count(slot, (2, 1), later(slot))

    found = queries.changes(db.session(), slot_now(slot))
    assert [(change.by, change.before, change.after, change.reason) for change in found] == [
        (Marker(), (0, 0), (2, 1), ""),
        (Marker(staff=StaffRole.COORDINATOR), ATTENDED, ABSENT, "付け間違い"),
        (Marker(), UNMARKED, ABSENT, ""),
        (Marker(member=MemberRole.OWNER), UNMARKED, ATTENDED, ""),
        (Marker(link=1), UNMARKED, ATTENDED, ""),
    ]


def test_opening_a_closed_list_needs_a_reason_and_the_groups_month(slot: Slot) -> None:
    opening = {"slot_id": slot.public_id, "actor": ACTOR}

    with pytest.raises(ReasonMissing):
        services.open_names(**opening, reason="", now=later(slot))
    with pytest.raises(TooLateForTheGroup):
        services.open_names(**opening, reason="訂正のため", now=later(slot, 31))
