"""What staff and groups read of a day that a draw decides, before it has decided."""

from datetime import timedelta

import pytest

from kyodo_match.accounts.rules import StaffRole
from tests.support.clock import FrozenClock
from tests.support.make_entries import apply
from tests.support.make_opportunities import COMING, make_group, make_opportunity
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_rounds import make_days, make_round
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
    assert not edit.says("団体の返事待ち")
