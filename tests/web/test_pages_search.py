"""One box for staff: by number, reading, phone, address, group and title."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.clock import TOKYO
from kyodo_match.groups.models import Group
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups.rules import AgeGroup, Companion, Receipt
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser, Page


@pytest.fixture
def group(app: Flask) -> Group:
    assert app
    return make_group(name="花の会", kana="はなのかい")


@pytest.fixture
def slot(group: Group) -> Slot:
    return make_slot(capacity=50, opportunity=make_opportunity(group=group, title="花壇づくり"))


@pytest.fixture
def caller(slot: Slot) -> Receipt:
    sign_up(slot, 2)
    return sign_up(
        slot,
        1,
        name="髙田 ウメ",
        kana="たかだ うめ",
        phone="0297-58-2111",
        email="ume@example.jp",
        companions=(Companion("髙田 同行", "たかだ どうこう", AgeGroup.ELEMENTARY),),
    )


@pytest.fixture
def staff(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    return browser


def look_for(browser: Browser, word: str) -> Page:
    browser.open("/staff/search")
    return browser.submit({"q": word})


def test_a_receipt_number_leads_straight_to_its_application(
    staff: Browser, caller: Receipt
) -> None:
    typed = ("R8-00002", "r8-2", "Ｒ８－００００２", "R800002", " R8 - 2 ")

    landed = {word: look_for(staff, word).path for word in typed}

    assert landed == dict.fromkeys(typed, f"/staff/signups/{caller.signup_id}")


SAID = (
    "たかだ うめ",
    "タカダウメ",
    "ﾀｶﾀﾞ　ｳﾒ",
    "たかだ",
    "髙田ウメ",
    "髙田　ウメ",
    "0297-58-2111",
    "０２９７５８２１１１",
    "(0297)58-2111",
    "2111",
    "ume@example.jp",
    "ＵＭＥ＠example.jp",
    "2",
    "髙田 同行",
)


def test_an_application_is_found_by_what_a_caller_says(staff: Browser, caller: Receipt) -> None:
    pages = {word: look_for(staff, word) for word in SAID}

    led = {word: tuple(page.links("R8-")) for word, page in pages.items()}
    assert led == dict.fromkeys(SAID, (f"/staff/signups/{caller.signup_id}",))
    assert {page.path for page in pages.values()} == {"/staff/search"}
    assert {page.headers["Cache-Control"] for page in pages.values()} == {"no-store"}


@pytest.mark.parametrize("word", ["ハナノカイ", "花の会", "花壇"])
def test_groups_and_opportunities_are_found_with_their_days(
    staff: Browser, slot: Slot, group: Group, word: str
) -> None:
    page = look_for(staff, word)

    assert page.link("花壇づくり") == f"/staff/opportunities/{slot.opportunity.public_id}"
    assert page.link("12月12日（土）9:30～11:30") == f"/group/slots/{slot.public_id}/signups"
    if word != "花壇":
        assert page.link("花の会") == f"/staff/groups/{group.public_id}"


def test_a_viewer_finds_groups_and_opportunities_and_nobody_s_name(
    new_browser: Callable[[], Browser], caller: Receipt, group: Group
) -> None:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    by_number, by_name, by_group = (
        look_for(browser, word) for word in (caller.number, "たかだ", "花の会")
    )

    assert by_number.says("あてはまるものはありません。")
    assert by_name.says("あてはまるものはありません。")
    assert by_group.link("花の会") == f"/groups/{group.public_id}"
    assert "/group/slots/" not in by_group.html


def test_an_empty_word_finds_nothing_and_says_what_to_type(
    staff: Browser, caller: Receipt
) -> None:
    for word in ("", "　", "\x00"):
        page = look_for(staff, word)

        assert page.says("探すことばを入力してください。")
        assert caller.number not in page.text


def test_what_fits_nothing_is_said(staff: Browser, caller: Receipt) -> None:
    for word in ("%", "_", "'", "そんな人", "9999999999", "@@"):
        page = look_for(staff, word)

        assert page.says("あてはまるものはありません。")
        assert caller.number not in page.text


def test_many_applications_are_paged_without_an_address(staff: Browser, slot: Slot) -> None:
    for number in range(1, 22):
        sign_up(slot, number)

    first = look_for(staff, "みほん")
    second = staff.submit(press="次へ")

    assert first.says("申込み（21件、新しい順）")
    assert first.says("R8-00021")
    assert not first.says("R8-00001")
    assert second.path == "/staff/search"
    assert second.says("R8-00001")


def test_days_of_another_year_have_their_year(
    staff: Browser, caller: Receipt, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move_to(datetime(2027, 4, 1, 9, tzinfo=TOKYO))
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))

    page = look_for(staff, "たかだ")

    assert caller
    assert page.says("2026年12月12日（土）9:30～11:30")


def test_a_search_starts_on_the_desk_and_on_the_list(staff: Browser, caller: Receipt) -> None:
    found = []

    for path in ("/staff/", "/staff/signups"):
        staff.open(path)
        found.append(staff.submit({"q": "たかだ"}))

    assert [page.path for page in found] == ["/staff/search"] * 2
    assert all(page.says(caller.number) for page in found)
