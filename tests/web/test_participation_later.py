"""After the day: what is unmarked, asking for it, correcting it, and its history."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.queries import history
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation.rules import Attendance
from tests.support.clock import FrozenClock
from tests.support.make_days import make_link, mark, people_of
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]


@pytest.fixture
def slot(app: Flask, frozen_clock: FrozenClock) -> Slot:
    """A day three days ago with one who came and one whom nobody marked."""
    group = make_group(name="みどりの会", phone="0297-00-0202")
    slot = make_slot(opportunity=make_opportunity(group=group), capacity=10)
    sign_up(slot, 1)
    sign_up(slot, 2)
    frozen_clock.moment = slot.starts_at
    mark(slot, people_of(slot)[0], Attendance.ATTENDED, slot.starts_at)
    frozen_clock.move(days=3)
    return slot


def all_marked(slot: Slot) -> None:
    mark(slot, people_of(slot)[1], Attendance.ABSENT, slot.starts_at)


def path(slot: Slot) -> str:
    return f"/group/slots/{slot.public_id}/reception"


def staff(browser: Browser, role: StaffRole = StaffRole.COORDINATOR) -> Account:
    account = make_account(role=role)
    sign_in(browser, account)
    return account


def letters() -> list[str]:
    db.session().expire_all()
    return list(
        db.session().scalars(
            sa.select(OutboxMessage.recipient).where(OutboxMessage.kind == "mark_request")
        )
    )


def test_staff_see_what_is_unmarked_and_ask_with_one_click(browser: Browser, slot: Slot) -> None:
    owner = make_member(slot.opportunity.group)
    staff(browser)

    before = browser.open("/staff/unmarked")
    page = browser.submit(press="団体に記入をお願いする")

    assert before.says("みどりの会1人3日")
    assert page.says("団体に記入をお願いするメールを送ります。")
    assert page.says("にお願いしました")
    assert not any(form.buttons("団体に記入をお願いする") for form in page.forms)
    assert letters() == [owner.email]


def test_all_are_asked_with_one_click_once_in_three_days(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    make_member(slot.opportunity.group)
    staff(browser)
    browser.open("/staff/unmarked")

    first = browser.submit(press="まとめてお願いする")
    second = browser.submit(press="まとめてお願いする")
    frozen_clock.move(days=3)
    staff(browser)
    browser.open("/staff/unmarked")
    browser.submit(press="まとめてお願いする")

    assert first.says("1日分の記入を団体にお願いしました（メール1通）。")
    assert second.says("今、メールでお願いする日はありません。")
    assert len(letters()) == 2


def test_a_group_nobody_writes_for_is_shown_with_its_phone(browser: Browser, slot: Slot) -> None:
    staff(browser)

    page = browser.open("/staff/unmarked")
    token = page.value_of("csrf_token")
    browser.post(f"/staff/unmarked/{slot.public_id}/ask", {"csrf_token": token})

    assert page.says("記入できる方がいません。電話 0297-00-0202")
    assert browser.open("/staff/unmarked").says("電話 0297-00-0202 で聞いてください。")
    assert letters() == []


def test_after_thirty_days_the_page_says_to_phone(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    make_member(slot.opportunity.group)
    frozen_clock.move(days=30)
    staff(browser)

    page = browser.open("/staff/unmarked")

    assert page.says("30日を過ぎました。電話 0297-00-0202")
    assert not any(form.buttons("団体に記入をお願いする") for form in page.forms)


def test_a_viewer_sees_the_days_and_asks_nobody(browser: Browser, slot: Slot) -> None:
    make_member(slot.opportunity.group)
    staff(browser, StaffRole.VIEWER)

    page = browser.open("/staff/unmarked")

    assert page.says("まだお願いしていません")
    assert page.links(slot.opportunity.title) == []
    assert not any(form.action.startswith("/staff") for form in page.forms)


def test_the_list_goes_on_over_pages(browser: Browser, slot: Slot) -> None:
    for _ in range(50):
        make_slot(opportunity=slot.opportunity, capacity=5)
    staff(browser)

    first = browser.open("/staff/unmarked")
    second = browser.open("/staff/unmarked?page=2")

    assert first.says("全部で51日あります。")
    assert len(list(second.main.iter("tr"))) == 2


def test_a_group_sees_its_own_days(browser: Browser, slot: Slot) -> None:
    foreign = make_slot(capacity=5)
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.RECEPTION))

    page = browser.open("/group/unmarked")

    assert page.links(slot.opportunity.title) == [path(slot)]
    assert not page.says(foreign.opportunity.title)


def test_a_later_change_asks_why(browser: Browser, slot: Slot) -> None:
    sign_in(browser, make_member(slot.opportunity.group))
    browser.open(path(slot))
    browser.follow("訂正する")

    refused = browser.submit({"attendance": "absent"}, press="訂正する")
    page = browser.submit({"reason": "名簿の付け間違い"}, press="訂正する")

    assert refused.says("訂正の理由を入力してください。")
    assert page.says("記録を訂正しました。")
    assert people_of(slot)[0].attendance == "absent"


def test_a_mark_posted_later_without_a_reason_is_refused_with_words(
    browser: Browser, slot: Slot
) -> None:
    sign_in(browser, make_member(slot.opportunity.group))
    token = browser.open(path(slot)).value_of("csrf_token")
    person = people_of(slot)[0].public_id
    wanted = {"csrf_token": token, "participant": person, "attendance": "unmarked"}

    browser.post(path(slot), wanted)
    refused = browser.open(path(slot))
    before = people_of(slot)[0].attendance
    browser.post(path(slot), {**wanted, "reason": "付け間違い"})

    assert refused.says("訂正の理由を入力してください。")
    assert (before, people_of(slot)[0].attendance) == ("attended", "unmarked")


def test_heads_changed_later_ask_why_beside_the_field(browser: Browser, slot: Slot) -> None:
    sign_in(browser, make_member(slot.opportunity.group))
    browser.open(path(slot))
    browser.submit({"adults": "3"}, press="人数を記録する")

    refused = browser.submit({"adults": "4"}, press="人数を記録する")
    page = browser.submit({"reason": "数え直し"}, press="人数を記録する")

    assert refused.says("訂正の理由を入力してください。")
    assert refused.value_of("adults") == "4"
    assert page.says("お名前を聞いていない方の人数を記録しました。")


def test_a_closed_list_opens_for_a_correction_with_a_reason_on_record(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    all_marked(slot)
    owner = make_member(slot.opportunity.group)
    sign_in(browser, owner)

    closed = browser.open(path(slot))
    refused = browser.submit(press="理由を記録して名簿を開く")
    opened = browser.submit({"reason": "欠席の連絡が届いていた"}, press="理由を記録して名簿を開く")
    form = browser.follow("訂正する")
    frozen_clock.move(minutes=29, seconds=59)
    still_open = browser.open(path(slot))
    frozen_clock.move(seconds=2)

    assert not closed.says("見本 1")
    assert refused.says("訂正の理由を入力してください。")
    assert opened.says("見本 1")
    assert form.value_of("reason") == "欠席の連絡が届いていた"
    assert still_open.says("見本 1")
    assert not browser.open(path(slot)).says("見本 1")
    db.session().rollback()  # what this session has read stays as it was until then
    record = history(db.session(), "slot", slot.public_id)[-1]
    assert (record.action, record.actor) == ("names.opened", owner.public_id)
    assert record.reason == "欠席の連絡が届いていた"


def test_opening_one_list_opens_no_other(browser: Browser, slot: Slot) -> None:
    all_marked(slot)
    other = make_slot(opportunity=slot.opportunity, capacity=5)
    sign_up(other, 5, now=slot.starts_at.replace(month=11))
    mark(other, people_of(other)[0], Attendance.ABSENT, slot.starts_at)
    sign_in(browser, make_member(slot.opportunity.group))
    browser.open(path(slot))

    browser.submit({"reason": "付け間違い"}, press="理由を記録して名簿を開く")

    assert not browser.open(path(other)).says("見本 5")


@pytest.mark.parametrize("role", [MemberRole.RECEPTION, MemberRole.EDITOR])
def test_a_closed_list_is_not_opened_by_the_reception_nor_after_a_month(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock, role: MemberRole
) -> None:
    all_marked(slot)
    if role is MemberRole.EDITOR:
        frozen_clock.move(days=30)
    sign_in(browser, make_member(slot.opportunity.group, role))

    page = browser.open(path(slot))
    token = page.value_of("csrf_token")
    answer = browser.post(f"{path(slot)}/names", {"csrf_token": token, "reason": "見たい"})

    assert not page.says("訂正のために名簿を開く")
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.FORBIDDEN)
    assert not browser.open(path(slot)).says("見本 1")


def test_staff_correct_at_any_time(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move(days=200)
    staff(browser)
    browser.open(path(slot))
    browser.follow("訂正する")

    page = browser.submit({"attendance": "absent", "reason": "団体から連絡"}, press="訂正する")

    assert page.says("記録を訂正しました。")


def test_the_history_names_roles_and_reasons_and_hides_names_that_are_closed(
    browser: Browser, new_browser: NewBrowser, slot: Slot
) -> None:
    link_id, _path = make_link(slot, slot.starts_at)
    mark(slot, people_of(slot)[1], Attendance.ABSENT, slot.starts_at, actor=f"link:{link_id}")
    coordinator = staff(browser)
    mark(
        slot, people_of(slot)[0], Attendance.ABSENT, slot.starts_at.replace(day=15), "付け間違い",
        actor=coordinator, office=True,
    )  # fmt: skip
    owner = new_browser()
    sign_in(owner, make_member(slot.opportunity.group))

    for_staff = browser.open(f"{path(slot)}/history")
    for_owner = owner.open(f"{path(slot)}/history")

    assert for_staff.says("職員（コーディネーター）見本 1出席欠席付け間違い（訂正）")
    assert for_staff.says("受付用リンク 1見本 2未記入欠席")
    assert coordinator.email not in for_staff.html
    assert for_owner.says("付け間違い")
    assert not for_owner.says("見本 1")
