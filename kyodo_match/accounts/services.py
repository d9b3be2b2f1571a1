"""人と権限: inviting, passwords, signing in and out, roles.

Hashing a password takes a while on purpose. It happens before the transaction: within, it would
hold up every other writer.
"""

from datetime import datetime
from functools import cache
from secrets import token_urlsafe

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from kyodo_match.accounts import outbox, queries
from kyodo_match.accounts.errors import (
    LastAdmin,
    LinkUnusable,
    NameMissing,
    NoAddress,
    WrongCredentials,
)
from kyodo_match.accounts.models import Account, Invitation, SignInSession
from kyodo_match.accounts.rules import (
    LINK_LASTS,
    LONGEST_PASSWORD,
    InvitationPurpose,
    StaffRole,
    check_password,
    is_address,
    normal_password,
)
from kyodo_match.audit.services import note, record
from kyodo_match.core import limits
from kyodo_match.core.db import db, public_id, use_case
from kyodo_match.core.secrets import Keys

HASHER = PasswordHasher()  # argon2id, with the library's costs (RFC 9106, low memory)


# --- inviting ------------------------------------------------------------------------------------


def open_account(session: Session, email: str, *, now: datetime) -> Account:
    """The account of an address, made where there is none: a step of inviting somebody."""
    account = queries.by_email(session, email)
    if account is None:
        account = Account(public_id=public_id(), email=email, is_active=True, created_at=now)
        session.add(account)
        session.flush()
    return account


def new_link(
    session: Session, account: Account, purpose: InvitationPurpose, *, now: datetime
) -> Invitation:
    """Make a one-time link; the earlier ones of the account end: a step of inviting somebody."""
    _end_links(session, account, now=now)
    invitation = Invitation(
        account=account,
        public_id=public_id(),
        purpose=purpose,
        created_at=now,
        expires_at=now + LINK_LASTS[purpose],
    )
    session.add(invitation)
    session.flush()
    return invitation


@use_case
def invite_staff(
    session: Session,
    *,
    email: str,
    role: StaffRole,
    actor: str,
    now: datetime,
    by_mail: bool = False,
) -> str:
    """Give an address a staff role and a one-time link; the public id of the invitation.

    Again for the same address it renews the link and sets the role; somebody who was ended comes
    back. Raises NoAddress, and LastAdmin where it would take away the last admin.
    """
    if not is_address(email):
        raise NoAddress(email)
    account = open_account(session, email, now=now)
    before = account.staff_role
    if role is not StaffRole.ADMIN:
        _keep_an_admin(session, account)
    account.staff_role = role
    account.is_active = True
    if before is not role:
        end_sessions(session, account, now=now)
    invitation = new_link(session, account, InvitationPurpose.INVITE, now=now)
    if by_mail:
        outbox.send(session, outbox.staff_invitation(invitation.expires_at), invitation, now=now)
    note(
        session,
        "account.invited",
        account,
        actor=actor,
        now=now,
        role=role.value,
        role_before=before and before.value,
    )
    return invitation.public_id


# --- passwords -----------------------------------------------------------------------------------


def accept_link(
    *, invitation_id: str, name: str | None, password: str, municipality: str, now: datetime
) -> None:
    """Set the password (and, where given, the name) of whoever holds a one-time link.

    Raises LinkUnusable, NameMissing, PasswordTooShort, PasswordTooLong, PasswordTooCommon.
    """
    invitation = queries.open_invitation(db.session(), invitation_id, now=now)
    if invitation is None:
        raise LinkUnusable
    check_password(password, email=invitation.account.email, municipality=municipality)
    if not (name or invitation.account.name):
        raise NameMissing
    _set_password(
        invitation_id=invitation_id,
        name=name,
        password_hash=HASHER.hash(normal_password(password)),
        now=now,
    )


