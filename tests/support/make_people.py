"""Makers of accounts and members, and how they sign in."""

from functools import cache
from http import HTTPStatus
from itertools import count

from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core.db import use_case
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.groups.rules import MemberRole
from tests.support.clock import START
from tests.support.databases import QUICK_HASHER
from tests.support.pages import Browser

PASSWORD = "あおい かえる まるい 月 42"
_numbers = count(1)


@cache
def _hash() -> str:
    return QUICK_HASHER.hash(PASSWORD)


@use_case
def make_account(
    session: Session,
    /,
    *,
    role: StaffRole | None = None,
    email: str = "",
    name: str = "",
    password: bool = True,
    is_active: bool = True,
) -> Account:
    """Somebody who can sign in with PASSWORD; staff where a role is named."""
    number = next(_numbers)
    account = Account(
        email=email or f"person{number}@example.jp",
        name=name or f"石川 {number}子",
        staff_role=role,
        password_hash=_hash() if password else None,
        is_active=is_active,
        created_at=START,
    )
    session.add(account)
    return account


def make_member(
    group: Group, role: MemberRole = MemberRole.OWNER, account: Account | None = None
) -> Account:
    """Somebody who acts for a group."""
    account = account or make_account()
    _join(group_id=group.id, account_id=account.id, role=role)
    return account


@use_case
def _join(session: Session, /, *, group_id: int, account_id: int, role: MemberRole) -> None:
    session.add(GroupMember(group_id=group_id, account_id=account_id, role=role, created_at=START))


def sign_in(browser: Browser, account: Account, password: str = PASSWORD) -> str:
    """Sign somebody in and stay there; the cookie that their browser has now."""
    form = browser.open("/signin").form_with({"email", "password"}, None)
    sent = form.filled({"email": account.email, "password": password}, None)
    answer = browser.post("/signin", sent)
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise AssertionError(f"{account.email} cannot sign in: {answer.status}")
    return answer.headers["Set-Cookie"].split(";")[0]
