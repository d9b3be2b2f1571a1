"""配点と紹介の回数, as a coordinator meets them."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.matching.models import Weights
from kyodo_match.matching.queries.weights import current_weights
from kyodo_match.matching.rules.recommending import FIRST_WEIGHTS
from kyodo_match.matching.services import exposure
from kyodo_match.settings import queries as settings_queries
from kyodo_match.settings.rules import NearDistricts, Nearness
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import keys
from tests.support.pages import Browser


def versions() -> list[int]:
    db.session.rollback()
    return [row.version for row in db.session.scalars(sa.select(Weights).order_by(Weights.id))]


@pytest.mark.usefixtures("app")
def test_a_coordinator_sees_what_other_points_change_and_saves_them(browser: Browser) -> None:
    early, late = make_group(name="朝の会"), make_group(name="夕べの会")
    saturday = make_opportunity(group=early, title="朝の田んぼ", plain_fields=("culture",))
    make_slot(opportunity=saturday)
    evening = make_opportunity(group=late, title="夕べの川", plain_fields=("environment",))
    make_slot(opportunity=evening, starts_at=COMING + timedelta(days=2, hours=9))
    coordinator = make_account(role=StaffRole.COORDINATOR)
    sign_in(browser, coordinator)
    page = browser.open("/staff/weights")
    assert page.says("いまは第1版です。")

    page = browser.submit({"place": "35"}, press="新しい版として保存する")
    assert page.says("合計を100点にしてください。いまは106点です。")
    page = browser.submit({"minimum": "21"}, press="変わるところを見る")
    assert page.says("0から20までの整数を入力してください。")
    page = browser.submit(
        {"place": "29", "minimum": "6", "time": "17", "field": "35"}, press="変わるところを見る"
    )
    assert page.says("地区と分野を1つずつ選んだ例で比べています。")
    assert page.says("9件の希望のうち、1件で上位10件が変わります。")
    assert page.says("夕べの川（39点）") or page.says("夕べの川（35点）")
    assert versions() == []
    page = browser.submit({"note": "時間より関心を大切に"}, press="新しい版として保存する")

    assert page.says("配点を第2版として保存しました。")
    assert page.says("時間より関心を大切に")
    assert versions() == [2]
    assert current_weights(db.session()).field == 35
    event = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "weights.saved")
    ).one()
    assert (event.actor, event.facts["before"]["field"]) == (
        coordinator.public_id,
        FIRST_WEIGHTS.field,
    )
    page = browser.submit({"version": "1"}, press="新しい版として保存する")
    assert page.says("ほかの職員が配点を保存しました。")
    assert versions() == [2]


@pytest.mark.usefixtures("app")
def test_all_staff_read_the_points_and_what_they_do(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    page = browser.open("/staff/weights")

    assert page.says("同じ地区・自宅やオンライン 29")
    assert not page.says("新しい版として保存する")
    assert browser.follow("団体ごとの紹介の回数を見る").h1 == "団体ごとの紹介の回数"


@pytest.mark.usefixtures("app")
def test_whoever_has_days_and_is_shown_least_stands_first(browser: Browser) -> None:
    often, seldom, gone = make_group(name="花の会"), make_group(name="川の会"), make_group()
    for group in (often, seldom):
        make_slot(opportunity=make_opportunity(group=group))
    count_page = partial(exposure.count_page, keys=keys(), address=None)
    count_page(groups={often.id: 3, gone.id: 1}, now=START)
    count_page(groups={often.id: 2, seldom.id: 1}, now=START + timedelta(days=1))
    count_page(groups={often.id: 9}, now=START - timedelta(days=365))
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open("/staff/weights")

    page = browser.follow("団体ごとの紹介の回数を見る")

    assert page.text.index("川の会") < page.text.index("花の会") < page.text.index(gone.name)
    assert page.says("川の会 1 0 0 1 1 1.0 花の会 5 0 0 5 1 5.0")
    assert page.says("合計 7 0 0 7 2 3.5")
    page = browser.submit({"month": "11"}, press="表示する")
    assert page.says("花の会 5 0 0 5 0 ―")
    page = browser.submit({"month": "12"}, press="表示する")
    assert page.says("花の会 0 0 0 0 1 0.0")


@pytest.mark.usefixtures("app")
def test_an_admin_sets_which_districts_are_near(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    browser.open("/staff/settings")
    browser.submit({"districts": "北\n南\n西"}, press="保存する")

    browser.submit(
        {"near-0-one": "北", "near-0-other": "南", "near-0-nearness": "within_5_km"},
        press="保存する",
    )
    assert settings_queries.near_districts(db.session()) == (
        NearDistricts("北", "南", Nearness.WITHIN_5_KM),
    )
    page = browser.submit({"near-1-one": "南", "near-1-other": "北"}, press="保存する")
    assert page.says("「南」と「北」の近さは、ちがう地区どうしで、1行だけにしてください。")
    browser.open("/staff/settings")
    page = browser.submit({"near-1-one": "西"}, press="保存する")
    assert page.says("近い地区は、2つとも選んでください。")
    browser.open("/staff/settings")
    page = browser.submit({"districts": "北\n西"}, press="保存する")
    assert page.says("地区「南」が上の一覧にありません。")
    browser.open("/staff/settings")
    browser.submit({"near-0-one": "", "near-0-other": ""}, press="保存する")
    db.session.rollback()
    assert settings_queries.near_districts(db.session()) == ()
