"""Pages of posting: copy, preview, several days, history, what was changed since."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Opportunity, Revision, Slot
from kyodo_match.opportunities.rules import OpportunityStatus
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.pages import Browser, Typed

S = OpportunityStatus
pytestmark = pytest.mark.usefixtures("app")


def editor_of(browser: Browser, **values: object) -> Opportunity:
    """Somebody who writes for a group, signed in, and one of its opportunities."""
    group = make_group()
    sign_in(browser, make_member(group))
    return make_opportunity(group=group, **values)


def starts() -> list[str]:
    db.session.rollback()
    moments = db.session.scalars(sa.select(Slot.starts_at).order_by(Slot.starts_at))
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in moments]


# --- Copy --------------------------------------------------------------------


def test_last_years_text_becomes_a_draft_with_its_days_next_year(browser: Browser) -> None:
    earlier = editor_of(browser, title="里山の一日 2026", bring="のこぎり")
    make_slot(opportunity=earlier)

    browser.open("/group/opportunities")
    form = browser.follow("写して作る")
    made = browser.submit({"title": "里山の一日 2027", "contact_name": "新しい係"})

    assert form.says("1年後の同じ曜日（2027年12月11日（土）から）")
    assert form.value_of("contact_name") == "体験係"
    assert made.says("下書きを作りました")
    assert made.value_of("title") == "里山の一日 2027"
    assert made.value_of("bring") == "のこぎり"
    assert made.value_of("contact_name") == "新しい係"
    assert starts() == ["2026-12-12 00:30", "2027-12-11 00:30"]


def test_a_first_day_moves_the_others_and_is_asked_for(browser: Browser) -> None:
    earlier = editor_of(browser)
    make_slot(opportunity=earlier)

    browser.open(f"/group/opportunities/{earlier.public_id}/copy")
    asked = browser.submit({"moves": "first"})
    late = browser.submit({"moves": "first", "first": "2026-11-01"})
    browser.submit({"moves": "first", "first": "2027-02-07"})

    assert asked.says("最初の日を入力してください")
    assert late.says("最初の日は、今日より前にはできません")
    assert starts()[1:] == ["2027-02-07 00:30"]


def test_the_text_alone_can_be_copied_even_of_a_withdrawn_one(browser: Browser) -> None:
    earlier = editor_of(browser, status=S.WITHDRAWN)
    make_slot(opportunity=earlier)

    browser.open(f"/group/opportunities/{earlier.public_id}/copy")
    made = browser.submit({"moves": "none"})

    assert made.says("日程はまだありません")
    assert len(starts()) == 1


# --- Preview -----------------------------------------------------------------


def test_a_draft_is_seen_as_citizens_will_but_leads_nowhere(browser: Browser) -> None:
    draft = editor_of(browser, status=S.DRAFT)
    slot = make_slot(opportunity=draft)

    page = browser.open(f"/group/opportunities/{draft.public_id}/preview")

    assert page.says("プレビュー：市民の方には、このように見えます")
    assert page.says("この日に申し込む")
    assert page.says(draft.description)
    assert f"/slots/{slot.public_id}/signup" not in page.links()
    assert browser.get(f"/opportunities/{draft.public_id}").status_code == 404


def test_what_is_typed_is_seen_before_it_is_saved(browser: Browser) -> None:
    opportunity = editor_of(browser, bring="軍手")

    form = browser.open(f"/group/opportunities/{opportunity.public_id}").form_with({"bring"}, None)
    sent = form.filled({"bring": "新しい長靴"}, None)
    shown = browser.post(f"/group/opportunities/{opportunity.public_id}/preview", sent)
    refused = browser.post(
        f"/group/opportunities/{opportunity.public_id}/preview",
        form.filled({"contact_phone": "12"}, None),
    )

    assert "新しい長靴" in shown.text
    assert "電話番号は" in refused.text
    assert browser.open(f"/opportunities/{opportunity.public_id}").says("軍手")


def test_every_member_of_the_staff_can_look(browser: Browser) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)
    make_slot(opportunity=opportunity)
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    browser.open(f"/staff/opportunities/{opportunity.public_id}")

    assert browser.follow("プレビュー").says("市民の方には、このように見えます")


# --- Several days ------------------------------------------------------------

SUNDAYS: dict[str, Typed] = {
    "way": "weekly",
    "weekdays": ["6"],
    "first": "2026-12-06",
    "last": "2026-12-20",
    "begins": "09:30",
    "ends": "12:00",
    "capacity": "８",
}


def test_every_sunday_is_listed_before_it_is_added(browser: Browser) -> None:
    draft = editor_of(browser, status=S.DRAFT)

    browser.open(f"/group/opportunities/{draft.public_id}")
    browser.follow("日程をまとめて追加する")
    check = browser.submit(SUNDAYS)
    before = starts()
    done = browser.submit(press="印のついた日を追加する")

    assert check.says("2026年12月13日（日）9:30～12:00")
    assert before == []
    assert done.says("日程を3件追加しました")
    assert starts() == ["2026-12-06 00:30", "2026-12-13 00:30", "2026-12-20 00:30"]


def test_a_holiday_and_a_clash_are_named_and_the_clash_is_not_ticked(browser: Browser) -> None:
    draft = editor_of(browser, status=S.DRAFT)
    make_slot(opportunity=draft)

    browser.open(f"/group/opportunities/{draft.public_id}/slots/several")
    check = browser.submit(
        {
            "way": "list",
            "listed": "2026-12-12\n令和9年1月11日",
            "begins": "10:00",
            "ends": "11:00",
            "capacity": "8",
        }
    )
    browser.submit(press="印のついた日を追加する")

    assert check.says("すでにある日程と重なります")
    assert check.says("2027年1月11日（月・祝）")
    assert check.says("祝日です")
    assert starts() == ["2026-12-12 00:30", "2027-01-11 01:00"]


def test_a_clash_that_is_ticked_adds_nothing_and_can_be_mended(browser: Browser) -> None:
    draft = editor_of(browser, status=S.DRAFT)
    make_slot(opportunity=draft)

    browser.open(f"/group/opportunities/{draft.public_id}/slots/several")
    browser.submit({**SUNDAYS, "weekdays": ["5"], "first": "2026-12-12"})
    refused = browser.submit({"chosen": ["2026-12-12", "2026-12-19"]}, press="印のついた日")
    back = browser.submit(press="修正する")

    assert refused.says("すでにある日程と時間が重なります")
    assert len(starts()) == 1
    assert back.value_of("begins") == "09:30"


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"weekdays": []}, "曜日を1つ以上選んでください"),
        ({"last": "2026-12-01"}, "「いつから」より後の、1年以内の日"),
        ({"first": "2026-12-07", "last": "2026-12-08"}, "あてはまる日がありません"),
        ({"ends": "09:00"}, "終了は、開始より後の時刻"),
        ({"way": "list", "listed": "来週"}, "読めないところがあります：来週"),
        ({"weekdays": list("0123456"), "last": "2027-03-01"}, "一度に追加できるのは60日まで"),
        ({"minimum": "9"}, "1から定員まで"),
        ({"first": ""}, "いつからかを入力してください"),
    ],
)
def test_what_cannot_be_a_series_is_said_in_the_form(
    browser: Browser, over: dict[str, Typed], words: str
) -> None:
    draft = editor_of(browser, status=S.DRAFT)

    browser.open(f"/group/opportunities/{draft.public_id}/slots/several")
    page = browser.submit(SUNDAYS | over)

    assert page.says(words)
    assert page.value_of("begins") == "09:30"


def test_a_day_of_the_week_that_there_is_not_is_refused_and_nothing_is_lost(
    browser: Browser,
) -> None:
    draft = editor_of(browser, status=S.DRAFT)
    page = browser.open(f"/group/opportunities/{draft.public_id}/slots/several")
    sent = {"csrf_token": page.value_of("csrf_token"), **SUNDAYS, "weekdays": "x"}

    answer = browser.post(page.path, sent)

    assert answer.status_code == HTTPStatus.OK
    assert 'value="09:30"' in answer.text


# --- Changed after publication -----------------------------------------------


def test_a_change_after_publication_is_public_at_once_and_the_office_reads_it(
    new_browser: Callable[[], Browser],
) -> None:
    writer, office, anyone = new_browser(), new_browser(), new_browser()
    opportunity = editor_of(writer, bring="軍手")
    make_slot(opportunity=opportunity)
    sign_in(office, make_account(role=StaffRole.COORDINATOR))

    page = writer.open(f"/group/opportunities/{opportunity.public_id}")
    writer.submit({"bring": "軍手、長靴", "reason": "ぬかるむため"}, press="保存する")
    history = writer.follow("変更の履歴")
    office.open("/staff/opportunities")
    listed = office.follow("変えられたところを見る")
    marked = office.submit(press="確認した")

    assert "title" not in page.form_with({"bring"}, None).names
    assert anyone.open(f"/opportunities/{opportunity.public_id}").says("軍手、長靴")
    assert history.says("担当課は未確認")
    assert listed.says("持ち物・服装 軍手 軍手、長靴")
    assert listed.says("ぬかるむため")
    assert marked.says("変更1件を確認済みにしました")
    assert marked.says("まだ見ていない変更はありません")


def test_a_viewer_reads_changes_and_marks_none(browser: Browser) -> None:
    opportunity = make_opportunity()
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    page = browser.open("/staff/opportunities/changes")
    history = browser.open(f"/staff/opportunities/{opportunity.public_id}/history")

    assert page.says("まだ見ていない変更はありません")
    assert history.says("公開した後の変更は、まだありません")
    assert db.session.scalars(sa.select(Revision)).all() == []


def test_of_two_who_write_at_once_neither_is_overwritten(
    new_browser: Callable[[], Browser],
) -> None:
    first, second = new_browser(), new_browser()
    opportunity = editor_of(first, status=S.DRAFT, bring="軍手", fee="無料")
    sign_in(second, make_member(opportunity.group))
    path = f"/group/opportunities/{opportunity.public_id}"

    first.open(path)
    second.open(path)
    second.submit({"bring": "水着", "fee": "100円"}, press="下書きを保存する")
    told = first.submit({"bring": "長靴", "rain": "中止"}, press="下書きを保存する")
    saved = first.submit(press="下書きを保存する")

    assert told.says("まだ保存していません。入力している間に、ほかの方が保存しました")
    assert told.says("水着")
    assert (told.value_of("bring"), told.value_of("fee")) == ("長靴", "100円")
    assert (saved.value_of("bring"), saved.value_of("fee")) == ("長靴", "100円")
    assert saved.value_of("rain") == "中止"


def test_of_two_who_change_a_day_at_once_neither_is_overwritten(
    new_browser: Callable[[], Browser],
) -> None:
    first, second = new_browser(), new_browser()
    opportunity = editor_of(first, status=S.DRAFT)
    slot = make_slot(opportunity=opportunity, capacity=10)
    sign_in(second, make_member(opportunity.group))
    path = f"/group/slots/{slot.public_id}/edit"

    first.open(path)
    second.open(path)
    second.submit({"capacity": "20", "party_limit": "3"})
    told = first.submit({"capacity": "15"})
    first.submit(press="日程を保存する")

    assert told.says("今保存されているのは「20」です")
    assert (told.value_of("capacity"), told.value_of("party_limit")) == ("15", "3")
    db.session.rollback()
    kept = db.session.get_one(Slot, slot.id, populate_existing=True)
    assert (kept.capacity, kept.party_limit) == (15, 3)
