"""A coordinator's morning: what waits is done, last year comes in, the numbers go out."""

import io
import re
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.opportunities.rules import OpportunityStatus
from kyodo_match.signups import services
from tests.browser.person import Person
from tests.browser.story import Story, in_days, really_now
from tests.support import databases
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_signups import calls_to, sign_up
from tests.support.make_workbooks import last_year

pytestmark = pytest.mark.browser

GROUP = "子ども見守り隊"
GOOD, SHORT = "登校の見守り体験", "放課後の見守り体験"
WATCHED = "あいさつ運動の体験"
LAST_YEAR = last_year(
    [1, "令和7年5月9日", "里山体験", GROUP, 12, 10, ""],
    [2, None, "里山体験（午後）", GROUP, "11人", 9, "大雨で途中まで"],
    [3, "R7.10.4", "花壇体験", "駅前花の会", 4, 4, ""],
    ["", "合計", "", "", 27, 23, ""],
    merged=["B4:B5"],
)
VISITS_LAST_YEAR = 27
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Morning:
    """Whoever asks for something: how the office reaches the group, and one receipt."""

    owner: str
    receipt: str


def test_a_coordinator_does_what_waits_and_takes_the_numbers_out(journey: Story) -> None:
    morning = _arrange(journey)
    staff = _comes_in(journey)

    _publishes_one_and_returns_the_other(staff, journey, morning)
    _phones(staff)
    _looks_after_the_mail(staff)
    _enters_somebody_who_phones(staff)
    _finds_people(staff, morning)
    _asks_the_group_for_what_is_unmarked(staff, journey, morning)
    _takes_last_year_in(staff)
    _takes_the_numbers_out(staff)
    _the_plan_says_it_in_a_sentence(staff)


def _arrange(journey: Story) -> Morning:
    with journey.arranging() as now:
        make_account(role=StaffRole.COORDINATOR, email="tanto@city.example.jp", name="市川 恵")
        group = make_group(name=GROUP)
        for title in (GOOD, SHORT):
            submitted = make_opportunity(
                group=group,
                title=title,
                status=OpportunityStatus.SUBMITTED,
                submitted_at=now - timedelta(days=1),
            )
            make_slot(opportunity=submitted, starts_at=in_days(30))
        watched = make_opportunity(group=group, title=WATCHED)
        coming = make_slot(opportunity=watched, starts_at=in_days(9), capacity=2)
        leaves = sign_up(coming, 301, party=2, now=now - timedelta(days=9))
        sign_up(coming, 302, email="", now=now - timedelta(days=8))
        services.cancel(signup_id=leaves.signup_id, now=now, actor="citizen")
        past = make_slot(opportunity=watched, starts_at=in_days(-6), capacity=5)
        receipt = sign_up(past, 303, now=now - timedelta(days=20))
        _apply_from_an_address_that_does_not_exist(journey)
        return Morning(make_member(group).email, receipt.number)


def _apply_from_an_address_that_does_not_exist(journey: Story) -> None:
    slot = make_slot(opportunity=make_opportunity(title="図書館の本の修理"), starts_at=in_days(12))
    journey.office.nobody.add("mihon304@example.jp")
    receipt = sign_up(slot, 304, now=really_now())
    end = time.monotonic() + 20
    while not calls_to(receipt):
        assert time.monotonic() < end, journey.running.log
        time.sleep(0.05)  # the worker learns that it came back
        databases.look_again()


def _comes_in(journey: Story) -> Person:
    staff = journey.signs_in("tanto@city.example.jp", "業務の机")
    staff.reads("確認待ちの募集 2件", "実績が未記入の日", "送れないメール 1通")
    return staff


def _publishes_one_and_returns_the_other(staff: Person, journey: Story, morning: Morning) -> None:
    staff.follows("確認待ちの募集", "募集")
    staff.follows(GOOD, GOOD)
    staff.presses("公開する", GOOD)
    staff.reads("公開しました。")

    staff.goes_to("募集", "募集")
    staff.follows(SHORT, SHORT)
    staff.types(comment="集まる場所の地図を付けてください。")
    staff.presses("コメントをつけて差し戻す", SHORT)
    assert "地図" in journey.letter(morning.owner, "募集の内容をご確認ください").text


def _phones(staff: Person) -> None:
    staff.goes_to("電話連絡", "電話連絡")
    staff.follows("見本 302", "繰上げのご案内（返事を聞く）")
    staff.reads("090-0000-0302", "席が空きました。")
    staff.ticks(outcome="unreached")
    staff.types(note="夕方にかけ直します")
    staff.presses("記録する", "電話連絡")
    staff.reads("つながらなかった×1回")

    staff.follows("見本 302", "繰上げのご案内（返事を聞く）")
    staff.reads("夕方にかけ直します")
    staff.presses("「参加します」と聞いた", "電話連絡")
    expect(staff.page.get_by_role("link", name="見本 302")).to_have_count(0)


