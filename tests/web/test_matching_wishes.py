"""希望, as a citizen meets it: without an account, in an address, kept with a mailed link."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.matching.models import Dismissal, Exposure, Wish
from kyodo_match.matching.rules.wishes import Frequency, WishState
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.settings import services as settings_services
from kyodo_match.settings.rules import NearDistricts, Nearness, Office
from kyodo_match.signups.rules import AgeGroup
from tests.support.clock import START, FrozenClock
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.pages import Browser

SECRET = "himitsu@example.jp"


def make_districts() -> None:
    """Three districts, two of them neighbours."""
    settings_services.save(
        office=Office(phone="0297-58-2111"),
        districts=("みらい平", "伊奈", "谷和原"),
        near=(NearDistricts("谷和原", "みらい平", Nearness.NEIGHBOUR),),
        actor="system",
        now=START,
    )


def shown() -> dict[int, int]:
    db.session.rollback()
    return {row.group_id: row.shown for row in db.session.scalars(sa.select(Exposure))}


@pytest.mark.usefixtures("app")
def test_a_wish_finds_days_with_reasons_and_says_what_was_left_out(browser: Browser) -> None:
    make_districts()
    near, far = make_group(), make_group()
    here = make_opportunity(group=near, title="田んぼの会", district="谷和原")
    best = make_slot(opportunity=here)
    make_slot(opportunity=here, starts_at=COMING + timedelta(days=1, hours=5))
    there = make_opportunity(
        group=far, title="朝市の会", district="伊奈", plain_fields=("sports",)
    )
    make_slot(opportunity=there, starts_at=COMING + timedelta(days=2))
    grown = make_opportunity(title="大人の会", min_age=18)
    make_slot(opportunity=grown)
    drawn = make_opportunity(title="抽選の会")
    make_slot(opportunity=drawn, mode=SlotMode.LOTTERY, opens_at=START + timedelta(days=1))
    browser.open("/opportunities")
    browser.follow("希望に合う日をさがす")

    page = browser.submit(
        {
            "district": "みらい平",
            "times": ["sat_am"],
            "fields": ["environment"],
            "beginner": True,
            "age_group": AgeGroup.HIGH_SCHOOL,
        },
        press="合う日を見る",
    )

    assert page.path.startswith("/wishes/days?district=")
    assert page.says("お住まいの地区のとなり（谷和原） 20点")
    assert page.says("土曜の午前が空いている 27点")
    assert page.says("環境・生きものに関心がある 25点")
    assert page.says("はじめてでも安心 8点")
    assert page.says("今年度まだ満席のない団体 4点 合計 84点")
    titles = [node.text for item in page.by_class("suggestion__title") for node in item]
    assert titles[0] == "田んぼの会"
    assert titles[-1] == "朝市の会"
    assert page.says("ほかの日程（1）")
    assert page.says("対象の年齢に合わない：1日程")
    assert page.says("大人の会")
    assert page.says("今は申込みを受け付けていない：1日程")
    assert f"/slots/{best.public_id}/signup" in page.links("この日に申し込む")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert shown()[near.id] == shown()[far.id] == 1
    again = browser.open(page.path)
    assert again.says("合計 84点")
    assert shown()[near.id] == 1
    changed = browser.follow("希望を変える")
    assert changed.value_of("district") == "みらい平"


@pytest.mark.usefixtures("app")
def test_what_is_put_away_stays_away_until_it_is_shown_again(browser: Browser) -> None:
    opportunity = make_opportunity(title="田んぼの会")
    make_slot(opportunity=opportunity)
    browser.open("/wishes/days?fields=environment&times=sat_am")

    page = browser.submit({"opportunity": opportunity.public_id}, press="今後表示しない")

    assert not page.by_class("suggestion")
    assert page.says("表示しないことにした募集（1件）")
    assert "fields=environment" in page.path
    page = browser.submit(press="また表示する")
    assert page.by_class("suggestion")
    assert db.session.scalars(sa.select(Dismissal)).all() == []


@pytest.mark.usefixtures("app")
def test_what_was_put_away_before_stays_away_with_the_kept_wish(browser: Browser) -> None:
    away = make_opportunity()
    make_slot(opportunity=away)
    browser.open("/wishes/days?fields=environment")
    browser.submit({"opportunity": away.public_id}, press="今後表示しない")
    make_slot(opportunity=make_opportunity())

    keep(browser)

    assert [row.opportunity_id for row in db.session.scalars(sa.select(Dismissal))] == [away.id]


@pytest.mark.usefixtures("app")
def test_places_that_others_come_first_for_are_not_shown_as_free(browser: Browser) -> None:
    make_slot(capacity=10, places_taken=6, places_held=3)

    page = browser.open("/wishes/days")

    assert page.says("空き 1人")


@pytest.mark.usefixtures("app")
def test_what_nobody_could_choose_is_left_out_of_an_address(browser: Browser) -> None:
    make_slot()

    page = browser.open(
        "/wishes/days?district=x%00&times=sun_night&fields=a&fields=environment&party_size=99999"
        "&skills=%F0&kinds=x&age_group=old&residency=moon&drives=yes"
    )

    assert page.says("環境・生きもの")
    assert page.says("20人で")
    assert page.says("その人数の空きがない：1日程")
    assert not page.says("moon")


def link_in_mail(settings: Settings) -> str:
    """The address in the last mail about a wish, as delivery fills it in."""
    message = db.session.scalars(
        sa.select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
    ).one()
    assert message.wish_id is not None
    assert message.access_version is not None
    assert re.search(r"^\[\[wish-link\]\]$", message.body, re.MULTILINE)
    assert SECRET not in message.subject + message.body
    assert "谷和原" not in message.subject + message.body
    return f"/wishes/open/{settings.keys.wish_token(message.wish_id, message.access_version)}"


def keep(browser: Browser, **more: str) -> None:
    browser.open("/wishes/days?district=谷和原&fields=environment")
    browser.submit(
        {"email": SECRET, "frequency": "weekly", "privacy_consent": True, **more},
        press="保存用のリンクをメールで受け取る",
    )


def the_wish() -> Wish:
    db.session.rollback()
    return db.session.scalars(sa.select(Wish)).one()


@pytest.mark.usefixtures("app")
def test_a_wish_is_kept_by_its_link_changed_quietened_and_ended(
    browser: Browser, settings: Settings, app: object
) -> None:
    make_districts()
    first, second = make_opportunity(title="田んぼの会"), make_opportunity(title="川の会")
    make_slot(opportunity=first)
    make_slot(opportunity=second)
    keep(browser)
    assert browser.page.h1 == "メールをお送りしました"
    assert the_wish().state is WishState.UNCONFIRMED
    assert SECRET not in browser.page.html
    link = link_in_mail(settings)

    page = browser.open(link)

    assert page.path == "/wishes/mine"
    assert page.says("まだ保存されていません")
    assert the_wish().state is WishState.UNCONFIRMED
    page = browser.submit(press="保存する")
    assert page.says("希望を保存しました。")
    assert page.headers["Cache-Control"] == "no-store"
    assert SECRET not in page.html
    wish = the_wish()
    assert (wish.state, wish.frequency) == (WishState.ACTIVE, Frequency.WEEKLY)
    assert (wish.district, wish.fields) == ("谷和原", ("environment",))
    assert sum(shown().values()) == 2

    page = browser.submit_to("/wishes/mine/put-away")
    assert len(page.by_class("suggestion")) == 1
    assert {row.opportunity_id for row in db.session.scalars(sa.select(Dismissal))} < {
        first.id,
        second.id,
    }
    browser.open("/wishes/mine/change")
    page = browser.submit({"fields": ["culture"], "party_size": "2"}, press="変更を保存する")
    assert page.says("文化・芸術")
    assert (the_wish().fields, the_wish().party_size) == (("culture",), 2)
    page = browser.submit({"frequency": "none"}, press="お知らせを止める")
    assert page.says("お知らせを止めました。")
    assert (the_wish().frequency, the_wish().next_alert_at) == (Frequency.NONE, None)

    page = browser.submit(press="希望を消す")
    assert page.says("保存した希望とメールアドレスを消しました。")
    db.session.rollback()
    for left in (Wish, Dismissal, OutboxMessage):
        assert db.session.scalars(sa.select(left)).all() == []
    assert sum(shown().values()) > 0
    browser.open(link, status=HTTPStatus.NOT_FOUND)
    assert browser.open("/wishes/mine").path == "/wishes/link"


@pytest.mark.usefixtures("app")
def test_keeping_asks_for_an_address_and_the_purpose_and_not_too_often(browser: Browser) -> None:
    keep(browser, email="")
    assert browser.page.says("メールアドレスを入力してください。")
    browser.open("/wishes/days?district=谷和原&fields=environment")
    page = browser.submit(
        {"email": SECRET, "frequency": "weekly"}, press="保存用のリンクをメールで受け取る"
    )
    assert page.says("「利用目的を確認しました」を選んでください。")
    assert page.value_of("email") == SECRET

    for _ in range(4):
        keep(browser)

    assert browser.page.says("回数の上限に達しました。")
    assert len(db.session.scalars(sa.select(Wish)).all()) == 3


@pytest.mark.usefixtures("app")
def test_the_link_is_sent_again_and_opens_for_half_an_hour(
    browser: Browser, settings: Settings, frozen_clock: FrozenClock
) -> None:
    keep(browser)
    browser.open(link_in_mail(settings))
    browser.submit(press="保存する")
    frozen_clock.move(hours=2)
    page = browser.open("/wishes/mine")
    assert page.h1 == "保存した希望を開く"

    browser.submit({"email": "unknown@example.jp"}, press="リンクを送る")
    unknown = browser.page.text
    browser.open("/wishes/link")
    browser.submit({"email": SECRET}, press="リンクを送る")

    assert browser.page.text == unknown
    assert browser.open(link_in_mail(settings)).says("メールでのお知らせ")
    browser.open(link_in_mail(settings)[:-4] + "AAAA", status=HTTPStatus.NOT_FOUND)
