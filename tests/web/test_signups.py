"""The form as a citizen meets it: what they see, and what the database holds."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.core.db import db, use_case
from kyodo_match.settings.models import Setting
from kyodo_match.signups import queries
from kyodo_match.signups.rules import AgeGroup
from tests.support.clock import START
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import keys
from tests.support.pages import Browser
from tests.support.sign_up_form import HANAKO, address, all_signups, apply, fill_in


@use_case
def set_districts(session: Session, *names: str) -> None:
    session.add(Setting(name="districts", value={"names": list(names)}))


def test_a_form_a_check_and_a_receipt(app: Flask, browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(title="里山の一日体験"))

    check = fill_in(browser, slot, note="駅から歩きます", support=["call_me"], first_time="1")
    nothing_yet = all_signups()
    receipt = browser.submit(press="この内容で申し込む")

    [signup] = all_signups()
    assert check.says("まだ申込みは終わっていません")
    assert check.says("やまだ はなこ")
    assert check.says("電話で相談したい")
    assert nothing_yet == []
    assert receipt.path == f"/receipts/{signup.receipt_number}"
    assert receipt.says("参加が決まりました")
    assert receipt.says(signup.receipt_number)
    assert receipt.says(keys().pin(signup.public_id, 1))
    assert (signup.kana, signup.email, signup.phone) == (
        "やまだ はなこ",
        "hanako@example.jp",
        "090-1234-5678",
    )
    assert (signup.channel, signup.privacy_by, signup.first_time) == ("web", "form", True)
    assert queries.note_of(db.session(), signup, keys=keys()) == "駅から歩きます"


@pytest.mark.parametrize(
    ("days", "promise"),
    [
        (1, "当日はそのままお越しください。"),
        (7, "前の日にも、もう一度お知らせします。"),
        (8, "1週間前と前の日にも、お知らせします。"),
    ],
)
def test_a_reminder_is_promised_only_where_one_will_come(
    app: Flask, browser: Browser, days: int, promise: str
) -> None:
    starts_at = START + timedelta(days=days)
    slot = make_slot(starts_at=starts_at, closes_at=starts_at)

    receipt = apply(browser, slot)

    assert receipt.says(f"確認のメールを送りました。{promise}")


def test_what_may_be_kept_and_what_may_not(app: Flask, browser: Browser) -> None:
    slot = make_slot()

    form = browser.open(address(slot))
    check = fill_in(browser, slot)
    receipt = browser.submit(press="この内容で申し込む")

    assert form.headers["Cache-Control"] == "private, no-cache"
    assert check.headers["Cache-Control"] == "no-store"
    assert receipt.headers["Cache-Control"] == "no-store"


def test_whoever_took_too_long_gets_the_form_back_with_everything_typed(
    app: Flask, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    slot = make_slot()
    fill_in(browser, slot, note="駅から歩きます")
    sent = browser.page.form_with(set(), "この内容で申し込む").filled({}, "この内容で申し込む")

    answer = new_browser().post(address(slot), sent)  # the cookie is gone

    assert answer.status_code == HTTPStatus.OK
    assert "もう一度ボタンを押してください" in answer.text
    assert "駅から歩きます" in answer.text
    assert "やまだ はなこ" in answer.text
    assert all_signups() == []


def test_errors_come_back_with_everything_typed(app: Flask, browser: Browser) -> None:
    set_districts("みらい平", "伊奈", "谷和原")
    slot = make_slot(party_limit=3)
    browser.open(address(slot))

    page = browser.submit(
        {
            "name": "山田 花子",
            "kana": "山田",
            "phone": "12",
            "residency": "resident",
            "note": "駅から\n歩きます",
            "companions-0-name": "山田 太郎",
        }
    )

    assert page.says("ふりがなは、ひらがなで入力してください。")
    assert page.says("1人目の同行者のふりがなを入力してください。")
    assert page.says("お住まいの地区を選んでください。")
    assert page.says("電話番号は、市外局番から入力してください。")
    assert page.value_of("name") == "山田 花子"
    assert page.value_of("note") == "駅から\n歩きます"
    assert page.value_of("companions-0-name") == "山田 太郎"
    assert "aria-invalid" in page.by_id("kana").attrib
    assert all_signups() == []


def test_each_error_has_a_link_that_leads_to_its_field(app: Flask, browser: Browser) -> None:
    browser.open(address(make_slot()))

    page = browser.submit({})

    summary = page.by_class("error-summary")[0]
    targets = [node.get("href", "")[1:] for node in summary.iter("a")]
    assert targets == ["name", "kana", "age_group-0", "residency-0", "email", "privacy_consent"]
    assert all(page.by_id(target) is not None for target in targets)
    assert len(page.by_class("field__error")) == len(targets)


def test_a_phone_number_is_enough_and_the_page_says_that_someone_will_call(
    app: Flask, browser: Browser
) -> None:
    check = fill_in(browser, make_slot(), email="")
    browser.submit(press="この内容で申し込む")

    [signup] = all_signups()
    assert check.says("大事なことは電話（090-1234-5678）でお知らせします")
    assert signup.email == ""


def test_neither_mail_nor_phone_says_that_either_will_do(app: Flask, browser: Browser) -> None:
    page = fill_in(browser, make_slot(), email="", phone="")

    assert page.says("メールアドレスか電話番号の、どちらか1つを入力してください。")


def test_a_carrier_address_that_mail_refuses_is_said_kindly(app: Flask, browser: Browser) -> None:
    page = fill_in(browser, make_slot(), email="hana..ko@docomo.ne.jp")

    assert page.says("空欄にして電話番号を入力してください")


def test_correcting_brings_the_form_back_filled(app: Flask, browser: Browser) -> None:
    slot = make_slot()
    fill_in(
        browser,
        slot,
        support=["wheelchair"],
        **{
            "companions-0-name": "山田 太郎",
            "companions-0-kana": "やまだ たろう",
            "companions-0-age_group": "65_up",
        },
    )

    form = browser.submit(press="修正する")

    assert form.h1 == "申込み"
    assert form.value_of("name") == "山田 花子"
    assert form.value_of("companions-0-kana") == "やまだ たろう"
    assert form.value_of("companions-0-age_group") == "65_up"
    assert form.value_of("support") == "wheelchair"
    assert not form.by_class("error-summary")
    assert all_signups() == []


def test_companions_come_along_and_blank_rows_do_not(app: Flask, browser: Browser) -> None:
    apply(
        browser,
        make_slot(),
        **{
            "companions-2-name": "山田 次郎",
            "companions-2-kana": "やまだ じろう",
            "companions-2-age_group": "elementary",
        },
    )

    [signup] = all_signups()
    assert [(one.name, one.age_group) for one in signup.participants] == [
        ("山田 花子", AgeGroup.FROM_65),
        ("山田 次郎", AgeGroup.ELEMENTARY),
    ]


def test_a_daughter_applies_for_her_mother(app: Flask, browser: Browser) -> None:
    apply(
        browser,
        make_slot(),
        applicant_participates="0",
        **{
            "companions-0-name": "山田 ウメ",
            "companions-0-kana": "やまだ うめ",
            "companions-0-age_group": "65_up",
        },
    )

    [signup] = all_signups()
    assert signup.name == "山田 花子"
    assert [one.name for one in signup.participants] == ["山田 ウメ"]


def test_somebody_must_take_part(app: Flask, browser: Browser) -> None:
    page = fill_in(browser, make_slot(), applicant_participates="0")

    assert page.says("参加する方がいません。")


def test_the_form_has_a_row_for_each_companion_and_one_for_an_escort(
    app: Flask, new_browser: Callable[[], Browser]
) -> None:
    rows = [
        len(
            new_browser().open(address(make_slot(party_limit=limit))).html.split("data-companion>")
        )
        for limit in (1, 3, 30)
    ]

    assert [count - 1 for count in rows] == [1, 3, 9]


def test_a_party_above_the_limit_is_told_the_limit(app: Flask, browser: Browser) -> None:
    slot = make_slot(party_limit=2)
    browser.open(address(slot))
    typed = [(name, value) for name, value in browser.page.forms[-1].filled({}, None)
             if name in ("csrf_token", "submission_key")]  # fmt: skip
    for row in range(2):
        typed += [
            (f"companions-{row}-name", f"同行 {row}"),
            (f"companions-{row}-kana", "どうこう" + "あい"[row]),
            (f"companions-{row}-age_group", "18_39"),
        ]
    typed += [(k, v if isinstance(v, str) else "y") for k, v in HANAKO.items()]

    answer = browser.post(address(slot), typed)

    assert "申し込む方を含めて2人までです（今は3人）" in answer.text
    assert "同行 1" in answer.text


@pytest.mark.parametrize("row", ["²", "9" * 5000, "-1", "x"], ids=["super", "long", "less", "x"])
def test_odd_row_numbers_are_no_rows(app: Flask, browser: Browser, row: str) -> None:
    slot = make_slot()
    token = browser.open(address(slot)).value_of("csrf_token")

    answer = browser.post(
        address(slot), {"csrf_token": token, f"companions-{row}-name": "だれか", "name": "山田"}
    )

    assert answer.status_code == HTTPStatus.OK
    assert "だれか" not in answer.text


def test_an_age_that_cannot_be_is_said_beside_the_person(app: Flask, browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(min_age=18))

    page = fill_in(
        browser,
        slot,
        **{
            "companions-0-name": "山田 次郎",
            "companions-0-kana": "やまだ じろう",
            "companions-0-age_group": "elementary",
        },
    )

    assert page.says("この活動は18歳以上の方が対象です。「小学生」の方は参加できません。")
    assert page.by_class("error-summary")[0].find(".//a") is not None


def test_a_parent_of_a_childrens_activity_may_apply_without_taking_part(
    app: Flask, browser: Browser
) -> None:
    slot = make_slot(opportunity=make_opportunity(max_age=12))

    page = apply(
        browser,
        slot,
        applicant_participates="0",
        **{
            "companions-0-name": "山田 次郎",
            "companions-0-kana": "やまだ じろう",
            "companions-0-age_group": "elementary",
        },
    )

    assert page.says("参加が決まりました")
