"""活動時間, against a real database of each kind."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from kyodo_match.audit.queries import history
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import (
    DayOutside,
    HoursApproved,
    HoursGone,
    HoursStand,
    NoHoursHere,
    NotOnTheList,
    ParticipationRefused,
    ReasonMissing,
    TooLateForTheGroup,
    WasAbsent,
)
from kyodo_match.participation.rules import Attendance, HoursState
from kyodo_match.plans import queries as plans
from kyodo_match.plans import services as plan_services
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.signups.rules import Receipt
from tests.support.clock import FrozenClock
from tests.support.make_days import ACTOR, mark, people_of
from tests.support.make_hours import (
    approve,
    attendance_of,
    hours_of,
    make_need,
    make_standing_need,
    record_own,
    visits,
)
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import (
    at_once,
    calls_to,
    kinds_to,
    letters_to,
    sign_up,
)

pytestmark = pytest.mark.usefixtures("app")

APPROVED, RECORDED, RETURNED = HoursState.APPROVED, HoursState.RECORDED, HoursState.RETURNED
PLAN: dict[str, Any] = {
    "title": "ボランティアの計画",
    "municipality_code": "082350",
    "first_fiscal_year": 2026,
    "last_fiscal_year": 2028,
    "goals": [
        {
            "number": 1,
            "name": "ひとづくり",
            "indicators": [
                {
                    "key": "volunteers",
                    "name": "ボランティアの延べ人数",
                    "unit": "人",
                    "aggregation": "annual",
                    "source": "attendance",
                    "kinds": ["volunteer"],
                    "baseline": {"fiscal_year": 2025, "value": 0},
                    "targets": [{"fiscal_year": 2028, "value": 10}],
                }
            ],
        }
    ],
}


def give_back(receipt: Receipt, now: datetime, reason: str = "別の日ではありませんか") -> None:
    hours = hours_of(receipt)[-1]
    services.return_hours(hours_id=hours.public_id, reason=reason, now=now, actor=ACTOR)


def record_day(
    slot: Slot, minutes: Sequence[int], now: datetime, *, approves: bool = True, **over: Any
) -> int:
    given: dict[str, Any] = {"day": tokyo_date(slot.starts_at), "office": False, **over}
    spent = {person.public_id: n for person, n in zip(people_of(slot), minutes, strict=False) if n}
    return services.record_day(
        slot_id=slot.public_id, minutes=spent, approves=approves, now=now, actor=ACTOR, **given
    )


def states(receipt: Receipt) -> list[tuple[int, HoursState]]:
    return [(one.minutes, one.state) for one in hours_of(receipt)]


def acts_on(receipt: Receipt) -> list[str]:
    """What was done to an applicant's first entry."""
    events = history(db.session(), "hours", hours_of(receipt)[0].public_id)
    return [event.action for event in events]


def test_a_standing_need_moves_the_plan_by_one_person_and_not_by_hours(now: datetime) -> None:
    slot = make_standing_need()
    hana, taro = sign_up(slot, 1), sign_up(slot, 2)
    plan_services.import_plan(key="p", definition=parse_plan(PLAN), now=now, actor="cli:test")

    def counted() -> tuple[object, object]:
        shown = plans.result(
            db.session(), "p", as_of=tokyo_date(now), municipality_code="082350"
        ).counted[0]
        return shown.actual, shown.people

    record_own(hana, now, 150, days_ago=3)
    record_own(hana, now, 600, days_ago=2)
    before = counted()
    done = approve(hana, now=now)
    record_own(hana, now, 30)
    approve(hana, now=now)

    assert (before, done) == ((0, 0), 2)
    assert counted() == (1, 1)
    assert attendance_of(hana) == ["attended"]  # one event, however many days
    assert states(hana) == [(150, APPROVED), (600, APPROVED), (30, APPROVED)]
    assert attendance_of(taro) == []
    assert visits(slot) == 1


def test_a_day_waits_for_the_group_and_approval_shows_that_somebody_was_there(
    frozen_clock: FrozenClock,
) -> None:
    slot = make_need()
    receipt = sign_up(slot, 1, party=2)
    now = frozen_clock.move_to(slot.ends_at)

    record_own(receipt, now, 120)
    waiting = queries.waiting_hours(db.session(), group_ids=[slot.opportunity.group_id])
    approve(receipt, now=now)

    assert [(one.hours.minutes, one.is_too_much) for one in waiting] == [(120, False)]
    assert attendance_of(receipt) == ["attended"]
    assert visits(slot) == 1  # of a party of two
    assert approve(receipt, now=now) == 0  # pressed twice
    assert acts_on(receipt) == ["hours.recorded", "hours.approved"]
    with pytest.raises(HoursApproved):
        record_own(receipt, now, 60)
    came = next(one for one in people_of(slot) if one.attendance == "attended")
    with pytest.raises(HoursStand):
        mark(slot, came, Attendance.ABSENT, now)


