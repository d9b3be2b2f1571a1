"""Days of an opportunity, before and after the first sign-up, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db, use_case
from kyodo_match.opportunities import errors, queries, services
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import (
    OpportunityStatus,
    SlotMode,
    SlotPlan,
)
from tests.support.edit_opportunities import BLANK_TIMES, acts_on, content_of, fresh, plan_of
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_signups import sign_up

S = OpportunityStatus
pytestmark = pytest.mark.usefixtures("app")


def test_an_edit_keeps_what_changed_and_raises_the_version(now: datetime) -> None:
    opportunity = make_opportunity()
    slot = make_slot(opportunity=opportunity)

    services.edit(
        opportunity_id=opportunity.public_id,
        content=content_of(opportunity, place="新しい広場"),
        actor="abc",
        now=now,
        office=True,
    )

    act = db.session.scalars(sa.select(AuditEvent)).one()
    assert act.facts == {"changed": ["place"], "version": 2}
    assert "新しい広場" in fresh(opportunity).search_text
    assert fresh(slot).calendar_sequence == 1


def test_days_are_added_changed_and_removed_before_anyone_signs_up(now: datetime) -> None:
    opportunity = make_opportunity(status=S.DRAFT)
    plan = SlotPlan(starts_at=COMING, ends_at=COMING + timedelta(hours=2), capacity=8)

    added = services.add_slot(
        opportunity_id=opportunity.public_id, plan=plan, actor="abc", now=now
    )
    services.edit_slot(
        slot_id=added,
        plan=SlotPlan(starts_at=COMING, ends_at=COMING + timedelta(hours=3), capacity=9),
        actor="abc",
        now=now,
    )
    changed = queries.slot_by_id(db.session(), added)
    services.remove_slot(slot_id=added, actor="abc", now=now)

    assert changed is not None
    assert changed.capacity == 9
    assert queries.slot_by_id(db.session(), added) is None
    assert [action for action, _ in acts_on(added)] == [
        "slot.added",
        "slot.edited",
        "slot.removed",
    ]


def test_a_day_added_to_a_published_one_opens_by_itself(now: datetime) -> None:
    opportunity = make_opportunity()

    added = services.add_slot(
        opportunity_id=opportunity.public_id,
        plan=SlotPlan(starts_at=COMING, ends_at=COMING + timedelta(hours=2), capacity=8),
        actor="abc",
        now=now,
        office=True,
    )

    slot = queries.slot_by_id(db.session(), added)
    assert slot is not None
    assert slot.opens_at == datetime(2026, 11, 24, 8, 30, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"ends_at": COMING}, errors.SlotFaulty),
        ({"capacity": 0}, errors.SlotFaulty),
        ({"starts_at": datetime(2026, 11, 1, tzinfo=TOKYO),
          "ends_at": datetime(2026, 11, 2, tzinfo=TOKYO)}, errors.SlotPast),
        ({"ends_at": datetime(2029, 4, 1, tzinfo=TOKYO)}, errors.SlotTooFar),
        ({"mode": SlotMode.LOTTERY}, errors.ModeNotYet),
    ],
)  # fmt: skip
def test_a_day_that_makes_no_sense_is_refused(
    over: dict[str, Any], error: type[Exception], now: datetime
) -> None:
    slot = make_slot()
    plan = plan_of(slot, **BLANK_TIMES, **over)

    with pytest.raises(error):
        services.edit_slot(slot_id=slot.public_id, plan=plan, actor="abc", now=now, office=True)


@pytest.mark.parametrize(
    "over",
    [
        {"capacity": 12},
        {"place": "別の場所"},
        {"ends_at": COMING + timedelta(hours=3)},
    ],
)
def test_what_people_count_on_stays_once_they_signed_up(
    over: dict[str, Any], now: datetime
) -> None:
    slot = make_slot()
    sign_up(slot, now=now)

    with pytest.raises(errors.SlotInUse):
        services.edit_slot(
            slot_id=slot.public_id,
            plan=plan_of(slot, **over),
            actor="abc",
            now=now,
            office=True,
        )


def test_the_closing_time_may_still_change_after_a_sign_up(now: datetime) -> None:
    slot = make_slot()
    sign_up(slot, now=now)
    later = COMING - timedelta(hours=1)

    services.edit_slot(
        slot_id=slot.public_id,
        plan=plan_of(slot, closes_at=later),
        actor="abc",
        now=now,
        office=True,
    )

    assert fresh(slot).closes_at == later


def test_a_day_with_a_sign_up_is_not_removed(now: datetime) -> None:
    opportunity = make_opportunity()
    make_slot(opportunity=opportunity)
    slot = make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=1))
    sign_up(slot, now=now)

    with pytest.raises(errors.SlotInUse):
        services.remove_slot(slot_id=slot.public_id, actor="abc", now=now, office=True)

    assert queries.slot_by_id(db.session(), slot.public_id) is not None


def test_the_last_day_of_something_published_is_not_removed(now: datetime) -> None:
    slot = make_slot()

    with pytest.raises(errors.Incomplete):
        services.remove_slot(slot_id=slot.public_id, actor="abc", now=now, office=True)


def test_a_service_decides_on_what_is_there_now_not_on_what_the_view_loaded(
    app: Flask, now: datetime
) -> None:
    slot = make_slot()
    loaded = queries.slot_by_id(db.session(), slot.public_id)
    assert loaded is not None
    assert loaded.places_taken == 0
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(Slot).where(Slot.id == slot.id).values(places_taken=3))

    with pytest.raises(errors.SlotInUse):
        services.edit_slot(
            slot_id=slot.public_id,
            plan=plan_of(loaded, capacity=2),
            actor="abc",
            now=now,
            office=True,
        )


def test_a_locked_slot_is_fresh_although_it_was_loaded_before(app: Flask) -> None:
    slot = make_slot(capacity=10)

    @use_case
    def seen(session: Any, /) -> int:
        before = queries.slot_by_id(session, slot.public_id)
        assert before is not None
        session.execute(
            sa.update(Slot)
            .where(Slot.id == slot.id)
            .values(capacity=11)
            .execution_options(synchronize_session=False)
        )
        return queries.locked_slot(session, slot.public_id).capacity

    assert seen() == 11
