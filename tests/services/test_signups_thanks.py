"""お礼: the day after, to who came, with what comes next; nobody is phoned for it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import use_case
from kyodo_match.notifications.models import UndeliverableAddress
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.signups import jobs, services
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_signups import calls_to, kinds_to, letters_to, sign_up
from tests.support.make_waiting import mark_all

pytestmark = pytest.mark.usefixtures("app")
TEN = datetime(2026, 12, 13, 10, 0, tzinfo=TOKYO)  # the day after the makers' day


def test_who_came_is_thanked_once_from_ten_on() -> None:
    receipt = sign_up(make_slot())
    mark_all(receipt, "attended")

    counts = [jobs.thank(now=TEN + timedelta(minutes=minutes)) for minutes in (-1, 0, 1)]

    assert counts == [0, 1, 0]
    assert kinds_to(receipt) == ["signup-confirmed", "signup-thanks"]


def test_nobody_is_thanked_on_the_day_itself() -> None:
    receipt = sign_up(make_slot())
    mark_all(receipt, "attended")

    assert jobs.thank(now=COMING + timedelta(hours=4)) == 0


@pytest.mark.parametrize("attendance", ["unmarked", "absent"])
def test_who_is_not_marked_as_there_is_not_thanked(attendance: str) -> None:
    receipt = sign_up(make_slot())
    mark_all(receipt, attendance)

    assert jobs.thank(now=TEN) == 0
    assert kinds_to(receipt) == ["signup-confirmed"]


def test_who_is_marked_late_is_thanked_late_for_two_weeks() -> None:
    late, too_late = sign_up(make_slot(), 1), sign_up(make_slot(), 2)
    mark_all(late, "attended")

    after = jobs.thank(now=TEN + timedelta(days=13))
    mark_all(too_late, "attended")
    never = jobs.thank(now=TEN + timedelta(days=14))

    assert (after, never) == (1, 0)


def test_nobody_is_phoned_for_thanks() -> None:
    slot = make_slot()
    by_phone, bounced = sign_up(slot, 1, email=""), sign_up(slot, 2)
    for receipt in (by_phone, bounced):
        mark_all(receipt, "attended")
    distrust("mihon2@example.jp")
    before = [len(calls_to(receipt)) for receipt in (by_phone, bounced)]

    assert jobs.thank(now=TEN) == 0
    assert [len(calls_to(receipt)) for receipt in (by_phone, bounced)] == before


@use_case
def distrust(session: Session, /, address: str) -> None:
    session.add(UndeliverableAddress(address=address, since=START, reason="550 5.1.1"))


def test_a_day_that_was_called_off_is_not_thanked_for() -> None:
    slot = make_slot()
    receipt = sign_up(slot)
    services.cancel_slot(slot_id=slot.public_id, reason="", now=START, actor="0123456789ab")
    mark_all(receipt, "attended")

    assert jobs.thank(now=TEN) == 0


# --- what comes next --------------------------------------------------------


def thanks(slot: Slot) -> str:
    receipt = sign_up(slot)
    mark_all(receipt, "attended")
    jobs.thank(now=TEN)
    return letters_to(receipt)[-1].body


def test_thanks_name_the_next_three_days_of_the_group_with_their_pages() -> None:
    group = make_group()
    offer = make_opportunity(group=group, title="竹林の\n手入れ")
    for days in (28, 7, 21, 14):
        make_slot(opportunity=offer, starts_at=COMING + timedelta(days=days))

    body = thanks(make_slot(opportunity=make_opportunity(group=group)))

    lines = body.splitlines()
    first = lines.index("・竹林の 手入れ　12月19日（土）9:30～11:30")
    assert lines[first + 1] == f"[[base-url]]/opportunities/{offer.public_id}"
    assert [line.partition("　")[2] for line in lines if line.startswith("・")] == [
        "12月19日（土）9:30～11:30",
        "12月26日（土）9:30～11:30",
        "1月2日（土）9:30～11:30",
    ]
    assert "[[base-url]]/opportunities" in lines


def test_days_that_nobody_can_sign_up_for_are_not_named() -> None:
    group = make_group()
    open_offer = make_opportunity(group=group)
    week = COMING + timedelta(days=7)
    make_slot(opportunity=open_offer, starts_at=week, status=SlotStatus.CANCELLED)
    make_slot(opportunity=open_offer, starts_at=week, opens_at=TEN + timedelta(hours=1))
    make_slot(opportunity=open_offer, starts_at=week, closes_at=TEN)
    make_slot(opportunity=open_offer, starts_at=week, capacity=1, places_taken=1, waitlist_limit=0)
    draft = make_opportunity(group=group, status=OpportunityStatus.DRAFT)
    make_slot(opportunity=draft, starts_at=week)
    make_slot(starts_at=week)

    body = thanks(make_slot(opportunity=open_offer))

    assert "・" not in body
    assert "[[base-url]]/opportunities" in body.splitlines()
