"""花子さん of the staff is invited, sets a password and signs in, without a browser."""

from datetime import datetime

import sqlalchemy as sa

from kyodo_match.accounts import queries, services
from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from tests.support.make_people import PASSWORD

EMAIL = "hanako@example.jp"


def invite(now: datetime, role: StaffRole = StaffRole.COORDINATOR, email: str = EMAIL) -> str:
    """The invitation that staff at the console write."""
    return services.invite_staff(email=email, role=role, actor="cli:root", now=now)


def accept(
    invitation_id: str, now: datetime, *, name: str | None = "佐藤 花子", password: str = PASSWORD
) -> None:
    """Open a link and set what it asks for."""
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
    """The token that her browser keeps."""
    return services.sign_in(
        email=email, password=password, address="192.0.2.7", keys=settings.keys, now=now
    )[1]


def account_of(email: str = EMAIL) -> Account:
    """Who has this address."""
    account = queries.by_email(db.session(), email)
    assert account is not None
    return account


def is_signed_in(settings: Settings, token: str, now: datetime) -> bool:
    """Whether a token still opens anything."""
    token_hash = services.session_hash(token, keys=settings.keys)
    return queries.signed_in(db.session(), token_hash, now=now) is not None


def actions() -> list[str]:
    """What was done so far, in order."""
    return list(db.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))
