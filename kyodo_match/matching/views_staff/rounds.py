"""抽選の設定: staff set a round up, open it, and give it more time."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.accounts.queries import names_of
from kyodo_match.audit.queries import history
from kyodo_match.core import clock, csv, text
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.rounds import DaysRefused
from kyodo_match.matching.forms.rounds import ExtendForm, RoundForm, kept_places, round_data
from kyodo_match.matching.messages.rounds import day_fault_label, fault_words
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import rounds as queries
from kyodo_match.matching.rules.rounds import DayFault, RoundStatus, day_fault, faults_to_open
from kyodo_match.matching.services import rounds as services
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.pressed import pressed


@bp.route("/staff/rounds")
@policy("viewer")
def rounds() -> ResponseReturnValue:
    return render_template(
        "matching/rounds/index.html", rounds=queries.all_rounds(db.session()), now=clock.now()
    )


@bp.route("/staff/rounds/new", methods=["GET", "POST"])
@policy("coordinator")
def new_round() -> ResponseReturnValue:
    form = RoundForm()
    if form.validate_on_submit():
        try:
            round_id = services.create_round(plan=form.plan(), now=clock.now(), actor=actor())
        except DomainError as refusal:
            form.blame(refusal)
        else:
            flash(_("抽選を下書きとして保存しました。次に、日程を選んでください。"), "success")
            return redirect(f"/staff/rounds/{round_id}/days", 303)
    return render_template("matching/rounds/edit.html", form=form, round=None)


@bp.route("/staff/rounds/<round_id>")
@policy("viewer")
def show_round(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    return render_template(
        "matching/rounds/show.html",
        round=one,
        classes=queries.classes_of(one),
        counts=queries.counts(db.session(), one),
        missing=_missing(one),
        history=history(db.session(), "round", round_id),
        names=names_of(db.session()),
        now=clock.now(),
    )


def _missing(one: Round) -> list[str]:
    """What a draft lacks before it can be opened, in words."""
    if one.status is not RoundStatus.DRAFT:
        return []
    plan = services.plan_of(one)
    return [
        fault_words(fault) for fault in faults_to_open(plan, days=len(one.slots), now=clock.now())
    ]


@bp.route("/staff/rounds/<round_id>/edit", methods=["GET", "POST"])
@policy("coordinator")
def edit_round(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.status not in {RoundStatus.DRAFT, RoundStatus.OPEN}:
        return redirect(f"/staff/rounds/{round_id}", 303)
    plan = services.plan_of(one)
    data = {**round_data(plan), "version": str(one.version)}
    form = RoundForm(data=data, plan=plan if one.status is RoundStatus.OPEN else None)
    if form.validate_on_submit():
        try:
            services.edit_round(
                round_id=round_id,
                plan=form.plan(),
                now=clock.now(),
                actor=actor(),
                version=_version(form),
            )
        except DomainError as refusal:
            form.blame(refusal)
            form.version.data = str(_round_or_404(round_id).version)
        else:
            flash(_("抽選の設定を保存しました。"), "success")
            return redirect(f"/staff/rounds/{round_id}", 303)
    return render_template("matching/rounds/edit.html", form=form, round=one)


def _version(form: RoundForm) -> int:
    return text.number(form.version.data or "")


@bp.route("/staff/rounds/<round_id>/days", methods=["GET", "POST"])
@policy("coordinator")
def choose_days(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.status is not RoundStatus.DRAFT:
        return redirect(f"/staff/rounds/{round_id}", 303)
    refused: Mapping[str, StrEnum] = {}
    if request.method == "POST":
        try:
            services.choose_days(
                round_id=round_id, days=_chosen(one), now=clock.now(), actor=actor()
            )
        except DomainError as refusal:
            flash(explain(refusal), "error")
            if isinstance(refusal, DaysRefused):
                refused = refusal.faults
        else:
            flash(_("日程を保存しました。"), "success")
            return redirect(f"/staff/rounds/{round_id}/days?{request.query_string.decode()}", 303)
    return _days_page(_round_or_404(round_id), refused)


def _chosen(one: Round) -> dict[str, dict[str, int]]:
    """The days that stay and those that are new, each with the places kept for classes."""
    leaving = set(request.form.getlist("remove"))
    ids = [day.slot.public_id for day in one.slots if day.slot.public_id not in leaving]
    ids += [new for new in request.form.getlist("add") if new not in ids]
    return {slot_id: kept_places(request.form, slot_id, len(one.classes)) for slot_id in ids}


def _days_page(one: Round, refused: Mapping[str, StrEnum]) -> str:
    session, now, wanted = db.session(), clock.now(), _wanted_days()
    found = queries.days_to_choose(
        session, wanted, now=now, without=[day.slot_id for day in one.slots]
    )
    facts = queries.day_facts(session, found, round_id=one.id)
    whys = {
        slot.id: day_fault(facts[slot.id], freezes_at=one.freezes_at, draw_at=one.draw_at)
        for slot in found
    }
    return render_template(
        "matching/rounds/days.html",
        round=one,
        classes=queries.classes_of(one),
        found=found,
        whys=whys,
        refused={key: day_fault_label(DayFault(why)) for key, why in refused.items()},
        wanted=wanted,
        most=queries.MOST_DAYS_SHOWN,
        query=request.query_string.decode(),
    )


def _wanted_days() -> queries.DaySearch:
    word = request.args.get("q", "").strip()[:100]
    return queries.DaySearch(word=word, first=_day("from"), last=_day("to"))


def _day(name: str) -> date | None:
    try:
        return csv.iso_date(request.args.get(name, ""))
    except csv.BadCell:
        return None


@bp.route("/staff/rounds/<round_id>/open", methods=["POST"])
@policy("coordinator")
def open_round(round_id: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    return pressed(
        lambda: services.open_round(round_id=round_id, now=clock.now(), actor=actor()),
        _("抽選を公開しました。受付の開始から、申し込めるようになります。"),
        back=f"/staff/rounds/{round_id}",
    )


@bp.route("/staff/rounds/<round_id>/withdraw", methods=["POST"])
@policy("coordinator")
def withdraw_round(round_id: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    return pressed(
        lambda: services.withdraw_round(round_id=round_id, now=clock.now(), actor=actor()),
        _("下書きの抽選を取りやめました。"),
        back=f"/staff/rounds/{round_id}",
        then="/staff/rounds",
    )


@bp.route("/staff/rounds/<round_id>/extend", methods=["GET", "POST"])
@policy("coordinator")
def extend_round(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.status is not RoundStatus.OPEN:
        return redirect(f"/staff/rounds/{round_id}", 303)
    form = ExtendForm(data={"closes_at": one.closes_at})
    if form.validate_on_submit() and form.closes_at.data:
        try:
            services.extend_round(
                round_id=round_id,
                closes_at=form.closes_at.data,
                reason=form.reason.data,
                now=clock.now(),
                actor=actor(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("締切を延ばしました。申し込んだ方に、お知らせを送ります。"), "success")
            return redirect(f"/staff/rounds/{round_id}", 303)
    counts = queries.counts(db.session(), one)
    return render_template("matching/rounds/extend.html", form=form, round=one, counts=counts)


def _round_or_404(round_id: str) -> Round:
    return queries.round_by_id(db.session(), round_id) or abort(404)
