"""What a group sees first: its days, what moved, what is left to do."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.groups.models import GroupMember
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.rules import OpportunityStatus
from kyodo_match.signups import services as signups
from tests.support.clock import FrozenClock
from tests.support.make_entries import PUBLISHED_AT, apply, freeze, hold, publish
from tests.support.make_opportunities import (
    COMING,
    make_group,
    make_opportunity,
    make_revision,
    make_slot,
)
from tests.support.make_people import make_member, sign_in
from tests.support.make_rounds import make_days, make_round
from tests.support.make_signups import make_application, sign_up
from tests.support.pages import Browser

# --- groups ------------------------------------------------------------


def test_a_group_s_desk_has_its_own_days_and_no_others(browser: Browser) -> None:
    ours, theirs = make_group(name="花の会"), make_group(name="山の会")
    make_slot(opportunity=make_opportunity(group=ours, title="花壇づくり"), capacity=8)
    make_slot(opportunity=make_opportunity(group=theirs, title="山歩き"))
    sign_in(browser, make_member(ours))

    page = browser.open("/group/")

    assert page.says("花壇づくり")
    assert page.says("0／8人")
    assert not page.says("山歩き")
    assert page.link("新しい募集を作る") == f"/group/opportunities/new?group={ours.public_id}"


def test_a_group_reads_that_a_draw_decides_until_its_results_are_out(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    group = make_group()
    member = make_member(group)
    days = make_days(1, capacity=6, opportunity=make_opportunity(group=group))
    one = make_round(days)
    apply(one, 1, days, party=2)
    sign_in(browser, member)
    before = browser.open("/group/")
    freeze(one)
    hold(one)
    publish(one)
    frozen_clock.moment = PUBLISHED_AT
    sign_in(browser, member)

    after = browser.open("/group/")

    assert before.says("抽選で決まります（定員6人、第1希望の申込み1件）")
    assert not before.says("0／6人")
    assert after.says("申込み 2／6人")
    assert not after.says("抽選で決まります")


def test_what_moved_since_yesterday_is_on_the_group_s_desk(
    browser: Browser, app: Flask, frozen_clock: FrozenClock
) -> None:
    assert app
    group = make_group()
    slot = make_slot(opportunity=make_opportunity(group=group), capacity=2)
    sign_up(slot, 1)
    frozen_clock.move(days=3)
    fresh, waiting = sign_up(slot, 2, now=frozen_clock()), sign_up(slot, 3, now=frozen_clock())
    sign_up(slot, 4, now=frozen_clock())
    signups.cancel(signup_id=fresh.signup_id, now=frozen_clock(), actor="citizen")
    sign_in(browser, make_member(group, MemberRole.EDITOR))

    page = browser.open("/group/")

    assert waiting
    assert page.says("新しい申込みが3件あります。")
    assert page.says("取消しが1件ありました。")
    assert page.says("返事を待っている申込みが1件あります。")
    assert page.says("2／2人")
    assert page.says("キャンセル待ち 1人")
    assert page.says("繰上げのご案内中 1件")
    assert make_application(3).name not in page.text


def test_somebody_with_two_groups_sees_each_by_itself(
    browser: Browser, app: Flask, now: datetime
) -> None:
    assert app
    first, second = make_group(name="花の会", kana="あ"), make_group(name="山の会", kana="い")
    returned = make_opportunity(
        group=second, status=OpportunityStatus.RETURNED, return_comment="雨天時を書いてください。"
    )
    make_slot(opportunity=make_opportunity(group=first, title="花壇づくり"))
    account = make_member(first)
    join(group_id=second.id, account_id=account.id, at=now)
    sign_in(browser, account)

    page = browser.open("/group/")

    order = ("花の会", "花壇づくり", "山の会", "雨天時を書いてください。")
    assert sorted(order, key=page.text.index) == list(order)
    assert page.link(returned.title) == f"/group/opportunities/{returned.public_id}"


@use_case
def join(session: Session, /, *, group_id: int, account_id: int, at: datetime) -> None:
    session.add(
        GroupMember(
            group_id=group_id, account_id=account_id, role=MemberRole.EDITOR, created_at=at
        )
    )


def test_what_others_changed_is_news_and_one_s_own_change_is_not(
    browser: Browser, app: Flask, now: datetime
) -> None:
    assert app
    group = make_group()
    theirs = make_opportunity(group=group, title="花壇づくり")
    own = make_opportunity(group=group, title="落ち葉集め")
    fresh = make_opportunity(group=group, title="土づくり", published_at=now - timedelta(days=1))
    account = make_member(group)
    make_revision(opportunity=theirs, at=now, by="0123456789ab")
    make_revision(opportunity=own, at=now, by=account.public_id)
    sign_in(browser, account)

    page = browser.open("/group/")

    assert page.says("花壇づくり 内容が変わりました。材料費が要るため")
    assert page.says("土づくり 公開されました。")
    assert page.link("土づくり") == f"/group/opportunities/{fresh.public_id}"
    assert not page.says("落ち葉集め")


def test_reception_sees_its_days_and_what_is_left_to_mark_and_nothing_else(
    browser: Browser, now: datetime, frozen_clock: FrozenClock
) -> None:
    group = make_group()
    opportunity = make_opportunity(group=group, published_at=now)
    make_opportunity(group=group, status=OpportunityStatus.RETURNED, return_comment="直す")
    soon = now + timedelta(hours=1)
    past = make_slot(opportunity=opportunity, starts_at=soon, closes_at=soon)
    coming = make_slot(opportunity=opportunity, starts_at=COMING)
    sign_up(past, 1)
    sign_up(coming, 2)
    frozen_clock.move(hours=20)
    sign_in(browser, make_member(group, MemberRole.RECEPTION))

    page = browser.open("/group/")

    assert page.says("来た方を記入してください")
    assert page.says("未記入 1人")
    assert {link for link in page.links() if link.startswith("/group/slots/")} == {
        f"/group/slots/{past.public_id}/reception",
        f"/group/slots/{coming.public_id}/reception",
    }
    for words in ("新しい募集を作る", "差し戻された", "昨日からの動き", "変わったこと"):
        assert not page.says(words)


def test_an_editor_s_links_all_lead_somewhere(browser: Browser, frozen_clock: FrozenClock) -> None:
    group = make_group()
    opportunity = make_opportunity(group=group, published_at=frozen_clock())
    sign_up(make_slot(opportunity=opportunity), 1)
    make_opportunity(group=group, status=OpportunityStatus.RETURNED)
    sign_in(browser, make_member(group, MemberRole.EDITOR))

    page = browser.open("/group/")
    answers = {link: browser.get(link).status_code for link in page.links() if "#" not in link}

    assert {link for link, status in answers.items() if status != 200} == set()
