"""For staff: every message with its state and error, and the calls to make."""

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.notifications import delivery, messages, queries, services
from kyodo_match.notifications.forms import CallForm
from kyodo_match.notifications.rules import CallOutcome, MessageState
from kyodo_match.signups import queries as signups
from kyodo_match.web.people import actor
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.responses import settings

bp = Blueprint("notifications_staff", __name__)


def install(app: Flask, _policies: Policies) -> None:
    """The labels that templates need."""
    app.jinja_env.filters.update(
        message_state=messages.state_label,
        message_sign=messages.state_sign,
        call_outcome=messages.outcome_label,
        call_label=messages.call_label,
    )


def _chosen_state() -> MessageState | None:
    raw = request.args.get("state", "")
    return MessageState(raw) if raw in list(MessageState) else None


@bp.route("/staff/outbox")
@policy("coordinator")
def outbox() -> ResponseReturnValue:
    """メール送信状況."""
    session, state = db.session(), _chosen_state()
    counts = queries.message_counts(session)
    total = counts[state] if state else sum(counts.values())
    pages = max(1, -(-total // queries.PER_PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "notifications/outbox.html",
        rows=queries.messages(session, state=state, page=page),
        counts=counts,
        state=state,
        total=total,
        page=page,
        pages=pages,
    )


@bp.route("/staff/outbox/<public_id>")
@policy("coordinator")
def message(public_id: str) -> ResponseReturnValue:
    """One message, with link and PIN masked."""
    found = queries.message(db.session(), public_id)
    if found is None:
        abort(404)
    about = signups.signup_by_id(db.session(), found.signup_id) if found.signup_id else None
    return render_template(
        "notifications/message.html",
        message=found,
        subject=delivery.masked(settings(), found.subject),
        body=delivery.masked(settings(), found.body),
        signup=about,
        can_retry=found.state in {MessageState.FAILED, MessageState.RETRY},
    )


@bp.route("/staff/outbox/<public_id>/retry", methods=["POST"])
@policy("coordinator")
def retry(public_id: str) -> ResponseReturnValue:
    """もう一度送る."""
    if queries.message(db.session(), public_id) is None:
        abort(404)
    try:
        services.send_again(message_id=public_id, actor=actor(), now=clock.now())
    except DomainError as refusal:
        flash(explain(refusal), "error")
    else:
        flash(_("もう一度送ります。1分ほどで、状態が変わります。"), "success")
    return redirect(url_for(".message", public_id=public_id), 303)


@bp.route("/staff/phone-calls")
@policy("coordinator")
def phone_calls() -> ResponseReturnValue:
    """電話連絡: calls to make, and the last ones that were made."""
    session = db.session()
    waiting, done = queries.waiting_calls(session), queries.recent_calls(session)
    people = {
        call.signup_id: signups.signup_by_id(session, call.signup_id) for call in (*waiting, *done)
    }
    return render_template(
        "notifications/phone_calls.html",
        waiting=waiting,
        done=done,
        people=people,
        now=clock.now(),
    )


@bp.route("/staff/phone-calls/<public_id>", methods=["GET", "POST"])
@policy("coordinator")
def phone_call(public_id: str) -> ResponseReturnValue:
    """One call: whom, what to say, what came of it."""
    call = queries.phone_call(db.session(), public_id)
    if call is None:
        abort(404)
    form = CallForm()
    if form.validate_on_submit():
        try:
            services.close_call(
                call_id=public_id,
                outcome=CallOutcome(form.outcome.data),
                note=form.note.data or "",
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("電話の結果を記録しました。"), "success")
            return redirect(url_for(".phone_calls"), 303)
    person = signups.signup_by_id(db.session(), call.signup_id)
    return render_template("notifications/phone_call.html", call=call, form=form, person=person)
