"""人と権限: invitations, passwords, sessions and the last admin, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.accounts import jobs, queries, services
from kyodo_match.accounts.errors import (
    LastAdmin,
    LinkUnusable,
    NameMissing,
    PasswordTooShort,
    WrongCredentials,
)
from kyodo_match.accounts.models import Account, Invitation, SignInSession
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core import limits
from kyodo_match.core.db import db, use_case
from kyodo_match.core.limits import Attempt, TooOften
from kyodo_match.notifications.models import OutboxMessage
from tests.support.databases import look_again
from tests.support.make_people import PASSWORD, make_account

EMAIL = "hanako@example.jp"


def invite(now: datetime, role: StaffRole = StaffRole.COORDINATOR, email: str = EMAIL) -> str:
    return services.invite_staff(email=email, role=role, actor="cli:root", now=now)


def accept(
    invitation_id: str, now: datetime, *, name: str | None = "佐藤 花子", password: str = PASSWORD
) -> None:
    services.accept_link(
        invitation_id=invitation_id,
        name=name,
        password=password,
        municipality="つくばみらい市",
        now=now,
    )


def sign_in(
    settings: Settings, now: datetime, *, email: str = EMAIL, password: str = PASSWORD
) -> str:
    return services.sign_in(
        email=email, password=password, address="192.0.2.7", keys=settings.keys, now=now
    )[1]


def account_of(email: str = EMAIL) -> Account:
    account = queries.by_email(db.session(), email)
    assert account is not None
    return account


def is_signed_in(settings: Settings, token: str, now: datetime) -> bool:
    token_hash = services.session_hash(token, keys=settings.keys)
    return queries.signed_in(db.session(), token_hash, now=now) is not None


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))


# --- invitations and passwords -------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_who_accepts_an_invitation_can_sign_in(settings: Settings, now: datetime) -> None:
    accept(invite(now), now)

    token = sign_in(settings, now)

    assert is_signed_in(settings, token, now)
    assert account_of().name == "佐藤 花子"
    assert account_of().staff_role is StaffRole.COORDINATOR
    assert actions() == ["account.invited", "account.password_set", "account.signed_in"]


@pytest.mark.usefixtures("app")
def test_a_link_is_used_once(now: datetime) -> None:
    invitation = invite(now)
    accept(invitation, now)

    with pytest.raises(LinkUnusable):
        accept(invitation, now)


@pytest.mark.usefixtures("app")
def test_of_two_who_hold_the_same_link_one_sets_the_password(app: Flask, now: datetime) -> None:
    invitation = invite(now)
    outcomes: list[str] = []

    def take(name: str) -> None:
        with app.app_context():
            try:
                accept(invitation, now, name=name)
                outcomes.append("set")
            except LinkUnusable:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=take, args=(f"{n}人目",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "refused", "refused", "set"]


@pytest.mark.usefixtures("app")
def test_a_link_lasts_48_hours(now: datetime) -> None:
    invitation = invite(now)

    with pytest.raises(LinkUnusable):
        accept(invitation, now + timedelta(hours=48))

    accept(invitation, now + timedelta(hours=48) - timedelta(seconds=1))


@pytest.mark.usefixtures("app")
def test_a_second_invitation_renews_the_link_and_the_role(now: datetime) -> None:
    first = invite(now, StaffRole.VIEWER)
    second = invite(now, StaffRole.ADMIN)

    with pytest.raises(LinkUnusable):
        accept(first, now)
    accept(second, now)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Account)) == 1
    assert account_of().staff_role is StaffRole.ADMIN


@pytest.mark.usefixtures("app")
def test_a_refused_password_leaves_the_link_good(now: datetime) -> None:
    invitation = invite(now)

    with pytest.raises(PasswordTooShort):
        accept(invitation, now, password="みじかい")
    with pytest.raises(NameMissing):
        accept(invitation, now, name=None)

    accept(invitation, now)


@pytest.mark.usefixtures("app")
def test_nothing_of_a_link_or_password_is_stored(settings: Settings, now: datetime) -> None:
    invitation = invite(now)
    accept(invitation, now)

    columns = list(Invitation.__table__.columns)
    stored = db.session.execute(sa.select(*columns)).one()
    assert settings.keys.invitation_token(invitation) not in str(stored)
    assert str(account_of().password_hash).startswith("$argon2id$")


@pytest.mark.usefixtures("app")
def test_a_forgotten_password_brings_a_link_of_one_hour_by_mail(
    settings: Settings, now: datetime
) -> None:
    account = make_account(email=EMAIL)

    services.forget_password(email=EMAIL, keys=settings.keys, now=now)

    message = db.session.scalars(sa.select(OutboxMessage)).one()
    invitation = db.session.scalars(sa.select(Invitation)).one()
    assert message.recipient == EMAIL
    assert message.invitation_id == invitation.public_id
    assert "\n\n[[account-link]]\n\n" in message.body
    assert settings.keys.invitation_token(invitation.public_id) not in message.body
    assert account.name not in message.body
    with pytest.raises(LinkUnusable):
        accept(invitation.public_id, now + timedelta(hours=1), name=None)
    accept(invitation.public_id, now, name=None, password="もも すもも もも すもも うめ 1")
    sign_in(settings, now, password="もも すもも もも すもも うめ 1")


@pytest.mark.usefixtures("app")
def test_a_stranger_or_an_ended_account_gets_no_mail(settings: Settings, now: datetime) -> None:
    make_account(email=EMAIL, is_active=False)

    services.forget_password(email=EMAIL, keys=settings.keys, now=now)
    services.forget_password(email="nobody@example.jp", keys=settings.keys, now=now)

    assert db.session.scalars(sa.select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("app")
def test_the_fourth_link_within_an_hour_is_not_sent(settings: Settings, now: datetime) -> None:
    make_account(email=EMAIL)

    for minute in range(5):
        services.forget_password(
            email=EMAIL, keys=settings.keys, now=now + timedelta(minutes=minute)
        )

    assert len(db.session.scalars(sa.select(OutboxMessage)).all()) == 3


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
