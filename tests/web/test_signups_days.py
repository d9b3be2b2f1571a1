"""Pages where a day that people have signed up for is moved, and an opportunity withdrawn."""

from collections.abc import Callable

import pytest

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import NeedPattern, OpportunityStatus, SlotStatus
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_roles import make_need, make_standing
from tests.support.make_signups import keys, kinds_to, sign_up, slot_now, status_of
from tests.support.pages import Browser

S = SignupStatus
NEW = {
    "starts_at": "2026-12-20T13:00",
    "ends_at": "2026-12-20T15:00",
    "reason": "会場の工事のため",
}
pytestmark = pytest.mark.usefixtures("app")


def state_of(receipt: Receipt) -> SignupStatus:
    """As the pages have left it: what this session read before is put away first."""
    db.session.rollback()
    return status_of(receipt)


def day_of_editor(browser: Browser, **values: object) -> Slot:
    """A published day of the group that the person writes for, signed in."""
    group = make_group()
    sign_in(browser, make_member(group))
    opportunity = make_opportunity(group=group, title="里山の一日", **values)
    return make_slot(opportunity=opportunity)


def test_from_the_page_of_a_day_over_the_check_to_everybody_told(browser: Browser) -> None:
    slot = day_of_editor(browser)
    asked, phoned = sign_up(slot, 1, party=2), sign_up(slot, 2, email="")

    browser.open(f"/group/slots/{slot.public_id}/edit")
    browser.follow("日時・場所を変える")
    check = browser.submit(NEW, press="確認へ進む")
    before = state_of(asked)
    done = browser.submit(press="変えて知らせる")

    assert check.says("申し込んだ2組・3人に知らせます")
    assert check.says("メールで1組、電話で1組です")
    assert check.says("2026年12月12日（土）9:30～11:30")
    assert check.says("2026年12月20日（日）13:00～15:00")
    assert before is S.CONFIRMED
    assert done.says("日程を変えました")
    assert (state_of(asked), state_of(phoned)) == (S.AWAITING_ANSWER, S.AWAITING_ANSWER)
    assert kinds_to(asked)[-1] == "signup-changed"


def test_going_back_from_the_check_keeps_what_was_typed(browser: Browser) -> None:
    slot = day_of_editor(browser)
    party = sign_up(slot, 1)

    browser.open(f"/group/slots/{slot.public_id}/change")
    browser.submit(NEW, press="確認へ進む")
    back = browser.submit(press="修正する")

    assert back.value_of("starts_at") == "2026-12-20T13:00"
    assert back.value_of("reason") == "会場の工事のため"
    assert state_of(party) is S.CONFIRMED


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"starts_at": "2026-12-12T09:30", "ends_at": "2026-12-12T11:30"}, "今と同じです"),
        ({"ends_at": "2026-12-20T12:00"}, "終了は、開始より後の日時"),
        ({"starts_at": "2026-11-01T13:00"}, "開始は、これからの日時"),
        ({"starts_at": "2036-12-20T13:00", "ends_at": "2036-12-20T15:00"}, "年を確かめて"),
        ({"reason": ""}, "変える理由を入力してください"),
    ],
)
def test_what_cannot_be_is_said_before_anybody_is_told(
    browser: Browser, over: dict[str, str], words: str
) -> None:
    slot = day_of_editor(browser)
    party = sign_up(slot, 1)

    browser.open(f"/group/slots/{slot.public_id}/change")
    page = browser.submit(NEW | over, press="確認へ進む")

    assert page.says(words)
    assert kinds_to(party) == ["signup-confirmed"]


def test_who_signs_up_while_a_day_is_edited_leads_to_the_page_that_asks(
    browser: Browser,
) -> None:
    slot = day_of_editor(browser)
    browser.open(f"/group/slots/{slot.public_id}/edit")
    party = sign_up(slot, 1)

    page = browser.submit(
        {"starts_at": "2026-12-20T13:00", "ends_at": "2026-12-20T15:00", "place": "市役所"}
    )

    assert page.path.startswith(f"/group/slots/{slot.public_id}/change?")
    assert page.value_of("starts_at") == "2026-12-20T13:00"
    assert page.value_of("place") == "市役所"
    assert state_of(party) is S.CONFIRMED
    assert slot_now(slot).starts_at == COMING


def test_what_does_not_move_says_why(browser: Browser, frozen_clock: FrozenClock) -> None:
    frozen_clock.move_to(COMING)
    slot = day_of_editor(browser)
    cancelled = make_slot(opportunity=slot.opportunity, status=SlotStatus.CANCELLED)

    ended = browser.open(f"/group/slots/{cancelled.public_id}/change")
    begun = browser.open(f"/group/slots/{slot.public_id}/change")

    assert ended.says("この日程は中止になっています")
    assert begun.says("この日程は始まっています")


