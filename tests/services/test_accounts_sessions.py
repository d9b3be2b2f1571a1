"""Signing in, sessions and the last admin, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts import jobs, services
from kyodo_match.accounts.errors import (
    LastAdmin,
    WrongCredentials,
)
from kyodo_match.accounts.models import Account, Invitation, SignInSession
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.config import Settings
from kyodo_match.core import limits
from kyodo_match.core.db import db, use_case
from kyodo_match.core.limits import Attempt, TooOften
from tests.support.databases import look_again
from tests.support.make_people import PASSWORD, make_account
from tests.support.make_sessions import (
    EMAIL,
    accept,
    account_of,
    actions,
    invite,
    is_signed_in,
    sign_in,
)

# --- signing in ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "ちがう かえる まるい 月 42"),
        (EMAIL, ""),
        (EMAIL, "x" * 100_000),
        ("nobody@example.jp", PASSWORD),
        ("invited@example.jp", PASSWORD),
        ("ended@example.jp", PASSWORD),
    ],
    ids=["wrong", "empty", "huge", "unknown", "never accepted", "ended"],
)
def test_whatever_does_not_fit_is_refused_alike(
    settings: Settings, now: datetime, email: str, password: str
) -> None:
    make_account(email=EMAIL)
    make_account(email="invited@example.jp", password=False)
    make_account(email="ended@example.jp", is_active=False)

    with pytest.raises(WrongCredentials):
        sign_in(settings, now, email=email, password=password)

    assert db.session.scalars(sa.select(SignInSession)).all() == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("email", [EMAIL, "nobody@example.jp"], ids=["known", "unknown"])
def test_after_ten_failures_an_account_waits_and_opens_by_itself(
    settings: Settings, now: datetime, email: str
) -> None:
    make_account(email=EMAIL)
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            sign_in(settings, now, email=email, password="ちがう かえる まるい 月 42")

    with pytest.raises(TooOften) as refusal:
        sign_in(settings, now + timedelta(minutes=4), email=email)

    assert refusal.value.until == now + timedelta(minutes=5)
    if email == EMAIL:
        sign_in(settings, now + timedelta(minutes=5, seconds=1))


@pytest.mark.usefixtures("app")
def test_a_success_clears_the_failures_before_it(settings: Settings, now: datetime) -> None:
    make_account(email=EMAIL)
    for _ in range(2):
        for _ in range(9):
            with pytest.raises(WrongCredentials):
                sign_in(settings, now, password="ちがう かえる まるい 月 42")
        sign_in(settings, now)


@pytest.mark.usefixtures("app")
def test_one_address_may_fail_200_times_over_all_accounts(
    settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(email=EMAIL)
    monkeypatch.setattr(services, "_verify", lambda _stored, _password: False)
    for number in range(200):
        with pytest.raises(WrongCredentials):
            sign_in(settings, now, email=f"guess{number}@example.jp")

    with pytest.raises(TooOften):
        sign_in(settings, now)


@pytest.mark.usefixtures("app")
def test_an_old_hash_is_renewed_at_sign_in(settings: Settings, now: datetime) -> None:
    account = make_account(email=EMAIL)
    _set_hash(
        account_id=account.id,
        value=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD),
    )

    sign_in(settings, now)

    assert ",t=1," in str(account_of().password_hash)  # the tests' own cost
    sign_in(settings, now)


@use_case
def _set_hash(session: sa.orm.Session, /, *, account_id: int, value: str) -> None:
    session.get_one(Account, account_id).password_hash = value


@pytest.mark.usefixtures("app")
def test_a_session_ends_after_ten_hours_whatever_happens(
    settings: Settings, now: datetime
) -> None:
    make_account(email=EMAIL)
    token = sign_in(settings, now)

    assert is_signed_in(settings, token, now + timedelta(hours=10) - timedelta(seconds=1))
    assert not is_signed_in(settings, token, now + timedelta(hours=10))


@pytest.mark.usefixtures("app")
def test_signing_out_ends_the_session_in_the_database(settings: Settings, now: datetime) -> None:
    make_account(email=EMAIL)
    here, elsewhere = sign_in(settings, now), sign_in(settings, now)

    services.sign_out(token_hash=services.session_hash(here, keys=settings.keys), now=now)

    assert not is_signed_in(settings, here, now)
    assert is_signed_in(settings, elsewhere, now)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("act", ["password", "role", "end", "invited anew"])
def test_a_change_of_rights_ends_every_session_at_once(
    settings: Settings, now: datetime, act: str
) -> None:
    make_account(role=StaffRole.ADMIN)
    account = make_account(email=EMAIL, role=StaffRole.VIEWER)
    token = sign_in(settings, now)

    if act == "password":
        services.forget_password(email=EMAIL, keys=settings.keys, now=now)
        link = db.session.scalars(sa.select(Invitation.public_id)).one()
        accept(link, now, name=None, password="もも すもも もも すもも うめ 1")
    elif act == "role":
        services.change_role(
            account_id=account.public_id, role=StaffRole.ADMIN, actor="x", now=now
        )
    elif act == "end":
        services.end_account(account_id=account.public_id, actor="x", now=now)
    else:
        invite(now, StaffRole.COORDINATOR)

    assert not is_signed_in(settings, token, now)


# --- the last admin ------------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_the_last_admin_stays(now: datetime) -> None:
    admin = make_account(role=StaffRole.ADMIN, email=EMAIL)
    make_account(role=StaffRole.ADMIN, password=False)  # invited, and cannot act yet
    make_account(role=StaffRole.ADMIN, is_active=False)

    with pytest.raises(LastAdmin):
        services.change_role(account_id=admin.public_id, role=StaffRole.VIEWER, actor="x", now=now)
    with pytest.raises(LastAdmin):
        services.end_account(account_id=admin.public_id, actor="x", now=now)
    with pytest.raises(LastAdmin):
        invite(now, StaffRole.VIEWER)

    assert account_of().staff_role is StaffRole.ADMIN
    assert actions() == []


@pytest.mark.usefixtures("app")
def test_two_admins_who_end_each_other_at_once_leave_one(app: Flask, now: datetime) -> None:
    admins = [make_account(role=StaffRole.ADMIN).public_id for _ in range(2)]
    outcomes: list[str] = []

    def end(account_id: str) -> None:
        with app.app_context():
            try:
                services.end_account(account_id=account_id, actor="x", now=now)
                outcomes.append("ended")
            except LastAdmin:
                outcomes.append("last")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=end, args=(account_id,)) for account_id in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["ended", "last"]


@pytest.mark.usefixtures("app")
def test_somebody_who_was_ended_comes_back_by_a_new_invitation(
    settings: Settings, now: datetime
) -> None:
    make_account(role=StaffRole.ADMIN)
    account = make_account(role=StaffRole.VIEWER, email=EMAIL)
    services.end_account(account_id=account.public_id, actor="x", now=now)
    with pytest.raises(WrongCredentials):
        sign_in(settings, now)

    accept(invite(now), now)

    sign_in(settings, now)


def test_old_attempts_are_forgotten_and_young_ones_kept(app: Flask, now: datetime) -> None:
    _count(at=now - timedelta(days=2))
    _count(at=now - timedelta(hours=1))

    jobs.forget_attempts(now=now)

    look_again()
    left = db.session().scalars(sa.select(Attempt.at)).all()
    assert left == [now - timedelta(hours=1)]


@use_case
def _count(session: Session, /, *, at: datetime) -> None:
    limits.count(session, limits.RESEND_LINK, "somebody", now=at)
