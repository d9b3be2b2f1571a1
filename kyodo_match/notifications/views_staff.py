"""For staff: every message with its state and error, and the calls to make."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.queries import names_of
from kyodo_match.core import clock
from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.queries import volunteers
from kyodo_match.matching.queries.proposals import open_invitations_of
from kyodo_match.notifications import delivery, messages, queries, rules, services
from kyodo_match.notifications.forms import BounceForm, CallForm
from kyodo_match.notifications.models import CallTry, OutboxMessage, PhoneCall
from kyodo_match.notifications.rules import RETRIABLE, CallOutcome, CallView, MessageState
from kyodo_match.settings.queries import office
from kyodo_match.signups import queries as signups
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.pressed import pressed
from kyodo_match.web.responses import no_store, settings

bp = Blueprint("notifications_staff", __name__)


def install(app: Flask, _policies: Policies) -> None:
    """The labels that templates need."""
    app.jinja_env.filters.update(
        message_state=messages.state_label,
        message_sign=messages.state_sign,
        mail_reason=messages.reason_words,
        call_outcome=messages.outcome_label,
        call_label=messages.call_label,
        call_view=messages.view_label,
        job_label=messages.job_label,
        age=messages.age_label,
    )


# --- Mail -----------------------------------------------------------------------------------


def _chosen_state() -> MessageState | None:
    raw = request.args.get("state", "")
    return MessageState(raw) if raw in list(MessageState) else None


def _today() -> datetime:
    return midnight(tokyo_date(clock.now()))


@bp.route("/staff/outbox")
@policy("coordinator")
def outbox() -> ResponseReturnValue:
    """メール送信状況."""
    session, state = db.session(), _chosen_state()
    counts = queries.message_counts(session)
    total = counts[state] if state else sum(counts.values())
    pages = max(1, -(-total // queries.PER_PAGE))
    page = min(page_number(), pages)
    return render_template(
        "notifications/outbox.html",
        rows=queries.messages(session, state=state, page=page),
        counts=counts,
        state=state,
        failed_today=queries.failed_since_count(session, _today()),
        now=clock.now(),
        total=total,
        page=page,
        pages=pages,
    )


@bp.route("/staff/outbox/retry", methods=["POST"])
@policy("coordinator")
def retry_today() -> ResponseReturnValue:
    """今日送れなかったメールを、まとめてもう一度送る."""
    number = services.send_failed_again(since=_today(), actor=actor(), now=clock.now())
    if number:
        flash(_("%(n)s通を、もう一度送ります。1分ほどで、状態が変わります。", n=number), "success")
    else:
        flash(_("今日送れなかったメールは、もうありません。"), "info")
    return redirect(url_for(".outbox"), 303)


def _message_or_404(public_id: str) -> OutboxMessage:
    return queries.message(db.session(), public_id) or abort(404)


@bp.route("/staff/outbox/<public_id>")
@policy("coordinator")
def message(public_id: str) -> ResponseReturnValue:
    """One message, with link and PIN masked."""
    return no_store(_message_page(_message_or_404(public_id), BounceForm()))


def _message_page(found: OutboxMessage, form: BounceForm) -> str:
    session = db.session()
    distrusted = queries.distrusted(session, found.recipient)
    # What is held back since it is nobody's address any more is not for sending.
    can_retry = found.state in RETRIABLE and (
        found.state is not MessageState.SUPPRESSED or distrusted is not None
    )
    return render_template(
        "notifications/message.html",
        message=found,
        subject=delivery.masked(settings(), found.subject),
        body=delivery.masked(settings(), found.body),
        signup=signups.signup_by_id(session, found.signup_id) if found.signup_id else None,
        call=queries.call_about(session, found),
        distrusted=distrusted,
        form=form,
        now=clock.now(),
        can_retry=can_retry,
    )


@bp.route("/staff/outbox/<public_id>/retry", methods=["POST"])
@policy("coordinator")
def retry(public_id: str) -> ResponseReturnValue:
    """もう一度送る."""
    _message_or_404(public_id)
    return pressed(
        lambda: services.send_again(message_id=public_id, actor=actor(), now=clock.now()),
        _("もう一度送ります。1分ほどで、状態が変わります。"),
        back=url_for(".message", public_id=public_id),
    )


@bp.route("/staff/outbox/<public_id>/bounced", methods=["POST"])
@policy("coordinator")
def bounced(public_id: str) -> ResponseReturnValue:
    """戻ってきた: the mail was sent, and came back to the office."""
    found, form = _message_or_404(public_id), BounceForm()
    if not form.validate_on_submit():
        return no_store(_message_page(found, form))
    reason = _("メールが戻ってきました：%(said)s", said=form.reason.data)
    return pressed(
        lambda: services.note_bounced(
            message_id=public_id, reason=reason, actor=actor(), now=clock.now()
        ),
        _("戻ってきたことを記録しました。この宛先には、もう送りません。"),
        back=url_for(".message", public_id=public_id),
    )


# --- Calls ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """One call of the list: whom, what was tried, when to try again."""

    call: PhoneCall
    person: object | None  # who is phoned, for the template: of the sign-up, or the volunteer
    signup: object | None
    tries: list[CallTry]
    again_at: datetime | None


def _lines(calls: list[PhoneCall]) -> list[_Line]:
    session = db.session()
    found = signups.signups_by_ids(session, [call.signup_id for call in calls])
    registered = volunteers.volunteers_by_ids(session, [call.volunteer_id for call in calls])
    tries, calendar = queries.tries_of(session, calls), office(session).calendar
    lines = []
    for call in calls:
        own, again = tries.get(call.id, []), None
        if call.outcome is CallOutcome.UNREACHED and call.done_at:
            again = rules.next_try(
                call.done_at, tries=len(own), due_at=call.due_at, calendar=calendar
            )
        signup = found.get(call.signup_id)
        person = signup or registered.get(call.volunteer_id)
        lines.append(_Line(call, person, signup, own, again))
    return lines


@bp.route("/staff/phone-calls")
@policy("coordinator")
def phone_calls() -> ResponseReturnValue:
    """電話連絡: calls to make, or those of another view of the list."""
    raw = request.args.get("view", "")
    view = CallView(raw) if raw in list(CallView) else CallView.TO_MAKE
    found = queries.calls(db.session(), view, now=clock.now(), page=page_number())
    return no_store(
        render_template(
            "notifications/phone_calls.html",
            lines=_lines(list(found.calls)),
            found=found,
            view=view,
            views=list(CallView),
            now=clock.now(),
        )
    )


@bp.route("/staff/phone-calls/print")
@policy("coordinator")
def print_calls() -> ResponseReturnValue:
    """The calls to make on paper, with room for what came of each."""
    return no_store(
        render_template(
            "notifications/phone_list.html",
            lines=_lines(list(queries.waiting_calls(db.session()))),
            now=clock.now(),
        )
    )


@bp.route("/staff/phone-calls/<public_id>", methods=["GET", "POST"])
@policy("coordinator")
def phone_call(public_id: str) -> ResponseReturnValue:
    """One call: whom, what to say, what came of it."""
    form = CallForm(tries=_tries(_call_or_404(public_id)))
    if form.validate_on_submit():
        try:
            services.close_call(
                call_id=public_id,
                outcome=CallOutcome(form.outcome.data),
                note=form.note.data or "",
                actor=actor(),
                now=clock.now(),
                tries_seen=form.tries_seen(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
            form.seen.data = str(_tries(_call_or_404(public_id)))
        else:
            flash(_recorded(CallOutcome(form.outcome.data)), "success")
            return redirect(url_for(".phone_calls"), 303)
    return no_store(_call_page(_call_or_404(public_id), form))


def _call_or_404(public_id: str) -> PhoneCall:
    return queries.phone_call(db.session(), public_id) or abort(404)


def _tries(call: PhoneCall) -> int:
    return len(queries.tries_of(db.session(), [call]).get(call.id, []))


def _recorded(outcome: CallOutcome) -> str:
    if outcome is CallOutcome.UNREACHED:
        return _("つながらなかったことを記録しました。一覧に残ります。")
    return _("電話の結果を記録しました。")


def _call_page(call: PhoneCall, form: CallForm) -> str:
    session, now = db.session(), clock.now()
    signup = signups.signup_by_id(session, call.signup_id) if call.signup_id else None
    return render_template(
        "notifications/phone_call.html",
        call=call,
        form=form,
        line=_lines([call])[0],
        queues=signups.waits_for(session, signup, now=now) if signup else (),
        invitations=open_invitations_of(session, call.volunteer_id),
        names=names_of(session),
        now=now,
    )