@use_case
def _set_password(
    session: Session, *, invitation_id: str, name: str | None, password_hash: str, now: datetime
) -> None:
    used = session.execute(
        sa.update(Invitation)
        .where(Invitation.public_id == invitation_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    invitation = session.scalars(
        sa.select(Invitation).where(
            Invitation.public_id == invitation_id, Invitation.expires_at > now
        )
    ).first()
    # Of two who hold the link at once one has marked it used, and the other finds no row to mark.
    if used.rowcount != 1 or invitation is None or not invitation.account.is_active:  # type: ignore[attr-defined]
        raise LinkUnusable
    account = invitation.account
    account.password_hash = password_hash
    if name:
        account.name = name
    _end_links(session, account, now=now)
    end_sessions(session, account, now=now)
    note(
        session,
        "account.password_set",
        account,
        actor=account.public_id,
        now=now,
        purpose=invitation.purpose.value,
    )


@use_case
def forget_password(session: Session, *, email: str, keys: Keys, now: datetime) -> None:
    """Mail a one-time link to an address that has an account; otherwise nothing happens.

    What the person sees is the same either way, so reaching the limit is silent as well.
    """
    subject = keys.fingerprint("password-forgotten", email)
    try:
        limits.check(session, limits.NEW_PASSWORD, subject, now=now)
    except limits.TooOften:
        return
    limits.count(session, limits.NEW_PASSWORD, subject, now=now)
    account = queries.by_email(session, email)
    if account is None or not queries.may_sign_in(account, now=now):
        return
    invitation = new_link(session, account, InvitationPurpose.RESET, now=now)
    outbox.send(session, outbox.new_password(invitation.expires_at), invitation, now=now)
    note(session, "account.password_forgotten", account, actor=account.public_id, now=now)


# --- signing in and out --------------------------------------------------------------------------


def sign_in(
    *, email: str, password: str, address: str, keys: Keys, now: datetime
) -> tuple[Account, str]:
    """Check a password and begin a session; the account and the token of the session.

    An unknown address takes as long and says the same as a wrong password. A try is counted before
    the password is looked at, so that many at once are no way round the limit.
    Raises WrongCredentials, TooOften.
    """
    tries = keys.fingerprint("sign-in-account", email)
    origin = keys.fingerprint("sign-in-address", address)
    _take_a_try(account=tries, address=origin, now=now)
    account = queries.by_email(db.session(), email)
    stored = account.password_hash if account else None
    good = _verify(stored or _nobodys_hash(), password) and stored is not None
    if account is None or not good or not queries.may_sign_in(account, now=now):
        _count_failure(address=origin, now=now)
        raise WrongCredentials
    token = token_urlsafe(32)
    _begin_session(
        account_id=account.id,
        password_hash=stored or "",
        better_hash=_rehashed(stored or "", password),
        token_hash=session_hash(token, keys=keys),
        tries=tries,
        now=now,
    )
    return account, token


def session_hash(token: str, *, keys: Keys) -> str:
    """What is stored of the token in a cookie."""
    return keys.fingerprint("sign-in-session", token)


@cache
def _nobodys_hash() -> str:
    return HASHER.hash(token_urlsafe(32))


def _verify(stored: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        password = ""  # no password is that long: it fails, and costs what any other does
    try:
        return HASHER.verify(stored, normal_password(password))
    except (VerificationError, InvalidHashError):
        return False


def _rehashed(stored: str, password: str) -> str | None:
    """A hash with today's parameters, where the stored one has yesterday's."""
    if not HASHER.check_needs_rehash(stored):
        return None
    return HASHER.hash(normal_password(password))


@use_case
def _take_a_try(session: Session, *, account: str, address: str, now: datetime) -> None:
    limits.check(session, limits.SIGN_IN_ADDRESS, address, now=now)
    limits.check(session, limits.SIGN_IN_ACCOUNT, account, now=now)
    limits.count(session, limits.SIGN_IN_ACCOUNT, account, now=now)


@use_case
def _count_failure(session: Session, *, address: str, now: datetime) -> None:
    limits.count(session, limits.SIGN_IN_ADDRESS, address, now=now)


@use_case
def _begin_session(
    session: Session,
    *,
    account_id: int,
    password_hash: str,
    better_hash: str | None,
    token_hash: str,
    tries: str,
    now: datetime,
) -> None:
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.password_hash != password_hash or not queries.may_sign_in(account, now=now):
        raise WrongCredentials  # changed while we looked
    if better_hash:
        account.password_hash = better_hash
    limits.forget(session, limits.SIGN_IN_ACCOUNT, tries)
    session.add(SignInSession(account=account, token_hash=token_hash, started_at=now))
    note(session, "account.signed_in", account, actor=account.public_id, now=now)


@use_case
def sign_out(session: Session, *, token_hash: str, now: datetime) -> None:
    """End one session; one that has ended already stays as it is."""
    found = session.scalars(
        sa.select(SignInSession).where(
            SignInSession.token_hash == token_hash, SignInSession.ended_at.is_(None)
        )
    ).first()
    if found is None:
        return
    found.ended_at = now
    record(
        session,
        "account.signed_out",
        actor=found.account.public_id,
        object_kind="account",
        object_id=found.account.public_id,
        now=now,
    )


# --- roles ---------------------------------------------------------------------------------------


@use_case
def change_role(
    session: Session, *, account_id: str, role: StaffRole, actor: str, now: datetime
) -> None:
    """Give a member of staff another role; their sessions end at once. Raises LastAdmin."""
    account = _locked_staff(session, account_id)
    before = account.staff_role
    if role is before:
        return
    _keep_an_admin(session, account)
    account.staff_role = role
    end_sessions(session, account, now=now)
    record(
        session,
        "account.role_changed",
        actor=actor,
        object_kind="account",
        object_id=account_id,
        now=now,
        role=role.value,
        role_before=before and before.value,
    )


@use_case
def end_account(session: Session, *, account_id: str, actor: str, now: datetime) -> None:
    """Take a member of staff's access away, at once. Raises LastAdmin."""
    account = _locked_staff(session, account_id)
    if not account.is_active:
        return
    _keep_an_admin(session, account)
    account.is_active = False
    end_sessions(session, account, now=now)
    _end_links(session, account, now=now)
    record(
        session, "account.ended", actor=actor, object_kind="account", object_id=account_id, now=now
    )


def _locked_staff(session: Session, account_id: str) -> Account:
    """A member of staff with the admins' rows locked. Raises NoResultFound."""
    queries.locked_admins(session)
    return session.scalars(
        sa.select(Account).where(Account.public_id == account_id, Account.staff_role.is_not(None))
    ).one()


def _keep_an_admin(session: Session, account: Account) -> None:
    """Raise LastAdmin unless another admin, who has a password, is left."""
    admins = [admin for admin in queries.locked_admins(session) if admin.password_hash]
    if account in admins and len(admins) == 1:
        raise LastAdmin


def end_sessions(session: Session, account: Account, *, now: datetime) -> None:
    """Sign an account out everywhere: a step of taking rights away or changing them."""
    session.execute(
        sa.update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def _end_links(session: Session, account: Account, *, now: datetime) -> None:
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.account_id == account.id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )


@use_case
def forget_attempts(session: Session, *, now: datetime) -> None:
    """Drop counters that no limit looks at any more, whichever slice counted them."""
    limits.forget_old(session, now=now)
