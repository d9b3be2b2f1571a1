"""What one changes in the own application: contact, who comes, one more; also for a caller."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db, use_case
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import queries, services
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import START, FrozenClock
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import keys, letters_to, sign_up, signup_now
from tests.support.pages import Browser, Page

AUNT = {"name": "見本 おば", "kana": "ミホン オバ", "age_group": "65_up"}


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=3)


def link(receipt: Receipt) -> str:
    signup = now_of(receipt)
    return f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}"


def now_of(receipt: Receipt) -> Signup:
    db.session().rollback()  # see what others have committed since
    return signup_now(receipt)


def open_change(browser: Browser, receipt: Receipt, press: str) -> Page:
    browser.open(link(receipt))
    return browser.follow(press)


@use_case
def ask(session: Session, /, *, receipt: Receipt) -> None:
    """Let a day have changed: whoever has a place is asked."""
    signup = queries.signup_under_lock(session, receipt.signup_id)
    signup.status = SignupStatus.AWAITING_ANSWER
    signup.answer_by = START + timedelta(days=3)


# --- Contact ----------------------------------------------------------------


def test_who_changes_the_address_stays_in_and_the_old_link_is_dead(
    slot: Slot, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    receipt = sign_up(slot)
    old = link(receipt)
    form = open_change(browser, receipt, "連絡先を変える")

    page = browser.submit({"email": "ｎew＠example.jp"}, press="この連絡先に変える")

    assert form.value_of("email") == "mihon1@example.jp"
    assert page.path == "/manage"
    assert page.says("連絡先を変えました")
    assert page.says("new@example.jp")
    assert page.says(f"暗証番号は {keys().pin(receipt.signup_id, 2)} に変わりました")
    assert new_browser().get(old).status_code == HTTPStatus.NOT_FOUND


def test_a_slip_in_an_address_is_asked_about_and_either_answer_is_taken(
    slot: Slot, browser: Browser
) -> None:
    receipt = sign_up(slot)

    open_change(browser, receipt, "連絡先を変える")
    asked = browser.submit({"email": "hanako@gmial.com"}, press="この連絡先に変える")
    unchanged = now_of(receipt).email
    browser.submit(press="直したメールアドレスに変える")
    meant = now_of(receipt).email
    open_change(browser, receipt, "連絡先を変える")
    browser.submit({"email": "hanako@gmial.com"}, press="この連絡先に変える")
    browser.submit(press="入力したとおりに変える")

    assert asked.says("「gmail.com」ではありませんか")
    assert unchanged == "mihon1@example.jp"
    assert meant == "hanako@gmail.com"
    assert now_of(receipt).email == "hanako@gmial.com"


def test_what_was_typed_is_there_again_when_something_is_wrong(
    slot: Slot, browser: Browser
) -> None:
    receipt = sign_up(slot)
    open_change(browser, receipt, "連絡先を変える")

    wrong = browser.submit(
        {"email": "a..b@docomo.ne.jp", "phone": "12"}, press="この連絡先に変える"
    )
    none = browser.submit({"email": "", "phone": ""}, press="この連絡先に変える")

    assert (wrong.value_of("email"), wrong.value_of("phone")) == ("a..b@docomo.ne.jp", "12")
    assert wrong.says("空欄にして電話番号を入力してください")
    assert none.says("どちらか1つは入力してください")
    assert now_of(receipt).email == "mihon1@example.jp"


def test_a_change_that_would_bring_somebody_twice_is_refused_with_words(
    slot: Slot, browser: Browser
) -> None:
    sign_up(slot, 1)
    receipt = sign_up(slot, 2, kana="みほん い")
    open_change(browser, receipt, "連絡先を変える")

    page = browser.submit({"email": "mihon1@example.jp"}, press="この連絡先に変える")

    assert page.says("同じ方の申込みをすでに受け付けています")
    assert page.value_of("email") == "mihon1@example.jp"


# --- Who comes --------------------------------------------------------------


def test_a_companion_is_replaced_and_one_more_comes_along(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot, party=2)

    open_change(browser, receipt, "別の方に変える・お名前を直す 見本 1 同行1")
    replaced = browser.submit(AUNT, press="この方に変える")
    browser.follow("いっしょに参加する方を加える")
    uncle = {"name": "見本 おじ", "kana": "みほん おじ", "age_group": "65_up"}
    added = browser.submit(uncle, press="この方を加える")

    assert replaced.says("参加する方を変えました")
    assert added.says("参加する方（3人）")
    assert [person.kana for person in now_of(receipt).participants] == [
        "みほん い",
        "みほん おば",
        "みほん おじ",
    ]


def test_where_nobody_more_may_come_the_page_says_why(slot: Slot, browser: Browser) -> None:
    receipt = sign_up(slot, 1, party=2)
    sign_up(slot, 2, party=3)

    page = browser.open(link(receipt))
    token = page.value_of("csrf_token")
    sent = {"csrf_token": token, "action": "change", "participant": "new", **AUNT}
    answer = browser.post("/manage", sent)

    assert page.says("先に席を待っている方がいるため、人数は増やせません")
    assert page.links("いっしょに参加する方を加える") == []
    assert "先に席を待っている方がいる" in answer.text
    assert len(now_of(receipt).participants) == 2


def test_somebody_elses_participant_cannot_be_changed(slot: Slot, browser: Browser) -> None:
    mine, theirs = sign_up(slot, 1), sign_up(slot, 2)
    other = signup_now(theirs).participants[0].public_id
    token = browser.open(link(mine)).value_of("csrf_token")

    form = browser.get(f"/manage/change?participant={other}")
    sent = {"csrf_token": token, "action": "change", "participant": other, **AUNT}
    answer = browser.post("/manage", sent)

    assert form.status_code == answer.status_code == HTTPStatus.NOT_FOUND
    assert now_of(theirs).participants[0].name == "見本 2"


def test_nothing_is_changed_once_the_day_has_begun(
    slot: Slot, browser: Browser, frozen_clock: FrozenClock
) -> None:
    receipt = sign_up(slot)
    frozen_clock.move_to(COMING)

    page = browser.open(link(receipt))
    answer = browser.get("/manage/change")

    assert page.links("連絡先を変える") == []
    assert answer.location == "/manage"


# --- Answers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "status"),
    [
        ("参加します", SignupStatus.CONFIRMED),
        ("申込みを取り消します", SignupStatus.CANCELLED),
    ],
)
def test_a_changed_day_is_answered(
    slot: Slot, browser: Browser, button: str, status: SignupStatus
) -> None:
    receipt = sign_up(slot)
    ask(receipt=receipt)

    asked = browser.open(link(receipt))
    page = browser.submit(press=button)

    assert asked.says("日時や場所が変わりました。参加できますか")
    assert asked.says("席は、お返事があるまでお取りしています")
    assert page.by_class("notice--success")
    assert now_of(receipt).status is status


def test_who_waits_may_leave_and_reads_that_others_still_decide(
    slot: Slot, browser: Browser, new_browser: Callable[[], Browser], frozen_clock: FrozenClock
) -> None:
    """Elsewhere nobody can leave a waitlist while waiting, nor learn why it does not move."""
    full = sign_up(slot, 1, party=3)
    sign_up(slot, 2, party=3)
    waiting = sign_up(slot, 3)
    services.cancel(signup_id=full.signup_id, now=frozen_clock(), actor="citizen")

    page = browser.open(link(waiting))
    left = browser.submit(press="申込みを取り消します")

    assert page.says("先に待っていた方にご案内しています")
    assert page.says("待つのは、いつでもやめられます")
    assert left.says("この申込みは取り消されています")
    assert now_of(waiting).status is SignupStatus.CANCELLED


@pytest.mark.parametrize(
    "query",
    [
        *(f"action={name}" for name in ("accept", "decline", "cancel", "absent", "change")),
        "action=change&email=x@example.jp",
        "action=cancel_participant&participant={person}",
        "action=change&participant={person}&name=x&kana=x&age_group=65_up",
    ],
)
def test_opening_an_address_changes_nothing_whatever_it_says(
    slot: Slot, browser: Browser, query: str
) -> None:
    """Scanners of mail open every link: elsewhere a mailed link acts as soon as it is opened."""
    receipt = sign_up(slot)
    ask(receipt=receipt)
    asked = query.format(person=signup_now(receipt).participants[0].public_id)
    browser.open(link(receipt))

    for path in ("/manage", "/manage/change"):
        browser.open(f"{path}?{asked}")

    signup = now_of(receipt)
    assert (signup.status, signup.email) == (SignupStatus.AWAITING_ANSWER, "mihon1@example.jp")
    assert len(letters_to(receipt)) == 1


# --- For a caller -----------------------------------------------------------


@pytest.fixture
def staff(app: Flask, browser: Browser) -> Browser:
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser


def test_staff_change_contact_and_people_for_a_caller(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot)
    staff.open(f"/staff/signups/{receipt.signup_id}")

    staff.follow("連絡先を変える")
    contact = staff.submit({"email": "new@example.jp"}, press="この連絡先に変える")
    staff.follow("別の方に変える・直す 見本 1")
    staff.submit(AUNT, press="この方に変える")
    staff.follow("いっしょに参加する方を加える")
    page = staff.submit({**AUNT, "kana": "みほん おじ"}, press="この方を加える")

    signup = now_of(receipt)
    assert contact.says(f"暗証番号は {keys().pin(receipt.signup_id, 2)} に変わりました")
    assert page.path == f"/staff/signups/{receipt.signup_id}"
    assert all(
        page.says(words) for words in ("連絡先を変えた", "参加者を入れ替えた", "参加者を加えた")
    )
    assert signup.email == "new@example.jp"
    assert [person.kana for person in signup.participants] == ["みほん おば", "みほん おじ"]


def test_staff_record_what_a_caller_says_about_a_changed_day(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot, email="")
    ask(receipt=receipt)
    page = staff.open(f"/staff/signups/{receipt.signup_id}")

    staff.submit(press="「参加します」と聞いた")

    assert page.says("日時や場所が変わりました。お返事を待っています")
    assert now_of(receipt).status is SignupStatus.CONFIRMED
