"""A mother brings her child and watches: how that looks on every page it comes by."""

from collections.abc import Callable

import pytest
from flask import Flask

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.exports.rules import ExportKind
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import queries
from kyodo_match.signups.models import Signup
from tests.support.clock import FrozenClock
from tests.support.databases import look_again
from tests.support.exports import export_lines
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import keys, slot_now
from tests.support.pages import Browser
from tests.support.sign_up_form import address, all_signups, apply, fill_in

MOTHER = {"age_group": "18_39", "applicant_participates": "escort"}
CHILD = {
    "companions-0-name": "山田 さくら",
    "companions-0-kana": "やまだ さくら",
    "companions-0-age_group": "elementary",
}


@pytest.fixture
def slot(app: Flask) -> Slot:
    """A day for children with one place."""
    opportunity = make_opportunity(
        group=make_group(), min_age=6, max_age=12, escort="小学3年生までは保護者と"
    )
    return make_slot(opportunity=opportunity, capacity=1)


def sent(browser: Browser, slot: Slot) -> Signup:
    apply(browser, slot, **MOTHER, **CHILD)
    [signup] = all_signups()
    return signup


def own_page(browser: Browser, signup: Signup) -> Browser:
    browser.open(f"/manage/{keys().manage_token(signup.public_id, signup.access_version)}")
    return browser


def test_a_mother_says_that_she_comes_along(browser: Browser, slot: Slot) -> None:
    form = browser.open(address(slot))
    check = fill_in(browser, slot, **MOTHER, **CHILD)
    receipt = browser.submit(press="この内容で申し込む")

    [signup] = all_signups()
    assert form.says("付き添いの条件：小学3年生までは保護者と。付き添いの方と")
    assert form.says("付き添いの方は、この人数にも定員にも数えません。")
    assert check.says("参加する方（1人と付き添い1人）")
    assert check.says("付き添いとして来ます")
    assert receipt.says("参加が決まりました")
    assert receipt.says("1人と付き添い1人")
    assert [(one.name, one.is_escort) for one in signup.participants] == [
        ("山田 花子", True),
        ("山田 さくら", False),
    ]
    assert slot_now(slot).places_taken == 1


def test_who_comes_along_may_be_in_the_row_of_a_companion(browser: Browser, slot: Slot) -> None:
    helper = CHILD | {"companions-0-age_group": "65_up", "companions-0-escort": True}

    apply(browser, slot, age_group="elementary", **helper)

    [signup] = all_signups()
    assert [one.is_escort for one in signup.participants] == [False, True]


def test_nobody_comes_along_with_nobody(browser: Browser, slot: Slot) -> None:
    page = fill_in(browser, slot, **MOTHER)

    assert page.says("付き添いの方だけでは申し込めません。")
    assert page.main.find(".//details[@data-companions][@open]") is not None
    assert all_signups() == []


def test_a_day_that_counts_escorts_says_so(browser: Browser, app: Flask) -> None:
    slot = make_slot(escorts_count=True, party_limit=2)

    page = browser.open(address(slot))

    assert page.says("申し込む方を入れて2人までです。付き添いの方も、この人数に数えます。")
    assert page.html.count("data-companion>") == 1


def test_one_changes_who_comes_along_on_a_full_day(browser: Browser, slot: Slot) -> None:
    signup = sent(browser, slot)
    page = own_page(browser, signup).page
    escort, child = queries.live(signup)
    browser.open(f"/manage/change?participant={escort.public_id}")

    refused = browser.submit({"escort": False, "age_group": "elementary"}, press="この方に変える")
    browser.open(f"/manage/change?participant={escort.public_id}")
    done = browser.submit({"name": "山田 太郎", "kana": "やまだ たろう"}, press="この方に変える")

    assert page.says("参加する方（1人と付き添い1人）")
    assert not page.says(f"この方だけ取り消す {child.name}")
    assert page.says(f"この方だけ取り消す {escort.name}")
    assert refused.says("空きがないため、人数は増やせません。")
    assert done.says("山田 太郎")
    assert done.says("・付き添い")
    assert slot_now(slot).places_taken == 1


def test_an_escort_is_added_where_nobody_else_could_be(browser: Browser, slot: Slot) -> None:
    apply(browser, slot, age_group="elementary")
    [signup] = all_signups()

    own_page(browser, signup).follow("付き添いの方を加える")
    page = browser.submit(
        {"name": "山田 母", "kana": "やまだ はは", "age_group": "40_64"}, press="この方を加える"
    )

    assert page.says("参加する方（1人と付き添い1人）")
    assert slot_now(slot).places_taken == 1


def test_the_group_and_the_office_see_who_comes_along(
    browser: Browser, new_browser: Callable[[], Browser], slot: Slot
) -> None:
    signup = sent(browser, slot)
    group, staff = new_browser(), new_browser()
    sign_in(group, make_member(slot.opportunity.group, MemberRole.EDITOR))
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))

    listed = group.open(f"/group/slots/{slot.public_id}/signups")
    shown = staff.open(f"/staff/signups/{signup.public_id}")

    assert listed.says("・付き添い")
    assert shown.says("参加する方（1人と付き添い1人）")


def test_at_the_door_an_escort_is_found_and_not_marked(
    browser: Browser, new_browser: Callable[[], Browser], slot: Slot, frozen_clock: FrozenClock
) -> None:
    sent(browser, slot)
    group = new_browser()
    frozen_clock.moment = slot.starts_at
    sign_in(group, make_member(slot.opportunity.group, MemberRole.EDITOR))
    path = f"/group/slots/{slot.public_id}/reception"

    page, paper = group.open(path), group.open(f"{path}/list")
    marks = [form for form in page.forms if form.buttons("出席 山田 さくら")]
    others = [form for form in page.forms if form.buttons("出席 山田 花子")]
    group.post(path, dict([*marks[0].filled({}, None), ("attendance", "attended")]))
    look_again()
    [line] = export_lines(ExportKind.PARTICIPANTS)

    assert page.says("山田 さくらさんといっしょ（人数に数えません）")
    assert page.says("名簿 1人")
    assert (len(marks), others) == (1, [])
    assert paper.says("付き添い（山田 さくらさん）")
    assert [line[name] for name in ("confirmed", "attended", "unmarked", "visits", "people")] == [
        1, 1, 0, 1, 1,
    ]  # fmt: skip
    assert [row["name"] for row in export_lines(ExportKind.SIGNUPS)] == ["山田 さくら"]
