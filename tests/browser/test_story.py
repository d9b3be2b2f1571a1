"""The main job from end to end without scripts: an invitation first, a counted number at last."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kyodo_match.core.fiscal_year import FiscalYear
from tests.browser.conftest import PHONE, PLAN
from tests.browser.person import Person
from tests.browser.story import Story, really_now, typed
from tests.support import databases
from tests.support.served import Installation, served
from tests.support.smtp import Letter, post_office

pytestmark = pytest.mark.browser

GROUP = "小貝の里山しごと会"
TITLE = "里山の一日体験　落ち葉かき"
PASSWORD = "ochiba no yama wo aruku"
ADMIN, OWNER = "admin@city.example.jp", "owner@example.jp"
HANAKO, KENJI = "hanako@example.jp", "kenji@example.jp"


@dataclass
class Season(Story):
    """The story of one day, from its invitation to the plan."""

    # Two hours ahead: reception is open then even where the day begins in between.
    starts_at: datetime = field(
        default_factory=lambda: really_now().replace(second=0, microsecond=0) + timedelta(hours=2)
    )

    def somebody(self) -> Person:
        """Somebody new with an old phone, on which no scripts run."""
        return self.newcomer(Person, width=PHONE, java_script=False)


@pytest.fixture
def story(chromium_browser: Browser, tmp_path: Path) -> Iterator[Season]:
    """An empty installation on PostgreSQL with the city's plan and one group in its register."""
    shutil.copy(PLAN, tmp_path)
    register = (
        f"name,kind,fields,status,registered_on\r\n{GROUP},purpose,7,registered,2024-04-01\r\n"
    )
    (tmp_path / "groups.csv").write_text(register, encoding="utf-8-sig")
    with (
        databases.fresh_database("postgres", tmp_path) as url,
        post_office() as office,
        ExitStack() as leaving,
    ):
        installation = Installation.at(tmp_path, database_url=url, KYODO_MAIL_URL=office.url)
        installation.run("plans", "import", PLAN.name)
        installation.run("groups", "import", "groups.csv")
        running = leaving.enter_context(served(installation))
        yield Season(running, url, office, chromium_browser, leaving)
        print(running.log)  # noqa: T201 - shown where the story went wrong


def test_a_day_is_offered_found_joined_held_counted_and_exported(story: Season) -> None:
    staff = _an_admin_comes_in(story)
    owner = _the_group_owner_is_invited(story, staff)
    _a_day_is_written_and_handed_in(story, owner)
    _it_is_returned_corrected_and_published(story, staff, owner)

    hanako = _a_citizen_signs_up_with_a_companion(story)
    kenji = _another_waits(story)
    _a_place_is_given_back_offered_and_taken(story, hanako, kenji)
    _a_caller_is_entered_by_staff(story, staff)

    _the_group_marks_who_came(owner)

    _the_plan_has_moved(story)
    _staff_take_the_numbers_out(story, staff)


def _an_admin_comes_in(story: Season) -> Person:
    link = story.operator.run("staff", "invite", ADMIN, "--role", "admin").stdout.strip()
    staff = story.somebody()

    staff.opens(link, "パスワードの設定")
    staff.types(name="市川 恵", password=PASSWORD)
    staff.presses("設定する", "サインイン")
    staff.types(email=ADMIN, password=PASSWORD)
    staff.presses("サインインする", "業務の机")

    staff.reads("メールを送るしくみは動いています")
    return staff


def _the_group_owner_is_invited(story: Season, staff: Person) -> Person:
    owner = story.somebody()

    staff.goes_to("団体", "団体")
    staff.follows(GROUP, GROUP)
    staff.follows("担当者を見る", f"{GROUP}の担当者")
    staff.types(email=OWNER, role="owner")
    staff.presses("招待する", "招待しました")

    owner.opens(story.link(OWNER, "団体の担当者"), "パスワードの設定")
    owner.types(name="須藤 茂樹", password=PASSWORD)
    owner.presses("設定する", "サインイン")
    owner.types(email=OWNER, password=PASSWORD)
    owner.presses("サインインする", "団体の机")
    return owner


