"""What a sent form comes to: a place, the waitlist, words of refusal, and one receipt."""

import urllib.parse
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups import services
from kyodo_match.signups.rules import SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_signups import keys, sign_up
from tests.support.pages import Browser
from tests.support.sign_up_form import HANAKO, address, all_signups, apply, fill_in


def test_the_last_place_is_gone_and_one_waits(
    app: Flask, new_browser: Callable[[], Browser]
) -> None:
    slot = make_slot(capacity=1)
    sign_up(slot, 1)
    browser = new_browser()

    check = fill_in(browser, slot)
    receipt = browser.submit(press="この内容で申し込む")

    assert check.says("キャンセル待ちの申込みになります")
    assert receipt.says("キャンセル待ちで受け付けました")
    assert all_signups()[-1].status is SignupStatus.WAITLISTED


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"opens_at": COMING.replace(day=1)}, "12月1日（火）9:30から受け付けます"),
        ({"closes_at": COMING.replace(month=11, day=20)}, "に締め切りました"),
        ({"status": SlotStatus.CANCELLED, "cancelled_reason": "大雨のため"}, "大雨のため"),
        ({"starts_at": COMING.replace(month=10)}, "この日程は終わりました"),
    ],
    ids=["not yet", "closed", "cancelled", "past"],
)
def test_a_day_that_takes_nobody_says_why(
    app: Flask, browser: Browser, values: dict[str, Any], words: str
) -> None:
    slot = make_slot(**values)

    page = browser.open(address(slot))

    assert page.h1 == "いまは申し込めません"
    assert page.says(words)
    assert page.link("ほかの日程を見る") == f"/opportunities/{slot.opportunity.public_id}"


def test_full_without_a_waitlist_is_said_before_anything_is_typed(
    app: Flask, browser: Browser
) -> None:
    slot = make_slot(capacity=1, waitlist_limit=0)
    sign_up(slot)

    assert browser.open(address(slot)).says("満員です")


