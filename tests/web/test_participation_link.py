"""The reception by a link: what it opens, what it never shows, and when it ends."""

import base64
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
import segno
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.core.logs import mask
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, services
from kyodo_match.participation.models import AttendanceEvent
from kyodo_match.signups import services as signups
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.make_days import ACTOR, make_link, people_of
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_member, sign_in
from tests.support.make_signups import keys, sign_up, slot_now
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]
NOTE = "ひざが痛みます"


@pytest.fixture
def slot(app: Flask, frozen_clock: FrozenClock) -> Slot:
    """A day with a party of two who said a lot about themselves; it begins now."""
    slot = make_slot(opportunity=make_opportunity(group=make_group()), capacity=30)
    sign_up(slot, 1, party=2, note=NOTE, support=("wheelchair",), district="谷和原")
    frozen_clock.moment = slot.starts_at
    return slot


@pytest.fixture
def link(slot: Slot) -> tuple[str, str]:
    """The link's id and the path that opens it."""
    return make_link(slot, slot.starts_at)


@pytest.fixture
def phone(browser: Browser, link: tuple[str, str]) -> Browser:
    """A phone that has read the code."""
    browser.open(link[1])
    return browser


def press(phone: Browser, state: str) -> None:
    """Press a button of the first person who has it."""
    form = next(
        form
        for form in phone.page.forms
        if any(button.get("value") == state for button in form.buttons())
    )
    phone.post(form.action, [*form.filled({}, None)[:-1], ("attendance", state)])
    phone.open("/reception")


def states(slot: Slot) -> list[str]:
    return [person.attendance for person in people_of(slot)]


def events() -> list[AttendanceEvent]:
    look_again()
    return list(db.session().scalars(sa.select(AttendanceEvent).order_by(AttendanceEvent.id)))


def test_the_address_carries_no_token_once_the_link_was_opened(
    browser: Browser, link: tuple[str, str]
) -> None:
    answer = browser.get(link[1])

    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/reception")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert f"Max-Age={12 * 3600}" in cookie
    assert link[1].removeprefix("/reception/") not in cookie
    assert mask(f"GET {link[1]}") == "GET /reception/***"
    assert mask("/group/slots/0123456789ab/reception/history") == (
        "/group/slots/0123456789ab/reception/history"
    )


def test_a_helper_marks_who_came_and_takes_it_back(phone: Browser, slot: Slot) -> None:
    press(phone, "attended")
    after_mark = states(slot)
    press(phone, "unmarked")

    assert sorted(after_mark) == ["attended", "unmarked"]
    assert states(slot) == ["unmarked", "unmarked"]


def test_every_mark_says_which_link_made_it(
    phone: Browser, slot: Slot, link: tuple[str, str], new_browser: NewBrowser
) -> None:
    press(phone, "absent")
    owner = new_browser()
    sign_in(owner, make_member(slot.opportunity.group))

    page = owner.open(f"/group/slots/{slot.public_id}/reception/history")

    assert [event.marked_by for event in events()] == [f"link:{link[0]}"]
    assert page.says("受付用リンク 1")
    assert page.says("欠席")


def test_a_phone_sees_names_and_nothing_else_of_anybody(phone: Browser, slot: Slot) -> None:
    other_day = make_slot(opportunity=slot.opportunity, capacity=5)
    sign_up(other_day, 7)

    page = phone.open("/reception")

    person = people_of(slot)[0]
    assert page.says("見本 1")
    assert page.says("みほん い")
    hidden = [
        person.signup.phone,
        person.signup.email,
        person.signup.receipt_number,
        person.signup.public_id,
        NOTE,
        "車いす",
        "見本 7",
        "/manage",
        "/group/slots",
    ]
    assert [secret for secret in hidden if secret in page.html] == []
    names = page.html.partition("名簿の方")[2].partition("申込みをせずに来た方")[0]
    assert [age for age in ("40〜64歳", "小学生") if age in names] == []


def test_a_tap_counts_a_head_and_sent_again_counts_it_once(phone: Browser, slot: Slot) -> None:
    form = next(
        form
        for form in phone.page.forms
        if any(button.get("value") == "adult" for button in form.buttons())
    )
    sent = form.filled({}, None)

    answers = [phone.post(form.action, sent).status_code for _ in range(2)]

    tally = queries.tally_of(db.session(), slot_now(slot))
    assert answers == [HTTPStatus.SEE_OTHER] * 2
    assert tally is not None
    assert (tally.head_count_adults, tally.visits) == (1, 1)


@pytest.mark.parametrize("nonce", ["\x00", "x" * 5000], ids=["nul", "long"])
def test_a_press_whose_mark_was_tampered_with_counts_like_any_other(
    phone: Browser, slot: Slot, nonce: str
) -> None:
    sent = {"csrf_token": phone.page.value_of("csrf_token"), "tap": "adult", "nonce": nonce}

    answer = phone.post("/reception/tap", sent)

    tally = queries.tally_of(db.session(), slot_now(slot))
    assert (answer.status_code, tally and tally.visits) == (HTTPStatus.SEE_OTHER, 1)


