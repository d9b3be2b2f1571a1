"""One's own application: opened by link or by number and PIN, seen and changed."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import services
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_roles import make_standing
from tests.support.make_signups import keys, sign_up, signup_now, status_of
from tests.support.pages import Browser, Page


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=2)


def link(receipt: Receipt) -> str:
    signup = signup_now(receipt)
    return f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}"


def fresh(receipt: Receipt) -> SignupStatus:
    db.session().rollback()  # see what others have committed since
    return status_of(receipt)


def look_up(browser: Browser, number: str, pin: str) -> Page:
    browser.open("/manage/lookup")
    return browser.submit({"number": number, "pin": pin})


def test_the_mailed_link_opens_the_application(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot)

    answer = browser.get(link(receipt))
    page = browser.open("/manage")

    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/manage")
    assert page.says("参加が決まっています")
    assert page.says("当日のこと")
    assert page.says(receipt.number)
    assert page.says("見本 1")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("app")
def test_a_standing_need_has_no_day_to_prepare_for(browser: Browser) -> None:
    browser.open(link(sign_up(make_standing())))

    assert browser.page.says("活動のこと")
    assert not browser.page.says("当日の")


def test_opening_a_link_changes_nothing(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot)
    count = sa.text("SELECT count(*) FROM audit_event")
    before = db.session().scalar(count)

    browser.open(link(receipt))
    browser.open("/manage?action=cancel")

    db.session().rollback()
    assert db.session().scalar(count) == before
    assert status_of(receipt) is SignupStatus.CONFIRMED


@pytest.mark.parametrize("token", ["x", "A" * 51, "あ", "AAAAAAAAAAAA.cancel"])
def test_an_unknown_link_is_a_plain_page_with_ways_on(
    app: Flask, browser: Browser, token: str
) -> None:
    page = browser.open(f"/manage/{token}", status=HTTPStatus.NOT_FOUND)

    assert page.link("受付番号で確認する") == "/manage/lookup"
    assert page.link("リンクをもう一度送る") == "/manage/resend"


def test_a_renewed_link_ends_the_old_one_and_the_open_page(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = sign_up(slot)
    old = link(receipt)
    browser.open(old)

    services.renew_access(
        signup_id=receipt.signup_id, keys=keys(), now=frozen_clock(), actor="system"
    )

    assert browser.get("/manage").location == "/manage/lookup"
    assert browser.get(old).status_code == HTTPStatus.NOT_FOUND
    assert browser.get(link(receipt)).location == "/manage"


def test_half_an_hour_later_one_looks_up_again(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    browser.open(link(sign_up(slot)))
    frozen_clock.move(minutes=31)

    answer = browser.get("/manage")

    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/manage/lookup")


def test_who_is_at_work_on_the_page_keeps_it(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    browser.open(link(sign_up(slot)))

    for _ in range(3):
        frozen_clock.move(minutes=20)
        assert browser.open("/manage").path == "/manage"


def test_a_stranger_cannot_act(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot)
    token = browser.open("/manage/lookup").value_of("csrf_token")

    answer = browser.post("/manage", {"csrf_token": token, "action": "cancel"})

    assert answer.location == "/manage/lookup"
    assert fresh(receipt) is SignupStatus.CONFIRMED


@pytest.mark.parametrize(
    "typed", ["{}", "ｒ８－０００01", "r8-1", " R8ー1 "], ids=["as given", "wide", "short", "dash"]
)
def test_number_and_pin_open_it_however_they_are_typed(
    slot: Slot, browser: Browser, typed: str
) -> None:
    receipt = sign_up(slot)
    pin = keys().pin(receipt.signup_id, 1)

    page = look_up(browser, typed.format(receipt.number), pin[:3] + " " + pin[3:])

    assert page.path == "/manage"
    assert page.says(receipt.number)


def test_wrong_and_absent_answer_alike(slot: Slot, new_browser: Callable[[], Browser]) -> None:
    receipt = sign_up(slot)
    pin = keys().pin(receipt.signup_id, 1)
    wrong_pin = f"{(int(pin) + 1) % 1_000_000:06}"

    wrong = look_up(new_browser(), receipt.number, wrong_pin)
    absent = look_up(new_browser(), "R8-99999", wrong_pin)

    words = [page.by_class("error-summary")[0].findtext(".//li") for page in (wrong, absent)]
    assert words[0] == words[1]
    assert wrong.says("受付番号か暗証番号が違います")


def test_five_failures_close_the_look_up_and_say_until_when(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot)
    for _ in range(5):
        look_up(browser, receipt.number, "12")

    page = look_up(browser, receipt.number, keys().pin(receipt.signup_id, 1))

    assert page.path == "/manage/lookup"
    assert page.says("10:15以降に、もう一度お試しください")


def test_the_whole_application_is_cancelled(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot)
    browser.open(link(receipt))

    page = browser.submit(press="申込みを取り消します")

    assert page.says("申込みを取り消しました")
    assert page.says("この申込みは取り消されています")
    assert fresh(receipt) is SignupStatus.CANCELLED


def test_one_of_two_is_cancelled(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot, party=2)
    browser.open(link(receipt))

    page = browser.submit(press="取り消します 見本 1 同行1")

    assert page.says("参加する方（1人）")
    assert fresh(receipt) is SignupStatus.CONFIRMED
    assert [bool(one.cancelled_at) for one in signup_now(receipt).participants] == [False, True]


def test_somebody_elses_participant_is_not_found(slot: Slot, browser: Browser) -> None:
    mine, theirs = sign_up(slot, 1), sign_up(slot, 2)
    other = signup_now(theirs).participants[0].public_id
    token = browser.open(link(mine)).value_of("csrf_token")

    answer = browser.post(
        "/manage", {"csrf_token": token, "action": "cancel_participant", "participant": other}
    )

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert fresh(theirs) is fresh(mine) is SignupStatus.CONFIRMED


@pytest.mark.parametrize("action", ["", "publish"])
def test_an_action_that_is_not_there_is_a_bad_request(
    slot: Slot, browser: Browser, action: str
) -> None:
    token = browser.open(link(sign_up(slot))).value_of("csrf_token")

    answer = browser.post("/manage", {"csrf_token": token, "action": action})

    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_after_the_deadline_one_says_that_one_will_be_absent(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = sign_up(slot)
    frozen_clock.move_to(COMING - timedelta(hours=3))
    browser.open(link(receipt))

    page = browser.submit(press="欠席します")

    assert page.says("欠席の連絡を受け付けました")
    assert fresh(receipt) is SignupStatus.CANCELLED
    assert signup_now(receipt).cancelled_late


def test_once_it_has_begun_nothing_can_be_cancelled(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = sign_up(slot)
    frozen_clock.move_to(COMING + timedelta(minutes=1))

    page = browser.open(link(receipt))
    token = browser.open("/manage/lookup").value_of("csrf_token")
    answer = browser.post("/manage", {"csrf_token": token, "action": "cancel"})

    assert not page.says("申込みをすべて取り消す")
    assert page.says("活動の日時になりました")
    assert answer.location == "/manage"
    assert browser.open("/manage").says("当日の受付にお声がけください")
    assert fresh(receipt) is SignupStatus.CONFIRMED
    frozen_clock.move(days=1)
    assert browser.open(link(receipt)).says("この活動は終わりました")


def test_the_waiting_read_why_nobody_moves(
    slot: Slot, new_browser: Callable[[], Browser], frozen_clock: FrozenClock
) -> None:
    first = sign_up(slot, 1, party=2)
    pair, single = sign_up(slot, 2, party=2), sign_up(slot, 3)

    nobody = new_browser().open(link(single))
    someone = signup_now(first).participants[1].public_id
    services.cancel(
        signup_id=first.signup_id, participant_id=someone, now=frozen_clock(), actor="citizen"
    )
    needs = new_browser().open(link(pair))
    frozen_clock.move_to(COMING - timedelta(hours=10))
    stopped = new_browser().open(link(single))

    assert nobody.says("あなたの前に、1組の方が待っています。")
    assert nobody.says("まだだれも取り消していません")
    assert needs.says("次にご案内するのは、あなたの番です。")
    assert needs.says("あなたの申込みは2人で、空きは1席です")
    assert needs.says("人数を1人に減らすと、すぐにご案内できます")
    assert stopped.says("メールでのご案内は終わりました")
    assert stopped.says("キャンセル待ち")
    frozen_clock.move_to(COMING)
    ended = new_browser().open(link(single))
    assert ended.says("今回は、席をご案内できませんでした")
    assert ended.says("キャンセル待ちは終了")
    assert not ended.says("当日のこと")


@pytest.mark.parametrize(
    ("button", "status"),
    [("参加します", SignupStatus.CONFIRMED), ("辞退します", SignupStatus.DECLINED)],
)
def test_an_offer_is_answered(
    slot: Slot,
    browser: Browser,
    frozen_clock: FrozenClock,
    button: str,
    status: SignupStatus,
) -> None:
    full, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2)
    services.cancel(signup_id=full.signup_id, now=frozen_clock(), actor="citizen")

    offered = browser.open(link(waiting))
    page = browser.submit(press=button)

    assert offered.says("席が空きました。参加しますか")
    assert offered.says("までに選んでください")
    assert page.by_class("notice--success")
    assert fresh(waiting) is status


def test_an_offer_answered_too_late_says_so(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    full, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2)
    services.cancel(signup_id=full.signup_id, now=frozen_clock(), actor="citizen")
    frozen_clock.move(days=6)
    browser.open(link(waiting))

    page = browser.submit(press="参加します")

    assert page.says("このご案内は終わっています")


def test_a_cancelled_day_says_why(slot: Slot, browser: Browser, frozen_clock: FrozenClock) -> None:
    receipt = sign_up(slot)
    services.cancel_slot(
        slot_id=slot.public_id, reason="大雨のため", now=frozen_clock(), actor="system"
    )

    page = browser.open(link(receipt))

    assert page.says("この日程は中止になりました")
    assert page.says("大雨のため")


def test_resending_answers_the_same_for_every_address(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = sign_up(slot)
    known = signup_now(receipt).email
    answers = []

    for email in (known, "nobody@example.jp", known, known, known):
        frozen_clock.move(minutes=1)
        browser.open("/manage/resend")
        answers.append(browser.submit({"email": email}, press="送る").text)

    assert len(set(answers)) == 1
    letters = sa.select(sa.func.count()).where(OutboxMessage.recipient == known)
    db.session().rollback()
    assert db.session().scalar(letters) == 1 + 3
