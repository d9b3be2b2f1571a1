"""Finding an activity: the list and the page of one, as people see them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from kyodo_match.opportunities.rules import OpportunityStatus, SlotStatus
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")


def test_somebody_looks_for_a_day_and_finds_the_way_to_sign_up(browser: Browser) -> None:
    group = make_group(name="小貝の会")
    opportunity = make_opportunity(group=group, title="里山の一日体験")
    slot = make_slot(opportunity=opportunity)
    make_slot(opportunity=make_opportunity(title="絵本の会", plain_fields=("culture",)))

    browser.open("/opportunities")
    found = browser.submit({"q": "一日体験", "weekday": ["sat"], "open": True})
    page = browser.follow("里山の一日体験")

    assert found.says("1件の活動があります")
    assert found.value_of("q") == "一日体験"
    assert not found.says("絵本の会")
    for words in (
        "豊森の里山",
        "2026年12月12日（土）9:30～11:30",
        "無料",
        "軍手",
        "小雨は行います",
    ):
        assert page.says(words)
    assert page.link("この日に申し込む") == f"/slots/{slot.public_id}/signup"
    assert page.link("小貝の会") == f"/groups/{group.public_id}"
    assert page.link("0297-00-0101") == "tel:0297000101"


def test_the_list_says_in_words_how_full_each_day_is(browser: Browser, now: datetime) -> None:
    opportunity = make_opportunity()
    make_slot(opportunity=opportunity, places_taken=9)
    make_slot(opportunity=opportunity, places_taken=10, starts_at=COMING + timedelta(days=1))
    make_slot(
        opportunity=opportunity,
        opens_at=now + timedelta(days=1),
        starts_at=COMING + timedelta(days=2),
    )
    make_slot(opportunity=make_opportunity(), closes_at=now)

    page = browser.open("/opportunities")

    for words in ("残りわずか", "満席・キャンセル待ち可", "受付前", "受付終了"):
        assert page.says(words)
    assert page.says("おひとり歓迎")
    assert page.says("はじめて歓迎")


def test_bad_conditions_are_left_out_and_said_so(browser: Browser) -> None:
    make_slot()

    page = browser.open(
        "/opportunities?kind=x&field=y&weekday=zzz&from=abc&to=2026-99-99&page=-3&open=yes&q=%00"
    )

    assert page.says("1件の活動があります")
    for label in ("種類", "分野", "曜日", "いつから", "いつまで"):
        assert page.says(f"「{label}」の条件を読み取れなかった")


def test_an_empty_result_says_what_to_do(browser: Browser) -> None:
    page = browser.open("/opportunities?q=みつからない")

    assert page.says("0件の活動があります")
    assert page.link("条件をすべて消して") == "/opportunities"


def test_the_next_page_keeps_what_was_chosen(browser: Browser) -> None:
    group = make_group()
    for day in range(21):
        make_slot(
            opportunity=make_opportunity(group=group), starts_at=COMING + timedelta(days=7 * day)
        )

    browser.open("/opportunities?weekday=sat&field=environment")
    page = browser.follow("次へ")

    assert page.path == "/opportunities?field=environment&weekday=sat&page=2"
    assert len(page.by_class("card")) == 1


def test_a_day_that_is_not_open_yet_says_when_it_opens(browser: Browser, now: datetime) -> None:
    slot = make_slot(opens_at=now + timedelta(days=2))

    page = browser.open(f"/opportunities/{slot.opportunity.public_id}")

    assert page.says("2026年11月24日（火）10:00から申し込めます")
    assert page.links("この日に申し込む") == []


def test_cancelled_days_are_marked_and_past_days_folded(browser: Browser, now: datetime) -> None:
    opportunity = make_opportunity()
    make_slot(opportunity=opportunity, status=SlotStatus.CANCELLED)
    make_slot(opportunity=opportunity, starts_at=now - timedelta(days=9))

    page = browser.open(f"/opportunities/{opportunity.public_id}")

    assert page.says("中止")
    assert page.says("終わった日程（1）")
    assert page.links("申し込む") == []


@pytest.mark.parametrize("status", sorted(OpportunityStatus))
def test_only_what_is_or_was_published_has_a_page(
    status: OpportunityStatus, browser: Browser
) -> None:
    slot = make_slot(opportunity=make_opportunity(status=status))
    public = status in (OpportunityStatus.PUBLISHED, OpportunityStatus.CLOSED)

    answer = browser.get(f"/opportunities/{slot.opportunity.public_id}")

    assert answer.status_code == (200 if public else 404)
    if status is OpportunityStatus.CLOSED:
        assert "この募集は終わりました" in answer.text
        assert "/signup" not in answer.text


@pytest.mark.parametrize("id_", ["0123456789ab", "x", "1", "ABCDEFABCDEF", "%00"])
def test_an_unknown_id_is_a_404(id_: str, browser: Browser) -> None:
    assert browser.get(f"/opportunities/{id_}").status_code == 404


def test_the_list_may_be_kept_and_is_asked_for_again(app: Flask, browser: Browser) -> None:
    assert browser.get("/opportunities").headers["Cache-Control"] == "no-cache"
