"""抽選会 as everybody meets it: the office, who applied, and whoever wants to check it."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.matching.queries.draws import supplements_of
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.rounds import RoundStatus
from kyodo_match.signups.rules import SignupStatus
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.make_entries import (
    DRAWN_AT,
    FROZEN_AT,
    PUBLISHED_AT,
    apply,
    freeze,
    hold,
    publish,
)
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_rounds import entry_now, make_days, make_draft, make_round, round_now
from tests.support.make_signups import keys, signup_now, status_of
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")

LATER = COMING + timedelta(days=1)


def test_the_office_goes_from_the_freeze_to_the_results(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    days = make_days(2, capacity=1, minimum=1)
    one = make_round(days)
    receipts = [apply(one, n, days[:1]) for n in (1, 2)]
    apply(one, 3, days[:1], late=True)
    frozen_clock.moment = FROZEN_AT
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    page = f"/staff/rounds/{one.public_id}"

    browser.open(page)
    browser.follow("抽選の進行（名簿の確定・抽選・発表）")
    browser.submit({}, press="名簿を確定して公開する")
    assert browser.open(f"{page}/ceremony").says("予告した日時の前です")
    frozen_clock.moment = DRAWN_AT
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open(f"{page}/ceremony")
    assert not browser.page.says("予告した日時の前です")
    assert browser.page.says(round_now(one.public_id).manifest_sha256 or "none")
    typed = {"kind": "dice", "source": "さいころを10回", "witnesses": "見本 立会人"}
    browser.submit({**typed, "drawn": "7 1 2"}, press="確かめる")
    assert browser.page.says("1から6の数字で入力してください")
    browser.submit({**typed, "drawn": "３ 5 1 6 2 2 4 1 6 5"}, press="確かめる")
    assert round_now(one.public_id).status is RoundStatus.FROZEN
    browser.submit({}, press="このとおりに抽選する")
    assert round_now(one.public_id).entropy == "3-5-1-6-2-2-4-1-6-5"
    assert browser.open(f"{page}/minutes").says("見本 立会人")
    assert browser.open(f"{page}/results").says("見本 1")
    assert not browser.open(f"{page}/posting").says("見本")
    assert browser.open(f"{page}/course").says("○")
    browser.open(f"{page}/draw")
    assert browser.page.says("開催に必要な人数に届かない日程")
    assert browser.page.says("遅れた申込みのうち1件は、まだ決まっていません。")
    browser.submit({}, press="先着順で募集を続ける")
    browser.submit({}, press="結果を発表する")

    assert browser.page.says("結果を発表しました")
    assert browser.page.says("締切に遅れた申込み 1件")
    assert browser.page.says("遅れた申込みは、すべて結果が決まっています。")
    assert round_now(one.public_id).status is RoundStatus.PUBLISHED
    assert {status_of(receipt) for receipt in receipts} == {
        SignupStatus.CONFIRMED,
        SignupStatus.WAITLISTED,
    }


def test_everybody_reads_the_record_and_the_page_in_every_state(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    days = make_days(1, capacity=2)
    one, draft = make_round(days), make_draft(make_days(1))
    receipts = [apply(one, n, days) for n in (1, 2, 3)]
    apply(one, 4, days, late=True)
    client, path = app.test_client(), f"/draws/{one.public_id}"

    def record() -> dict[str, object]:
        return dict(json.loads(client.get(f"{path}.json").data))

    announced, page = record(), browser.open(path)
    assert "manifest" not in announced
    assert page.link("この抽選に申し込む") == f"{path}/apply"
    frozen_clock.moment = FROZEN_AT
    freeze(one)
    before = record()
    known = {"If-None-Match": client.get(f"{path}.json").headers["ETag"]}
    assert client.get(f"{path}.json", headers=known).status_code == 304
    assert list(before)[-1] == "manifest_published_at"
    assert browser.open(path).says(str(before["manifest_sha256"]))
    hold(one, witnesses="見本 立会人")
    publish(one)
    frozen_clock.moment = PUBLISHED_AT
    after = record()
    assert client.get(f"{path}.json", headers=known).get_json() == after

    assert drawing.verify(before) == drawing.verify(after) == ()
    assert "見本" not in json.dumps(after, ensure_ascii=False)
    entry = entry_now(receipts[0])
    page = browser.open(f"{path}?entry=ａ-0001")
    assert page.says(entry.entry_number)
    assert not page.says("A-0002")
    assert browser.open(f"{path}?entry=A-9999").says("名簿にありません")
    (supplement,) = supplements_of(db.session(), round_now(one.public_id))
    annex = client.get(f"{path}/supplements/{supplement.public_id}.json").get_json()
    assert drawing.verify_supplement(annex, after) == ()
    assert client.get("/draws.json").get_json() == [
        {"id": one.public_id, "title": one.title, "status": "published"}
    ]
    assert client.get(f"/draws/{draft.public_id}.json").status_code == 404
    frozen_clock.move(days=800)
    assert client.get(f"{path}.json").status_code == 410
    assert not browser.open(path).says("A-0001")


def test_who_applied_sees_why_and_says_whether_they_come(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    days = make_days(2, capacity=2)
    one = make_round(days, confirm_by=PUBLISHED_AT.date() + timedelta(days=4))
    receipts = [apply(one, n, days, party=2) for n in range(1, 4)]
    freeze(one)
    hold(one)
    publish(one)
    frozen_clock.moment = PUBLISHED_AT
    placed = next(one for one in receipts if entry_now(one).placed_slot_id)
    waits = next(one for one in receipts if not entry_now(one).placed_slot_id)

    def opens(receipt_id: str) -> None:
        signup = signup_now(next(one for one in receipts if one.signup_id == receipt_id))
        browser.open(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")

    opens(waits.signup_id)
    assert browser.page.says("どれか1つの席をご案内すると")
    why = browser.follow("抽選の結果のわけを見る（順番、決まった番号）")
    assert why.says("3番（3件中）")
    assert why.says("それより前の順番なら、決まっていました")
    opens(placed.signup_id)
    assert browser.page.says("抽選で席が決まりました。参加しますか")
    assert not browser.page.says("変わりました")
    browser.submit({}, press="参加します")

    look_again()
    assert status_of(placed) is SignupStatus.CONFIRMED
    assert f"/draws/{one.public_id}.json" in why.links()
    frozen_clock.move(days=800)
    opens(waits.signup_id)
    later = browser.open("/manage/draw")
    assert later.says("3番（3件中）")
    assert f"/draws/{one.public_id}.json" not in later.links()


def test_where_everybody_has_room_the_office_goes_on_without_a_throw(
    browser: Browser, frozen_clock: FrozenClock
) -> None:
    days = make_days(1, capacity=2)
    one = make_round(days)
    apply(one, 1, days)
    freeze(one)
    frozen_clock.moment = DRAWN_AT
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    browser.open(f"/staff/rounds/{one.public_id}/ceremony")
    browser.submit({}, press="番号を引かずに、全員の第1希望に決める")

    drawn = round_now(one.public_id)
    assert (drawn.status, drawn.entropy) == (RoundStatus.DRAWN, None)
    assert browser.open(f"/draws/{one.public_id}").says("番号は引いていません")


def test_pages_name_the_one_activity_of_a_round_once(browser: Browser) -> None:
    offer = make_opportunity(title="豆腐作り")
    of_one = make_round([make_slot(opportunity=offer, starts_at=at) for at in (COMING, LATER)])
    of_several = make_round(make_days(2))
    titles = [day.slot.opportunity.title for day in of_several.slots]

    for path in ("/draws/{}", "/draws/{}/apply"):
        page = browser.open(path.format(of_one.public_id))
        assert page.text.count("豆腐作り") == 1
        page = browser.open(path.format(of_several.public_id))
        assert all(page.says(title) for title in titles)