def _looks_after_the_mail(staff: Person) -> None:
    staff.goes_to("メール送信状況", "メール送信状況")
    tabs = staff.page.get_by_role("navigation", name="メールの状態")
    staff.follows("送れませんでした", "メール送信状況", within=tabs)
    letter = staff.page.locator("th a").first.inner_text()
    staff.follows(letter, letter)
    staff.reads("宛先のメールアドレスがありません。")
    staff.follows("このメールの代わりの電話を見る", "メールが届かなかった方へ")

    staff.goes_to("メール送信状況", "メール送信状況")
    letter = f"【取消しを受け付けました】{WATCHED}"
    letter = staff.page.get_by_role("link", name=letter).inner_text()
    staff.follows(letter, letter)
    staff.types(reason="受信箱がいっぱい")
    staff.presses("戻ってきた", letter)
    staff.reads("受信箱がいっぱい")


def _enters_somebody_who_phones(staff: Person) -> None:
    _searches(staff, GROUP)
    staff.follows(WATCHED, WATCHED)
    staff.follows("申込み （", "申込みの一覧")
    staff.follows("電話・窓口の方の申込みを入力する", "申込み")
    staff.types(name="鈴木 千代", kana="すずき ちよ", phone="0297-58-3222")
    staff.ticks(age_group="65_up", residency="resident", privacy_consent="y")
    staff.presses("入力した内容を確認する", "入力した内容の確認")
    staff.presses("この内容で申し込む", "参加が決まりました")
    staff.reads("申し込んだ方に、この番号を伝えてください")
    staff.follows("市川 恵", "業務の机", within=staff.page.get_by_role("banner"))


def _finds_people(staff: Person, morning: Morning) -> None:
    for word, found in (("すずき", "鈴木 千代"), ("3222", "鈴木 千代"), ("見守り隊", GROUP)):
        _searches(staff, word)
        staff.reads(found)
    _searches(staff, morning.receipt, f"申込み {morning.receipt}")
    staff.reads("見本 303")


def _searches(staff: Person, word: str, heading: str = "探す") -> None:
    staff.goes_to("探す", "探す")
    staff.types(q=word)
    staff.presses("探す", heading)


def _asks_the_group_for_what_is_unmarked(staff: Person, journey: Story, morning: Morning) -> None:
    staff.goes_to("業務の机", "業務の机")
    staff.follows("実績が未記入の日", "実績が未記入の日")
    staff.presses(f"団体に記入をお願いする {GROUP}", "実績が未記入の日")
    staff.reads("にお願いしました")
    assert WATCHED in journey.letter(morning.owner, "来た方の記入をお願いします").text


def _takes_last_year_in(staff: Person) -> None:
    staff.goes_to("出力", "出力")
    staff.follows("システムを使う前の実績を、Excelから取り込む", "以前の実績の取込み")
    staff.page.locator('[name="file"]').set_input_files(
        {"name": "令和7年度実績.xlsx", "mimeType": XLSX, "buffer": LAST_YEAR}
    )
    staff.presses("ファイルを読んで確かめる", "読み方の確認")
    staff.reads("2025年5月9日（金）", "合計の行なので、数えません。")
    staff.follows("列の割り当てを変える", "列の割り当て")
    staff.presses("この割り当てで読む", "読み方の確認")
    staff.presses("選んだ行を取り込む", "取り込んだ実績")
    staff.reads(f"{VISITS_LAST_YEAR}人")
    staff.follows("以前の実績の取込み", "以前の実績の取込み")


def _takes_the_numbers_out(staff: Person) -> None:
    staff.goes_to("出力", "出力")
    staff.types(fiscal_year="2025", purpose="前年度の報告書を作るため")
    staff.presses("内容を確かめる", "出力の確認")
    staff.reads("3行", "はじめの3行")
    file = staff.downloads("Excelでダウンロード").path().read_bytes()
    staff.presses("画面で見る", "参加実績（令和7年度）")
    staff.reads("3行のうち、1行目から3行目まで。")

    head, *lines = load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True)
    visits = head.index("visits") if "visits" in head else head.index("延べ人数")
    assert sum(int(str(line[visits])) for line in lines) == VISITS_LAST_YEAR


def _the_plan_says_it_in_a_sentence(staff: Person) -> None:
    staff.opens("/plan", "第2期つくばみらい市市民協働実施計画")
    indicator = staff.page.locator("#experience-participants")

    expect(indicator.get_by_role("table").first).to_contain_text("27人")
    expect(indicator.locator(".copy__text")).to_have_text(re.compile("本年度.+／目標.*23人.+延べ"))
    expect(indicator.locator("canvas").first).to_be_visible()
