"""ボランティア登録 as people meet it: the form, the mailed link, the register of the office."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import use_case
from kyodo_match.matching.rules.volunteers import VolunteerState
from kyodo_match.settings.models import Setting
from kyodo_match.signups.rules import Channel
from tests.support.make_people import make_account, sign_in
from tests.support.make_volunteers import (
    link_of,
    make_volunteer,
    only_volunteer,
    volunteer_now,
)
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")
HANAKO: dict[str, str | bool | list[str]] = {
    "name": "山田 花子",
    "kana": "ヤマダ ハナコ",
    "age_group": "65_up",
    "residency": "resident",
    "district": "谷和原",
    "times": ["sat_am", "sun_pm"],
    "fields": ["environment"],
    "skills": ["gardening", "cooking"],
    "may_be_asked": True,
    "privacy_consent": True,
}


@use_case
def set_districts(session: Session, /) -> None:
    session.add(Setting(name="districts", value={"names": ["みらい平", "伊奈", "谷和原"]}))


def test_somebody_registers_changes_rests_and_leaves(app: Flask, browser: Browser) -> None:
    set_districts()
    form = browser.open("/volunteers/new")
    assert form.by_id("email").get("aria-required") == "true"
    refused = browser.submit(HANAKO, press="入力した内容を確認する")
    assert "メールを使わない方は、お電話か窓口で登録できます" in refused.text

    check = browser.submit({**HANAKO, "email": "hanako@gmial.com"}, press="入力した内容を")
    assert "土（午前）、日（午後）" in check.text
    sent = browser.submit(press="メールアドレスを直して送る")
    assert sent.h1 == "メールをお送りしました"
    assert only_volunteer().email == "hanako@gmail.com"

    page = browser.open(link_of(only_volunteer()))
    assert page.path == "/volunteers/mine"
    assert (
        only_volunteer().confirmed_at is None
    )  # a scanner of mail that opens links agrees to nothing
    browser.submit(press="この内容で登録する")
    assert only_volunteer().confirmed_at is not None

    browser.follow("内容を変える")
    changed = browser.submit({"skills": ["photo"], "privacy_consent": True}, press="この内容に")
    assert "写真・動画" in changed.text
    assert only_volunteer().times == ("sat_am", "sun_pm")
    browser.submit(press="しばらく休む")
    assert only_volunteer().state is VolunteerState.PAUSED
    browser.submit(press="お休みを終わる")
    gone = browser.submit(press="登録をやめて、内容を消す")
    assert "登録を終えました" in gone.text
    assert only_volunteer().name == ""
    assert browser.open("/volunteers/mine").path == "/volunteers/resend"


def test_everybody_sees_numbers_and_no_small_ones(browser: Browser) -> None:
    set_districts()
    for number in range(3):
        make_volunteer(number, skills=("gardening", "music") if number else ("gardening",))
    make_volunteer(9, district="", residency="other", skills=())

    page = browser.open("/volunteers")

    assert "草花・畑しごと3人" in page.text
    assert "音楽・演奏" not in page.text
    assert "みらい平少数" in page.text  # nobody there, which two would look like as well
    assert "谷和原3人" in page.text
    assert "市外の方少数" in page.text
    assert "いま4人" not in page.text  # the rest of it would be the one from elsewhere


def test_an_unknown_address_answers_like_a_known_one(browser: Browser) -> None:
    make_volunteer(1)

    answers = []
    for address in ("touroku1@example.jp", "nobody@example.jp"):
        browser.open("/volunteers/resend")
        answers.append(browser.submit({"email": address}, press="リンクを送る").text)

    assert answers[0] == answers[1]
    assert browser.open("/volunteers/link/x", status=404).h1 == "このリンクは使えません"


def test_the_office_writes_down_who_calls_and_finds_them_again(browser: Browser) -> None:
    set_districts()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open("/staff/volunteers/new")

    shown = browser.submit(
        {**HANAKO, "phone": "０２９７−５８−２１１１", "channel": "phone"}, press="登録する"
    )

    assert shown.h1 == "山田 花子"
    kept = only_volunteer()
    assert (kept.channel, kept.privacy_by, kept.email) == (Channel.PHONE, "oral", "")
    browser.open("/staff/volunteers/new")
    again = browser.submit({**HANAKO, "phone": "0297-58-2111"}, press="登録する")
    assert "すでに登録されている方です" in again.text
    browser.follow("その登録を開く")
    for word, skill, finds in (
        ("やまだはなこ", "", True),
        ("2111", "cooking", True),
        ("山田", "music", False),
    ):
        browser.open("/staff/volunteers")
        found = browser.submit({"q": word, "skill": skill}, press="探す")
        assert ("山田 花子" in found.text) is finds
    assert "0297-58-2111" in browser.open("/staff/volunteers/print").text
    form = browser.open(f"/staff/volunteers/{kept.public_id}/edit").form_with({"drives"}, None)
    assert "channel" not in form.names  # how they once came is not asked again
    browser.submit({"drives": True, "privacy_consent": True}, press="この内容に")
    assert (volunteer_now(kept).drives, volunteer_now(kept).channel) == (True, Channel.PHONE)


def test_who_only_views_sees_no_names(browser: Browser) -> None:
    volunteer = make_volunteer(1)
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    for path in ("", "/new", "/print", f"/{volunteer.public_id}"):
        assert browser.get(f"/staff/volunteers{path}").status_code == 403
    assert "/staff/volunteers" not in browser.open("/staff/").html
