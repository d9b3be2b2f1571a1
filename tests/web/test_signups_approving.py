"""From posting a need to the group's answer, as people see it on their pages."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import services as posting
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.queries import opportunity_by_id
from kyodo_match.signups import services
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START, FrozenClock
from tests.support.make_opportunities import make_group
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_roles import make_need, make_role_day, make_standing
from tests.support.make_signups import keys, sign_up, signup_now, slot_now, status_of
from tests.support.pages import Browser, Page

PERSON: dict[str, str | bool] = {
    "name": "見本 一",
    "kana": "みほん いち",
    "age_group": "40_64",
    "residency": "resident",
    "email": "mihon1@example.jp",
    "privacy_consent": True,
}


@pytest.fixture
def editor(app: Flask, new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_member(make_group(name="里山の会"), MemberRole.EDITOR))
    return browser


def own_need(editor: Browser, **values: object) -> Opportunity:
    """A need of the group for which somebody is signed in."""
    group = make_group()
    sign_in(editor, make_member(group, MemberRole.EDITOR))
    return make_need(group=group, **values)


def own_page(browser: Browser, receipt: Receipt) -> Page:
    signup = signup_now(receipt)
    browser.get(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")
    return browser.open("/manage")


def test_a_need_is_written_with_roles_that_every_day_and_every_copy_has(editor: Browser) -> None:
    editor.open("/group/opportunities/new")
    editor.submit(
        {
            "title": "収穫祭の手伝い",
            "kind": "volunteer",
            "pattern": "several",
            "wanted_skills": ["photo"],
            "residencies": ["resident", "worker"],
            "certificate": "運転免許",
        }
    )
    day = {
        "starts_at": "2026-12-12T09:00",
        "ends_at": "2026-12-12T12:00",
        "mode": "approval",
        "roles-0-name": "受付",
        "roles-0-head_count": "２",
    }
    refused = editor.submit({**day, "roles-1-name": "写真"})
    page = editor.submit({"roles-1-head_count": "1", "roles-1-skill": "photo"})
    editor.follow("日程をまとめて追加する")
    editor.submit({"way": "list", "listed": "12/19、12/20", "begins": "09:00", "ends": "12:00"})
    editor.submit(press="印のついた日を追加する")
    need = page.path.split("#")[0]
    editor.open(f"{need}/copy")
    copied = editor.submit({"title": "収穫祭の手伝い 2027"})

    assert refused.says("役割の人数を、1以上の数字で入力してください。")
    assert page.says("／3人")
    assert copied.value_of("certificate") == "運転免許"
    for identity in (need, copied.path):
        days = _opportunity(identity).slots
        assert [[(r.name, r.head_count, r.skill) for r in day.roles] for day in days] == [
            [("受付", 2, ""), ("写真", 1, "photo")]
        ] * 3
    ids = {role.id for day in _opportunity(need).slots for role in day.roles}
    assert len(ids) == 6, "each day has roles of its own"


def _opportunity(path: str) -> Opportunity:
    db.session().rollback()
    found = opportunity_by_id(db.session(), path.rpartition("/")[2].partition("?")[0])
    assert found is not None
    return found


def test_somebody_applies_for_a_role_answers_a_question_and_is_accepted(
    editor: Browser, browser: Browser
) -> None:
    need = own_need(editor, certificate="運転免許", residencies=("resident",))
    slot = make_role_day(need=need)
    photo = slot.roles[1].id

    shown = browser.open(f"/opportunities/{need.public_id}")
    browser.open(f"/slots/{slot.public_id}/signup")
    refused = browser.submit({**PERSON, "residency": "other"})
    check = browser.submit({"residency": "resident", "role": photo, "certificate": True})
    receipt_page = browser.submit(press="この内容で申し込む")

    assert shown.says("受付　あと2人")
    assert shown.says("運転免許")
    assert shown.says("団体が確認します")
    assert refused.says("したい役割を選んでください。")
    assert refused.says("「市内に住んでいる」方が対象です")
    assert refused.says("必要な資格・免許があることを確かめて")
    assert check.says("申し込んでも、まだ決まりません")
    assert check.says("したい役割")
    assert receipt_page.says("まだ決まっていません")

    editor.open("/group/")
    listed = editor.follow("申込みを見て、返事をする")
    page = editor.follow(need.title)
    editor.submit({"ask-text": "午後も来られますか。"}, press="質問を送る")
    db.session().rollback()
    found = slot_now(slot)
    assert (found.places_taken, found.undecided) == (0, 1)

    assert listed.says("見本 一")
    assert page.says("写真")
    number = receipt_page.h1 and receipt_page.path.rpartition("/")[2]
    identity = page.path.rpartition("/")[2]
    receipt = Receipt(number, identity, SignupStatus.AWAITING_APPROVAL, slot.public_id, 1)
    mine = own_page(browser, receipt)
    blank = browser.submit({"answer": ""}, press="返事を送る")
    answered = browser.submit({"answer": "はい、1日いられます。"}, press="返事を送る")

    assert mine.says("団体の確認を待っています")
    assert mine.says("2026年12月11日（金）18:00までに団体の返事がないときは")
    assert mine.says("午後も来られますか。")
    assert blank.says("返事を入力してください。")
    assert answered.says("はい、1日いられます。")

    again = editor.open(f"/group/approvals/{identity}")
    done = editor.submit({"accept-text": "お待ちしています。"}, press="受け入れる")

    assert again.says("はい、1日いられます。")
    assert f'value="{photo}" checked' in again.html
    assert done.says("参加が決まりました")
    assert own_page(browser, receipt).says("お待ちしています。")
    db.session().rollback()
    assert status_of(receipt) is SignupStatus.CONFIRMED
    assert [role.taken for role in slot_now(slot).role_rows] == [0, 1]


def test_a_group_warns_itself_of_an_overlap_and_declines_in_words_of_its_own(
    editor: Browser, browser: Browser
) -> None:
    need = own_need(editor)
    other = make_role_day(need=make_need(title="ひみつの催し"))
    first = sign_up(other, 1)
    slot = make_role_day(need=need)
    receipt = sign_up(slot, 1)
    services.approving.accept(signup_id=first.signup_id, text="", now=START, actor="abc")

    editor.open("/group/approvals/templates")
    editor.submit({"decline": "またお願いします。里山の会より"})
    page = editor.open(f"/group/approvals/{receipt.signup_id}")
    editor.submit(press="今回は参加できないと返事する")
    after = editor.open(f"/group/approvals/{receipt.signup_id}")

    assert page.says("この方は同じ時間に別の予定があります")
    assert not page.says("ひみつの催し")
    assert own_page(browser, receipt).says("またお願いします。里山の会より")
    assert after.says("お名前は表示していません")
    assert not after.says("見本 1")


def test_the_office_sees_what_is_left_lying_and_writes_down_what_it_hears(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    slot = make_role_day(need=make_need(title="収穫祭の手伝い"))
    receipt = sign_up(slot, 1, email="")
    services.approving.ask(
        signup_id=receipt.signup_id, question="何時まで？", now=START, actor="a"
    )
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    new = browser.open("/staff/approvals")
    every = browser.follow("待っている申込みをすべて見る")
    frozen_clock.move(days=3, hours=1)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    desk = browser.open("/staff/")
    old = browser.open("/staff/approvals")
    browser.open(f"/staff/signups/{receipt.signup_id}")
    blank = browser.submit({"answer": ""}, press="聞いた返事を記録する")
    heard = browser.submit({"answer": "昼まで"}, press="聞いた返事を記録する")

    assert not new.says("収穫祭の手伝い")
    assert every.says("収穫祭の手伝い")
    assert desk.says("団体の返事を待っている申込み 1件")
    assert old.says("ご本人の返事待ち")
    assert blank.says("返事を入力してください。")
    assert heard.says("返事を記録し、団体にお知らせしました。")


def test_a_standing_need_shows_its_period_and_has_no_day(
    editor: Browser, browser: Browser
) -> None:
    need = own_need(editor, title="ねこの世話", pattern="standing", status="draft")
    form = editor.open(f"/group/opportunities/{need.public_id}/slots/new")
    refused = editor.submit(
        {"first_day": "2026-12-01", "last_day": "2026-11-30", "capacity": "5", "mode": "approval"}
    )
    editor.submit({"last_day": "2027-03-31"})
    posting.submit(opportunity_id=need.public_id, actor="abc", now=START)
    posting.publish(opportunity_id=need.public_id, actor="abc", now=START)
    made = _opportunity(need.public_id).slots[0]
    standing = make_standing(need=make_need(title="いぬの世話"))
    words = "随時（2027年3月31日まで）"

    assert "starts_at" not in form.forms[-1].names
    assert refused.says("「いつまで」は、「いつから」以降の日にしてください。")
    assert browser.open(f"/opportunities/{need.public_id}").says(words)
    listed = browser.open("/opportunities?weekday=mon&from=2027-01-11&to=2027-01-11")
    assert listed.says("ねこの世話")
    assert listed.says(words)
    assert browser.open("/opportunities?from=2027-04-01").says("ねこの世話") is False
    assert browser.get(f"/slots/{made.public_id}.ics").status_code == HTTPStatus.NOT_FOUND
    assert "ねこの世話" not in browser.get("/opportunities.ics").text
    receipt = sign_up(standing, 1)
    assert own_page(browser, receipt).says(words)
    assert editor.get(f"/group/slots/{made.public_id}/reception").status_code == 404
