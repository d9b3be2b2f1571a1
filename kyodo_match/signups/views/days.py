"""What people have signed up for changes: another day, another place, or not at all any more."""

from contextlib import suppress
from datetime import datetime

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import from_tokyo
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.errors import ChangedMeanwhile
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import (
    EDGES,
    MATTERS,
    PLANNED,
    OpportunityStatus,
    SlotPlan,
    can_edit,
    rescheduled,
    version_of,
)
from kyodo_match.signups import services
from kyodo_match.signups.errors import NothingChanged
from kyodo_match.signups.forms.slots import ChangeDayForm, ChangePlaceForm, WithdrawForm
from kyodo_match.signups.queries.told import told_of
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy


@bp.route("/group/slots/<slot_id>/change", methods=["GET", "POST"])
@policy("group_editor")
def change_day(slot_id: str) -> ResponseReturnValue:
    slot = opportunities.slot_by_id(db.session(), slot_id) or abort(404)
    form = ChangeDayForm(data=_stands(slot))
    if slot.standing:
        form.only_place()
    if "back" in request.form or not form.validate_on_submit():
        return _day_page(form, slot)
    plan = _plan(form, slot)
    if "confirmed" not in request.form:
        if all(getattr(plan, name) == getattr(slot, name) for name in MATTERS):
            form.refuse(explain(NothingChanged()))
            return _day_page(form, slot)
        return _day_page(form, slot, plan)
    try:
        services.change_day(
            slot_id=slot_id,
            plan=plan,
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
            office=may("coordinator"),
            version=form.version.data,
        )
    except DomainError as refusal:
        return _refused_day(form, slot_id, refusal)
    return _done(slot.opportunity, _("日程を変えました。申し込んだ方に、お知らせを送ります。"))


def _stands(slot: Slot) -> dict[str, object]:
    """What the form begins with: the day as it is, or what was typed on the page of the day."""
    typed: dict[str, object] = {"place": request.args.get("place", slot.place)}
    for name in ("starts_at", "ends_at"):
        typed[name] = getattr(slot, name)
        with suppress(ValueError):
            typed[name] = from_tokyo(datetime.fromisoformat(request.args.get(name, "")))
    return {**typed, "version": version_of(slot, MATTERS)}


def _plan(form: ChangeDayForm, slot: Slot) -> SlotPlan:
    stands = SlotPlan(**{name: getattr(slot, name) for name in PLANNED})
    return rescheduled(
        stands,
        starts_at=slot.starts_at if slot.standing else form.starts_at.data or slot.starts_at,
        ends_at=slot.ends_at if slot.standing else form.ends_at.data or slot.ends_at,
        place=form.place.data or "",
    )


def _refused_day(form: ChangeDayForm, slot_id: str, refusal: DomainError) -> ResponseReturnValue:
    slot = opportunities.slot_by_id(db.session(), slot_id) or abort(404)
    form.refuse(explain(refusal))
    if isinstance(refusal, ChangedMeanwhile):
        form.version.data = version_of(slot, MATTERS)
    return _day_page(form, slot)


def _day_page(form: ChangeDayForm, slot: Slot, plan: SlotPlan | None = None) -> str:
    """The form; with a plan the page that shows what will happen, and asks."""
    return render_template(
        "signups/change_check.html" if plan else "signups/change_day.html",
        layout=_layout(),
        form=form,
        slot=slot,
        plan=plan,
        can_edit=can_edit(slot.opportunity.status, office=may("coordinator")),
        now=clock.now(),
        back=_back(slot.opportunity),
        told=told_of(db.session(), [slot]),
    )


@bp.route("/group/opportunities/<opportunity_id>/place", methods=["GET", "POST"])
@policy("group_editor")
def change_place(opportunity_id: str) -> ResponseReturnValue:
    opportunity = opportunities.opportunity_by_id(db.session(), opportunity_id) or abort(404)
    form = ChangePlaceForm(data={"place": opportunity.place, "address": opportunity.address})
    if "back" in request.form or not form.validate_on_submit():
        return _place_page(form, opportunity)
    if "confirmed" not in request.form and form.place.data != opportunity.place:
        return _place_page(form, opportunity, check=True)
    try:
        services.change_place(
            opportunity_id=opportunity_id,
            place=form.place.data,
            address=form.address.data or "",
            reason=form.reason.data,
            actor=actor(),
            now=clock.now(),
            office=may("coordinator"),
        )
    except DomainError as refusal:
        form.refuse(explain(refusal))
        return _place_page(form, opportunity)
    return _done(opportunity, _("場所を変えました。申し込んだ方に、お知らせを送ります。"))


def _place_page(form: ChangePlaceForm, opportunity: Opportunity, *, check: bool = False) -> str:
    held = [
        slot
        for slot in opportunity.slots
        if opportunities.is_counted_on(slot, now=clock.now()) and not slot.place
    ]
    return render_template(
        "signups/change_place.html",
        layout=_layout(),
        form=form,
        opportunity=opportunity,
        held=held,
        check=check,
        can_edit=can_edit(opportunity.status, office=may("coordinator")),
        back=_back(opportunity),
        told=told_of(db.session(), held),
    )


@bp.route("/group/opportunities/<opportunity_id>/withdraw", methods=["GET", "POST"])
@policy("group_editor")
def withdraw(opportunity_id: str) -> ResponseReturnValue:
    opportunity = opportunities.opportunity_by_id(db.session(), opportunity_id) or abort(404)
    held = [s for s in opportunity.slots if opportunities.is_counted_on(s, now=clock.now())]
    form = WithdrawForm()
    if held:
        form.need_reason()
    if form.validate_on_submit():
        try:
            services.withdraw_opportunity(
                opportunity_id=opportunity_id,
                reason=form.reason.data or "",
                actor=actor(),
                now=clock.now(),
                office=may("coordinator"),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            return _done(opportunity, _("取り下げました。"))
    return _withdrawal_page(form, opportunity, held)


def _withdrawal_page(form: WithdrawForm, opportunity: Opportunity, held: list[Slot]) -> str:
    return render_template(
        "signups/withdraw.html",
        layout=_layout(),
        form=form,
        opportunity=opportunity,
        held=held,
        can_withdraw=OpportunityStatus.WITHDRAWN in EDGES[opportunity.status],
        back=_back(opportunity),
        told=told_of(db.session(), held),
    )


def _layout() -> str:
    """A coordinator stays in the office's own area."""
    return "layouts/staff.html" if may("coordinator") else "layouts/group.html"


def _back(opportunity: Opportunity) -> str:
    area = "staff" if may("coordinator") else "group"
    return f"/{area}/opportunities/{opportunity.public_id}"


def _done(opportunity: Opportunity, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(_back(opportunity), 303)
