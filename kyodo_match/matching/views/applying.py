"""抽選の申込み: the form with its wishes, the check page, and what may be changed later."""

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.rounds import EntryRefused
from kyodo_match.matching.forms.applying import ChangeEntryForm, EntryForm, entry_data
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import entries as queries
from kyodo_match.matching.queries import rounds as round_queries
from kyodo_match.matching.rules.entering import Entry
from kyodo_match.matching.rules.rounds import RoundStatus, class_of_party
from kyodo_match.matching.services import applying as services
from kyodo_match.matching.services import changing
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.opportunities.queries import public_slot
from kyodo_match.settings.queries import districts as all_districts
from kyodo_match.settings.queries import office as the_office
from kyodo_match.signups import queries as signups
from kyodo_match.signups.errors import SignupRefused
from kyodo_match.signups.forms import OFFICE_CHANNELS, ContactForm, take_suggestion
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import Channel, SignupStatus, carrier_of, suggested_address
from kyodo_match.web import browser
from kyodo_match.web.desks import Desk
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store, private, settings

_REFUSALS = (EntryRefused, SignupRefused, TooOften)


@bp.route("/slots/<slot_id>/draw")
@policy("anyone")
def round_of_slot(slot_id: str) -> ResponseReturnValue:
    """From a day to the round that it is drawn in: old links and posters lead there."""
    slot = public_slot(db.session(), slot_id) or abort(404)
    one = round_queries.round_of_slot(db.session(), slot_id)
    if one is None or one.status is RoundStatus.DRAFT:
        return redirect(f"/opportunities/{slot.opportunity.public_id}", 303)
    channel = request.args.get("channel", "")
    kept = f"&channel={channel}" if channel in OFFICE_CHANNELS else ""
    return redirect(f"/draws/{one.public_id}/apply?first={slot_id}{kept}", 303)


@bp.route("/draws/<round_id>/apply", methods=["GET", "POST"])
@policy("anyone")
def apply(round_id: str) -> ResponseReturnValue:
    one = round_queries.public_round(db.session(), round_id) or abort(404)
    channel = _office_channel()
    if not _takes(one, channel):
        return private(_state_page(one))
    form = _form_for(one, channel)
    take_suggestion(form.email, request.form.get("use_email", ""))
    if request.method == "POST" and "edit" not in request.form and form.validate_on_submit():
        key = browser.submission_fingerprint(round_id, form.submission_key.data or "")
        by = actor() if channel else None
        answer = _send(one, form, form.entry(submission_key=key, entered_by=by), channel)
        if answer is not None:
            return answer
    form.show_rows(form.asks.rows)
    page = _form_page(one, form, channel)
    return private(page) if request.method == "GET" else no_store(page)


def _send(
    one: Round, form: EntryForm, entry: Entry, channel: Channel | None
) -> ResponseReturnValue | None:
    """The check page, or the receipt once it is confirmed; None where it is refused."""
    try:
        services.check_entry(one, entry)
        if "confirmed" not in request.form:
            return no_store(_check_page(one, form, entry, channel))
        receipt = services.enter_round(
            round_id=one.public_id,
            entry=entry,
            keys=settings().keys,
            now=clock.now(),
            actor=entry.application.entered_by or CITIZEN,
            address=None if channel else request.remote_addr,
        )
    except _REFUSALS as refusal:
        form.refuse(explain(refusal))
        return None
    browser.remember_receipt(receipt.number)
    return redirect(f"/receipts/{receipt.number}", 303)


def _office_channel() -> Channel | None:
    """How a caller came, where a coordinator enters for them; else it is the web."""
    wanted = request.values.get("channel", "")
    if wanted not in OFFICE_CHANNELS or not may("coordinator"):
        return None
    return Channel(wanted)


def _takes(one: Round, channel: Channel | None) -> bool:
    """Citizens until the deadline, the office until the list is frozen."""
    is_open = one.status is RoundStatus.OPEN and clock.now() >= one.opens_at
    return is_open and (channel is not None or clock.now() < one.closes_at)


def _form_for(one: Round, channel: Channel | None) -> EntryForm:
    return EntryForm(
        of_round=one,
        days=round_queries.held_days(one),
        districts=all_districts(db.session()),
        office=channel,
        data={"choice_1": request.args.get("first", "")} if request.method == "GET" else None,
    )


def _form_page(one: Round, form: EntryForm, channel: Channel | None) -> str:
    return render_template(
        "matching/entries/new.html",
        round=one,
        form=form,
        classes=round_queries.classes_of(one),
        office=the_office(db.session()),
        office_channel=channel,
        submission_key=form.submission_key.data or browser.new_submission(),
    )


