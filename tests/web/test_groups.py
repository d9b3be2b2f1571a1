"""The directory, profiles, members and the register, as people meet them."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import GroupStatus, MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.rules import OpportunityStatus
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]


def fresh(group: Group) -> Group:
    db.session.rollback()
    return db.session.get_one(Group, group.id, populate_existing=True)


# --- for everyone --------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_directory_lists_registered_groups_in_kana_order(browser: Browser) -> None:
    make_group(name="若葉の会", kana="わかばのかい")
    make_group(name="青空の会", kana="あおぞらのかい")
    make_group(name="申請中の会", status=GroupStatus.APPLIED)
    make_group(name="終わった会", status=GroupStatus.ENDED, ended_on=date(2026, 11, 1))

    page = browser.open("/groups")

    titles = ["".join(node.itertext()) for node in page.by_class("card__title")]
    assert titles == ["青空の会", "若葉の会"]
    assert page.says("2団体")


@pytest.mark.usefixtures("app")
def test_groups_are_found_by_word_and_field(browser: Browser) -> None:
    make_group(name="青空の会", kana="あおぞらのかい")
    make_group(name="Ｓｐｏｒｔｓクラブ", law_fields=("6",), plain_fields=("culture", "sports"))

    browser.open("/groups")
    page = browser.submit({"q": "ｱｵｿﾞﾗ"})
    assert page.links("青空の会")
    assert not page.links("クラブ")
    page = browser.submit({"q": "sports", "field": "sports"})
    assert page.links("クラブ")

    page = browser.submit({"q": "100%_", "field": ""})

    assert page.says("条件に合う団体は見つかりませんでした。")


@pytest.mark.usefixtures("app")
def test_a_long_directory_has_pages(browser: Browser) -> None:
    for _ in range(21):
        make_group()

    page = browser.open("/groups?field=environment")
    assert page.says("21団体（1／2ページ）")
    page = browser.follow("次へ")

    assert page.path == "/groups?field=environment&page=2"
    assert len(page.by_class("card")) == 1
    for odd in ("0", "-1", "999999", "９", "x", ""):
        browser.open(f"/groups?page={odd}")


@pytest.mark.usefixtures("app")
def test_a_profile_shows_what_the_group_made_public_and_nothing_else(browser: Browser) -> None:
    group = make_group(
        name="青空の会",
        purpose="空を見ます。\n星も見ます。",
        representative="須藤 茂樹",
        phone="0297-58-2111",
        email="aozora@example.jp",
        founded_on=date(2008, 4, 12),
        members=34,
        website="https://aozora.example.jp/",
        public_items=("phone", "website"),
    )

    page = browser.open(f"/groups/{group.public_id}")

    assert page.h1 == "青空の会"
    assert page.says("星も見ます。")
    assert page.says("0297-58-2111")
    assert page.link("団体のホームページ") == "https://aozora.example.jp/"
    for hidden in ("須藤", "aozora@example.jp", "2008年", "34人"):
        assert not page.says(hidden)


@pytest.mark.usefixtures("app")
def test_a_profile_shows_what_is_coming(browser: Browser) -> None:
    group = make_group()
    shown = make_opportunity(group=group, title="落ち葉の一日")
    make_slot(opportunity=shown)
    hidden = make_opportunity(group=group, title="下書き", status=OpportunityStatus.DRAFT)
    make_slot(opportunity=hidden)

    page = browser.open(f"/groups/{group.public_id}")

    assert page.link("落ち葉の一日") == f"/opportunities/{shown.public_id}"
    assert page.says("2026年12月12日（土）9:30～11:30")
    assert not page.says("下書き")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("status", [s for s in GroupStatus if s is not GroupStatus.REGISTERED])
def test_a_group_that_is_not_registered_is_not_there(
    browser: Browser, status: GroupStatus
) -> None:
    group = make_group(status=status, ended_on=date(2026, 11, 1))

    for public_id in (group.public_id, "000000000000", "あ", "x" * 500):
        assert browser.get(f"/groups/{public_id}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("app")
def test_a_page_with_somebodys_name_on_it_is_kept_nowhere(browser: Browser) -> None:
    make_group()
    for_everybody = browser.get("/groups").headers["Cache-Control"]

    sign_in(browser, make_account())

    assert for_everybody == "no-cache"
    assert browser.get("/groups").headers["Cache-Control"] == "no-store"


# --- a group's own pages -------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_an_owner_changes_the_profile_and_nothing_of_the_register(browser: Browser) -> None:
    group = make_group(name="青空の会", representative="須藤 茂樹", public_items=("phone",))
    owner = make_member(group)
    sign_in(browser, owner)
    page = browser.open(f"/group/profile/{group.public_id}")
    form = page.form_with({"activity"}, None)
    sent = form.filled(
        {
            "activity": "星を見ます。",
            "law_fields": ["2", "6"],
            "members": "３４人",
            "founded_on": "２００８/04/12",
            "public_items": ["members"],
        },
        None,
    )

    answer = browser.post(form.action, [*sent, ("name", "乗っ取り"), ("status", "ended")])

    changed = fresh(group)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert (changed.name, changed.status) == ("青空の会", GroupStatus.REGISTERED)
    assert (changed.activity, changed.members) == ("星を見ます。", 34)
    assert changed.founded_on == date(2008, 4, 12)
    assert changed.plain_fields == ("education", "culture", "sports")
    assert changed.public_items == ("members",)
    assert changed.representative == "須藤 茂樹"
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor) == ("group.profile_changed", owner.public_id)


@pytest.mark.usefixtures("app")
def test_bad_input_comes_back_with_what_was_typed(browser: Browser) -> None:
    group = make_group()
    sign_in(browser, make_member(group))
    browser.open(f"/group/profile/{group.public_id}")

    page = browser.submit(
        {
            "website": "javascript:alert(1)",
            "members": "たくさん",
            "founded_on": "2026-02-32",
            "phone": "58-2111",
            "law_fields": [],
        },
        press="保存する",
    )

    assert page.says("入力内容をご確認ください")
    assert page.says("https://で始まるURLを入力してください。")
    assert page.says("数字で入力してください。例：25")
    assert page.says("日付は2026-04-01のように入力してください。")
    assert page.says("市外局番から入力してください。")
    assert page.says("活動の分野を1つ以上選んでください。")
    assert page.value_of("members") == "たくさん"
    assert page.value_of("founded_on") == "2026-02-32"


@pytest.mark.usefixtures("app")
def test_an_owner_invites_a_colleague_and_never_sees_the_link(browser: Browser) -> None:
    group = make_group()
    sign_in(browser, make_member(group))
    browser.open(f"/group/members/{group.public_id}")

    page = browser.submit({"email": "taro@example.jp", "role": "reception"}, press="招待する")

    assert page.says("担当者に登録し、メールをお送りします。")
    assert page.says("taro@example.jp")
    assert page.says("招待中")
    assert "/invitation/" not in page.html
    assert db.session.scalars(sa.select(OutboxMessage.recipient)).all() == ["taro@example.jp"]


@pytest.mark.usefixtures("app")
def test_staff_see_the_link_of_somebody_new_once(
    browser: Browser, new_browser: NewBrowser
) -> None:
    group = make_group()
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open(f"/group/members/{group.public_id}")

    page = browser.submit({"email": "taro@example.jp", "role": "owner"}, press="招待する")

    link = next(word for word in page.text.split() if "/invitation/" in word)
    new_browser().open(link.removeprefix("http://localhost"))
    page = browser.open(f"/group/members/{group.public_id}")
    assert "/invitation/" not in page.html


@pytest.mark.usefixtures("app")
def test_no_link_is_shown_for_an_account_that_can_do_more(browser: Browser) -> None:
    """Otherwise a coordinator could take over an admin who has not come yet."""
    group = make_group()
    make_account(email="admin@example.jp", role=StaffRole.ADMIN, password=False)
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open(f"/group/members/{group.public_id}")

    page = browser.submit({"email": "admin@example.jp", "role": "owner"}, press="招待する")

    assert page.says("職員のアドレスです。")
    assert "/invitation/" not in page.html


@pytest.mark.usefixtures("app")
def test_a_member_whose_role_changes_or_who_is_removed_is_out_at_once(
    browser: Browser, new_browser: NewBrowser
) -> None:
    group = make_group()
    sign_in(browser, make_member(group))
    colleague = make_member(group, MemberRole.OWNER)
    members = f"/group/members/{group.public_id}"

    theirs = new_browser()
    sign_in(theirs, colleague)
    browser.open(members)
    page = browser.submit_to(f"{members}/{colleague.public_id}/role", {"role": "editor"})
    assert page.says("役割を変えました。")
    assert theirs.get(members).location == "/signin"
    sign_in(theirs, colleague)
    assert theirs.get(members).status_code == HTTPStatus.FORBIDDEN
    page = browser.submit_to(f"{members}/{colleague.public_id}/remove")

    assert page.says("担当者から外しました。")
    assert theirs.get(members).location == "/signin"
    assert len(db.session.scalars(sa.select(GroupMember)).all()) == 1


@pytest.mark.usefixtures("app")
def test_the_last_owner_is_told_what_to_do_first(browser: Browser) -> None:
    group = make_group()
    owner = make_member(group)
    sign_in(browser, owner)
    browser.open(f"/group/members/{group.public_id}")

    page = browser.submit_to(f"/group/members/{group.public_id}/{owner.public_id}/remove")

    assert page.says("最後の代表担当です。")


# --- the register --------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_a_coordinator_enters_a_group_and_goes_on_to_its_members(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open("/staff/groups")
    browser.follow("団体を登録する")

    page = browser.submit(
        {
            "name": "青空の会",
            "kana": "アオゾラノカイ",
            "kind": "neighbourhood",
            "legal_form": "任意団体",
            "law_fields": ["3"],
        },
        press="保存する",
    )

    group = db.session.scalars(sa.select(Group)).one()
    assert page.path == f"/group/members/{group.public_id}"
    assert (group.kana, group.registered_on) == ("あおぞらのかい", date(2026, 11, 22))
    assert browser.open("/staff/groups").says("今日の登録団体1団体")
    assert browser.open("/groups").links("青空の会")


@pytest.mark.usefixtures("app")
def test_a_group_is_ended_with_its_day(browser: Browser) -> None:
    group = make_group(name="青空の会")
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))
    browser.open(f"/staff/groups/{group.public_id}")

    page = browser.submit({"status": "ended"}, press="保存する")
    assert page.says("終了した団体は、終了日を入力してください。")
    page = browser.submit({"ended_on": "2000-01-01"}, press="保存する")
    assert page.says("終了日は、登録日かそれより後の日にしてください。")
    browser.submit({"ended_on": "2026-11-22"}, press="保存する")

    assert fresh(group).status is GroupStatus.ENDED
    assert browser.open("/staff/groups").says("今日の登録団体0団体")
    assert browser.get(f"/groups/{group.public_id}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("app")
def test_a_name_that_is_taken_is_refused_with_what_was_typed(browser: Browser) -> None:
    make_group(name="青空の会")
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    browser.open("/staff/groups/new")

    page = browser.submit(
        {"name": "青空の会", "law_fields": ["7"], "purpose": "空を見る"}, press="保存する"
    )

    assert page.says("＊「青空の会」という名前の団体は、もう登録されています。")
    assert page.value_of("purpose") == "空を見る"


@pytest.mark.usefixtures("app")
def test_a_viewer_sees_the_register_without_links_to_forms(browser: Browser) -> None:
    group = make_group(name="青空の会", representative="須藤 茂樹", phone="0297-58-2111")
    sign_in(browser, make_account(role=StaffRole.VIEWER))

    page = browser.open("/staff/groups?q=青空&status=registered")

    assert page.says("青空の会")
    assert f"/staff/groups/{group.public_id}" not in page.html
    assert not page.says("須藤")
    assert not page.links("団体を登録する")


@pytest.mark.usefixtures("app")
def test_looking_changes_nothing(browser: Browser) -> None:
    group = make_group()
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    before = db.session.scalars(sa.select(AuditEvent.id)).all()

    for path in (
        "/groups",
        f"/groups/{group.public_id}",
        f"/group/profile/{group.public_id}",
        f"/group/members/{group.public_id}",
        "/staff/groups",
        f"/staff/groups/{group.public_id}",
    ):
        browser.open(path)

    db.session.rollback()
    assert db.session.scalars(sa.select(AuditEvent.id)).all() == before
    assert len(db.session.scalars(sa.select(Account)).all()) == 1
