"""A citizen on a phone without touching it: from a full day to the word that one cannot come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import services
from tests.browser.conftest import PHONE
from tests.browser.keyboard import Typist
from tests.browser.story import Story, in_days
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_signups import sign_up

pytestmark = pytest.mark.browser

TITLE = "土手の草刈り体験"
WANTED, MISTYPED = "hanako.yamada@gmail.com", "hanako.yamada@gmial.com"
NAMES = {"name": "山田 花子", "kana": "やまだ はなこ"}


@dataclass(frozen=True)
class Days:
    """What is in the calendar: a day without places, one with, and two that she is part of."""

    full: str
    free: datetime
    waited_for: str
    someone_else: str


def test_a_citizen_does_everything_by_keyboard(journey: Story) -> None:
    days = _arrange(journey)
    hanako = journey.newcomer(Typist, width=PHONE)

    _meets_a_full_day_and_finds_another(hanako, days)
    _signs_up_with_a_companion_and_a_slip(hanako)
    _changes_what_she_said(hanako, journey)
    _takes_the_place_that_she_waited_for(hanako, journey, days)
    _says_that_she_cannot_come_after_all(hanako, journey)


def _arrange(journey: Story) -> Days:
    with journey.arranging() as now:
        cutting = make_opportunity(group=make_group(name="土手を守る会"), title=TITLE)
        full = make_slot(opportunity=cutting, starts_at=in_days(18), capacity=1, waitlist_limit=0)
        sign_up(full, 101, now=now)
        free = make_slot(opportunity=cutting, starts_at=in_days(24), capacity=8)
        waited_for = make_slot(
            opportunity=make_opportunity(group=cutting.group, title="川べりの野鳥観察"),
            starts_at=in_days(20),
            capacity=1,
        )
        someone_else = sign_up(waited_for, 102, now=now - timedelta(days=3))
        _comes(waited_for, now=now - timedelta(days=2))
        tomorrow = make_slot(
            opportunity=make_opportunity(group=cutting.group, title="竹の灯ろう作り"),
            starts_at=in_days(1),
            closes_at=now - timedelta(hours=1),
            cancel_until=now - timedelta(hours=1),
        )
        _comes(tomorrow, now=now - timedelta(days=5))
        return Days(full.public_id, free.starts_at, waited_for.public_id, someone_else.signup_id)


def _comes(slot: Slot, *, now: datetime) -> None:
    sign_up(slot, 103, now=now, name=NAMES["name"], kana=NAMES["kana"], email=WANTED)


def _meets_a_full_day_and_finds_another(hanako: Typist, days: Days) -> None:
    hanako.opens(f"/slots/{days.full}/signup", "いまは申し込めません")
    hanako.reads("同じ活動のほかの日程")
    hanako.follows("ほかの活動を探す", "活動を見つける")

    hanako.types(q="草刈り")
    hanako.unfolds("日にちや地区でしぼる")
    hanako.ticks(open="1")
    hanako.presses("この条件でさがす", "活動を見つける")
    hanako.reads("1件")
    hanako.jumps("カレンダーで日を選ぶ")
    while not hanako.page.locator(_day(days.free)).count():
        hanako.follows("次の月", "活動を見つける")
    hanako.follows_this(hanako.page.locator(_day(days.free)), "活動を見つける")
    hanako.follows(TITLE, TITLE)
    hanako.reads("キャンセル待ちも受け付けていません。")
    hanako.follows("この日に申し込む", "申込み")


def _signs_up_with_a_companion_and_a_slip(hanako: Typist) -> None:
    hanako.presses("入力した内容を確認する", "申込み")
    expect(hanako.page.locator(".error-summary")).to_be_focused()
    hanako.jumps("お名前を入力してください。")
    hanako.types(**NAMES)
    hanako.ticks(age_group="65_up", residency="resident")
    hanako.types(email=MISTYPED)
    hanako.adds_a_companion(name="山田 太郎", kana="やまだ たろう", age_group="elementary")
    hanako.ticks(privacy_consent="y")
    hanako.presses("入力した内容を確認する", "入力した内容の確認")
    hanako.reads("「gmail.com」ではありませんか。", "65歳以上", "参加する方（2人）")
    hanako.presses("メールアドレスを直して申し込む", "参加が決まりました")
    hanako.reads("受付番号", "暗証番号（6けた）")


def _changes_what_she_said(hanako: Typist, journey: Story) -> None:
    hanako.opens(_link(journey, "参加が決まりました", TITLE), "申込みの内容")

    hanako.follows("連絡先を変える", "連絡先を変える")
    hanako.types(phone="0297-58-2111")
    hanako.presses("この連絡先に変える", "申込みの内容")
    hanako.follows("別の方に変える・お名前を直す 山田 太郎", "参加する方を変える")
    hanako.types(name="山田 次郎", kana="やまだ じろう")
    hanako.presses("この方に変える", "申込みの内容")
    hanako.follows("いっしょに参加する方を加える", "いっしょに参加する方を加える")
    hanako.types(name="山田 三郎", kana="やまだ さぶろう")
    hanako.ticks(age_group="elementary")
    hanako.presses("この方を加える", "申込みの内容")
    hanako.reads("参加する方（3人）")
    hanako.unfolds("この方だけ取り消す 山田 次郎")
    hanako.presses("取り消します 山田 次郎", "申込みの内容")
    hanako.reads("参加する方（2人）", "山田 三郎")
    journey.letter(WANTED, "人数の変更を受け付けました")


def _takes_the_place_that_she_waited_for(hanako: Typist, journey: Story, days: Days) -> None:
    hanako.opens(_link(journey, "キャンセル待ちで受け付けました", "川べり"), "申込みの内容")
    hanako.reads("次にご案内するのは、あなたの番です。")
    with journey.arranging() as now:
        services.cancel(signup_id=days.someone_else, now=now, actor="citizen")

    hanako.opens(_link(journey, "席が空きました（返事が必要です）", "川べり"), "申込みの内容")
    hanako.reads("席が空きました。参加しますか")
    hanako.presses("参加します", "申込みの内容")
    hanako.reads("参加が決まっています")


def _says_that_she_cannot_come_after_all(hanako: Typist, journey: Story) -> None:
    hanako.opens(_link(journey, "参加が決まりました", "竹の灯ろう"), "申込みの内容")

    hanako.jumps("欠席を知らせる")
    hanako.unfolds("欠席をお知らせする")
    hanako.presses("欠席します", "申込みの内容")

    hanako.reads("この申込みは取り消されています", "欠席の連絡を")


def _link(journey: Story, about: str, activity: str) -> str:
    return journey.link(WANTED, f"【{about}】{activity}")


def _day(moment: datetime) -> str:
    return f'.month a[href*="from={moment.date()}"]'
