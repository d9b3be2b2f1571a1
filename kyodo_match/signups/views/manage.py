"""One's own application: by the mailed link or by number and PIN, seen and changed."""

from contextlib import suppress

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.settings.queries import office as the_office
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import LookUpFailed, SignupRefused
from kyodo_match.signups.forms import LookUpForm, ResendForm
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import LIVE, SignupStatus, is_late
from kyodo_match.signups.views import access
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings


@bp.route("/manage/<token>")
@policy("anyone")
def open_link(token: str) -> ResponseReturnValue:
    signup = queries.signup_of_token(db.session(), token, keys=settings().keys)
    if signup is None:
        page = render_template("signups/link_over.html", office=the_office(db.session()))
        return no_store((page, 404))
    access.take_in_hand(signup)
    return redirect("/manage", 303)


@bp.route("/manage")
@policy("citizen")
def show() -> ResponseReturnValue:
    signup = access.signup_in_hand()
    slot, now = signup.slot, clock.now()
    waits = signup.status is SignupStatus.WAITLISTED
    return no_store(
        render_template(
            "signups/manage.html",
            signup=signup,
            slot=slot,
            office=the_office(db.session()),
            people=queries.live(signup),
            offer=queries.open_offer(signup),
            waiting=queries.why_waiting(db.session(), slot, signup, now=now) if waits else None,
            can_change=signup.status in LIVE and now < slot.starts_at,
            late=is_late(signup.status, now=now, cancel_until=slot.cancel_until),
        )
    )


@bp.route("/manage", methods=["POST"])
@policy("citizen")
def act() -> ResponseReturnValue:
    signup = access.signup_in_hand()
    try:
        done = _perform(signup, request.form.get("action", ""))
    except SignupRefused as refusal:
        flash(explain(refusal), "error")
    else:
        flash(done, "success")
    return redirect("/manage", 303)


def _perform(signup: Signup, action: str) -> str:
    """Do what a button says, and the words for it. Raises SignupRefused."""
    identity, now = signup.public_id, clock.now()
    if action in {"accept", "decline"}:
        accepts = action == "accept"
        services.answer_offer(signup_id=identity, accept=accepts, now=now, actor=CITIZEN)
        return _("参加が決まりました。") if accepts else _("辞退を受け付けました。")
    if action not in {"cancel", "cancel_participant", "absent"}:
        abort(400)
    person = request.form.get("participant") or None
    if person not in {None, *(one.public_id for one in signup.participants)} or (
        action == "cancel_participant" and person is None
    ):
        abort(404)
    if action == "cancel":
        person = None
    services.cancel(signup_id=identity, participant_id=person, now=now, actor=CITIZEN)
    if action == "absent":
        return _("欠席の連絡を受け付けました。")
    return _("お1人の取消しを受け付けました。") if person else _("申込みを取り消しました。")


@bp.route("/manage/lookup", methods=["GET", "POST"])
@policy("anyone")
def look_up() -> ResponseReturnValue:
    form = LookUpForm()
    if form.validate_on_submit():
        try:
            identity = services.look_up(
                number=form.number.data, pin=form.pin.data, keys=settings().keys, now=clock.now()
            )
        except (LookUpFailed, TooOften) as refusal:
            form.refuse(explain(refusal))
        else:
            access.take_in_hand(queries.signup_by_id(db.session(), identity) or abort(404))
            return redirect("/manage", 303)
    return no_store(
        render_template("signups/lookup.html", form=form, office=the_office(db.session()))
    )


@bp.route("/manage/resend", methods=["GET", "POST"])
@policy("anyone")
def resend() -> ResponseReturnValue:
    form = ResendForm()
    if form.validate_on_submit():
        with suppress(TooOften):  # known or not, often or not: the answer tells nothing
            services.resend_link(email=form.email.data, keys=settings().keys, now=clock.now())
        return no_store(render_template("signups/resent.html", office=the_office(db.session())))
    return no_store(render_template("signups/resend.html", form=form))
