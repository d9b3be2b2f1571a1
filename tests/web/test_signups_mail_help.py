"""Help with mail that would not arrive: slips in an address, and carriers' settings."""

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.models import Signup
from tests.support.make_opportunities import make_slot
from tests.support.pages import Browser
from tests.support.sign_up_form import fill_in


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot()


def addresses() -> list[str]:
    db.session().rollback()  # see what others have committed since
    return list(db.session().scalars(sa.select(Signup.email).order_by(Signup.id)))


@pytest.mark.parametrize(
    ("button", "email"),
    [
        ("メールアドレスを直して申し込む", "hanako@gmail.com"),
        ("入力したとおりで申し込む", "hanako@gmial.com"),
    ],
)
def test_a_slip_is_a_question_with_two_answers(
    slot: Slot, browser: Browser, button: str, email: str
) -> None:
    check = fill_in(browser, slot, email="hanako@gmial.com")

    receipt = browser.submit(press=button)

    assert check.says("「gmail.com」ではありませんか")
    assert receipt.says("参加が決まりました")
    assert addresses() == [email]


def test_a_slip_is_never_a_refusal(slot: Slot, browser: Browser) -> None:
    """Who posts the fields of the check page is taken at their word."""
    check = fill_in(browser, slot, email="hanako@gmial.com")
    form = check.form_with({"confirmed"}, None)
    sent = [pair for pair in form.filled({}, None) if pair[0] != "use_email"]

    answer = browser.post(form.action, sent)

    assert answer.location.startswith("/receipts/")
    assert addresses() == ["hanako@gmial.com"]


def test_no_other_address_can_be_slipped_in_with_the_answer(slot: Slot, browser: Browser) -> None:
    check = fill_in(browser, slot, email="hanako@gmial.com")
    form = check.form_with({"confirmed"}, None)
    sent = [pair for pair in form.filled({}, None) if pair[0] != "use_email"]

    browser.post(form.action, [*sent, ("use_email", "somebody@example.jp")])

    assert addresses() == ["hanako@gmial.com"]


def test_correcting_a_slip_by_hand_keeps_everything_typed(slot: Slot, browser: Browser) -> None:
    fill_in(browser, slot, email="hanako@gmial.com", note="駅から歩きます")

    form = browser.submit(press="修正する")

    assert form.value_of("email") == "hanako@gmial.com"
    assert form.value_of("note") == "駅から歩きます"


def test_an_address_without_a_slip_is_not_asked_about(slot: Slot, browser: Browser) -> None:
    check = fill_in(browser, slot, email="hanako@example.jp")

    assert not check.says("ではありませんか")
    assert not check.says("メールを受信できますか")


def test_whose_carrier_keeps_mail_out_reads_what_to_let_through(
    slot: Slot, browser: Browser
) -> None:
    check = fill_in(browser, slot, email="hanako@docomo.ne.jp")
    receipt = browser.submit(press="この内容で申し込む")

    for page in (check, receipt):
        assert page.says("つくばみらい市からのメールを受信できるように")
        assert page.says("kyodo-match@example.jp")
    assert receipt.says("1時間たってもメールが届かないとき")
    assert receipt.says("受付番号と暗証番号があれば")


def test_the_form_says_what_to_let_through_before_anything_is_typed(
    slot: Slot, browser: Browser
) -> None:
    form = browser.open(f"/slots/{slot.public_id}/signup")

    assert form.says("携帯電話のメールをお使いの方へ")
    assert form.says("kyodo-match@example.jp")


def test_an_old_carrier_address_is_refused_kindly_with_a_way_on(
    slot: Slot, browser: Browser
) -> None:
    page = fill_in(browser, slot, email="hana..ko@docomo.ne.jp")
    browser.submit({"email": "", "phone": "0297-58-2111"}, press="入力した内容を確認する")
    receipt = browser.submit(press="この内容で申し込む")

    assert page.says("空欄にして電話番号を入力してください")
    assert page.value_of("email") == "hana..ko@docomo.ne.jp"
    assert receipt.says("大事なことは、電話でお知らせします")


def test_a_family_with_one_address_signs_up_one_by_one(slot: Slot, browser: Browser) -> None:
    """Elsewhere the second of a family gets an error: one address is taken for one person."""
    for kana in ("やまだ はなこ", "やまだ たろう", "やまだ けん"):
        fill_in(browser, slot, kana=kana, name=kana, email="kazoku@example.jp")
        receipt = browser.submit(press="この内容で申し込む")
        assert receipt.says("参加が決まりました")

    assert addresses() == ["kazoku@example.jp"] * 3