def test_closing_between_form_and_check_keeps_what_was_typed(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    slot = make_slot()
    fill_in(browser, slot)
    frozen_clock.move(days=19, hours=20)

    page = browser.submit(press="この内容で申し込む")

    assert page.says("に締め切りました")
    assert page.value_of("name") == "山田 花子"
    assert all_signups() == []


def test_the_same_person_twice_is_told_that_it_was_sent_again(
    app: Flask, new_browser: Callable[[], Browser]
) -> None:
    slot = make_slot()
    apply(new_browser(), slot, note="ひみつのことば")
    other = new_browser()

    page = apply(other, slot, name="べつの書き方", phone="")

    assert page.says("同じ方の申込みをすでに受け付けています")
    assert not page.says("ひみつのことば")
    assert not page.says(all_signups()[0].receipt_number)
    assert len(all_signups()) == 1


def test_sending_the_check_page_twice_is_one_sign_up(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    fill_in(browser, slot)
    sent = browser.page.form_with({"confirmed"}, None).filled({}, None)

    first = browser.post(address(slot), sent)
    second = browser.post(address(slot), sent)

    [signup] = all_signups()
    assert first.status_code == second.status_code == HTTPStatus.SEE_OTHER
    assert first.location == second.location == f"/receipts/{signup.receipt_number}"


def test_a_form_sent_to_two_days_is_two_sign_ups(app: Flask, browser: Browser) -> None:
    one, other = make_slot(), make_slot()
    fill_in(browser, one)
    sent = browser.page.form_with({"confirmed"}, None).filled({}, None)

    first = browser.post(address(one), sent)
    second = browser.post(address(other), sent)

    assert [signup.slot_id for signup in all_signups()] == [one.id, other.id]
    assert first.location != second.location


def test_somebody_elses_submission_key_gives_nothing(
    app: Flask, new_browser: Callable[[], Browser]
) -> None:
    slot, mine, theirs = make_slot(), new_browser(), new_browser()
    fill_in(mine, slot)
    sent = dict(mine.page.form_with({"confirmed"}, None).filled({}, None))
    mine.submit(press="この内容で申し込む")
    token = theirs.open(address(slot)).value_of("csrf_token")

    page = theirs.post(address(slot), {**sent, "csrf_token": token})

    assert page.status_code == HTTPStatus.OK
    assert all_signups()[0].receipt_number not in page.text
    assert len(all_signups()) == 1


def test_a_receipt_is_for_the_browser_that_made_it_and_for_half_an_hour(
    app: Flask, new_browser: Callable[[], Browser], frozen_clock: FrozenClock
) -> None:
    mine = new_browser()
    receipt = apply(mine, make_slot()).path

    again = mine.get(receipt).status_code
    foreign = new_browser().get(receipt)
    absent = new_browser().get("/receipts/R8-99999")
    frozen_clock.move(minutes=31)
    late = mine.get(receipt)

    assert again == HTTPStatus.OK
    for answer in (foreign, absent, late):
        assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/manage/lookup")


def test_a_receipt_does_not_show_a_pin_that_staff_have_renewed_since(
    app: Flask, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = apply(browser, make_slot()).path
    [signup] = all_signups()
    services.renew_access(
        signup_id=signup.public_id, keys=keys(), now=frozen_clock(), actor="system"
    )

    answer = browser.get(receipt)

    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/manage/lookup")


def test_an_overlap_is_a_warning_that_does_not_name_the_other_day(
    app: Flask, browser: Browser
) -> None:
    apply(browser, make_slot(opportunity=make_opportunity(title="別の活動の名前")))

    check = fill_in(browser, make_slot())

    assert check.says("同じ時間に、ほかの申込みがあります")
    assert not check.says("別の活動の名前")


def test_names_stay_as_they_are_written(app: Flask, browser: Browser) -> None:
    name = "𠮷田 髙﨑 葛\U000e0100辻\U000e0101"

    receipt = apply(browser, make_slot(), name=name)

    [signup] = all_signups()
    assert (signup.name, signup.participants[0].name) == (name, name)
    assert receipt.says("参加が決まりました")


def test_control_characters_are_dropped(app: Flask, browser: Browser) -> None:
    apply(browser, make_slot(), name="山田\x00 \u202e花子", note="a\x00b")

    assert all_signups()[0].name == "山田 花子"


def test_bytes_of_another_encoding_are_refused_with_words(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    token = browser.open(address(slot)).value_of("csrf_token")
    body = f"csrf_token={token}&name={urllib.parse.quote('山田', encoding='cp932')}"

    answer = browser._client.post(  # noqa: SLF001 - what no form of ours sends
        address(slot), data=body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == HTTPStatus.OK
    assert "文字が正しく届きませんでした" in answer.text


def test_ten_megabytes_are_refused(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    token = browser.open(address(slot)).value_of("csrf_token")

    answer = browser.post(address(slot), {"csrf_token": token, "note": "あ" * 1_200_000})

    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_looking_at_the_form_writes_nothing(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    before = db.session().scalar(sa.text("SELECT count(*) FROM audit_event"))

    browser.open(address(slot))
    browser.open(address(slot))

    assert db.session().scalar(sa.text("SELECT count(*) FROM audit_event")) == before
    assert all_signups() == []


def test_a_citizen_who_adds_a_channel_stays_on_the_web(app: Flask, browser: Browser) -> None:
    slot = make_slot()

    page = browser.open(f"{address(slot)}?channel=phone")
    browser.submit({**HANAKO})
    browser.submit(press="この内容で申し込む")

    assert not page.says("読み上げてください")
    assert all_signups()[0].channel == "web"


@pytest.mark.parametrize("slot_id", ["0" * 12, "nonsense", "%00"])
def test_an_unknown_day_is_not_found(app: Flask, browser: Browser, slot_id: str) -> None:
    assert browser.get(f"/slots/{slot_id}/signup").status_code == HTTPStatus.NOT_FOUND


def test_a_cancelled_day_of_a_draft_is_not_found(app: Flask, browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(status="draft"))

    assert browser.get(address(slot)).status_code == HTTPStatus.NOT_FOUND


def test_a_slot_that_was_called_off_meanwhile_refuses_with_words(
    app: Flask, browser: Browser, now: Any
) -> None:
    slot = make_slot()
    fill_in(browser, slot)
    services.cancel_slot(slot_id=slot.public_id, reason="大雨", now=now, actor="system")

    page = browser.submit(press="この内容で申し込む")

    assert page.says("この日程は中止になりました")
    assert page.value_of("name") == "山田 花子"