def _a_day_is_written_and_handed_in(story: Season, owner: Person) -> None:
    owner.follows("新しい募集を作る", "新しい募集")
    owner.types(
        title=TITLE,
        kind="experience",
        description="里山を歩き、道に積もった落ち葉を集めます。最後に焼きいもを食べます。",
        place="小貝川ふれあい公園",
        bring="軍手、飲み物、汚れてもよい服",
        rain="小雨は行います。中止のときは朝7時までに連絡します。",
        contact_name="須藤",
        contact_phone="0297-00-0101",
    )
    owner.ticks(plain_fields="environment", alone_welcome="1", beginner_welcome="1")
    owner.presses("下書きを保存して、日程へ進む", "日程の追加")

    owner.types(
        starts_at=typed(story.starts_at),
        ends_at=typed(story.starts_at + timedelta(hours=2)),
        capacity="2",
        opens_at=typed(story.starts_at - timedelta(hours=3)),
        closes_at=typed(story.starts_at),
    )
    owner.presses("日程を追加する", TITLE)

    owner.presses("保存して提出する", TITLE)
    owner.reads("入力内容をご確認ください", "参加費を入力してください")
    owner.types(fee="無料")
    owner.presses("保存して提出する", TITLE)
    owner.reads("提出しました。", "担当課が確認しています")


def _it_is_returned_corrected_and_published(story: Season, staff: Person, owner: Person) -> None:
    comment = "集合場所を書いてください。"

    staff.goes_to("募集", "募集")
    staff.follows(TITLE, TITLE)
    staff.types(comment=comment)
    staff.presses("コメントをつけて差し戻す", TITLE)
    assert comment in story.letter(OWNER, "募集の内容をご確認ください").text

    owner.goes_to("団体の机", "団体の机")
    owner.reads(comment)
    owner.follows(TITLE, TITLE)
    owner.types(meeting_place="公園の北側駐車場")
    owner.presses("保存して提出する", TITLE)

    staff.goes_to("募集", "募集")
    staff.follows(TITLE, TITLE)
    staff.reads("公園の北側駐車場")
    staff.presses("公開する", TITLE)
    staff.reads("公開しました。")
    assert "公開しました" in story.letter(OWNER, "募集を公開しました").text


def _a_citizen_signs_up_with_a_companion(story: Season) -> Person:
    hanako = story.somebody()
    _finds_the_day(hanako)
    hanako.reads("小貝川ふれあい公園", "無料", "残り2人")

    hanako.follows("この日に申し込む", "申込み")
    hanako.types(name="山田 花子", kana="山田", email="hanako@")
    hanako.presses("入力した内容を確認する", "申込み")
    _the_errors_lead_to_their_fields(hanako)
    assert hanako.value("name") == "山田 花子"
    assert hanako.value("email") == "hanako@"

    hanako.types(kana="やまだ はなこ", email=HANAKO)
    hanako.ticks(age_group="40_64", residency="resident", first_time="1", privacy_consent="y")
    hanako.adds_a_companion(name="山田 太郎", kana="やまだ たろう", age_group="elementary")
    hanako.presses("入力した内容を確認する", "入力した内容の確認")
    hanako.reads("参加する方（2人）", "山田 太郎")
    hanako.presses("修正する", "申込み")
    assert hanako.value("companions-0-name") == "山田 太郎"
    hanako.types(note="自転車で行きます。")
    hanako.presses("入力した内容を確認する", "入力した内容の確認")
    hanako.reads("自転車で行きます。")
    hanako.presses("この内容で申し込む", "参加が決まりました")
    hanako.reads(_first_number(), "暗証番号（6けた）", "2人")

    letter = story.letter(HANAKO, "参加が決まりました")
    _the_calendar_entry_is_whole(letter)
    assert "山田" not in letter.text
    (link,) = re.findall(r"^http\S+/manage/\S+$", letter.text, re.MULTILINE)
    hanako.opens(link, "申込みの内容")
    assert hanako.page.url == f"{story.running.url}/manage"
    hanako.reads("参加が決まっています", "山田 太郎")
    hanako.follows("別の方に変える・お名前を直す 山田 太郎", "参加する方を変える")
    hanako.follows("戻る", "申込みの内容")
    hanako.follows("連絡先を変える", "連絡先を変える")
    hanako.types(phone="0297-58-2111")
    hanako.presses("この連絡先に変える", "申込みの内容")
    hanako.reads("連絡先を変えました。")
    story.letter(HANAKO, "連絡先が変わりました")
    return hanako


