"""The reception as a group's member holds it in the hand."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]


@pytest.fixture
def slot(app: Flask, frozen_clock: FrozenClock) -> Slot:
    """A day with one party of two, on the morning it takes place."""
    slot = make_slot(opportunity=make_opportunity(group=make_group()), capacity=10)
    sign_up(slot, 1, party=2)
    frozen_clock.moment = slot.starts_at
    return slot


@pytest.fixture
def reception(slot: Slot, browser: Browser) -> Browser:
    """The reception member of the receiving group, with the page open."""
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.RECEPTION))
    browser.open(path(slot))
    db.session().rollback()  # what this session has read stays as it was until then
    return browser


def path(slot: Slot) -> str:
    return f"/group/slots/{slot.public_id}/reception"


def states(slot: Slot) -> list[str]:
    look_again()
    return [person.attendance for person in queries.expected(db.session(), slot)]


def press(browser: Browser, slot: Slot, state: str) -> None:
    """Press a button of the first person who has it."""
    form = next(
        form
        for form in browser.page.forms
        if any(button.get("value") == state for button in form.buttons())
    )
    sent = [*form.filled({}, None), ("attendance", state)]
    browser.post(form.action, dict(sent))
    browser.open(path(slot))


def test_a_member_marks_who_came_and_takes_it_back(reception: Browser, slot: Slot) -> None:
    press(reception, slot, "attended")
    after_mark = states(slot)
    press(reception, slot, "unmarked")

    assert sorted(after_mark) == ["attended", "unmarked"]
    assert states(slot) == ["unmarked", "unmarked"]


def test_a_walk_in_is_one_step(reception: Browser, slot: Slot) -> None:
    page = reception.submit(
        {
            "walkin-name": "飛入 花子",
            "walkin-kana": "トビイリ ハナコ",
            "walkin-age_group": "40_64",
        },
        press="追加して出席にする",
    )

    assert page.says("当日参加の方を追加し、出席にしました。")
    assert page.says("とびいり はなこ")
    assert sorted(states(slot)) == ["attended", "unmarked", "unmarked"]


def test_a_walk_in_without_kana_gets_the_form_back_with_what_was_typed(
    reception: Browser, slot: Slot
) -> None:
    page = reception.submit({"walkin-name": "𠮷田 花子"}, press="追加して出席にする")

    assert page.says("ふりがなを入力してください。")
    assert page.value_of("walkin-name") == "𠮷田 花子"
    assert len(states(slot)) == 2


def test_heads_without_names_are_counted(reception: Browser, slot: Slot) -> None:
    reception.submit({"adults": "１２", "children": "5"}, press="人数を記録する")

    tally = queries.tally_of(db.session(), slot)
    assert tally is not None
    assert tally.visits == 17


@pytest.mark.parametrize("typed", ["-1", "多数", "99999", "9" * 400])
def test_a_count_that_cannot_be_is_refused_beside_its_field(
    reception: Browser, slot: Slot, typed: str
) -> None:
    page = reception.submit({"adults": typed}, press="人数を記録する")

    assert page.value_of("adults") == typed
    assert "field--invalid" in page.html
    assert page.says("0以上の数字で入力してください。")
    assert queries.tally_of(db.session(), slot) is None


def test_the_list_of_the_day_can_be_printed(reception: Browser, slot: Slot) -> None:
    page = reception.follow("紙の名簿を開く")

    assert page.says("みほん い")
    assert page.says("この名簿には個人情報が含まれます")


def test_before_closing_the_reception_sees_no_names(
    reception: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    assert slot.closes_at is not None
    frozen_clock.moment = slot.closes_at
    frozen_clock.move(minutes=-1)

    page = reception.open(path(slot))

    assert page.says("お名前は表示していません")
    assert not page.says("みほん い")
    assert reception.get(f"{path(slot)}/list").status_code == HTTPStatus.FORBIDDEN


def test_two_days_later_names_are_closed_to_the_reception(
    reception: Browser, slot: Slot, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move(days=2)
    sign_in(reception, make_member(slot.opportunity.group, MemberRole.RECEPTION))

    assert not reception.open(path(slot)).says("みほん い")


@pytest.mark.parametrize("suffix", ["", "/list"])
def test_who_may_open_the_reception(slot: Slot, new_browser: NewBrowser, suffix: str) -> None:
    people = {
        "stranger": None,
        "own reception": make_member(slot.opportunity.group, MemberRole.RECEPTION),
        "own owner": make_member(slot.opportunity.group, MemberRole.OWNER),
        "foreign owner": make_member(make_group(), MemberRole.OWNER),
        "viewer": make_account(role=StaffRole.VIEWER),
        "coordinator": make_account(role=StaffRole.COORDINATOR),
        "admin": make_account(role=StaffRole.ADMIN),
    }
    answers = {}

    for who, account in people.items():
        browser = new_browser()
        if account is not None:
            sign_in(browser, account)
        answers[who] = browser.get(path(slot) + suffix).status_code

    assert answers == {
        "stranger": 302,
        "own reception": 200,
        "own owner": 200,
        "foreign owner": 404,
        "viewer": 403,
        "coordinator": 200,
        "admin": 200,
    }


def test_a_day_that_is_not_there_is_not_found(reception: Browser) -> None:
    assert reception.get("/group/slots/000000000000/reception").status_code == HTTPStatus.NOT_FOUND
