"""One's own application: by the mailed link or by number and PIN, seen and changed."""

from contextlib import suppress
from datetime import datetime

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock, dates
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import moved_from
from kyodo_match.opportunities.rules import SlotMode
from kyodo_match.participation.queries.hours import own_hours
from kyodo_match.settings.queries import office as the_office
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import LookUpFailed, SignupRefused
from kyodo_match.signups.forms import LookUpForm, ResendForm
from kyodo_match.signups.forms.approving import AnswerForm
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries import approving
from kyodo_match.signups.queries.draws import in_draw, shown_draw
from kyodo_match.signups.rules import (
    LIVE,
    AgeGroup,
    Companion,
    SignupStatus,
    is_late,
)
from kyodo_match.signups.views import access
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.signups.views.changing import take_own_change
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings


@bp.route("/manage/<token>")
@policy("anyone")
def open_link(token: str) -> ResponseReturnValue:
    signup = queries.signup_of_token(db.session(), token, keys=settings().keys)
    if signup is None:
        page = render_template("signups/link_over.html", office=the_office(db.session()))
        return no_store((page, 404))
    access.SIGNUP.take(signup, by_mail=True)
    return redirect("/manage", 303)


@bp.route("/manage")
@policy("citizen")
def show() -> ResponseReturnValue:
    return _page(access.SIGNUP.row(), AnswerForm(formdata=None))


def _page(signup: Signup, answer_form: AnswerForm) -> ResponseReturnValue:
    slot, now = signup.slot, clock.now()
    begun = now >= slot.last_call
    asked = signup.status is SignupStatus.AWAITING_ANSWER and not signup.answers_draw
    return no_store(
        render_template(
            "signups/manage.html",
            signup=signup,
            slot=slot,
            office=the_office(db.session()),
            offer=queries.open_offer(signup),
            was=_before_the_change(slot) if asked else "",
            begun=begun,
            over=now >= slot.ends_at,
            can_change=signup.status in LIVE and not begun,
            late=is_late(signup.status, now=now, cancel_until=slot.cancel_until),
            hours=own_hours(db.session(), signup),
            answer_form=answer_form,
            pin=settings().keys.pin(signup.public_id, signup.access_version),
            **_party(signup),
            **_decided(signup, now=now),
        )
    )


def _party(signup: Signup) -> dict[str, object]:
    """Who comes, and whether somebody more may."""
    people, no_more = queries.live(signup), _why_nobody_more(signup, is_escort=False)
    return {
        "people": people,
        "size": queries.size_of(signup.slot, people),
        "no_more": no_more,
        "may_escort": bool(no_more) and not _why_nobody_more(signup, is_escort=True),
    }


def _decided(signup: Signup, *, now: datetime) -> dict[str, object]:
    """What decides who comes and how that stands: a queue, a draw, or a group's answer."""
    session, slot = db.session(), signup.slot
    waits = signup.status is SignupStatus.WAITLISTED and now < slot.last_call
    answered = slot.mode is SlotMode.APPROVAL
    return {
        "waiting": queries.why_waiting(session, slot, signup, now=now) if waits else None,
        "queues": queries.waits_for(session, signup, now=now),
        "draw": shown_draw(session, signup, now=now),
        "in_round": in_draw(session, signup, now=now) is not None,
        "inquiries": approving.inquiries_of(session, signup) if answered else (),
        "reply": approving.reply_of(session, signup) if answered else None,
        "until": approving.Awaiting(signup, None).until,
    }


def _why_nobody_more(signup: Signup, *, is_escort: bool) -> str:
    """Why the party cannot grow, in words; empty where it can."""
    anybody = Companion("", "", AgeGroup.FROM_40_TO_64, is_escort=is_escort)
    now = clock.now()
    try:
        queries.check_growth(db.session(), signup.slot, signup, anybody, now=now, office=False)
    except SignupRefused as refusal:
        return explain(refusal)
    return ""


def _before_the_change(slot: Slot) -> str:
    """When and where the day was to be before it was moved last; empty where nobody wrote it."""
    held = moved_from(db.session(), slot)
    return f"{dates.when(held)}　{held.place}" if held else ""


@bp.route("/manage", methods=["POST"])
@policy("citizen")
def act() -> ResponseReturnValue:
    signup, action = access.SIGNUP.row(), request.form.get("action", "")
    if action == "change":
        return take_own_change(signup)
    if action == "answer":
        form = AnswerForm()
        if not form.validate():
            return _page(signup, form)
    try:
        done = _perform(signup, action)
    except SignupRefused as refusal:
        flash(explain(refusal), "error")
    else:
        flash(done, "success")
    return redirect("/manage", 303)


def _perform(signup: Signup, action: str) -> str:
    """Do what a button says, and the words for it. Raises SignupRefused."""
    identity, now = signup.public_id, clock.now()
    if action == "answer":
        text = AnswerForm().answer.data or ""
        services.approving.answer(signup_id=identity, text=text, now=now, actor=CITIZEN)
        return _("返事を受け付けました。団体が確認して、参加できるかどうかをお知らせします。")
    if action in {"accept", "decline"}:
        return _take_answer(signup, accepts=action == "accept")
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


def _take_answer(signup: Signup, *, accepts: bool) -> str:
    """To an offer, or to a change of the day: whichever waits for one. Raises SignupRefused."""
    identity, now = signup.public_id, clock.now()
    if signup.status is SignupStatus.AWAITING_ANSWER:
        services.answer_change(signup_id=identity, comes=accepts, now=now, actor=CITIZEN)
        return _("参加のお返事を受け付けました。") if accepts else _("申込みを取り消しました。")
    services.answer_offer(signup_id=identity, accept=accepts, now=now, actor=CITIZEN)
    return _("参加が決まりました。") if accepts else _("辞退を受け付けました。")


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
            access.SIGNUP.take(queries.signup_by_id(db.session(), identity) or abort(404))
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