def test_two_who_approve_at_once_approve_once(app: Flask, now: datetime) -> None:
    slot = make_standing_need()
    receipt = sign_up(slot, 1)
    hours_id = record_own(receipt, now).public_id

    done = at_once(
        app,
        lambda n: services.approve(
            hours_ids=[hours_id], group_ids=None, now=now, actor=f"{n:012x}"
        ),
        3,
    )

    assert sorted(done) == [0, 0, 1]
    assert attendance_of(receipt) == ["attended"]


def test_the_group_writes_down_everybody_at_once(frozen_clock: FrozenClock) -> None:
    slot = make_need()
    receipts = [sign_up(slot, n) for n in (1, 2, 3)]
    now = frozen_clock.move_to(slot.ends_at)
    record_own(receipts[1], now, 60)

    first = record_day(slot, [120, 0, 0], now, approves=False)
    again = record_day(slot, [120, 90, 0], now)

    assert (first, again) == (1, 1)
    assert [states(one) for one in receipts] == [[(120, APPROVED)], [(90, APPROVED)], []]
    assert visits(slot) == 2
    assert record_day(slot, [120, 90, 0], now) == 0
    with pytest.raises(HoursApproved):
        record_day(slot, [60, 0, 0], now)


def test_approved_hours_change_with_a_reason_and_within_thirty_days(
    frozen_clock: FrozenClock,
) -> None:
    slot = make_need()
    receipt = sign_up(slot, 1)
    now = frozen_clock.move_to(slot.ends_at)
    record_day(slot, [120], now)
    hours_id = hours_of(receipt)[0].public_id

    def change(minutes: int, reason: str, now: datetime, *, office: bool = False) -> None:
        services.change_hours(
            hours_id=hours_id, minutes=minutes, reason=reason, office=office, now=now, actor=ACTOR
        )

    with pytest.raises(ReasonMissing):
        change(90, "", now)
    change(90, "11時に終わった", now)
    late = now + timedelta(days=31)
    with pytest.raises(TooLateForTheGroup):
        change(60, "10時半に終わった", late)
    with pytest.raises(TooLateForTheGroup):
        record_day(slot, [60], late)
    change(60, "10時半に終わった", late, office=True)

    (hours,) = hours_of(receipt)
    assert (hours.minutes, hours.state, hours.reason) == (60, APPROVED, "10時半に終わった")
    last = history(db.session(), "hours", hours_id)[-2]
    assert (last.action, last.reason, last.facts) == (
        "hours.changed",
        "10時半に終わった",
        {"minutes": 60, "before": 90},
    )


def test_who_gets_hours_back_is_told_and_reads_the_reason_on_the_page(now: datetime) -> None:
    slot = make_standing_need()
    by_mail, by_phone = sign_up(slot, 1), sign_up(slot, 2, email="")
    for receipt in (by_mail, by_phone):
        record_own(receipt, now)

    for receipt in (by_mail, by_phone):
        give_back(receipt, now)

    assert kinds_to(by_mail)[-1] == "signup-hours-returned"
    assert "別の日ではありませんか" not in letters_to(by_mail)[-1].body
    assert "2026年11月22日" in letters_to(by_mail)[-1].body
    assert hours_of(by_mail)[0].reason == "別の日ではありませんか"
    call = calls_to(by_phone)[-1]
    assert "別の日ではありませんか" in call.script
    assert call.outcome is CallOutcome.OPEN
    record_own(by_phone, now, 60)
    assert states(by_phone) == [(60, RECORDED)]
    assert hours_of(by_phone)[0].reason == ""
    assert calls_to(by_phone)[-1].outcome is CallOutcome.NOT_NEEDED
    with pytest.raises(ReasonMissing):
        give_back(by_phone, now, reason="")


