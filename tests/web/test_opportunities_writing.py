"""A group writes, the office publishes or returns: pages and who may open them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import db
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.make_signups import sign_up
from tests.support.pages import Browser

S = OpportunityStatus
pytestmark = pytest.mark.usefixtures("app")

WRITTEN = {
    "title": "里山の一日体験",
    "description": "落ち葉を集めます。",
    "plain_fields": ["environment"],
    "place": "豊森の里山",
    "fee": "無料",
    "bring": "軍手",
    "rain": "小雨は行います",
    "alone_welcome": "1",
    "beginner_welcome": "1",
    "contact_name": "体験係",
    "contact_phone": "０２９７－００－０１０１",
}


def status_of(opportunity: Opportunity) -> OpportunityStatus:
    db.session.rollback()
    return db.session.scalars(
        sa.select(Opportunity.status).where(Opportunity.id == opportunity.id)
    ).one()


def test_from_the_blank_form_to_the_public_page(new_browser: Callable[[], Browser]) -> None:
    group = make_group()
    writer, office = new_browser(), new_browser()
    sign_in(writer, make_member(group, MemberRole.EDITOR))
    sign_in(office, make_account(role=StaffRole.COORDINATOR))

    writer.open("/group/opportunities/new")
    writer.submit(WRITTEN, press="下書きを保存")
    writer.submit(
        {"starts_at": "2026-12-12T09:30", "ends_at": "2026-12-12T11:30", "capacity": "１０"}
    )
    handed_in = writer.submit(press="保存して提出する")
    office.open("/staff/opportunities")
    office.follow("里山の一日体験")
    published = office.submit(press="公開する")
    public = office.follow("この募集の公開ページ")

    assert handed_in.says("提出しました")
    assert published.says("公開しました")
    assert public.says("2026年11月24日（火）8:30から申し込めます")
    assert public.says("0297-00-0101")


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    browser: Browser,
) -> None:
    group = make_group()
    sign_in(browser, make_member(group))
    opportunity = make_opportunity(group=group, status=S.DRAFT, rain="", alone_welcome=None)

    browser.open(f"/group/opportunities/{opportunity.public_id}")
    page = browser.submit({"fee": "", "bring": "新しい長靴"}, press="保存して提出する")

    assert "かからないときは「無料」" in "".join(page.by_id("fee-error").itertext())
    assert "雨のとき" in "".join(page.by_id("rain-error").itertext())
    assert "おひとりでの参加" in "".join(page.by_id("alone_welcome-error").itertext())
    assert page.says("日程を1つ以上追加してください")
    assert page.value_of("bring") == "新しい長靴"
    assert status_of(opportunity) is S.DRAFT


def test_an_unusable_phone_number_gives_the_form_back(browser: Browser) -> None:
    group = make_group()
    sign_in(browser, make_member(group))

    browser.open("/group/opportunities/new")
    page = browser.submit({**WRITTEN, "contact_phone": "12", "min_age": "２０", "max_age": "5"})

    assert "電話番号は" in "".join(page.by_id("contact_phone-error").itertext())
    assert "上限は、下限以上" in "".join(page.by_id("max_age-error").itertext())
    assert page.value_of("title") == "里山の一日体験"


def test_a_returned_one_shows_the_comment_and_is_handed_in_again(
    new_browser: Callable[[], Browser],
) -> None:
    group = make_group()
    opportunity = make_opportunity(group=group, status=S.SUBMITTED)
    make_slot(opportunity=opportunity)
    writer, office = new_browser(), new_browser()
    sign_in(writer, make_member(group))
    sign_in(office, make_account(role=StaffRole.COORDINATOR))

    office.open(f"/staff/opportunities/{opportunity.public_id}")
    refused = office.submit(press="コメントをつけて差し戻す")
    office.submit({"comment": "集合場所を書いてください。"}, press="コメントをつけて差し戻す")
    returned = writer.open(f"/group/opportunities/{opportunity.public_id}")
    writer.submit({"meeting_place": "看板の前"}, press="保存して提出する")

    assert refused.says("どこをどう直すかを入力してください")
    assert returned.says("集合場所を書いてください。")
    assert status_of(opportunity) is S.SUBMITTED


@pytest.mark.parametrize(
    ("status", "said", "unsaid"),
    [
        (S.DRAFT, "公開前", "空きあり"),
        (S.SUBMITTED, "公開前", "空きあり"),
        (S.RETURNED, "公開前", "空きあり"),
        (S.PUBLISHED, "空きあり", "公開前"),
    ],
)
def test_no_place_is_promised_before_publication(
    browser: Browser, status: OpportunityStatus, said: str, unsaid: str
) -> None:
    opportunity = make_opportunity(status=status)
    make_slot(opportunity=opportunity)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    for address in ("/staff/opportunities/", "/group/opportunities/"):
        page = browser.open(address + opportunity.public_id)

        assert page.says(said)
        assert not page.says(unsaid)


def test_a_lottery_is_kept_but_not_published_and_the_page_says_why(browser: Browser) -> None:
    opportunity = make_opportunity(status=S.SUBMITTED)
    make_slot(opportunity=opportunity, mode=SlotMode.LOTTERY)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    browser.open(f"/staff/opportunities/{opportunity.public_id}")
    page = browser.submit(press="公開する")

    assert page.says("「抽選」の日程は、抽選の回に入れて公開します")
    assert status_of(opportunity) is S.SUBMITTED


def test_times_that_contradict_are_said_beside_their_fields(browser: Browser) -> None:
    group = make_group()
    opportunity = make_opportunity(group=group, status=S.DRAFT)
    sign_in(browser, make_member(group))

    browser.open(f"/group/opportunities/{opportunity.public_id}/slots/new")
    page = browser.submit(
        {
            "starts_at": "2026-12-12T11:30",
            "ends_at": "2026-12-12T09:30",
            "capacity": "5",
            "minimum": "8",
        }
    )

    assert "開始より後" in "".join(page.by_id("ends_at-error").itertext())
    assert "1から定員まで" in "".join(page.by_id("minimum-error").itertext())
    assert page.value_of("starts_at") == "2026-12-12T11:30"


def test_a_day_with_sign_ups_leads_to_the_page_where_its_capacity_changes(
    browser: Browser,
) -> None:
    slot = make_slot()
    sign_up(slot)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    page = browser.open(f"/group/slots/{slot.public_id}/edit")

    assert "capacity" not in page.form_with({"party_limit"}, None).names
    assert page.link("申込みのページを開く") == f"/group/slots/{slot.public_id}/signups"
    assert browser.submit({"party_limit": "3"}).says("日程を保存しました")


def test_a_day_is_removed_and_the_draft_withdrawn(browser: Browser) -> None:
    group = make_group()
    opportunity = make_opportunity(group=group, status=S.DRAFT)
    slot = make_slot(opportunity=opportunity)
    sign_in(browser, make_member(group))

    browser.open(f"/group/slots/{slot.public_id}/edit")
    removed = browser.submit(press="この日程を削除する")
    browser.follow("この募集を取り下げる")
    withdrawn = browser.submit(press="取り下げる")

    assert removed.says("日程を削除しました")
    assert withdrawn.says("取り下げました")
    assert status_of(opportunity) is S.WITHDRAWN


def test_staff_close_reopen_and_put_away_and_the_page_keeps_the_record(browser: Browser) -> None:
    slot = make_slot()
    account = make_account(role=StaffRole.COORDINATOR, name="見本 職子")
    sign_in(browser, account)

    browser.open(f"/staff/opportunities/{slot.opportunity.public_id}")
    for button in ("募集を終了する", "もう一度公開する", "募集を終了する"):
        browser.submit(press=button)
    page = browser.submit(press="保管する")

    assert status_of(slot.opportunity) is S.ARCHIVED
    assert page.says("見本 職子")
    assert page.says("募集を終了")


PEOPLE = ("stranger", "reception", "editor", "other group", "viewer", "coordinator", "admin")
OF_A_GROUP = dict(zip(PEOPLE, (302, 403, 200, 404, 403, 200, 200), strict=True))
OF_THE_OFFICE = dict(zip(PEOPLE, (302, 403, 403, 403, 200, 200, 200), strict=True))
ACTS_OF_THE_OFFICE = dict(zip(PEOPLE, (302, 403, 403, 403, 403, 303, 303), strict=True))
ROUTES = [
    ("GET", "/group/opportunities/{opportunity}", OF_A_GROUP),
    ("GET", "/group/opportunities/{opportunity}/slots/new", OF_A_GROUP),
    ("GET", "/group/slots/{slot}/edit", OF_A_GROUP),
    ("GET", "/group/opportunities/new", OF_A_GROUP | {"other group": 200}),
    ("GET", "/group/opportunities",
     OF_A_GROUP | {"reception": 200, "other group": 200, "coordinator": 303, "admin": 303}),
    ("POST", "/group/opportunities/{opportunity}/withdraw",
     OF_A_GROUP | {"editor": 303, "coordinator": 303, "admin": 303}),
    ("POST", "/group/slots/{slot}/remove",
     OF_A_GROUP | {"editor": 303, "coordinator": 303, "admin": 303}),
    ("GET", "/staff/opportunities", OF_THE_OFFICE),
    ("GET", "/staff/opportunities/{opportunity}", OF_THE_OFFICE),
    ("POST", "/staff/opportunities/{opportunity}/publish", ACTS_OF_THE_OFFICE),
    ("POST", "/staff/opportunities/{opportunity}/close", ACTS_OF_THE_OFFICE),
    ("POST", "/staff/opportunities/{opportunity}/return",
     ACTS_OF_THE_OFFICE | {"coordinator": 200, "admin": 200}),
]  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_open_what(person: str, browser: Browser) -> None:
    group = make_group()
    if person in ("viewer", "coordinator", "admin"):
        sign_in(browser, make_account(role=StaffRole(person)))
    elif person == "other group":
        sign_in(browser, make_member(make_group()))
    elif person != "stranger":
        sign_in(browser, make_member(group, MemberRole(person)))

    for method, route, expected in ROUTES:
        slot = make_slot(opportunity=make_opportunity(group=group, status=S.SUBMITTED))
        path = route.format(opportunity=slot.opportunity.public_id, slot=slot.public_id)
        answer = browser.get(path) if method == "GET" else _post(browser, path)

        assert (
            (route, answer) == (route, expected[person])
            if isinstance(answer, int)
            else (
                route,
                answer.status_code,
            )
            == (route, expected[person])
        )


def _post(browser: Browser, path: str) -> int:
    """Post with a valid token, whether or not a page of ours would have the form."""
    token = ""
    for form in browser.open("/signin").forms:
        token = token or form.page.value_of("csrf_token")
    return browser.post(path, {"csrf_token": token}).status_code