def _another_waits(story: Season) -> Person:
    kenji = story.somebody()
    _finds_the_day(kenji)

    kenji.follows("キャンセル待ちに申し込む", "申込み")
    kenji.types(name="佐藤 健二", kana="さとう けんじ", email=KENJI)
    kenji.ticks(age_group="18_39", residency="worker", privacy_consent="y")
    kenji.presses("入力した内容を確認する", "入力した内容の確認")
    kenji.reads("キャンセル待ちの申込みになります")
    kenji.presses("この内容で申し込む", "キャンセル待ちで受け付けました")

    story.letter(KENJI, "キャンセル待ちで受け付けました")
    return kenji


def _a_place_is_given_back_offered_and_taken(story: Season, hanako: Person, kenji: Person) -> None:
    hanako.unfolds("この方だけ取り消す 山田 太郎")
    hanako.presses("取り消します 山田 太郎", "申込みの内容")
    hanako.reads("お1人の取消しを受け付けました。", "参加する方（1人）")
    story.letter(HANAKO, "人数の変更を受け付けました")

    kenji.opens(story.link(KENJI, "席が空きました"), "申込みの内容")
    kenji.reads("席が空きました。参加しますか")
    kenji.presses("参加します", "申込みの内容")
    kenji.reads("参加が決まっています")
    story.letter(KENJI, "参加が決まりました")


def _a_caller_is_entered_by_staff(story: Season, staff: Person) -> None:
    staff.follows("申込み", "申込みの一覧")
    staff.reads("山田 花子", "佐藤 健二")
    staff.follows("定員を変える", "定員を変える")
    staff.types(capacity="3")
    staff.presses("変える", TITLE)

    staff.follows("申込み", "申込みの一覧")
    staff.follows("電話・窓口の方の申込みを入力する", "申込み")
    staff.types(name="鈴木 千代", kana="すずき ちよ", phone="0297-58-2111")
    staff.ticks(age_group="65_up", residency="resident", privacy_consent="y")
    staff.presses("入力した内容を確認する", "入力した内容の確認")
    staff.presses("この内容で申し込む", "参加が決まりました")
    staff.reads("申し込んだ方に、この番号を伝えてください")

    staff.opens("/staff/phone-calls", "電話連絡")
    staff.follows("済", "電話連絡")  # she was on the phone: nobody calls her again
    staff.reads("鈴木 千代")
    staff.goes_to("メール送信状況", "メール送信状況")


def _the_group_marks_who_came(owner: Person) -> None:
    owner.goes_to("団体の机", "団体の机")
    owner.follows("当日の受付", "受付")
    names = owner.page.locator(".reception__kana").all_inner_texts()
    assert names == ["さとう けんじ", "すずき ちよ", "やまだ はなこ"]

    owner.presses("出席 山田 花子", "受付")
    owner.presses("出席 佐藤 健二", "受付")
    owner.presses("出席 鈴木 千代", "受付")
    owner.presses("取り消す 鈴木 千代", "受付")
    owner.presses("欠席 鈴木 千代", "受付")
    owner.types(walkin__name="高橋 実", walkin__kana="たかはし みのる")
    owner.presses("追加して出席にする", "受付")
    owner.types(adults="12", children="8")
    owner.presses("人数を記録する", "受付")

    figures = owner.page.locator(".figures").inner_text().split()
    assert "".join(figures) == "出席3人欠席1人未記入0人人数のみ20人"
    owner.follows("紙の名簿を開く", "受付名簿")


