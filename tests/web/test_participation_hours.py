"""活動時間, as the group at its desk, the volunteer on a phone and the office see it."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.rules import Attendance, HoursState
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import Receipt
from tests.support.clock import FrozenClock
from tests.support.make_days import mark, people_of
from tests.support.make_hours import (
    attendance_of,
    hours_of,
    make_need,
    make_standing_need,
    record_own,
)
from tests.support.make_opportunities import make_group, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import keys, sign_up, signup_now
from tests.support.pages import Browser, Page

NewBrowser = Callable[[], Browser]


def opened(browser: Browser, receipt: Receipt) -> Page:
    """One's own hours, by the mailed link."""
    signup = signup_now(receipt)
    browser.open(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")
    return browser.follow("活動時間を記録する・見る")


def states(receipt: Receipt) -> list[tuple[int, HoursState]]:
    return [(one.minutes, one.state) for one in hours_of(receipt)]


def came(slot: Slot, receipt: Receipt, state: Attendance = Attendance.ATTENDED) -> None:
    person = signup_now(receipt).participants[0]
    listed = {one.public_id: one for one in people_of(slot)}
    mark(slot, listed[person.public_id], state, slot.starts_at)


def test_who_forgot_to_check_out_has_the_planned_hours_unless_corrected(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    slot = make_need()
    untouched, left_early, nobody_marked, absent = (sign_up(slot, n) for n in (1, 2, 3, 4))
    frozen_clock.move_to(slot.ends_at)
    came(slot, untouched)
    came(slot, left_early)
    came(slot, absent, Attendance.ABSENT)
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.EDITOR))

    browser.open(f"/group/slots/{slot.public_id}/reception")
    page = browser.follow("活動時間を記録する")
    early = signup_now(left_early).participants[0].public_id
    shown = page.value_of(f"minutes_{early}")
    bad = browser.submit({f"minutes_{early}": "9時まで"}, press="記録して確認済みにする")
    page = browser.submit({f"minutes_{early}": "1:30"}, press="記録して確認済みにする")

    assert shown == "2:00"
    assert bad.says("2時間30分なら「2:30」のように入力してください")
    assert page.says("活動時間を記録し、確認済みにしました")
    assert states(untouched) == [(120, HoursState.APPROVED)]
    assert states(left_early) == [(90, HoursState.APPROVED)]
    assert states(nobody_marked) == states(absent) == []  # no time makes somebody come
    assert attendance_of(nobody_marked) == []


def test_a_break_of_everybody_is_taken_off_once(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    slot = make_need()
    receipt = sign_up(slot, 1)
    frozen_clock.move_to(slot.ends_at)
    came(slot, receipt)
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.RECEPTION))
    browser.open(f"/group/slots/{slot.public_id}/hours")

    too_long = browser.submit({"rest": "3:00"}, press="記録する")
    browser.submit({"rest": "30分"}, press="記録する")
    page = browser.submit({"rest": "30分"}, press="記録する")

    assert too_long.says("休憩が、活動した時間より長くなっています")
    assert states(receipt) == [(90, HoursState.RECORDED)]  # the reception does not approve
    assert page.says("団体の確認待ち")
    assert browser.get("/group/hours").status_code == HTTPStatus.FORBIDDEN


def test_a_volunteer_records_reads_why_it_came_back_and_prints_the_year(
    app: Flask, new_browser: NewBrowser, frozen_clock: FrozenClock
) -> None:
    group = make_group()
    slot = make_standing_need(group)
    receipt = sign_up(slot, 1)
    citizen, editor = new_browser(), new_browser()
    sign_in(editor, make_member(group, MemberRole.EDITOR))

    opened(citizen, receipt)
    late = citizen.submit({"day": "2026-12-01", "minutes": "2:30"}, press="記録する")
    page = citizen.submit(
        {"day": "2026-11-20", "minutes": "3:30", "rest": "60", "note": "花の植えかえ"},
        press="記録する",
    )
    assert late.says("2026年11月22日（日）までの日を選んでください")
    assert page.says("団体が確認します")
    assert page.says("2時間30分")

    desk = editor.open("/group/")
    assert desk.says("確認を待っている活動時間が1件あります")
    editor.follow("確認を待っている活動時間")
    one = editor.follow("開く（直す・差し戻す）")
    assert one.says("花の植えかえ")
    assert editor.submit(press="理由を付けて差し戻す").says("理由を入力してください")
    assert editor.submit({"why": "20日は活動がありません"}, press="理由を付けて差し戻す").says(
        "差し戻しました"
    )

    page = citizen.open("/manage")
    assert page.says("20日は活動がありません")
    citizen.follow("活動時間を記録する・見る")
    citizen.submit(press="この記録を取り消す")
    assert states(receipt) == []
    citizen.submit({"day": "2026-11-21", "minutes": "2時間半"}, press="記録する")
    editor.open("/group/hours")
    assert editor.submit(press="印を付けたものを確認済みにする").says("1件の活動時間を確認済み")
    citizen.open("/manage/hours")
    sheet = citizen.follow("活動時間の一覧を開く")
    assert sheet.says("令和8年度　合計 2時間30分")
    assert sheet.says("2026年11月21日（土）")
    citizen.open("/manage/hours")
    again = citizen.submit({"day": "2026-11-21", "minutes": "5:00"}, press="記録する")
    assert again.says("もう確認されています")


