"""/staff/accounts: the staff's own accounts, for admins."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.accounts import queries, services
from kyodo_match.accounts.forms import ROLE_CHOICES, RoleForm, StaffInvitationForm
from kyodo_match.accounts.models import Account
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.web.forms import Form
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import settings

bp = Blueprint("accounts_staff", __name__)


@bp.get("/staff/accounts")
@policy("admin")
def accounts() -> ResponseReturnValue:
    return _page(RoleForm())


@bp.route("/staff/accounts/invite", methods=["GET", "POST"])
@policy("admin")
def invite() -> ResponseReturnValue:
    form = StaffInvitationForm()
    if form.validate_on_submit():
        try:
            invitation_id = services.invite_staff(
                email=form.email.data,
                role=form.chosen,
                actor=actor(),
                now=clock.now(),
                by_mail=True,
            )
        except DomainError as refusal:
            form.refuse(explain(refusal), form.email)
        else:
            # Not a redirect: the link is shown this once and kept nowhere, not even in a cookie.
            return render_template(
                "accounts/invited.html",
                link=settings().invitation_link(invitation_id),
                email=form.email.data,
            )
    return render_template("accounts/invite.html", form=form)


@bp.post("/staff/accounts/<public_id>/role")
@policy("admin")
def change_role(public_id: str) -> ResponseReturnValue:
    account = _staff_or_404(public_id)
    form = RoleForm()
    if not form.validate_on_submit():
        abort(HTTPStatus.BAD_REQUEST)  # no select of ours sends that
    try:
        services.change_role(
            account_id=account.public_id, role=form.chosen, actor=actor(), now=clock.now()
        )
    except DomainError as refusal:
        form.refuse(explain(refusal))
    else:
        flash(_("役割を変えました。本人は、もう一度サインインします。"), "success")
        return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)
    return _page(form)


@bp.post("/staff/accounts/<public_id>/end")
@policy("admin")
def end(public_id: str) -> ResponseReturnValue:
    account = _staff_or_404(public_id)
    form = Form()
    if form.validate_on_submit():
        try:
            services.end_account(account_id=account.public_id, actor=actor(), now=clock.now())
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("利用を終了しました。"), "success")
            return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)
    return _page(form)


def _page(form: Form) -> ResponseReturnValue:
    return render_template(
        "accounts/accounts.html",
        accounts=queries.staff(db.session()),
        roles=ROLE_CHOICES,
        form=form,
    )


def _staff_or_404(public_id: str) -> Account:
    account = queries.by_public_id(db.session(), public_id)
    if account is None or not account.is_staff:
        abort(404)
    return account
