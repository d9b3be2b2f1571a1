"""Applications as staff and a group's editors see them, and what they do for callers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db, use_case
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.rules import CallOutcome
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.signups import services
from kyodo_match.signups.models import Signup
from kyodo_match.signups.outbox import Kind
from kyodo_match.signups.rules import Receipt, SignupStatus
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import calls_to, keys, sign_up, signup_now, slot_now, status_of
from tests.support.pages import Browser

CALLER: dict[str, str | bool] = {
    "channel": "phone",
    "name": "田中 ウメ",
    "kana": "たなか うめ",
    "age_group": "65_up",
    "residency": "resident",
    "phone": "0297-58-2111",
    "privacy_consent": True,
}


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=2, opportunity=make_opportunity(group=make_group(name="里山の会")))


@pytest.fixture
def staff(new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR, name="協働 太郎"))
    return browser


@pytest.fixture
def editor(slot: Slot, new_browser: Callable[[], Browser]) -> Browser:
    browser = new_browser()
    sign_in(browser, make_member(slot.opportunity.group, MemberRole.EDITOR))
    return browser


def reread() -> None:
    db.session().rollback()  # see what others have committed since


def test_a_caller_is_entered_with_the_same_form(slot: Slot, staff: Browser) -> None:
    form = staff.open(f"/slots/{slot.public_id}/signup?channel=phone")
    check = staff.submit(CALLER)
    receipt = staff.submit(press="この内容で申し込む")

    reread()
    signup = db.session().scalars(sa.select(Signup)).one()
    assert all("/staff/phone-calls" in page.links() for page in (form, check, receipt))
    assert form.says("はじめに、次の文を読み上げてください")
    assert form.says("利用目的を読み上げ、口頭で説明しました")
    assert check.says("大事なことは電話（0297-58-2111）でお知らせします")
    assert receipt.says("申し込んだ方に、この番号を伝えてください")
    assert receipt.says(keys().pin(signup.public_id, 1))
    assert (signup.channel, signup.privacy_by) == ("phone", "oral")
    assert signup.entered_by is not None
    assert calls_of(signup) == ["reached"]


def test_who_wrote_on_paper_is_called(slot: Slot, staff: Browser) -> None:
    staff.open(f"/slots/{slot.public_id}/signup?channel=paper")
    staff.submit({**CALLER, "channel": "paper"})
    staff.submit(press="この内容で申し込む")

    reread()
    assert calls_of(db.session().scalars(sa.select(Signup)).one()) == ["open"]


def calls_of(signup: Signup) -> list[str]:
    """How the calls about a sign-up stand: who hears it while it is written down is reached."""
    statement = sa.text("SELECT outcome FROM phone_call WHERE signup_id = :it ORDER BY id")
    return list(db.session().scalars(statement, {"it": signup.public_id}))


def test_paper_that_came_before_closing_is_entered_afterwards(
    slot: Slot, staff: Browser, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move_to(COMING - timedelta(hours=14))
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))
    staff.open(f"/slots/{slot.public_id}/signup?channel=paper")

    staff.submit({**CALLER, "channel": "paper", "received_at": "2026-12-10T09:00"})
    receipt = staff.submit(press="この内容で申し込む")

    assert receipt.says("2026年12月10日（木）9:00")
    assert receipt.says("参加が決まりました")


def test_a_time_of_receipt_in_the_future_is_refused(slot: Slot, staff: Browser) -> None:
    staff.open(f"/slots/{slot.public_id}/signup?channel=paper")

    page = staff.submit({**CALLER, "received_at": "2026-12-10T09:00"})

    assert page.says("受け付けた日時に、先の時刻は入力できません。")


def test_an_editor_enters_a_caller_for_the_own_group_only(slot: Slot, editor: Browser) -> None:
    other = make_slot()

    own = editor.open(f"/slots/{slot.public_id}/signup?channel=counter")
    foreign = editor.open(f"/slots/{other.public_id}/signup?channel=counter")

    assert own.says("はじめに、次の文を読み上げてください")
    assert "/group/" in own.links("団体の机")
    assert not foreign.says("はじめに、次の文を読み上げてください")


def test_a_signed_in_person_without_a_channel_is_a_citizen(slot: Slot, staff: Browser) -> None:
    page = staff.open(f"/slots/{slot.public_id}/signup")

    assert "/staff/phone-calls" not in page.links()
    assert not page.says("はじめに、次の文を読み上げてください")


def test_the_list_says_the_year_only_where_it_is_another_fiscal_year(
    slot: Slot, staff: Browser, frozen_clock: FrozenClock
) -> None:
    sign_up(slot, 1)

    this_year = staff.open("/staff/signups")
    frozen_clock.move_to(datetime(2027, 4, 1, 9, tzinfo=TOKYO))
    sign_in(staff, make_account(role=StaffRole.COORDINATOR))
    next_year = staff.open("/staff/signups")

    assert this_year.says("12月12日（土）9:30～11:30")
    assert not this_year.says("2026年12月12日")
    assert next_year.says("2026年12月12日（土）9:30～11:30")


def test_a_list_of_one_state(slot: Slot, staff: Browser) -> None:
    sure, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2)

    page = staff.open("/staff/signups?status=waitlisted&page=abc&q=%00")

    assert page.says(waiting.number)
    assert not page.says(sure.number)


def test_all_facts_and_the_history_of_an_application(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot, 1, support=("wheelchair",), note="駅から歩きます")

    page = staff.open(f"/staff/signups/{receipt.signup_id}")

    assert page.says("見本 1（みほん い）")
    assert page.says("車いすを使う")
    assert page.says("参加が決まった")
    assert page.says("申し込んだ方")
    assert not page.says("駅から歩きます")
    assert not page.says(keys().pin(receipt.signup_id, 1))


def test_a_note_is_read_with_a_reason_that_is_kept(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot, 1, note="駅から歩きます")
    staff.open(f"/staff/signups/{receipt.signup_id}")

    without = staff.submit(press="内容を見る")
    page = staff.submit({"reason": "駐車場の準備のため"}, press="内容を見る")

    reread()
    event = db.session().scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert without.says("見る理由を入力してください。")
    assert page.says("駅から歩きます")
    assert event is not None
    assert (event.action, event.reason) == ("signup.note-read", "駐車場の準備のため")
    assert page.says("駐車場の準備のため")


def test_staff_record_a_callers_answer(
    slot: Slot, staff: Browser, frozen_clock: FrozenClock
) -> None:
    full, waiting = sign_up(slot, 1, party=2), sign_up(slot, 2, email="")
    services.cancel(signup_id=full.signup_id, now=frozen_clock(), actor="citizen")
    staff.open(f"/staff/signups/{waiting.signup_id}")

    page = staff.submit(press="「参加します」と聞いた")

    reread()
    assert page.says("「参加」で受け付けました。")
    assert status_of(waiting) is SignupStatus.CONFIRMED
    [offer] = [call for call in calls_to(waiting) if call.kind == Kind.OFFER]
    assert offer.outcome is CallOutcome.REACHED


def test_staff_cancel_for_a_caller(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot, party=2)
    staff.open(f"/staff/signups/{receipt.signup_id}")

    staff.submit(press="この方を取り消す 見本 1 同行1")
    page = staff.submit(press="申込みを取り消す")

    reread()
    assert page.says("申込みを取り消しました。")
    assert status_of(receipt) is SignupStatus.CANCELLED


def test_a_new_pin_is_shown_once_and_ends_the_old_one(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot)
    staff.open(f"/staff/signups/{receipt.signup_id}")

    page = staff.submit(press="暗証番号とリンクを新しくする")
    again = staff.open(page.path)

    reread()
    assert signup_now(receipt).access_version == 2
    assert page.says(keys().pin(receipt.signup_id, 2))
    assert not again.says(keys().pin(receipt.signup_id, 2))


def test_an_editor_sees_who_has_signed_up(slot: Slot, editor: Browser) -> None:
    sign_up(slot, 1, support=("writing",), note="耳が遠いです")
    sign_up(slot, 2, party=2, note="待っている人のことば")

    page = editor.open(f"/group/slots/{slot.public_id}/signups")

    assert page.says("見本 1（みほん い）")
    assert page.says("筆談をしたい")
    assert page.says("耳が遠いです")
    assert not page.says("待っている人のことば")


@use_case
def ask(session: Session, /, *, receipt: Receipt) -> None:
    session.get_one(Signup, signup_now(receipt).id).status = SignupStatus.AWAITING_ANSWER


def test_a_group_reads_the_note_of_who_is_asked_after_a_change(
    slot: Slot, editor: Browser
) -> None:
    ask(receipt=sign_up(slot, 1, note="耳が遠いです"))

    assert editor.open(f"/group/slots/{slot.public_id}/signups").says("耳が遠いです")


def test_a_group_sees_names_until_the_day_after(
    slot: Slot, new_browser: Callable[[], Browser], frozen_clock: FrozenClock
) -> None:
    sign_up(slot, 1)
    seen = []

    for days in (1, 2):
        frozen_clock.move_to(COMING + timedelta(days=days))
        browser = new_browser()
        sign_in(browser, make_member(slot.opportunity.group, MemberRole.EDITOR))
        seen.append(browser.open(f"/group/slots/{slot.public_id}/signups").says("見本 1"))

    assert seen == [True, False]


@pytest.mark.parametrize("area", ["staff", "group"])
def test_a_day_is_called_off_and_everyone_is_told(
    slot: Slot, staff: Browser, editor: Browser, area: str
) -> None:
    browser = staff if area == "staff" else editor
    receipts = [sign_up(slot, 1), sign_up(slot, 2, email="")]
    path = f"/{area}/slots/{slot.public_id}/cancel"
    preview = browser.open(path)

    refused = browser.submit(press="中止にして知らせる")
    answer = browser.post(
        path,
        browser.page.form_with({"reason"}, None).filled({"reason": "大雨のため"}, None),
    )

    reread()
    assert preview.says("申し込んだ2組・2人に、中止を知らせます")
    assert preview.says("メールで1組、電話で1組です")
    assert refused.says("中止の理由を入力してください。")
    assert answer.location == f"/{area}/opportunities/{slot.opportunity.public_id}"
    assert slot_now(slot).status is SlotStatus.CANCELLED
    assert {status_of(one) for one in receipts} == {SignupStatus.CANCELLED}
    assert browser.open(path).says("すでに中止になっています")


def test_looking_at_the_preview_tells_nobody(slot: Slot, staff: Browser) -> None:
    receipt = sign_up(slot)

    staff.open(f"/staff/slots/{slot.public_id}/cancel")

    reread()
    assert status_of(receipt) is SignupStatus.CONFIRMED


def test_capacity_never_goes_below_what_is_taken(slot: Slot, editor: Browser) -> None:
    sign_up(slot, party=2)
    editor.open(f"/group/slots/{slot.public_id}/capacity")

    page = editor.submit({"capacity": "１"})

    reread()
    assert page.says("決まっている参加者が定員より1多くなります")
    assert slot_now(slot).capacity == 2


def test_more_places_are_offered_to_who_waits(slot: Slot, staff: Browser) -> None:
    sign_up(slot, 1, party=2)
    waiting = sign_up(slot, 2)
    path = f"/staff/slots/{slot.public_id}/capacity"
    staff.open(path)

    answer = staff.post(
        path, staff.page.form_with({"capacity"}, None).filled({"capacity": "３"}, None)
    )

    reread()
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert slot_now(slot).capacity == 3
    assert status_of(waiting) is SignupStatus.OFFERED


@pytest.mark.parametrize("typed", ["", "0", "-1", "たくさん", "99999999"])
def test_a_capacity_that_is_no_number_is_said(slot: Slot, staff: Browser, typed: str) -> None:
    staff.open(f"/staff/slots/{slot.public_id}/capacity")

    page = staff.submit({"capacity": typed})

    assert page.by_class("field__error")
    assert page.value_of("capacity") == typed


_OF_GROUP = ("/group/slots/{slot}/signups", "/group/slots/{slot}/cancel",
             "/group/slots/{slot}/capacity")  # fmt: skip
_OF_STAFF = ("/staff/signups", "/staff/signups/{signup}", "/staff/slots/{slot}/cancel",
             "/staff/slots/{slot}/capacity")  # fmt: skip
_ROLES = {
    "stranger": (302, 302),
    "viewer": (403, 403),
    "coordinator": (200, 200),
    "admin": (200, 200),
    "own reception": (403, 403),
    "own editor": (200, 403),
    "own owner": (200, 403),
    "foreign owner": (404, 403),
}


@pytest.mark.parametrize("who", _ROLES)
def test_who_may_open_what(slot: Slot, new_browser: Callable[[], Browser], who: str) -> None:
    receipt, browser = sign_up(slot), new_browser()
    group = make_group() if who.startswith("foreign") else slot.opportunity.group
    if who in set(StaffRole):
        sign_in(browser, make_account(role=StaffRole(who)))
    elif who != "stranger":
        sign_in(browser, make_member(group, MemberRole(who.split()[1])))

    answers = [
        {
            browser.get(path.format(slot=slot.public_id, signup=receipt.signup_id)).status_code
            for path in paths
        }
        for paths in (_OF_GROUP, _OF_STAFF)
    ]

    assert answers == [{status} for status in _ROLES[who]]


def test_an_absent_application_is_not_found(slot: Slot, staff: Browser) -> None:
    assert staff.get(f"/staff/signups/{'0' * 12}").status_code == HTTPStatus.NOT_FOUND
    assert staff.get(f"/staff/slots/{'0' * 12}/cancel").status_code == HTTPStatus.NOT_FOUND
