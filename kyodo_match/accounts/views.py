"""Signing in and out, one-time links, and who is signed in: what every policy asks."""

import ipaddress
import re
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user

from kyodo_match.accounts import queries, services
from kyodo_match.accounts.errors import PasswordRefused
from kyodo_match.accounts.forms import (
    ForgottenForm,
    InvitationForm,
    NewPasswordForm,
    SignInForm,
)
from kyodo_match.accounts.messages import role_label
from kyodo_match.accounts.models import Account, Invitation
from kyodo_match.accounts.rules import IDLE, SHORTEST_PASSWORD, StaffRole
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.web.people import current_account
from kyodo_match.web.policies import WANTED, Policies, Predicate, Verdict, policy
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
    token_hash = services.session_hash(token, keys=settings().keys)
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
    """At least this staff role, which may be used from the staff's networks only."""

    def judge(_view_args: dict[str, Any]) -> Verdict:
        account = current_account()
        if account is None:
            return Verdict.SIGN_IN_FIRST
        role = StaffRole(account.staff_role) if account.staff_role else None
        enough = role is not None and role.rank >= least.rank and _on_a_staff_network()
        return Verdict.ALLOWED if enough else Verdict.FORBIDDEN

    return judge


@bp.route("/signin", methods=["GET", "POST"])
@policy("anyone")
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            account, token = services.sign_in(
                email=form.email.data,
                password=form.password.data,
                address=request.remote_addr or "",
                keys=settings().keys,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            wanted = request.args.get("next") or session.get(WANTED, "")
            remember(account, token)
            desk = "/staff/" if account.is_staff else "/group/"
            is_theirs = account.is_staff or not wanted.startswith("/staff")
            return redirect((is_theirs and local_path(wanted)) or desk, HTTPStatus.SEE_OTHER)
    return render_template("accounts/signin.html", form=form)


@bp.post("/signout")
@policy("anyone")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        token_hash = services.session_hash(current_user.token, keys=settings().keys)
        services.sign_out(token_hash=token_hash, now=clock.now())
        session.clear()
        flash(_("サインアウトしました。"), "success")
    return redirect("/", HTTPStatus.SEE_OTHER)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@policy("anyone")
def invitation(token: str) -> ResponseReturnValue:
    found = _invitation_of(token)
    if found is None:
        return render_template("accounts/link_unusable.html"), HTTPStatus.GONE
    form = NewPasswordForm() if found.account.name else InvitationForm()
    if form.validate_on_submit():
        try:
            services.accept_link(
                invitation_id=found.public_id,
                name=form.name.data if "name" in form else None,
                password=form.password.data,
                municipality=settings().municipality,
                now=clock.now(),
            )
        except PasswordRefused as refusal:
            form.refuse(explain(refusal), form.password)
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("パスワードを設定しました。サインインしてください。"), "success")
            return redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER)
    email = found.account.email
    return render_template(
        "accounts/invitation.html", form=form, email=email, shortest=SHORTEST_PASSWORD
    )


@bp.route("/password/forgotten", methods=["GET", "POST"])
@policy("anyone")
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit():
        services.forget_password(email=form.email.data, keys=settings().keys, now=clock.now())
        return render_template("accounts/forgotten_sent.html")
    return render_template("accounts/forgotten.html", form=form)


def local_path(target: str | None) -> str | None:
    """A path on this site, or None: never another host, however it is written."""
    if target and re.fullmatch(r"/(?![/\\])[\w\-./?=&%]*", target, re.ASCII):
        return target
    return None


def _invitation_of(token: str) -> Invitation | None:
    invitation_id = settings().keys.invitation_of_token(token)
    if invitation_id is None:
        return None
    return queries.open_invitation(db.session(), invitation_id, now=clock.now())
