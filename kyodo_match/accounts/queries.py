"""人と権限: who is there, who is signed in, which link is good."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kyodo_match.accounts.models import Account, Invitation, SignInSession
from kyodo_match.accounts.rules import ABSOLUTE, StaffRole, has_ended


def signed_in(session: Session, token_hash: str, *, now: datetime) -> Account | None:
    """The account of a live sign-in session; None once it ended, is too old or rights are over."""
    found = session.scalars(
        sa.select(SignInSession)
        .options(joinedload(SignInSession.account))
        .where(
            SignInSession.token_hash == token_hash,
            SignInSession.ended_at.is_(None),
            SignInSession.started_at > now - ABSOLUTE,
        )
    ).first()
    if found is None or not may_sign_in(found.account, now=now):
        return None
    return found.account


def may_sign_in(account: Account, *, now: datetime) -> bool:
    """Whether an account is in force."""
    return account.is_active and not has_ended(account.rights_end_on, now)


def comes_in(*, today: date) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on an account of somebody who can sign in; who was only invited cannot yet."""
    return (
        Account.is_active.is_(True),
        Account.password_hash.is_not(None),
        sa.or_(Account.rights_end_on.is_(None), Account.rights_end_on >= today),
    )


def by_email(session: Session, email: str) -> Account | None:
    """The account of an address, as text.email writes it."""
    return session.scalars(sa.select(Account).where(Account.email == email)).first()


def by_public_id(session: Session, public_id: str) -> Account | None:
    """The account of an id in an address."""
    return session.scalars(sa.select(Account).where(Account.public_id == public_id)).first()


def staff(session: Session) -> list[Account]:
    """Everybody who has or had a staff role: those in force first, by name."""
    return list(
        session.scalars(
            sa.select(Account)
            .where(Account.staff_role.is_not(None))
            .order_by(Account.is_active.desc(), Account.name, Account.email)
        )
    )


def open_invitation(session: Session, public_id: str, *, now: datetime) -> Invitation | None:
    """An invitation that can still be accepted."""
    return session.scalars(
        sa.select(Invitation)
        .options(joinedload(Invitation.account))
        .join(Invitation.account)
        .where(
            Invitation.public_id == public_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Account.is_active.is_(True),
        )
    ).first()


def locked_admins(session: Session) -> list[Account]:
    """The admins in force, each row locked: two of them cannot end each other at once."""
    return list(
        session.scalars(
            sa.select(Account)
            .where(Account.staff_role == StaffRole.ADMIN, Account.is_active.is_(True))
            .order_by(Account.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def names_of(session: Session) -> dict[str, str]:
    """Every account's name by its public id: histories carry ids alone."""
    rows = session.execute(sa.select(Account.public_id, Account.name))
    return {row.public_id: row.name for row in rows}
