"""抽選の申込み as people meet it: the form, the check page, the receipt, one's own page, staff."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.services import CITIZEN
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.rules.rounds import PaperRule, PersonFacts
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import Receipt, Residency
from tests.support.clock import START, FrozenClock
from tests.support.databases import look_again
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_rounds import (
    CLOSES,
    enter,
    entry_now,
    make_days,
    make_round,
    wishes_of,
)
from tests.support.make_signups import keys, kinds_to, letters_to, sign_up, slot_now
from tests.support.pages import Browser, Page

NewBrowser = Callable[[], Browser]
TYPED: dict[str, Any] = {
    "name": "山田 花子",
    "kana": "やまだ はなこ",
    "age_group": "65_up",
    "residency": "resident",
    "first_time": "1",
    "email": "hanako@example.jp",
    "privacy_consent": True,
}


@pytest.fixture
def days(app: Flask) -> list[Slot]:
    return make_days()


@pytest.fixture
def one(days: list[Slot]) -> Round:
    return make_round(days)


def _wishes(*days: Slot) -> dict[str, str]:
    return {f"choice_{rank}": day.public_id for rank, day in enumerate(days, start=1)}


def _apply(browser: Browser, one: Round, **typed: Any) -> Page:
    browser.open(f"/draws/{one.public_id}/apply")
    browser.submit({**TYPED, **typed}, press="入力した内容を確認する")
    return browser.submit({}, press="この内容で申し込む")


def _manage(browser: Browser, receipt: Receipt) -> Page:
    version = entry_now(receipt).signup.access_version
    return browser.open(f"/manage/{keys().manage_token(receipt.signup_id, version)}")


def test_from_a_day_to_the_receipt_of_its_draw(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    page = browser.open(f"/opportunities/{days[1].opportunity.public_id}")
    assert page.says("抽選・受付中")
    browser.follow("抽選に申し込む")

    page = browser.page
    assert page.value_of("choice_1") == days[1].public_id
    assert page.says("先着順ではありません")
    assert page.says("番号の順に、空いている中で一番上の希望")
    assert page.says("人数が多いほど、当たりにくく")
    companion = {
        "companions-0-name": "山田 太郎",
        "companions-0-kana": "やまだ たろう",
        "companions-0-age_group": "65_up",
        "companions-0-residency": "other",
        "companions-0-first_time": "0",
    }
    check = browser.submit(
        {**TYPED, **companion, **_wishes(days[1], days[0])}, press="入力した内容を確認する"
    )
    assert check.says("区分：そのほかの方")
    receipt = browser.submit({}, press="この内容で申し込む")

    assert receipt.path.startswith("/receipts/")
    assert receipt.says("抽選の申込みを受け付けました")
    assert receipt.says("A-0001")
    assert slot_now(days[1]).places_taken == 0


def test_what_is_missing_is_asked_for_beside_its_field(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    browser.open(f"/draws/{one.public_id}/apply")

    page = browser.submit(
        {
            "name": "山田 花子",
            "companions-0-name": "山田 太郎",
            "choice_2": days[0].public_id,
            "choice_3": days[0].public_id,
        },
        press="入力した内容を確認する",
    )

    for words in (
        "第1希望の日程を選んでください",
        "同じ日程が2回選ばれています",
        "はじめてかどうかを選んでください",
        "1人目の同行者の、市との関わりを選んでください",
        "1人目の同行者が、はじめてかどうかを選んでください",
    ):
        assert page.says(words), words
    gap = browser.submit(
        {**TYPED, "companions-0-name": "", **_wishes(days[0]), "choice_2": "",
         "choice_3": days[1].public_id},
        press="入力した内容を確認する",
    )  # fmt: skip
    assert gap.says("希望は、第1希望から順に選んでください")


def test_the_same_person_again_is_told_without_saying_more(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    first = enter(one, days[:1], 1, name="山田 花子", kana="やまだ はなこ", phone="",
                  email="hanako@example.jp")  # fmt: skip

    page = _apply(browser, one, **_wishes(days[1]))

    assert page.says("同じ方の申込みをすでに受け付けています")
    assert first.number not in page.text
    assert kinds_to(first)[-1] == "signup-link"


def test_before_and_after_its_time_a_round_says_when(
    browser: Browser, frozen_clock: FrozenClock, days: list[Slot]
) -> None:
    one = make_round(days, opens_at=START + timedelta(days=1))
    path = f"/draws/{one.public_id}/apply"

    assert browser.open(path).says("2026年11月23日（月・祝）10:00から受け付けます")
    frozen_clock.move_to(CLOSES)
    assert browser.open(path).says("抽選の申込みは締め切りました")
    page = browser.open(f"/opportunities/{days[0].opportunity.public_id}")
    assert page.says("抽選待ち")
    assert not page.links("抽選に申し込む")


def test_one_changes_wishes_and_people_on_one_page(
    browser: Browser, one: Round, days: list[Slot], frozen_clock: FrozenClock
) -> None:
    receipt = enter(one, days[:2], 1, 2)
    page = _manage(browser, receipt)
    assert page.says("抽選待ちです")
    assert page.says("A-0001")

    browser.follow("希望や参加する方を変える")
    assert browser.page.value_of("companions-0-first_time") == "1"
    page = browser.submit(
        {**_wishes(days[2], days[0]), "companions-0-name": "", "companions-0-kana": ""},
        press="この内容に変える",
    )

    assert page.says("変更を受け付けました")
    assert wishes_of(receipt) == [days[2].public_id, days[0].public_id]
    assert entry_now(receipt).size == 1
    assert "第1希望" in letters_to(receipt)[-1].body
    frozen_clock.move_to(CLOSES)
    _manage(browser, receipt)
    browser.follow("連絡先を変える")
    assert browser.page.says("希望や参加する方は変えられません")
    browser.submit({"phone": "090-1111-2222"}, press="変える")
    assert entry_now(receipt).signup.phone == "090-1111-2222"


def test_one_leaves_a_draw_at_any_time(
    browser: Browser, one: Round, days: list[Slot], frozen_clock: FrozenClock
) -> None:
    receipt = enter(one, days[:1], 1, 2)
    frozen_clock.move_to(CLOSES + timedelta(hours=1))
    _manage(browser, receipt)

    page = browser.submit({}, press="申込みを取り消します")

    assert page.says("申込みを取り消しました")
    assert page.says("冬の1日体験の抽選")
    look_again()
    assert kinds_to(receipt)[-1] == "signup-cancelled"


def test_the_office_enters_paper_and_checks_what_was_said(
    browser: Browser, days: list[Slot], frozen_clock: FrozenClock
) -> None:
    one = make_round(days, paper_rule=PaperRule.POSTMARK, freezes_at=CLOSES + timedelta(days=2))
    frozen_clock.move_to(CLOSES + timedelta(days=1))
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open(f"/draws/{one.public_id}/apply?channel=paper")
    typed = {**TYPED, "email": "", "phone": "0297-58-2111", **_wishes(days[0])}

    page = browser.submit(typed, press="入力した内容を確認する")
    page = browser.submit({}, press="この内容で申し込む") if page.says("まだ申込み") else page
    assert page.says("消印の日付を入力してください")
    browser.submit({"postmarked_on": "2026-12-03"}, press="入力した内容を確認する")
    receipt = browser.submit({}, press="この内容で申し込む")
    assert receipt.says("暗証番号")
    page = browser.open(f"/staff/rounds/{one.public_id}/entries?view=late")
    assert page.says("消印 12月3日（木）")

    browser.follow("A-0001")
    browser.submit(
        {"people-0-residency": "other", "people-0-verified": True, "is_late": False},
        press="保存する",
    )

    page = browser.open(f"/staff/rounds/{one.public_id}/entries")
    assert page.says("確認済み")
    assert page.says("3．そのほかの方")
    assert browser.open(f"/staff/rounds/{one.public_id}/entries?view=late").says("ありません")


def test_the_office_looks_through_many_applications_a_page_at_a_time_and_finds_one(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    for n in range(1, 53):
        enter(one, days[:1], n, email="" if n == 52 else f"a{n}@example.jp")
    signups.cancel(signup_id=enter(one, days[:1], 53).signup_id, now=START, actor=CITIZEN)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    page = f"/staff/rounds/{one.public_id}/entries"

    first = browser.open(page)
    second = browser.open(f"{page}?view=unverified&page=2")
    browser.follow("A-0052")
    checked = browser.submit({"people-0-verified": True}, press="保存する")
    browser.open(page)
    last = browser.submit({"q": "ａ５３"}, press="探す")
    mailed = browser.submit({"q": "a7@example.jp"}, press="探す")
    nobody = browser.submit({"q": "やまだ"}, press="探す")

    assert first.says("すべて（53）")
    assert first.says("A-0050")
    assert not first.says("A-0051")
    assert second.says("まだ確かめていない（52）")
    assert second.says("A-0052")
    assert not second.says("A-0053")
    assert checked.says("まだ確かめていない（51）")
    assert not checked.says("A-0053")
    assert last.says("見つかった申込み（1件）")
    assert last.says("A-0053")
    assert mailed.says("A-0007")
    assert "a7@" not in mailed.path
    assert nobody.says("あてはまる申込みはありません")


def test_the_office_changes_wishes_for_a_caller_after_the_deadline(
    browser: Browser, one: Round, days: list[Slot], frozen_clock: FrozenClock
) -> None:
    receipt = enter(one, days[:1], 1, email="")
    frozen_clock.move_to(CLOSES + timedelta(hours=1))
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    assert browser.open("/staff/").says("締め切った抽選 1件")
    browser.open("/staff/search")
    browser.submit({"q": "ａ１"})
    browser.follow("A-0001")
    assert browser.page.path == f"/staff/signups/{receipt.signup_id}"

    browser.follow("希望や参加する方を変える")
    browser.submit(_wishes(days[2]), press="この内容に変える")

    assert wishes_of(receipt) == [days[2].public_id]


def test_who_says_first_and_came_before_is_shown_to_the_office(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    enter(one, days[:1], 1, facts=[PersonFacts(Residency.OTHER, first_time=True)])
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    counts = browser.open(f"/staff/rounds/{one.public_id}")

    assert counts.says("第1希望")
    assert counts.says("1件")
    assert "見本 1" not in counts.text
    assert browser.open(f"/staff/rounds/{one.public_id}/entries", status=403)


def test_a_draft_and_what_is_in_no_round_lead_nowhere(browser: Browser, days: list[Slot]) -> None:
    other = make_slot(opportunity=make_opportunity(title="ふつうの日"))

    browser.open("/draws/000000000000/apply", status=404)
    browser.open("/slots/000000000000/draw", status=404)
    assert browser.open(f"/slots/{other.public_id}/draw").says("ふつうの日")
    assert days


def test_a_group_learns_who_comes_and_not_who_hopes(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    enter(one, days[:1], 1)
    leaver = enter(one, days[:1], 2)
    signups.cancel(signup_id=leaver.signup_id, now=START, actor=CITIZEN)
    sign_in(browser, make_member(days[0].opportunity.group))

    page = browser.open(f"/group/slots/{days[0].public_id}/signups")

    assert page.says("この日程は抽選で決めます")
    assert "みほん" not in page.text
    assert browser.open(f"/group/slots/{days[0].public_id}/edit").says("この日程は抽選で決めます")


def test_a_wish_that_runs_into_another_sure_place_is_warned_of(
    browser: Browser, one: Round, days: list[Slot]
) -> None:
    sign_up(make_slot(), 1, name="山田 花子", kana="やまだ はなこ", email="hanako@example.jp")

    browser.open(f"/slots/{days[0].public_id}/signup?channel=phone")
    assert browser.page.path.startswith(f"/draws/{one.public_id}/apply?first={days[0].public_id}")
    page = browser.submit({**TYPED, **_wishes(*days[:2])}, press="入力した内容を確認する")

    assert page.says("次の希望は、抽選のときに外れます")
    assert page.text.count("9:30～11:30") == 3