def test_a_standing_need_without_approved_hours_shows_nobody(now: datetime) -> None:
    slot = make_standing_need()
    receipt = sign_up(slot, 1)
    record_own(receipt, now, days_ago=1)
    record_own(receipt, now)
    approve(receipt, now=now)

    give_back(receipt, now)
    one_left = visits(slot)
    first = hours_of(receipt)[0]
    services.return_hours(hours_id=first.public_id, reason="重複", now=now, actor=ACTOR)

    assert one_left == 1
    assert visits(slot) == 0
    assert attendance_of(receipt) == ["attended", "unmarked"]
    services.take_back_own(signup_id=receipt.signup_id, hours_id=first.public_id, now=now)
    assert states(receipt) == [(150, RETURNED)]


def test_the_approver_sees_a_day_that_is_too_long_but_not_where_else(now: datetime) -> None:
    here, elsewhere = make_standing_need(), make_standing_need()
    receipt, other = sign_up(here, 1), sign_up(elsewhere, 1)
    record_own(receipt, now, 800)
    record_own(other, now, 700)
    groups = [here.opportunity.group_id]

    def flagged() -> list[bool]:
        lines = queries.waiting_hours(db.session(), group_ids=groups)
        return [line.is_too_much for line in lines]

    assert flagged() == [True]
    give_back(other, now)
    assert flagged() == [False]
    wanted = [hours_of(other)[0].public_id, hours_of(receipt)[0].public_id]
    assert (
        services.approve(hours_ids=wanted, group_ids=[], now=now, actor=ACTOR) == 0
    )  # nothing of another group
    assert states(receipt) == [(800, RECORDED)]


def test_hours_are_those_of_confirmed_people_of_volunteer_needs(frozen_clock: FrozenClock) -> None:
    now = frozen_clock.moment
    full = make_standing_need(capacity=1)
    receipt, waits = sign_up(full, 1), sign_up(full, 2)
    coming = sign_up(make_need(), 3)
    experience = sign_up(make_slot(), 4)
    record_own(receipt, now)

    def refused(why: type[ParticipationRefused], receipt: Receipt, **over: Any) -> None:
        with pytest.raises(why):
            record_own(receipt, now, **over)

    refused(NotOnTheList, waits)
    refused(NotOnTheList, receipt, signup_id=waits.signup_id)
    refused(DayOutside, receipt, day=date(2026, 9, 30))
    refused(DayOutside, receipt, day=tokyo_date(now) + timedelta(days=1))
    refused(DayOutside, coming)
    refused(NoHoursHere, experience)
    with pytest.raises(HoursGone):
        services.take_back_own(
            signup_id=waits.signup_id, hours_id=hours_of(receipt)[0].public_id, now=now
        )


def test_who_was_absent_has_no_hours(frozen_clock: FrozenClock) -> None:
    slot = make_need()
    receipt = sign_up(slot, 1)
    now = frozen_clock.move_to(slot.ends_at)
    record_own(receipt, now)
    mark(slot, people_of(slot)[0], Attendance.ABSENT, now)

    for act in (
        lambda: approve(receipt, now=now),
        lambda: record_own(receipt, now, 60),
        lambda: record_day(slot, [60], now),
    ):
        with pytest.raises(WasAbsent):
            act()

    assert states(receipt) == [(150, RECORDED)]
    assert visits(slot) == 0


def test_a_year_is_that_of_the_day_and_people_count_once(frozen_clock: FrozenClock) -> None:
    since = datetime.fromisoformat("2026-03-01T00:00+09:00")
    one, two = make_standing_need(starts_at=since), make_standing_need(starts_at=since)
    now = frozen_clock.moment
    receipts = [sign_up(one, 1), sign_up(two, 1), sign_up(one, 2)]
    record_own(receipts[0], now, 100, day=date(2026, 3, 31))
    record_own(receipts[0], now, 90, day=date(2026, 4, 1))
    record_own(receipts[1], now, 60)
    approve(*receipts, now=now)
    record_own(receipts[2], now, 500)
    later = frozen_clock.move(days=8)

    year = queries.hours_of_year(
        db.session(), FiscalYear(2026), late_before=later - timedelta(days=7)
    )
    before = queries.hours_of_year(db.session(), FiscalYear(2025), late_before=later)

    assert (year.minutes, year.people, year.waiting) == (150, 1, 1)
    assert [(g.minutes, g.people, g.late) for g in year.groups] == [(90, 1, 1), (60, 1, 0)]
    assert (before.minutes, before.people) == (100, 1)
    years = queries.years_with_hours(db.session(), today=tokyo_date(later))
    assert years == [FiscalYear(2026), FiscalYear(2025)]
    number, oldest = queries.count_hours_waiting(db.session(), before=later - timedelta(days=7))
    assert (number, oldest) == (1, now)