def test_a_walk_in_and_a_whole_count_go_by_the_link_too(phone: Browser, slot: Slot) -> None:
    phone.submit(
        {"walkin-name": "飛入 花子", "walkin-kana": "とびいり はなこ"}, press="追加して出席にする"
    )
    page = phone.submit({"adults": "4", "children": "2"}, press="人数を記録する")

    tally = queries.tally_of(db.session(), slot_now(slot))
    assert tally is not None
    assert tally.visits == 7
    assert page.says("飛入 花子")


def test_a_count_that_cannot_be_is_refused_on_the_phone(phone: Browser) -> None:
    page = phone.submit({"adults": "多数"}, press="人数を記録する")

    assert page.says("0以上の数字で入力してください。")


def test_a_page_left_open_does_not_count_for_another_day(
    phone: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    other = make_slot(opportunity=slot.opportunity, capacity=5)
    stale = phone.page.form_with({"adults"}, "人数を記録する")
    phone.open(make_link(other, frozen_clock.moment)[1])

    phone.post(stale.action, stale.filled({"adults": "9"}, None))

    assert phone.open("/reception").says("別の日の受付に切り替わりました")
    assert queries.tally_of(db.session(), slot_now(other)) is None


def test_somebody_of_another_day_cannot_be_marked(
    phone: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    other = make_slot(opportunity=slot.opportunity, capacity=5, starts_at=slot.starts_at)
    stranger = sign_up(other, 8, now=slot.starts_at - timedelta(days=9))
    token = phone.page.value_of("csrf_token")
    (person,) = people_of(other)

    answer = phone.post(
        "/reception",
        {"csrf_token": token, "participant": person.public_id, "attendance": "attended"},
    )

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert states(other) == ["unmarked"]
    assert stranger.number not in phone.open("/reception").html


def test_reading_changes_nothing(phone: Browser, link: tuple[str, str], slot: Slot) -> None:
    person = people_of(slot)[0].public_id

    for path in (link[1], "/reception", f"/reception?participant={person}&attendance=attended"):
        phone.get(path)
    others = [phone.get(f"/reception/{name}").status_code for name in ("tap", "heads", "walk-in")]

    assert states(slot) == ["unmarked", "unmarked"]
    assert others == [HTTPStatus.NOT_FOUND] * 3  # as tokens they open nothing
    assert events() == []


def forged(slot_link: str, how: str) -> str:
    """A token or pass that is not ours, made in some way somebody might try."""
    made = {
        "another id": keys().reception_token("0" * 12).replace("A", "B", 1),
        "no signature": base64.urlsafe_b64encode(bytes.fromhex(slot_link)).decode(),
        "cut off": keys().reception_token(slot_link)[:-1],
        "a pass as token": keys().reception_pass(slot_link),
        "not ASCII": "受付",
        "absent": keys().reception_token("0123456789ab"),
    }
    return made[how]


@pytest.mark.parametrize(
    "how", ["another id", "no signature", "cut off", "a pass as token", "not ASCII", "absent"]
)
def test_a_forged_link_opens_nothing_and_says_what_to_do(
    browser: Browser, link: tuple[str, str], how: str
) -> None:
    page = browser.open(f"/reception/{forged(link[0], how)}", status=HTTPStatus.NOT_FOUND)

    assert page.says("受付のリンクを確認できません")
    assert page.says("QRコードを、このスマートフォンで読み取ってください")
    assert browser.get("/reception").status_code == HTTPStatus.NOT_FOUND


def test_a_tampered_cookie_opens_nothing(app: Flask, link: tuple[str, str]) -> None:
    client = app.test_client()
    kept = keys().reception_pass(link[0])
    answers = []

    for value in (kept, kept[:-4] + "AAAA", keys().reception_token(link[0]), link[0], ""):
        client.set_cookie("reception", value)
        answers.append(client.get("/reception").status_code)

    assert answers == [200, 404, 404, 404, 404]


def test_a_link_waits_for_its_morning(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    _id, path = make_link(slot, slot.starts_at - timedelta(days=2))
    frozen_clock.moment = slot.starts_at - timedelta(hours=3, minutes=1)

    early = browser.open(path, status=HTTPStatus.NOT_FOUND)
    frozen_clock.move(minutes=1)
    page = browser.open(path)

    assert early.says("受付は、まだ始まっていません")
    assert early.says("2026年12月12日（土）6:30から使えます")
    assert page.says("見本 1")


def test_after_twelve_hours_the_phone_reads_that_all_has_arrived(
    phone: Browser, frozen_clock: FrozenClock, link: tuple[str, str]
) -> None:
    form = next(form for form in phone.page.forms if "participant" in form.names)
    frozen_clock.move(hours=12)

    page = phone.open("/reception", status=HTTPStatus.GONE)
    posted = phone.post("/reception", form.filled({}, None))

    assert page.says("記録した内容は、すべて届いています。")
    assert (posted.status_code, events()) == (HTTPStatus.GONE, [])
    assert phone.get(link[1]).status_code == HTTPStatus.GONE


def test_a_revoked_link_ends_on_every_phone_at_once(
    phone: Browser, slot: Slot, link: tuple[str, str], frozen_clock: FrozenClock
) -> None:
    services.revoke_link(
        slot_id=slot.public_id, link_id=link[0], now=frozen_clock.moment, actor=ACTOR
    )

    page = phone.open("/reception", status=HTTPStatus.GONE)

    assert page.says("この受付のリンクは使えなくなりました")
    assert not page.says("見本 1")


def test_a_cancelled_day_has_no_reception(
    browser: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    frozen_clock.moment = slot.starts_at - timedelta(hours=2)
    path = make_link(slot, frozen_clock.moment)[1]
    browser.open(path)
    signups.cancel_slot(
        slot_id=slot.public_id, reason="大雨", now=frozen_clock.moment, actor=ACTOR
    )

    page = browser.open("/reception", status=HTTPStatus.GONE)

    assert page.says("この日程は中止になりました")


def test_a_borrowed_phone_forgets_the_day(phone: Browser, link: tuple[str, str]) -> None:
    page = phone.submit(press="このスマートフォンでの受付を終える")

    assert page.says("このスマートフォンでの受付を終えました。")
    assert phone.get("/reception").status_code == HTTPStatus.NOT_FOUND
    assert phone.get(link[1]).status_code == HTTPStatus.SEE_OTHER


def test_a_phone_gets_into_nothing_but_its_reception(phone: Browser, slot: Slot) -> None:
    answers = {
        phone.get(f"/group/slots/{slot.public_id}/reception{path}").location
        for path in ("", "/list", "/history")
    }

    assert answers == {"/signin"}


def test_a_long_list_is_searched_by_name_or_reading(phone: Browser, slot: Slot) -> None:
    short = phone.page.html
    for n in range(2, 22):
        sign_up(slot, n, now=slot.starts_at - timedelta(days=9))

    phone.open("/reception")
    none = phone.submit({"q": "ミホン うえわ"}, press="さがす")
    by_reading = phone.submit({"q": "ドウコウ　みほん"}, press="さがす")
    by_name = phone.submit({"q": "見本21"}, press="さがす")

    assert 'name="q"' not in short
    assert by_name.says("名簿 22人")
    found = [len(page.by_class("reception__person")) for page in (none, by_reading, by_name)]
    assert found == [0, 1, 1]
    assert none.says("このお名前の方は名簿にありません。")


def test_a_member_makes_a_link_and_its_code_opens_exactly_it(
    slot: Slot, browser: Browser, new_browser: NewBrowser
) -> None:
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.RECEPTION))
    browser.open(f"/group/slots/{slot.public_id}/reception")

    sheet = browser.submit(press="受付用リンクを作る")
    address = sheet.by_class("qr__address")[0].text or ""
    squares = sheet.by_class("qr__code")[0][0]

    assert sheet.says("受付のスマートフォンで読み取ってください")
    assert f'd="{squares.get("d")}"' in segno.make(address, error="m").svg_inline()
    assert address.startswith("http://localhost/reception/")
    assert new_browser().open(address.removeprefix("http://localhost")).says("見本 1")


def test_the_list_of_links_says_who_and_when_and_takes_them_back(
    slot: Slot, browser: Browser
) -> None:
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.EDITOR))
    browser.open(f"/group/slots/{slot.public_id}/reception")
    browser.submit(press="受付用リンクを作る")
    browser.open(f"/group/slots/{slot.public_id}/reception")

    page = browser.submit(press="使えなくする")

    assert page.says("リンクを使えなくしました。")
    assert page.says("団体（編集担当）")
    assert page.links("QRコードを開く") == []


def test_the_sheet_of_a_dead_or_foreign_link_is_not_shown(slot: Slot, browser: Browser) -> None:
    sign_in(browser, make_member(slot.opportunity.group))
    other = make_slot(opportunity=slot.opportunity, capacity=5)
    foreign, _path = make_link(other, slot.starts_at)
    dead, _path = make_link(slot, slot.starts_at)
    services.revoke_link(slot_id=slot.public_id, link_id=dead, now=slot.starts_at, actor=ACTOR)
    sheets = f"/group/slots/{slot.public_id}/reception/links"

    assert browser.get(f"{sheets}/{foreign}").status_code == HTTPStatus.NOT_FOUND
    assert browser.open(f"{sheets}/{dead}").says("このリンクは、もう使えません。")
