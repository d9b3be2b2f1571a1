"""The staff's accounts and who may see them, as an admin meets them."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage
from tests.support import databases
from tests.support.make_opportunities import make_group
from tests.support.make_people import PASSWORD, make_account, make_member, sign_in
from tests.support.pages import Browser

NewBrowser = Callable[[], Browser]


# --- /staff/accounts -----------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_an_admin_invites_by_mail_and_sees_the_link_this_once(
    browser: Browser, new_browser: NewBrowser
) -> None:
    admin = make_account(role=StaffRole.ADMIN)
    sign_in(browser, admin)

    browser.open("/staff/accounts")
    browser.follow("職員を招待する")
    page = browser.submit({"email": "new@example.jp", "role": "coordinator"})

    link = next(
        word for word in page.text.split() if word.startswith("http://localhost/invitation/")
    )
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    event = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "account.invited")
    ).one()
    assert message.recipient == "new@example.jp"
    assert link not in message.body
    assert (event.actor, event.facts["role"]) == (admin.public_id, "coordinator")
    assert "invitation" not in browser.open("/staff/accounts").html
    new_browser().open(link.removeprefix("http://localhost"))


@pytest.mark.usefixtures("app")
def test_a_change_of_role_signs_the_person_out_at_once(
    browser: Browser, new_browser: NewBrowser
) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    colleague = make_account(role=StaffRole.ADMIN, name="大川 郁代")
    theirs = new_browser()
    sign_in(theirs, colleague)
    browser.open("/staff/accounts")

    page = browser.submit_to(
        f"/staff/accounts/{colleague.public_id}/role", {"role": "coordinator"}
    )

    assert page.says("役割を変えました。")
    assert theirs.get("/staff/accounts").location == "/signin"
    sign_in(theirs, colleague)
    assert theirs.get("/staff/accounts").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.usefixtures("app")
def test_an_ended_account_is_out_at_once(browser: Browser, new_browser: NewBrowser) -> None:
    sign_in(browser, make_account(role=StaffRole.ADMIN))
    colleague = make_account(role=StaffRole.ADMIN)
    theirs = new_browser()
    sign_in(theirs, colleague)
    browser.open("/staff/accounts")

    page = browser.submit_to(f"/staff/accounts/{colleague.public_id}/end")

    assert page.says("利用を終了しました。")
    assert theirs.get("/staff/accounts").location == "/signin"
    theirs.open("/signin")
    page = theirs.submit({"email": colleague.email, "password": PASSWORD})
    assert page.says("メールアドレスかパスワードが違います。")


@pytest.mark.usefixtures("app")
def test_the_last_admin_is_told_what_to_do_first(browser: Browser) -> None:
    admin = make_account(role=StaffRole.ADMIN)
    sign_in(browser, admin)
    browser.open("/staff/accounts")

    page = browser.submit_to(f"/staff/accounts/{admin.public_id}/end")

    assert page.says("最後の管理者です。")
    assert browser.get("/staff/accounts").status_code == HTTPStatus.OK


@pytest.mark.usefixtures("app")
def test_a_role_that_does_not_exist_is_refused(browser: Browser) -> None:
    admin = make_account(role=StaffRole.ADMIN)
    sign_in(browser, admin)
    token = browser.open("/staff/accounts").value_of("csrf_token")

    answer = browser.post(
        f"/staff/accounts/{admin.public_id}/role", {"csrf_token": token, "role": "emperor"}
    )

    assert answer.status_code == HTTPStatus.BAD_REQUEST


# --- who may -------------------------------------------------------------------------------------

ADMINS_ONLY = ("/staff/accounts", "/staff/accounts/invite")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("who", ["stranger", "viewer", "coordinator", "admin", "owner"])
def test_accounts_are_for_admins(browser: Browser, who: str) -> None:
    colleague = make_account(role=StaffRole.VIEWER)
    member = make_member(make_group())
    if who == "owner":
        sign_in(browser, member)
    elif who != "stranger":
        sign_in(browser, make_account(role=StaffRole(who)))
    token = browser.open("/signin").value_of("csrf_token")
    refused = HTTPStatus.FOUND if who == "stranger" else HTTPStatus.FORBIDDEN

    def post(path: str) -> int:
        return browser.post(path, {"csrf_token": token, "role": "viewer"}).status_code

    reads = [browser.get(path).status_code for path in ADMINS_ONLY]
    foreign = post(f"/staff/accounts/{member.public_id}/role")
    absent = post("/staff/accounts/000000000000/end")
    own = post(f"/staff/accounts/{colleague.public_id}/role")

    if who == "admin":
        assert reads == [HTTPStatus.OK, HTTPStatus.OK]
        assert (foreign, absent, own) == (
            HTTPStatus.NOT_FOUND,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.SEE_OTHER,
        )
    else:
        assert {*reads, foreign, absent, own} == {refused}


def test_from_outside_the_staffs_networks_there_is_no_staff_area(
    settings: Settings, database_url: str
) -> None:
    inside = databases.settings_for(
        database_url, settings.data_dir, KYODO_STAFF_NETWORKS="127.0.0.0/8"
    )
    outside = databases.settings_for(
        database_url, settings.data_dir, KYODO_STAFF_NETWORKS="192.0.2.0/24"
    )

    for known, expected in ((inside, HTTPStatus.OK), (outside, HTTPStatus.NOT_FOUND)):
        app = databases.new_app(known)
        with app.app_context():
            browser = Browser(app)
            stranger = browser.get("/staff/accounts").status_code
            sign_in(browser, make_account(role=StaffRole.ADMIN))
            group = make_group()
            staff_page = browser.get("/staff/accounts").status_code
            group_page = browser.get(f"/group/members/{group.public_id}").status_code
            databases.close_connections()

        if expected == HTTPStatus.OK:
            assert (stranger, staff_page, group_page) == (
                HTTPStatus.FOUND,
                HTTPStatus.OK,
                HTTPStatus.OK,
            )
        else:
            assert (stranger, staff_page) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
            assert group_page == HTTPStatus.FORBIDDEN
