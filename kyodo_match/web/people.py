"""Who is signed in, for the views of every slice. Accounts decide how somebody gets there."""

from enum import StrEnum
from typing import Protocol

from flask_login import current_user


class Person(Protocol):
    """What views may know of an account."""

    @property
    def id(self) -> int: ...
    @property
    def public_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def is_staff(self) -> bool: ...
    @property
    def staff_role(self) -> StrEnum | None: ...


def current_account() -> Person | None:
    """Who is signed in; None for a stranger."""
    return current_user.account if current_user.is_authenticated else None


def actor() -> str:
    """Who acts, as the audit names them: for views whose policy asks for a sign-in."""
    account = current_account()
    if account is None:
        raise RuntimeError("nobody is signed in")
    return account.public_id
