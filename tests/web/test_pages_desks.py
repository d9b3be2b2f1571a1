"""What waits on the desks of staff and of groups."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications import services as notifications
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_messages import make_call, make_message
from tests.support.make_opportunities import (
    make_group,
    make_opportunity,
    make_revision,
    make_slot,
)
from tests.support.make_people import make_account, sign_in
from tests.support.make_roles import make_need, make_standing
from tests.support.make_signups import make_application, sign_up, signup_now
from tests.support.pages import Browser

SIGNUP = "a1b2c3d4e5f6"


@pytest.fixture
def staff(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser


@pytest.fixture
def viewer(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.VIEWER))
    return browser


def failed_message(now: datetime, *, signup_id: str | None = None) -> OutboxMessage:
    message = make_message(signup_id=signup_id)
    (parcel,) = notifications.lease(now=now, most=1)
    notifications.note_failed(parcel=parcel, reason="550", for_good=True, now=now)
    return message


@use_case
def await_answer(session: Session, /, *, receipt: Receipt, answer_by: datetime) -> None:
    signup = session.get_one(Signup, signup_now(receipt).id)
    signup.status, signup.answer_by = SignupStatus.AWAITING_ANSWER, answer_by


@use_case
def overdue(session: Session, /, *, call: PhoneCall, due_at: datetime) -> None:
    session.get_one(PhoneCall, call.id).due_at = due_at


# --- staff ------------------------------------------------------------


def test_the_desk_is_calm_when_nothing_waits(staff: Browser) -> None:
    page = staff.open("/staff/")

    assert page.says("いま待っている仕事はありません。")
    assert page.says("7日以内の日程はありません。")


def test_the_desk_says_what_waits_the_most_urgent_first(
    staff: Browser, app: Flask, now: datetime, frozen_clock: FrozenClock
) -> None:
    assert app
    opportunity = make_opportunity(status=OpportunityStatus.SUBMITTED, submitted_at=now)
    changed = make_opportunity()
    make_revision(opportunity=changed, at=now, by="0123456789ab")
    make_call(signup_id=SIGNUP)
    overdue(call=make_call(signup_id=SIGNUP), due_at=now)
    failed_message(now)
    asked = sign_up(make_slot(), 1)
    await_answer(receipt=asked, answer_by=now)
    make_slot(starts_at=now + timedelta(days=3), minimum=5)
    past = make_slot(starts_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=1))
    sign_up(past, 2)
    await_answer(receipt=sign_up(past, 3), answer_by=now)  # nobody can answer any more
    frozen_clock.move(hours=20)
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))

    page = staff.open("/staff/")

    titles = [
        "期限を過ぎた電話 1件",
        "返事の期限を過ぎた申込み 1件",
        "送れないメール 1通",
        "電話する方 2件",
        "確認待ちの募集 1件",
        "公開後に変わった募集 1件",
        "人数が足りない日程 1件",
        "実績が未記入の日 1日",
    ]
    assert [title for title in titles if page.says(title)] == titles
    assert sorted(titles, key=page.text.index) == titles
    assert page.says("いちばん早いものは、2026年11月22日（日）10:00に提出されました。")
    assert opportunity.public_id not in page.html


def test_each_kind_of_work_leads_to_where_it_is_done(
    staff: Browser, app: Flask, now: datetime
) -> None:
    assert app
    overdue(call=make_call(signup_id=SIGNUP), due_at=now)
    await_answer(receipt=sign_up(make_slot(), 1), answer_by=now)
    failed_message(now)

    page = staff.open("/staff/")
    led = {
        title: staff.open(page.link(title)).status
        for title in (
            "期限を過ぎた電話",
            "返事の期限を過ぎた申込み",
            "送れないメール",
            "電話する方",
        )
    }

    assert set(led.values()) == {200}
    assert staff.open(page.link("返事の期限を過ぎた申込み")).says("見本 1")


def test_a_failed_mail_that_was_told_on_the_phone_waits_no_more(
    staff: Browser, app: Flask, now: datetime
) -> None:
    assert app
    failed_message(now, signup_id=SIGNUP)
    waiting = staff.open("/staff/")
    call = db.session().query(PhoneCall).one()

    notifications.close_call(
        call_id=call.public_id, outcome=CallOutcome.REACHED, note="", actor="abc", now=now
    )
    told = staff.open("/staff/")

    assert waiting.says("送れないメール 1通")
    assert told.says("いま待っている仕事はありません。")


def test_staff_and_groups_whose_mail_comes_back_are_counted_once_each(
    staff: Browser, app: Flask, now: datetime
) -> None:
    assert app
    make_message(recipient="editor@example.jp")
    (parcel,) = notifications.lease(now=now, most=1)
    notifications.note_sent(parcel=parcel, now=now)
    notifications.note_bounced(
        message_id=parcel.public_id, reason="宛先不明", actor="abc", now=now
    )
    for _ in range(2):
        make_message(recipient="editor@example.jp")

    page = staff.open("/staff/")

    assert page.says("メールが届かない職員・団体の方 1人")
    assert staff.open(page.link("メールが届かない職員・団体の方")).says("送信しません")


def test_calls_in_vain_are_told_apart(staff: Browser, app: Flask, now: datetime) -> None:
    assert app
    call = make_call(signup_id=SIGNUP)
    make_call(signup_id=SIGNUP)

    notifications.close_call(
        call_id=call.public_id, outcome=CallOutcome.UNREACHED, note="", actor="abc", now=now
    )
    page = staff.open("/staff/")

    assert page.says("電話する方 2件")
    assert page.says("このうち1件は、つながらなかった方です。")


def test_the_next_seven_days_have_their_places(staff: Browser, now: datetime) -> None:
    group = make_group(name="花の会")
    soon = make_opportunity(group=group, title="花壇づくり")
    slot = make_slot(opportunity=soon, starts_at=now + timedelta(days=2), capacity=2)
    sign_up(slot, 1, party=2)
    sign_up(slot, 2)
    few = make_slot(opportunity=soon, starts_at=now + timedelta(days=5), minimum=4)
    make_slot(opportunity=make_opportunity(title="遠い日"), starts_at=now + timedelta(days=8))
    gone = make_opportunity(title="中止の日")
    make_slot(opportunity=gone, starts_at=now + timedelta(days=1), status=SlotStatus.CANCELLED)

    make_standing(need=make_need(title="いつでも"))

    page = staff.open("/staff/")

    assert not page.says("いつでも")
    assert page.says("2／2人")
    assert page.says("キャンセル待ち 1人")
    assert page.says("あと4人で開催")
    assert page.links("花壇づくり") == [
        f"/group/slots/{one.public_id}/signups" for one in (slot, few)
    ]
    assert not page.says("遠い日")
    assert not page.says("中止の日")


def test_a_viewer_s_desk_has_counts_and_no_way_to_names(
    viewer: Browser, now: datetime, frozen_clock: FrozenClock
) -> None:
    soon = now + timedelta(hours=2)
    sign_up(make_slot(starts_at=soon, closes_at=soon), 1, email="")
    sign_up(make_slot(starts_at=now + timedelta(days=3)), 2)
    frozen_clock.move(hours=20)
    sign_in(viewer, make_account(role=StaffRole.VIEWER))

    page = viewer.open("/staff/")

    assert page.says("実績が未記入の日 1日")
    assert page.says("電話する方 1件")
    assert page.says("1／10人")
    assert make_application(1).name not in page.text
    assert not [
        link
        for link in page.links()
        if link.startswith(("/group/", "/staff/phone-calls?", "/staff/signups?"))
    ]
