"""A citizen by keyboard: from a wish to days that suit it, and an application to their draw."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from kyodo_match.core.db import use_case
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.jobs.alerts import write_alerts
from kyodo_match.matching.models import Wish
from tests.browser.conftest import PHONE
from tests.browser.keyboard import Typist
from tests.browser.story import Story, in_days
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_rounds import make_round

pytestmark = pytest.mark.browser

TITLE, OTHER, NEW = "和紙のあかり作り", "和紙の貼り絵", "和紙の便せん作り"
ROUND = "和紙のあかり作り　3日間の抽選"
SATO = "sato.midori@example.jp"
COMPANION = {"name": "佐藤 実", "kana": "さとう みのる", "age_group": "65_up"}


def test_a_wish_leads_to_a_draw_by_keyboard(journey: Story) -> None:
    days = _arrange(journey)
    midori = journey.newcomer(Typist, width=PHONE)

    _says_what_she_wishes_and_sees_why_it_suits(midori)
    _keeps_it_by_a_link_in_a_mail(midori, journey)
    wishes = _applies_for_two_of_the_days_with_her_husband(midori, days)
    _puts_the_other_day_first(midori, journey, wishes)
    _comes_alone_after_all_and_then_not(midori, journey)
    _hears_of_a_new_day_and_wants_no_more_mails(midori, journey)


def _arrange(journey: Story) -> set[str]:
    with journey.arranging() as now:
        group = make_group(name="和紙の会")
        offer: dict[str, Any] = {"plain_fields": (PlainField.CULTURE,), "group": group}
        lamps = make_opportunity(title=TITLE, **offer)
        days = [make_slot(opportunity=lamps, starts_at=_saturday(n), capacity=4) for n in range(3)]
        make_slot(opportunity=make_opportunity(title=OTHER, **offer), starts_at=_saturday(1))
        make_round(
            days,
            now=now - timedelta(days=2),
            title=ROUND,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=5),
            freezes_at=now + timedelta(days=5),
            draw_at=now + timedelta(days=8),
        )
        return {day.public_id for day in days}


def _saturday(n: int) -> datetime:
    """Ten o'clock on a Saturday three weeks ahead or `n` weeks after it."""
    first = in_days(21)
    return first + timedelta(days=(5 - first.weekday()) % 7, weeks=n)


def _says_what_she_wishes_and_sees_why_it_suits(midori: Typist) -> None:
    midori.opens("/", "地域の活動を見つけて、参加する")
    midori.follows("住まい・空いている時間・関心から", "希望に合う日をさがす")
    midori.ticks(times="sat_am")
    midori.ticks(fields="culture")
    midori.types(party_size="2")
    midori.ticks(beginner="1")
    midori.presses("合う日を見る", "希望に合う日")

    best = midori.page.locator(".suggestion").filter(has_text=TITLE)
    midori.reads("2人")
    expect(best.locator(".reasons__item")).to_contain_text(
        ["土曜の午前が空いている", "文化・芸術に関心がある", "はじめてでも安心", "合計"]
    )
    midori.presses(f"今後表示しない {OTHER}", "希望に合う日")
    expect(midori.page.locator(".suggestion").filter(has_text=OTHER)).to_have_count(0)


def _keeps_it_by_a_link_in_a_mail(midori: Typist, journey: Story) -> None:
    midori.jumps("この希望を保存する")
    midori.presses("保存用のリンクをメールで受け取る", "希望に合う日")
    midori.jumps("メールアドレスを入力してください。")
    midori.types(email=SATO)
    midori.ticks(frequency="weekly", privacy_consent="y")
    midori.presses("保存用のリンクをメールで受け取る", "メールをお送りしました")

    midori.opens(journey.link(SATO, "リンクを開いてください"), "保存した希望")
    midori.reads("まだ保存されていません")
    midori.presses("保存する", "保存した希望")
    midori.reads("いまの回数：週に1回", "表示しないことにした募集（1件）")
    expect(midori.page.locator(".suggestion").filter(has_text=OTHER)).to_have_count(0)
    midori.follows("希望を変える", "希望を変える")
    midori.ticks(drives="1")
    midori.presses("変更を保存する", "保存した希望")
    midori.reads("車で行ける")


def _applies_for_two_of_the_days_with_her_husband(midori: Typist, days: set[str]) -> list[str]:
    best = midori.page.locator(".suggestion").filter(has_text=TITLE)
    midori.follows("抽選に申し込む", "抽選の申込み", within=best)
    midori.reads(ROUND, "先着順ではありません")
    first = midori.value("choice_1")
    second, _third = sorted(days - {first})
    midori.types(choice_2=first, name="佐藤 緑", kana="さとう みどり", email=SATO)
    midori.ticks(age_group="65_up", residency="resident", first_time="1", privacy_consent="y")
    midori.adds_a_companion(**COMPANION, residency="resident", first_time="0")
    midori.presses("入力した内容を確認する", "抽選の申込み")
    midori.jumps("同じ日程が2回選ばれています。")
    midori.types(choice_2=second)
    midori.presses("入力した内容を確認する", "入力した内容の確認")
    midori.reads("参加する方（2人）", "佐藤 実", "区分：市内在住・在勤・在学の方")
    midori.presses("この内容で申し込む", "抽選の申込みを受け付けました")
    midori.reads("抽選番号", "A-0001")
    return [first, second]


def _puts_the_other_day_first(midori: Typist, journey: Story, wishes: list[str]) -> None:
    first, second = wishes
    midori.opens(journey.link(SATO, "抽選の申込みを受け付けました"), "申込みの内容")
    midori.reads("抽選待ちです。参加はまだ決まっていません")
    midori.follows("希望や参加する方を変える", "希望や参加する方を変える")
    midori.types(choice_1=second, choice_2=first)
    midori.presses("この内容に変える", "申込みの内容")
    midori.reads("変更を受け付けました。")
    assert "変更" in journey.letter(SATO, "抽選の申込みの変更").text


def _comes_alone_after_all_and_then_not(midori: Typist, journey: Story) -> None:
    midori.unfolds(f"この方だけ取り消す {COMPANION['name']}")
    midori.presses(f"取り消します {COMPANION['name']}", "申込みの内容")
    midori.reads("参加する方（1人）")
    midori.jumps("参加できなくなった")
    midori.unfolds("申込みをすべて取り消す")
    midori.presses("申込みを取り消します", "申込みの内容")
    midori.reads("この申込みは取り消されています")
    journey.letter(SATO, "取消しを受け付けました")


def _hears_of_a_new_day_and_wants_no_more_mails(midori: Typist, journey: Story) -> None:
    with journey.arranging():
        offer = make_opportunity(title=NEW, plain_fields=(PlainField.CULTURE,))
        make_slot(opportunity=offer, starts_at=_saturday(3))
        yesterday = in_days(-1, hour=12)  # nobody is written to at night
        _be_due(at=yesterday)
        assert write_alerts(now=yesterday) == 1
    said = journey.letter(SATO, "希望に合う新しい日程").text
    assert NEW in said
    assert OTHER not in said
    (link,) = re.findall(r"^http\S+/unsubscribe/\S+$", said, re.MULTILINE)

    midori.opens(link, "お知らせメールを止めますか")
    midori.presses("お知らせを止める", "お知らせメールを止めました")
    midori.opens("/wishes/mine", "保存した希望")
    midori.reads("いまの回数：送らない", NEW)
    midori.presses("希望を消す", "希望に合う日をさがす")


@use_case
def _be_due(session: Session, /, *, at: datetime) -> None:
    session.execute(sa.update(Wish).where(Wish.email == SATO).values(next_alert_at=at))
