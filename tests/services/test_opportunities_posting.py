"""Copied, several days at once, changed after publication: on both databases."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.opportunities import errors, queries, services
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import (
    CONTENT,
    OpportunityKind,
    OpportunityStatus,
    SlotPlan,
    SlotStatus,
    version_of,
)
from kyodo_match.signups.services import cancel_slot, change_capacity
from tests.support.clock import FrozenClock
from tests.support.edit_opportunities import content_of, plan_of
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_people import make_account
from tests.support.make_signups import sign_up

S = OpportunityStatus
pytestmark = pytest.mark.usefixtures("app")


def now_of(opportunity_id: str) -> Opportunity:
    db.session.expire_all()
    found = queries.opportunity_by_id(db.session(), opportunity_id)
    assert found is not None
    return found


def revisions() -> list[Revision]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Revision).order_by(Revision.id)))


def edit(opportunity: Opportunity, now: datetime, *, office: bool = False, **over: Any) -> None:
    services.edit(
        opportunity_id=opportunity.public_id,
        content=content_of(now_of(opportunity.public_id), **over),
        actor="abc",
        now=now,
        office=office,
    )


def copy_of(opportunity: Opportunity, now: datetime, first_day: date | None) -> Opportunity:
    made = services.copy(
        opportunity_id=opportunity.public_id,
        title="今年の体験",
        contact_name="新しい係",
        contact_phone="0297-00-0202",
        first_day=first_day,
        actor="abc",
        now=now,
    )
    return now_of(made)


# --- Copied ------------------------------------------------------------------


def test_a_copy_has_the_text_and_the_days_with_their_distances(now: datetime) -> None:
    earlier = make_opportunity(title="去年の体験", bring="長靴")
    make_slot(opportunity=earlier, capacity=7, minimum=3, party_limit=2)
    make_slot(opportunity=earlier, starts_at=COMING + timedelta(days=15, hours=4))

    made = copy_of(earlier, now, date(2027, 6, 6))

    first, second = made.slots
    assert (made.status, made.title, made.bring) == (S.DRAFT, "今年の体験", "長靴")
    assert made.group_id == earlier.group_id
    assert first.starts_at == datetime(2027, 6, 6, 9, 30, tzinfo=TOKYO)
    assert second.starts_at == datetime(2027, 6, 21, 13, 30, tzinfo=TOKYO)
    assert (first.capacity, first.minimum, first.party_limit) == (7, 3, 2)
    assert first.closes_at == datetime(2027, 6, 5, 17, 0, tzinfo=TOKYO)


def test_nothing_of_the_run_and_no_contact_is_carried(now: datetime) -> None:
    earlier = make_opportunity(
        status=S.CLOSED, return_comment="直してください", contact_name="前の担当 見本"
    )
    slot = make_slot(opportunity=earlier, capacity=1)
    _publish_and_fill(slot)
    cancel_slot(slot_id=slot.public_id, reason="大雨", now=now, actor="abc")

    made = copy_of(earlier, now, date(2027, 6, 6))

    day = made.slots[0]
    assert (made.contact_name, made.contact_phone) == ("新しい係", "0297-00-0202")
    assert (made.return_comment, made.published_at, made.submitted_at) == ("", None, None)
    assert made.version == 1
    assert (day.places_taken, day.places_waiting) == (0, 0)
    assert (day.status, day.cancelled_reason) == (SlotStatus.SCHEDULED, "")
    assert day.offers_stop_at is None
    assert day.public_id != slot.public_id
    assert [one.opportunity_id for one in revisions()] == [earlier.id]


def _publish_and_fill(slot: Slot) -> None:
    """Somebody has a place and somebody waits, from when it was still public."""
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(Opportunity).values(status=S.PUBLISHED))
    sign_up(slot, 1)
    sign_up(slot, 2)
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(Opportunity).values(status=S.CLOSED))


def test_times_that_would_be_over_are_left_blank(now: datetime) -> None:
    earlier = make_opportunity()
    make_slot(opportunity=earlier, starts_at=COMING)

    made = copy_of(earlier, now, date(2026, 11, 23))

    day = made.slots[0]
    assert day.starts_at == datetime(2026, 11, 23, 9, 30, tzinfo=TOKYO)
    assert day.opens_at is None
    assert day.closes_at == datetime(2026, 11, 22, 17, 0, tzinfo=TOKYO)


def test_without_days_only_the_text_is_copied(now: datetime) -> None:
    earlier = make_opportunity()
    make_slot(opportunity=earlier)

    assert copy_of(earlier, now, None).slots == []


def test_days_are_not_copied_into_the_past(now: datetime) -> None:
    earlier = make_opportunity()
    make_slot(opportunity=earlier)

    with pytest.raises(errors.SlotPast):
        copy_of(earlier, now, date(2026, 11, 21))

    assert db.session.scalars(sa.select(sa.func.count(Opportunity.id))).one() == 1


# --- Several days at once ----------------------------------------------------


def sundays(number: int) -> list[SlotPlan]:
    starts = COMING + timedelta(days=1)
    return [
        SlotPlan(
            starts_at=starts + timedelta(weeks=week),
            ends_at=starts + timedelta(weeks=week, hours=2),
            capacity=8,
        )
        for week in range(number)
    ]


def add(opportunity: Opportunity, now: datetime, plans: list[SlotPlan]) -> int:
    return services.add_slots(
        opportunity_id=opportunity.public_id, plans=plans, actor="abc", now=now
    )


def test_several_days_are_added_at_once_and_open_where_it_is_public(now: datetime) -> None:
    opportunity = make_opportunity()

    added = add(opportunity, now, sundays(3))

    days = now_of(opportunity.public_id).slots
    assert added == len(days) == 3
    assert all(day.opens_at is not None for day in days)
    assert [one.before for one in revisions()] == [{}, {}, {}]


def test_all_or_none(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT)
    make_slot(opportunity=opportunity, starts_at=COMING + timedelta(weeks=1, days=1, hours=1))

    with pytest.raises(errors.DaysClash) as refused:
        add(opportunity, now, sundays(3))

    assert refused.value.days == (sundays(3)[1].starts_at,)
    assert len(now_of(opportunity.public_id).slots) == 1


def test_a_button_pressed_twice_adds_once(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT)
    add(opportunity, now, sundays(2))

    with pytest.raises(errors.DaysClash):
        add(opportunity, now, sundays(2))

    assert len(now_of(opportunity.public_id).slots) == 2


@pytest.mark.parametrize(
    ("plans", "error"),
    [
        ([], errors.NoDays),
        (sundays(61), errors.TooManyDays),
        ([sundays(1)[0], sundays(1)[0]], errors.DaysClash),
        ([*sundays(1), replace(sundays(2)[1], minimum=9)], errors.SlotFaulty),
    ],
)
def test_what_makes_no_sense_adds_nothing(
    plans: list[SlotPlan], error: type[Exception], now: datetime
) -> None:
    opportunity = make_opportunity(status=S.DRAFT)

    with pytest.raises(error):
        add(opportunity, now, plans)

    assert now_of(opportunity.public_id).slots == []


# --- Changed after publication -----------------------------------------------


def test_a_group_changes_a_published_text_and_what_stood_there_is_kept(now: datetime) -> None:
    opportunity = make_opportunity(bring="軍手", fee="無料")

    services.edit(
        opportunity_id=opportunity.public_id,
        content=content_of(opportunity, bring="軍手、長靴", alone_welcome=False),
        actor="abc",
        now=now,
        reason="ぬかるみのため",
    )

    (revision,) = revisions()
    assert revision.before == {"bring": "軍手", "alone_welcome": True}
    assert revision.after == {"bring": "軍手、長靴", "alone_welcome": False}
    assert (revision.by, revision.reason, revision.seen_at) == ("abc", "ぬかるみのため", None)


def test_name_and_kind_of_what_is_public_are_changed_by_the_office_only(now: datetime) -> None:
    opportunity = make_opportunity(title="里山の体験")

    with pytest.raises(errors.KeptByOffice) as refused:
        edit(opportunity, now, title="別の会", kind=OpportunityKind.EVENT)
    edit(opportunity, now, office=True, title="里山の一日")

    assert refused.value.fields == ("kind", "title")
    (revision,) = revisions()
    assert revision.after == {"title": "里山の一日"}
    assert (revision.seen_by, revision.seen_at) == ("abc", now)


@pytest.mark.parametrize("status", [S.DRAFT, S.RETURNED])
def test_before_publication_nothing_is_kept(status: OpportunityStatus, now: datetime) -> None:
    opportunity = make_opportunity(status=status)
    slot = make_slot(opportunity=opportunity)

    edit(opportunity, now, bring="長靴")
    services.edit_slot(
        slot_id=slot.public_id, plan=plan_of(slot, capacity=12), actor="abc", now=now
    )

    assert revisions() == []


def test_a_place_that_people_come_to_is_not_changed_behind_their_backs(now: datetime) -> None:
    opportunity = make_opportunity()
    sign_up(make_slot(opportunity=opportunity), 1)

    with pytest.raises(errors.PlaceCountedOn) as refused:
        edit(opportunity, now, office=True, place="別の広場")
    edit(opportunity, now, meeting_place="東の入口")

    assert refused.value.slots == 1
    assert now_of(opportunity.public_id).place == "豊森の里山"


def test_the_place_of_a_text_is_free_where_each_day_with_people_has_its_own(
    now: datetime,
) -> None:
    opportunity = make_opportunity()
    sign_up(make_slot(opportunity=opportunity, place="市役所"), 1)

    edit(opportunity, now, place="別の広場")

    assert now_of(opportunity.public_id).place == "別の広場"


def test_a_day_keeps_its_history_from_the_first_to_the_last(now: datetime) -> None:
    opportunity = make_opportunity()
    make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=1))
    slot = make_slot(opportunity=opportunity)

    services.edit_slot(
        slot_id=slot.public_id, plan=plan_of(slot, party_limit=3), actor="abc", now=now
    )
    change_capacity(slot_id=slot.public_id, capacity=12, now=now, actor="abc")
    cancel_slot(slot_id=slot.public_id, reason="大雨", now=now, actor="abc")
    services.remove_slot(slot_id=slot.public_id, actor="abc", now=now)

    kept = [(one.before, one.after) for one in revisions()[:3]]
    assert kept == [
        ({"party_limit": 5}, {"party_limit": 3}),
        ({"capacity": 10}, {"capacity": 12}),
        ({"status": "scheduled"}, {"status": "cancelled"}),
    ]
    assert revisions()[3].after == {}
    assert {one.slot_id for one in revisions()} == {slot.public_id}


def test_what_staff_call_off_they_have_seen(now: datetime) -> None:
    staff = make_account(role=StaffRole.COORDINATOR)
    slot = make_slot()

    cancel_slot(slot_id=slot.public_id, reason="大雨", now=now, actor=staff.public_id)

    (revision,) = revisions()
    assert revision.seen_by == staff.public_id
    assert queries.count_changed(db.session()) == 0


def test_a_stale_form_overwrites_nobody_and_is_told_what_changed(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT, bring="軍手", fee="無料", rain="中止")
    opened, mine = version_of(opportunity, CONTENT), content_of(opportunity, bring="長靴")
    edit(opportunity, now, bring="水着", fee="100円")

    with pytest.raises(errors.ChangedMeanwhile) as refused:
        services.edit(
            opportunity_id=opportunity.public_id,
            content=mine,
            actor="def",
            now=now,
            version=opened,
        )

    stands = now_of(opportunity.public_id)
    assert (refused.value.both, refused.value.theirs) == (("bring",), ("fee",))
    assert (stands.bring, stands.fee) == ("水着", "100円")


def test_a_day_added_meanwhile_does_not_make_the_text_stale(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT)
    opened = version_of(opportunity, CONTENT)
    add(opportunity, now, sundays(1))

    services.edit(
        opportunity_id=opportunity.public_id,
        content=content_of(opportunity, bring="長靴"),
        actor="abc",
        now=now,
        version=opened,
    )

    assert now_of(opportunity.public_id).bring == "長靴"


def test_the_office_sees_changes_until_it_marks_those_that_it_read(
    now: datetime, frozen_clock: FrozenClock
) -> None:
    opportunity, other = make_opportunity(), make_opportunity()
    edit(opportunity, now, bring="長靴")
    edit(other, now, bring="帽子")
    edit(opportunity, frozen_clock.move(minutes=5), bring="長靴と帽子")

    listed = queries.unseen_changes(db.session())
    first = queries.unseen_changes(db.session(), most=1)
    seen = services.mark_seen(
        opportunity_id=opportunity.public_id, until=now, actor="xyz", now=frozen_clock.moment
    )

    assert [(one.opportunity.public_id, len(one.changes)) for one in listed] == [
        (opportunity.public_id, 2),
        (other.public_id, 1),
    ]
    assert [len(one.changes) for one in first] == [2]
    assert seen == 1
    assert queries.count_changed(db.session()) == 2
    assert [one.seen_by for one in revisions()] == ["xyz", None, None]
