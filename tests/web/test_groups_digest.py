"""The page on which a member of a group switches the morning mail off and on."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.groups.models import GroupMember
from kyodo_match.groups.rules import MemberRole
from tests.support.make_opportunities import make_group
from tests.support.make_people import make_account, make_member, sign_in
from tests.support.pages import Browser

pytestmark = pytest.mark.usefixtures("app")
NewBrowser = Callable[[], Browser]


def wants(account: Account) -> bool:
    db.session.rollback()
    return db.session.scalars(
        sa.select(GroupMember.wants_digest).where(GroupMember.account_id == account.id)
    ).one()


def test_a_member_switches_it_off_and_on_again(browser: Browser) -> None:
    group = make_group(name="里山の会")
    owner, editor = make_member(group), make_member(group, MemberRole.EDITOR)
    sign_in(browser, owner)
    browser.open("/group/")

    page = browser.follow("朝のお知らせ（メール）の設定")
    assert page.says("里山の会")
    page = browser.submit({f"digest-{group.public_id}": False})
    off = wants(owner)
    browser.submit({f"digest-{group.public_id}": True})

    assert page.says("朝のお知らせの設定を保存しました。")
    assert (off, wants(owner), wants(editor)) == (False, True, True)
    assert list(db.session.scalars(sa.select(AuditEvent.action))).count("group.digest_chosen") == 2


def test_who_only_receives_people_has_none_to_switch(browser: Browser) -> None:
    sign_in(browser, make_member(make_group(), MemberRole.RECEPTION))

    assert browser.get("/group/digest").status_code == 403


def test_staff_have_none_of_their_own(browser: Browser) -> None:
    sign_in(browser, make_account(role=StaffRole.COORDINATOR))

    assert browser.open("/group/digest").says("受け取る団体はありません")