def _check_page(one: Round, form: EntryForm, entry: Entry, channel: Channel | None) -> str:
    application, classes = entry.application, round_queries.classes_of(one)
    days = {day.slot.public_id: day.slot for day in one.slots}
    return render_template(
        "matching/entries/check.html",
        round=one,
        application=application,
        people=list(zip(application.participants, entry.facts, strict=True)),
        wishes=[days[slot_id] for slot_id in entry.choices],
        overlaps=[
            days[slot_id]
            for slot_id in entry.choices
            if signups.has_overlap(db.session(), days[slot_id], application)
        ],
        draw_class=classes[
            class_of_party(entry.counting(escorts_count=one.escorts_count), classes)
        ],
        office_channel=channel,
        pairs=form.pairs(),
        question=suggested_address(application.email),
        carrier=carrier_of(application.email),
    )


def _state_page(one: Round) -> str:
    return render_template(
        "matching/entries/state.html",
        round=one,
        now=clock.now(),
        office=the_office(db.session()),
        may_enter=may("coordinator"),
    )


# --- What may be changed later ----------------------------------------------


@bp.route("/manage/entry", methods=["GET", "POST"])
@policy("citizen")
def change_own_entry() -> ResponseReturnValue:
    held = browser.in_hand("signup") or abort(404)
    desk = Desk("layouts/base.html", "/manage/entry", "/manage", CITIZEN, is_own=True)
    return _change(signups.signup_by_id(db.session(), held) or abort(404), desk)


@bp.route("/staff/signups/<public_id>/entry", methods=["GET", "POST"])
@policy("coordinator")
def change_entry_for_caller(public_id: str) -> ResponseReturnValue:
    page = f"/staff/signups/{public_id}"
    desk = Desk("layouts/staff.html", f"{page}/entry", page, actor())
    return _change(signups.signup_by_id(db.session(), public_id) or abort(404), desk)


def _change(signup: Signup, desk: Desk) -> ResponseReturnValue:
    entry = queries.entry_of(db.session(), signup)
    if entry is None or signup.status is not SignupStatus.ENTERED:
        return redirect(desk.back, 303)
    draw = queries.in_draw(db.session(), signup, clock.now())
    if draw is None or not (draw.can_change if desk.is_own else draw.office_can_change):
        return _change_contact(signup, desk)
    one = round_queries.round_by_id(db.session(), draw.round_id) or abort(404)
    return _change_wishes(one, signup, entry, desk)


def _change_wishes(
    one: Round, signup: Signup, entry: DrawEntry, desk: Desk
) -> ResponseReturnValue:
    form = _form_of(one, entry)
    if form.validate_on_submit():
        try:
            renewed = changing.change_entry(
                signup_id=signup.public_id,
                entry=form.entry(),
                keys=settings().keys,
                now=clock.now(),
                actor=desk.by,
            )
        except _REFUSALS as refusal:
            form.refuse(explain(refusal))
        else:
            return _changed(signup, desk, renewed=renewed)
    form.show_rows(form.asks.rows)
    facts = {"round": one, "entry": entry, "classes": round_queries.classes_of(one)}
    return _page("matching/entries/change.html", signup, desk, form, **facts)


def _form_of(one: Round, entry: DrawEntry) -> ChangeEntryForm:
    return ChangeEntryForm(
        of_round=one,
        days=round_queries.held_days(one),
        districts=all_districts(db.session()),
        data=entry_data(entry),
    )


def _change_contact(signup: Signup, desk: Desk) -> ResponseReturnValue:
    """Once the wishes are fixed: so that the result reaches its people."""
    form = ContactForm(email=signup.email, phone=signup.phone)
    if form.validate_on_submit():
        try:
            renewed = changing.change_entry_contact(
                signup_id=signup.public_id,
                email=form.email.data or "",
                phone=form.phone.data or "",
                keys=settings().keys,
                now=clock.now(),
                actor=desk.by,
            )
        except _REFUSALS as refusal:
            form.refuse(explain(refusal))
        else:
            return _changed(signup, desk, renewed=renewed)
    return _page("matching/entries/change_contact.html", signup, desk, form)


def _changed(signup: Signup, desk: Desk, *, renewed: bool) -> ResponseReturnValue:
    """Say what is new; the browser that made the change holds on to the application."""
    now = signups.signup_by_id(db.session(), signup.public_id) or abort(404)
    flash(_("変更を受け付けました。"), "success")
    if renewed:
        pin = settings().keys.pin(now.public_id, now.access_version)
        flash(
            _(
                "暗証番号は %(pin)s に変わりました。前のメールのリンクは、もう使えません。",
                pin=pin,
            ),
            "info",
        )
    if desk.is_own:
        browser.take_in_hand("signup", now.public_id, now.access_version)
    return redirect(desk.back, 303)


def _page(
    template: str, signup: Signup, desk: Desk, form: Any, **more: object
) -> ResponseReturnValue:
    return no_store(
        render_template(
            template,
            signup=signup,
            desk=desk,
            form=form,
            office=the_office(db.session()),
            **more,
        )
    )
