"""What staff, groups and applicants read of days that a draw decides: before it, and waiting."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import use_case
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt
from kyodo_match.signups.services import cancel_slot
from tests.support.clock import START, FrozenClock
from tests.support.make_drawn import enter, give, let_wait
from tests.support.make_entries import FROZEN_AT, apply, freeze, hold
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_rounds import make_days, make_round
from tests.support.make_signups import calls_to, keys
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")


def test_a_day_before_its_draw_is_not_an_empty_one(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    group = make_group()
    days = make_days(1, capacity=6, minimum=4, opportunity=make_opportunity(group=group))
    one = make_round(days)
    apply(one, 1, days, party=2)
    frozen_clock.moment = COMING - timedelta(days=5)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    desk = browser.open("/staff/")
    sign_in(browser, make_member(group))
    edit = browser.open(f"/group/slots/{days[0].public_id}/edit")

    assert desk.says("抽選待ち 第1希望 1件")
    assert desk.says("定員6人")
    assert not desk.says("0／6人")
    assert not desk.says("で開催")
    assert edit.says("抽選待ち（第1希望） 1件")
    assert edit.says("抽選の結果が出るまで、日時や申込みの受け方は変えられません")
    assert not edit.says("日程を保存する")
    assert not edit.says("団体の返事待ち")


def test_who_waits_for_several_days_reads_of_each_as_long_as_one_is_to_come(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    early = make_slot(capacity=1, opportunity=make_opportunity(title="里山の一日"))
    late = make_slot(
        capacity=1,
        opportunity=make_opportunity(title="川の一日"),
        starts_at=COMING + timedelta(days=7),
    )
    for n, day in enumerate((early, late)):
        give(enter(day, n), day)
    ahead, waiting = enter(early, 3), enter(early, 4)
    _phone_only(waiting)
    let_wait(ahead, [(early, 1)])
    let_wait(waiting, [(early, 2), (late, 1)])
    call = calls_to(waiting)[-1]
    link = f"/manage/{keys().manage_token(waiting.signup_id, 1)}"
    own = browser.open(link)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    staff = browser.open(f"/staff/signups/{waiting.signup_id}")
    phone = browser.open(f"/staff/phone-calls/{call.public_id}")

    frozen_clock.moment = COMING + timedelta(hours=1)
    between = browser.open(link)
    frozen_clock.moment = COMING + timedelta(days=8)
    over = browser.open(link)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    staff_over = browser.open(f"/staff/signups/{waiting.signup_id}")

    assert own.says("里山の一日：あなたの前に1組")
    assert own.says("川の一日：次はあなたの番です")
    for page in (staff, phone):
        assert page.says("里山の一日：前に1組")
        assert page.says("川の一日：次の番")
    assert between.says("キャンセル待ちです。参加はまだ決まっていません")
    assert between.says("川の一日")
    assert not between.says("里山の一日")
    assert over.says("今回は、席をご案内できませんでした")
    assert staff_over.says("キャンセル待ちは終了")


def test_who_has_no_wish_left_is_asked_to_choose_another_day_while_there_is_time(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    days = make_days(2)
    one = make_round(days)
    only = apply(one, 1, days[:1])
    cancel_slot(slot_id=days[0].public_id, reason="台風", now=START, actor="a1b2c3d4e5f6")

    page = browser.open(f"/manage/{keys().manage_token(only.signup_id, 1)}")
    form = browser.follow("別の日程を選ぶ")
    frozen_clock.moment = FROZEN_AT
    freeze(one)
    late = browser.open(f"/manage/{keys().manage_token(only.signup_id, 1)}")
    hold(one)
    drawn = browser.open(f"/manage/{keys().manage_token(only.signup_id, 1)}")
    why = browser.follow("抽選の結果とわけを見る")

    assert page.says("希望した日程は、どれも抽選の対象ではなくなりました")
    assert page.says("2026年12月2日（水）12:00までに、別の日程を選んでください")
    assert form.path.startswith("/manage/entry")
    assert late.says("今回はご参加いただけません")
    assert not late.says("別の日程を選ぶ")
    assert drawn.says("まもなく、メールか電話で結果をお知らせします")
    assert why.says("対象外 中止になった")


@use_case
def _phone_only(session: Session, /, receipt: Receipt) -> None:
    session.execute(
        sa.update(Signup).where(Signup.public_id == receipt.signup_id).values(email="")
    )