def test_the_place_of_a_text_has_a_page_of_its_own_once_people_come(browser: Browser) -> None:
    slot = day_of_editor(browser)
    party = sign_up(slot, 1)

    edit = browser.open(f"/group/opportunities/{slot.opportunity.public_id}")
    browser.follow("場所を変える")
    check = browser.submit({"place": "新しい広場", "reason": "工事のため"}, press="確認へ進む")
    browser.submit(press="変えて知らせる")

    assert "place" not in edit.form_with({"bring"}, None).names
    assert check.says("申し込んだ1組・1人に知らせます")
    assert state_of(party) is S.AWAITING_ANSWER
    assert slot_now(slot).opportunity.place == "新しい広場"


def test_who_is_asked_reads_where_their_own_day_was(
    browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """The day has a place of its own since; where the text is held moves it no more."""
    slot = day_of_editor(browser)
    party = sign_up(slot, 1)
    browser.open(f"/group/slots/{slot.public_id}/change")
    browser.submit(NEW | {"place": "集会所"}, press="確認へ進む")
    browser.submit(press="変えて知らせる")
    browser.open(f"/group/opportunities/{slot.opportunity.public_id}")
    browser.submit({"place": "新しい広場"}, press="保存する")

    page = new_browser().open(f"/manage/{keys().manage_token(party.signup_id, 1)}")

    assert page.says("2026年12月12日（土）9:30～11:30　豊森の里山")
    assert page.says("2026年12月20日（日）13:00～15:00　集会所")


def test_a_standing_need_that_runs_moves_to_another_place_and_has_no_day_to_move(
    browser: Browser,
) -> None:
    group = make_group()
    sign_in(browser, make_member(group))
    need = make_need(group=group, pattern=NeedPattern.STANDING, title="ねこの世話")
    slot = make_standing(need=need)
    helper = sign_up(slot, 1)

    browser.open(f"/group/slots/{slot.public_id}/edit")
    form = browser.follow("活動する場所を変える")
    check = browser.submit({"place": "新しい広場", "reason": "工事のため"}, press="確認へ進む")
    browser.submit(press="変えて知らせる")

    assert form.says("日を決めない募集（随時）の、活動する場所を変えます")
    assert not form.says("新しい開始")
    assert check.says("申し込んだ1組・1人に知らせます")
    assert state_of(helper) is S.AWAITING_ANSWER
    now = slot_now(slot)
    assert (now.place, now.ends_at, now.cancel_until) == (
        "新しい広場",
        slot.ends_at,
        slot.cancel_until,
    )


def test_who_signs_up_while_a_place_is_typed_is_not_moved_behind_their_back(
    browser: Browser,
) -> None:
    slot = day_of_editor(browser)
    browser.open(f"/group/opportunities/{slot.opportunity.public_id}")
    party = sign_up(slot, 1)

    page = browser.submit({"place": "新しい広場", "bring": "長靴"}, press="保存する")

    assert page.says("場所は「場所を変える」から変えてください")
    assert f"/group/opportunities/{slot.opportunity.public_id}/place" in page.links("場所を変える")
    assert (page.value_of("place"), page.value_of("bring")) == ("新しい広場", "長靴")
    assert kinds_to(party) == ["signup-confirmed"]


def test_a_withdrawal_says_how_many_are_told_and_asks_why(browser: Browser) -> None:
    slot = day_of_editor(browser)
    party = sign_up(slot, 1, party=2)

    browser.open(f"/group/opportunities/{slot.opportunity.public_id}")
    page = browser.follow("この募集を取り下げる")
    refused = browser.submit(press="取り下げて知らせる")
    still = state_of(party)
    done = browser.submit({"reason": "指導者の都合"}, press="取り下げて知らせる")

    assert page.says("申し込んだ1組・2人に、中止を知らせます")
    assert refused.says("取り下げる理由を入力してください")
    assert still is S.CONFIRMED
    assert done.says("取り下げました")
    assert state_of(party) is S.CANCELLED
    assert slot_now(slot).cancelled_reason == "指導者の都合"


def test_a_withdrawn_page_says_so_and_staff_and_group_still_read_it(browser: Browser) -> None:
    slot = make_slot(opportunity=make_opportunity(title="里山の一日"))
    path = f"/opportunities/{slot.opportunity.public_id}"
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    browser.open(f"/staff{path}")
    browser.follow("取り下げる")
    staff = browser.submit(press="取り下げる")
    gone = browser.open(path, status=410)

    assert staff.path == f"/staff{path}"
    assert browser.open(f"/group{path}").says("里山の一日")
    assert gone.says("この募集は公開を終えました")
    assert not gone.says("里山の一日")


def test_what_was_never_public_was_never_there(browser: Browser) -> None:
    withdrawn = make_opportunity(status=OpportunityStatus.WITHDRAWN)

    assert browser.get(f"/opportunities/{withdrawn.public_id}").status_code == 404
