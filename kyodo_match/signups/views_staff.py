"""Applications for staff: found, read, answered for a caller, cancelled."""

from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.queries import names_of
from kyodo_match.audit.queries import history
from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import SignupRefused
from kyodo_match.signups.forms import NoteForm
from kyodo_match.signups.forms.approving import AnswerForm
from kyodo_match.signups.messages import status_label
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries import approving
from kyodo_match.signups.queries.draws import shown_draw
from kyodo_match.signups.rules import LIVE, SignupStatus
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings

bp = Blueprint("signups_staff", __name__)

_LISTED = (
    SignupStatus.CONFIRMED,
    SignupStatus.WAITLISTED,
    SignupStatus.ENTERED,
    SignupStatus.OFFERED,
    SignupStatus.AWAITING_ANSWER,
    SignupStatus.AWAITING_APPROVAL,
    SignupStatus.NOT_SELECTED,
    SignupStatus.DECLINED,
    SignupStatus.EXPIRED,
    SignupStatus.CANCELLED,
)


@bp.route("/staff/signups")
@policy("coordinator")
def listing() -> ResponseReturnValue:
    """Sign-ups by their state; who is looked for by name or number is looked for in one box."""
    wanted = request.args.get("status", "")
    status = SignupStatus(wanted) if wanted in set(SignupStatus) else None
    return no_store(
        render_template(
            "signups/search.html",
            listing=queries.listing(db.session(), status=status, page=page_number()),
            today=tokyo_date(clock.now()),
            status=wanted,
            base_query=urlencode({"status": wanted}),
            statuses=[(one.value, status_label(one)) for one in _LISTED],
        )
    )


@bp.route("/staff/approvals")
@policy("coordinator")
def approvals() -> ResponseReturnValue:
    """What the office looks at: waiting for long, near, nobody's; with `all` whatever waits."""
    now, everything = clock.now(), "all" in request.args
    waiting = approving.awaiting_approval(db.session(), now=now, overdue=not everything)
    page = render_template(
        "signups/approvals.html",
        layout="layouts/staff.html",
        by_office=True,
        everything=everything,
        waiting=waiting,
        groups=(),
        now=now,
    )
    return no_store(page)


@bp.route("/staff/signups/<public_id>")
@policy("coordinator")
def show(public_id: str) -> ResponseReturnValue:
    return no_store(_page(_signup_or_404(public_id), NoteForm()))


@bp.route("/staff/signups/<public_id>/note", methods=["POST"])
@policy("coordinator")
def read_note(public_id: str) -> ResponseReturnValue:
    signup, form, note = _signup_or_404(public_id), NoteForm(), None
    if form.validate_on_submit():
        note = services.read_note(
            signup_id=public_id,
            reason=form.reason.data,
            keys=settings().keys,
            now=clock.now(),
            actor=actor(),
        )
    return no_store(_page(signup, form, note=note))


def _page(
    signup: Signup,
    form: NoteForm,
    *,
    note: str | None = None,
    answer_form: AnswerForm | None = None,
) -> str:
    return render_template(
        "signups/show.html",
        signup=signup,
        slot=signup.slot,
        people=queries.live(signup),
        offer=queries.open_offer(signup),
        has_note=queries.has_note(db.session(), signup),
        note=note,
        form=form,
        draw=shown_draw(db.session(), signup, now=clock.now()),
        queues=queries.waits_for(db.session(), signup, now=clock.now()),
        question=approving.open_question(db.session(), signup),
        answer_form=answer_form or AnswerForm(formdata=None),
        history=history(db.session(), "signup", signup.public_id),
        names=names_of(db.session()),
        is_live=signup.status in LIVE,
        can_change=signup.status in LIVE and clock.now() < signup.slot.last_call,
    )


@bp.route("/staff/signups/<public_id>", methods=["POST"])
@policy("coordinator")
def act(public_id: str) -> ResponseReturnValue:
    signup, heard = _signup_or_404(public_id), AnswerForm()
    if request.form.get("action") == "answer" and not heard.validate():
        return no_store(_page(signup, NoteForm(formdata=None), answer_form=heard))
    try:
        done = _perform(signup, request.form.get("action", ""))
    except SignupRefused as refusal:
        flash(explain(refusal), "error")
    else:
        flash(done, "success")
        if not signup.email:
            flash(_("メールのない方です。いま、ご本人に口頭でお伝えください。"), "info")
        if request.form.get("then") == "calls":
            return redirect("/staff/phone-calls", 303)
    return redirect(f"/staff/signups/{public_id}", 303)


def _perform(signup: Signup, action: str) -> str:
    """Do what a button says for a caller, and the words for it. Raises SignupRefused."""
    identity, now, by = signup.public_id, clock.now(), actor()
    if action in {"accept", "decline"}:
        accepts = action == "accept"
        if signup.status is SignupStatus.AWAITING_ANSWER:
            services.answer_change(signup_id=identity, comes=accepts, now=now, actor=by)
        else:
            services.answer_offer(signup_id=identity, accept=accepts, now=now, actor=by)
        return _("「参加」で受け付けました。") if accepts else _("「辞退」で受け付けました。")
    if action == "answer":
        heard = AnswerForm().answer.data or ""
        services.approving.answer(signup_id=identity, text=heard, now=now, actor=by)
        return _("返事を記録し、団体にお知らせしました。")
    if action == "renew":
        services.renew_access(signup_id=identity, keys=settings().keys, now=now, actor=by)
        pin = settings().keys.pin(identity, _signup_or_404(identity).access_version)
        return _(
            "暗証番号とリンクを新しくしました。新しい暗証番号は %(pin)s です。"
            "ご本人に電話で伝えてください。この番号は一度だけ表示します。",
            pin=pin,
        )
    person = request.form.get("participant") or None
    if action not in {"cancel", "cancel_participant"}:
        abort(400)
    if person not in {None, *(one.public_id for one in signup.participants)}:
        abort(404)
    services.cancel(signup_id=identity, participant_id=person, now=now, actor=by)
    return _("お1人の取消しを受け付けました。") if person else _("申込みを取り消しました。")


def _signup_or_404(public_id: str) -> Signup:
    return queries.signup_by_id(db.session(), public_id) or abort(404)