def test_hours_are_set_right_with_a_reason_that_the_volunteer_reads(
    app: Flask, new_browser: NewBrowser, frozen_clock: FrozenClock
) -> None:
    slot = make_standing_need()
    receipt = sign_up(slot, 1)
    hours = record_own(receipt, frozen_clock.moment, 300)
    editor, citizen = new_browser(), new_browser()
    sign_in(editor, make_member(slot.opportunity.group, MemberRole.EDITOR))

    editor.open(f"/group/slots/{slot.public_id}/hours/{hours.public_id}")
    page = editor.submit(
        {"minutes": "3:00", "reason": "12時に終わった"}, press="直して確認済みにする"
    )

    assert page.says("前は5時間")
    assert states(receipt) == [(180, HoursState.APPROVED)]
    assert opened(citizen, receipt).says("団体が時間を直しました：12時に終わった")


def test_the_list_of_what_waits_shows_ones_own_groups_and_what_is_odd(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    slot, elsewhere = make_standing_need(), make_standing_need()
    now = frozen_clock.moment
    here, there = sign_up(slot, 1), sign_up(elsewhere, 1)
    record_own(here, now, 900)
    record_own(there, now, 900)
    frozen_clock.move(days=8)
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.EDITOR))

    page = browser.open("/group/hours")
    unticked = browser.submit(press="印を付けたものを確認済みにする")
    foreign = browser.post(
        "/group/hours",
        [
            *page.form_with({"hours"}, None).filled({}, None),
            ("hours", hours_of(there)[0].public_id),
        ],
    )

    assert page.says("この方の1日の合計が24時間をこえます")
    assert page.says("7日以上待っています")
    assert not page.says(elsewhere.opportunity.title)
    assert unticked.says("確認する活動時間に印を付けてください")
    assert foreign.status_code == HTTPStatus.SEE_OTHER
    assert states(there) == [(900, HoursState.RECORDED)]
    wrong = f"/group/slots/{slot.public_id}/hours/{hours_of(there)[0].public_id}"
    assert browser.get(wrong).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("role", [StaffRole.VIEWER, StaffRole.COORDINATOR])
def test_the_office_reads_sums_and_helps_where_nobody_looks(
    app: Flask, browser: Browser, frozen_clock: FrozenClock, role: StaffRole
) -> None:
    slot = make_standing_need()
    receipt = sign_up(slot, 1)
    record_own(receipt, frozen_clock.moment, 750)
    frozen_clock.move(days=7)
    sign_in(browser, make_account(role=role))

    desk = browser.open("/staff/")
    page = browser.follow("団体の確認を待っている活動時間 1件")
    helps = page.links("1件")

    assert desk.says("11月22日（日）10:00に記録されました")
    assert page.says("7日以上 1件")
    assert not page.says("見本 1")
    assert bool(helps) is (role is StaffRole.COORDINATOR)
    if helps:
        browser.open(helps[0])
        browser.submit(press="印を付けたものを確認済みにする")
        browser.open("/staff/hours?year=2026")
        assert browser.page.says("12時間30分")
        assert browser.open("/group/hours").path == "/staff/hours"
        day = browser.open(f"/group/slots/{slot.public_id}/hours?day=2026-11-22")
        assert day.says("確認済み")


def test_who_has_left_a_standing_need_records_what_they_did_and_the_group_sees_it(
    app: Flask, new_browser: NewBrowser, frozen_clock: FrozenClock
) -> None:
    slot = make_standing_need()
    receipt = sign_up(slot, 1)
    signups.cancel(signup_id=receipt.signup_id, now=frozen_clock.moment, actor="citizen")
    frozen_clock.move(days=2)
    citizen, editor = new_browser(), new_browser()
    sign_in(editor, make_member(slot.opportunity.group, MemberRole.EDITOR))

    page = opened(citizen, receipt)
    after = citizen.submit({"day": "2026-11-23", "minutes": "1:00"}, press="記録する")
    citizen.submit({"day": "2026-11-20", "minutes": "1:30"}, press="記録する")
    there = editor.open(f"/group/slots/{slot.public_id}/hours?day=2026-11-20")
    gone = editor.open(f"/group/slots/{slot.public_id}/hours?day=2026-11-24")

    assert page.value_of("day") == "2026-11-22"  # the day on which they left
    assert after.says("2026年11月22日（日）まで")
    assert states(receipt) == [(90, HoursState.RECORDED)]
    name = signup_now(receipt).participants[0].name
    assert there.says(name)
    assert not gone.says(name)


def test_other_activities_have_no_hours(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    receipt = sign_up(slot, 1)
    signup = signup_now(receipt)

    page = browser.open(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")

    assert not page.says("活動時間")
    assert browser.get("/manage/hours").status_code == HTTPStatus.NOT_FOUND