def _the_plan_has_moved(story: Season) -> None:
    reader = story.somebody()
    day = story.starts_at.date()
    query = "" if day == really_now().date() else f"?as_of={day}"

    reader.opens(f"/plan{query}", "第2期つくばみらい市市民協働実施計画")
    shown = reader.page.locator("#experience-participants .bar__text").inner_text()
    told = reader.page.request.get(f"{story.running.url}/plan.json{query}").json()

    assert re.sub(r"\s+", "", shown).endswith("実績23人/年目標23人/年現状値13人/年")
    (indicator,) = [
        indicator
        for goal in told["goals"]
        for indicator in goal["indicators"]
        if indicator["key"] == "experience-participants"
    ]
    assert (indicator["baseline"]["value"], indicator["actual"], indicator["people"]) == (
        13,
        23,
        3,
    )
    assert (indicator["targets"][0]["value"], indicator["rate"]) == (23, 1.0)


def _staff_take_the_numbers_out(story: Season, staff: Person) -> None:
    staff.goes_to("出力", "出力")
    staff.presses("内容を確かめる", "出力")
    staff.reads("利用目的を入力してください。")
    staff.types(fiscal_year="", purpose="事業報告書を作るため")
    staff.presses("内容を確かめる", "出力の確認")
    counted = staff.downloads("CSVでダウンロード").path().read_bytes()
    staff.presses("修正する", "出力")
    staff.ticks(kind="signups")
    staff.presses("内容を確かめる", "出力の確認")
    people = _rows(staff.downloads("CSVでダウンロード").path().read_bytes())
    staff.presses("修正する", "出力")
    staff.ticks(kind="participants")
    staff.presses("内容を確かめる", "出力の確認")
    staff.presses("画面で見る", "参加実績（すべての年度）")

    (day,) = _rows(counted)
    assert {name: int(day[name]) for name in EXPECTED} == EXPECTED
    assert day["date"] == story.starts_at.date().isoformat()
    assert sorted((row["name"], row["status"], row["attendance"]) for row in people) == [
        ("佐藤 健二", "confirmed", "attended"),
        ("山田 太郎", "cancelled", "unmarked"),
        ("山田 花子", "confirmed", "attended"),
        ("鈴木 千代", "confirmed", "absent"),
        ("高橋 実", "confirmed", "attended"),
    ]
    story.operator.run("export", "participants", "-o", "participants.csv")
    assert (story.operator.data_dir / "participants.csv").read_bytes() == counted


EXPECTED = {
    "capacity": 3, "signups": 3, "confirmed": 3, "attended": 3, "absent": 1, "unmarked": 0,
    "head_count_adults": 12, "head_count_children": 8, "visits": 23, "people": 3, "cancelled": 1,
}  # fmt: skip


def _finds_the_day(citizen: Person) -> None:
    citizen.opens("/", "地域の活動を見つけて、参加する")
    citizen.types(q="落ち葉")
    citizen.presses("探す", "活動を見つける")
    citizen.reads("1件の活動があります。")
    citizen.follows(TITLE, TITLE)


def _the_errors_lead_to_their_fields(person: Person) -> None:
    links = person.page.locator(".error-summary a")
    said = links.all_inner_texts()
    assert "ふりがなは、ひらがなで入力してください。" in said
    assert "年代を選んでください。" in said
    assert "市との関わりを選んでください。" in said
    for link in links.all():
        target = person.page.locator(link.get_attribute("href") or "none")
        expect(target).to_be_visible()
    links.first.click()
    expect(person.page.locator(":focus")).to_have_attribute("name", "kana")


def _the_calendar_entry_is_whole(letter: Letter) -> None:
    (entry,) = letter.message.iter_attachments()
    assert entry.get_content_type() == "text/calendar"
    text = entry.get_content()
    assert "TZID=Asia/Tokyo" in text
    assert "METHOD:PUBLISH" in text
    assert "SEQUENCE:0" in text


def _rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _first_number() -> str:
    return f"R{FiscalYear.at(really_now()).reiwa}-00001"
