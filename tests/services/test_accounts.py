"""人と権限: invitations, passwords, sessions and the last admin, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts import services
from kyodo_match.accounts.errors import (
    LinkUnusable,
    NameMissing,
    PasswordTooShort,
)
from kyodo_match.accounts.models import Account, Invitation
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage
from tests.support.make_people import make_account
from tests.support.make_sessions import (
    EMAIL,
    accept,
    account_of,
    actions,
    invite,
    is_signed_in,
    sign_in,
)

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
