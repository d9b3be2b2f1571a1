"""活動時間の一覧: a person's over all applications, and a group's year."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.participation import services
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import Receipt
from tests.support.clock import FrozenClock
from tests.support.make_hours import make_standing_need, record_own
from tests.support.make_opportunities import make_group
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import keys, sign_up, signup_now
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]
PRINT = "/manage/hours/print"


@pytest.fixture
def groups() -> list[Group]:
    return [make_group(name=name) for name in ("花の会", "川の会", "森の会")]


def was_active(group: Group, clock: FrozenClock, n: int, minutes: int, **who: Any) -> Receipt:
    """Person `n` applies to a standing need of the group, and has hours there that it approved."""
    receipt = sign_up(make_standing_need(group), n, **who)
    hours = record_own(receipt, clock.moment, minutes)
    services.approve(
        hours_ids=[hours.public_id], group_ids=None, now=clock.moment, actor="a1b2c3d4e5f6"
    )
    return receipt


def by_mail(browser: Browser, receipt: Receipt) -> None:
    signup = signup_now(receipt)
    browser.open(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")


def by_pin(browser: Browser, receipt: Receipt) -> None:
    signup = signup_now(receipt)
    pin = keys().pin(signup.public_id, signup.access_version)
    browser.open("/manage/lookup")
    browser.submit({"number": receipt.number, "pin": pin})


def test_the_list_of_a_person_has_all_applications_for_who_came_by_mail(
    app: Flask, new_browser: NewBrowser, frozen_clock: FrozenClock, groups: list[Group]
) -> None:
    flowers, river, woods = groups
    mine = was_active(flowers, frozen_clock, 1, 60)
    email = signup_now(mine).email
    was_active(river, frozen_clock, 1, 90, phone="")
    was_active(woods, frozen_clock, 2, 30, email=email)  # of the same family
    mailed, typed, office = new_browser(), new_browser(), new_browser()

    by_mail(mailed, mine)
    by_pin(typed, mine)
    sign_in(office, make_account(role=StaffRole.COORDINATOR))
    office.open(f"/staff/signups/{mine.signup_id}")

    everything, only_this = mailed.open(PRINT), typed.open(PRINT)
    at_the_counter = office.follow("この方の活動時間の一覧")
    for page in (everything, at_the_counter):
        assert page.says("合計 2時間30分")
        assert page.says("花の会")
        assert page.says("川の会")
        assert not page.says("森の会")
    assert only_this.says("合計 1時間")
    assert not only_this.says("川の会")
    assert only_this.says("届いたメールのリンクから申込みのページを開くと")


def test_who_moves_an_application_to_another_address_does_not_read_what_is_known_there(
    app: Flask, browser: Browser, frozen_clock: FrozenClock, groups: list[Group]
) -> None:
    theirs = signup_now(was_active(groups[0], frozen_clock, 1, 60))
    mine = sign_up(make_standing_need(groups[1]), 1, email="other@example.jp", phone="")
    by_mail(browser, mine)
    signups.change_contact(
        signup_id=mine.signup_id,
        email=theirs.email,
        phone="",
        keys=keys(),
        now=frozen_clock.moment,
        actor="citizen",
    )
    by_pin(browser, mine)

    assert not browser.open(PRINT).says("花の会")


def test_a_group_reads_and_prints_its_year_without_names(
    app: Flask, browser: Browser, frozen_clock: FrozenClock, groups: list[Group]
) -> None:
    own, foreign, _none = groups
    receipt = was_active(own, frozen_clock, 1, 60)
    record_own(receipt, frozen_clock.moment, 45, days_ago=1)
    was_active(foreign, frozen_clock, 2, 600)
    sign_in(browser, make_member(own, MemberRole.EDITOR))

    browser.open("/group/")
    browser.follow("活動時間の確認と一覧")
    page = browser.follow("これまでの活動時間の一覧")

    assert page.says("確認済みの時間は1時間、活動した方は1人です。")
    assert page.says("確認を待っている記録が1件あります。")
    assert not page.says("川の会")
    assert not page.says(signup_now(receipt).participants[0].name)
    assert browser.open("/group/hours/list?year=2026").says("花の会")
    day = browser.follow("2026年11月22日")
    assert day.says(signup_now(receipt).participants[0].name)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    assert browser.open("/group/hours/list").path == "/staff/hours"
    assert browser.follow("川の会").says("確認済みの時間は10時間、活動した方は1人です。")
