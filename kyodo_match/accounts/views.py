"""Signing in and out, one-time links, and who is signed in: what every policy asks."""

import ipaddress
from typing import Any

from flask import Blueprint, Flask, abort, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from kyodo_match.accounts import queries
from kyodo_match.accounts.messages import role_label
from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import IDLE, StaffRole
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.web.policies import Policies, Predicate, Verdict
from kyodo_match.web.responses import settings

bp = Blueprint("accounts", __name__)

_SEEN = "seen"
_SEEN_AGAIN_AFTER = 60  # seconds: the cookie is not written anew for every click


class SignedIn(UserMixin):
    """What Flask-Login keeps: the account, known in the cookie by its session's token alone."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        return self.token


def current_account() -> Account | None:
    """Who is signed in; None for a stranger."""
    return current_user.account if current_user.is_authenticated else None


def staff_role() -> StaffRole | None:
    """The staff role of who is signed in, where it may be used: only from the staff's networks."""
    account = current_account()
    return account.staff_role if account and _on_a_staff_network() else None


def is_coordinator() -> bool:
    """Whether the person may act for any group."""
    role = staff_role()
    return role is not None and role.rank >= StaffRole.COORDINATOR.rank


def remember(account: Account, token: str) -> None:
    """Begin in a session of its own: nothing from before the sign-in is carried into it."""
    session.clear()
    session[_SEEN] = int(clock.now().timestamp())
    login_user(SignedIn(account, token))


def install(app: Flask, policies: Policies) -> None:
    """Flask-Login, the policies of staff, and the staff's networks."""
    manager = LoginManager(app)
    manager.session_protection = None  # an address changes on the road; the token decides
    manager.user_loader(_load)
    app.context_processor(lambda: {"current_account": current_account()})
    app.jinja_env.filters["role_label"] = role_label
    policies.register("signed_in", _signed_in)
    for role in StaffRole:
        policies.register(role.value, _at_least(role))

    @app.url_value_preprocessor
    def hide_staff_pages(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Before any policy: from outside, /staff is not there, not even as a way to /signin.
        if request.path.split("/")[1] == "staff" and not _on_a_staff_network():
            abort(404)


def _load(token: str) -> SignedIn | None:
    now = clock.now()
    seconds = now.timestamp() - session.get(_SEEN, 0)
    if seconds > IDLE.total_seconds():
        return None
    token_hash = settings().keys.fingerprint("sign-in-session", token)
    account = queries.signed_in(db.session(), token_hash, now=now)
    if account is None:
        return None
    if seconds > _SEEN_AGAIN_AFTER:
        session[_SEEN] = int(now.timestamp())
    return SignedIn(account, token)


def _on_a_staff_network() -> bool:
    networks = settings().staff_networks
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in networks)


def _signed_in(_view_args: dict[str, Any]) -> Verdict:
    return Verdict.ALLOWED if current_account() else Verdict.SIGN_IN_FIRST


def _at_least(least: StaffRole) -> Predicate:
    def judge(_view_args: dict[str, Any]) -> Verdict:
        if current_account() is None:
            return Verdict.SIGN_IN_FIRST
        role = staff_role()
        enough = role is not None and role.rank >= least.rank
        return Verdict.ALLOWED if enough else Verdict.FORBIDDEN

    return judge
