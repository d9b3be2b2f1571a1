"""The days of an opportunity: one, several at once, changed, removed."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.dates import iso_local
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.opportunities import messages, queries, services
from kyodo_match.opportunities.errors import ChangedMeanwhile, SlotInUse
from kyodo_match.opportunities.forms.days import SeveralDaysForm
from kyodo_match.opportunities.forms.slots import SlotForm
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import MATTERS, NeedPattern, SlotPlan, anew, overlapping
from kyodo_match.opportunities.views_group.blueprint import bp, layout, load, load_slot
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy
from kyodo_match.web.pressed import pressed


def _page(form: SlotForm, opportunity: Opportunity, slot: Slot | None = None) -> str:
    """The form of one day; without a slot it is a new one."""
    return render_template(
        "opportunities/slot.html",
        layout=layout(),
        opportunity=opportunity,
        slot=slot,
        form=form,
    )


@bp.route("/group/opportunities/<opportunity_id>/slots/new", methods=["GET", "POST"])
@policy("group_editor")
def new_slot(opportunity_id: str) -> ResponseReturnValue:
    opportunity = load(opportunity_id)
    form = SlotForm(data=_like(opportunity))
    form.offer(opportunity)
    if form.validate_on_submit():
        try:
            services.add_slot(
                opportunity_id=opportunity_id,
                plan=form.plan(),
                actor=actor(),
                now=clock.now(),
                office=may("coordinator"),
            )
        except DomainError as refusal:
            form.blame(refusal)
        else:
            flash(_("日程を追加しました。"), "success")
            return redirect(f"/group/opportunities/{opportunity_id}#days", 303)
    return _page(form, opportunity)


@bp.route("/group/opportunities/<opportunity_id>/slots/several", methods=["GET", "POST"])
@policy("group_editor")
def several_slots(opportunity_id: str) -> ResponseReturnValue:
    """The form, a check page that lists each day, then all of them or none."""
    opportunity = load(opportunity_id)
    if opportunity.pattern is NeedPattern.STANDING:
        return redirect(f"/group/opportunities/{opportunity_id}/slots/new", 303)
    form = SeveralDaysForm(data=_like(opportunity))
    form.offer_days(opportunity, today=tokyo_date(clock.now()))
    if "back" in request.form or not form.validate_on_submit():
        return _several_page(form, opportunity)
    if "confirmed" not in request.form:
        return _several_page(form, opportunity, plans=form.plans())
    plans = form.chosen(request.form.getlist("chosen"))
    try:
        services.add_slots(
            opportunity_id=opportunity_id,
            plans=plans,
            actor=actor(),
            now=clock.now(),
            office=may("coordinator"),
        )
    except DomainError as refusal:
        form.blame(refusal)
        return _several_page(form, load(opportunity_id), plans=form.plans(), chosen=plans)
    flash(_("日程を%(n)s件追加しました。", n=len(plans)), "success")
    return redirect(f"/group/opportunities/{opportunity_id}#days", 303)


def _several_page(
    form: SeveralDaysForm,
    opportunity: Opportunity,
    *,
    plans: tuple[SlotPlan, ...] = (),
    chosen: tuple[SlotPlan, ...] | None = None,
) -> str:
    """The form; with plans the page that lists them, those chosen (or free) ticked."""
    taken, now = queries.times_taken(opportunity.slots), clock.now()
    listed = [(plan, overlapping(plan, taken), plan.ends_at <= now) for plan in plans]
    ticked = [plan for plan, clash, past in listed if not (clash or past)]
    return render_template(
        "opportunities/several_check.html" if plans else "opportunities/several.html",
        layout=layout(),
        opportunity=opportunity,
        form=form,
        listed=listed,
        ticked=ticked if chosen is None else chosen,
    )


@bp.route("/group/slots/<slot_id>/edit", methods=["GET", "POST"])
@policy("group_editor")
def edit_slot(slot_id: str) -> ResponseReturnValue:
    slot = load_slot(slot_id)
    form = SlotForm(obj=slot)
    form.offer(slot.opportunity, slot)
    if form.validate_on_submit():
        plan = form.plan(slot)
        try:
            services.edit_slot(
                slot_id=slot_id,
                plan=plan,
                actor=actor(),
                now=clock.now(),
                office=may("coordinator"),
                version=form.seen.data,
            )
        except DomainError as refusal:
            return _refused(form, slot_id, plan, refusal)
        flash(_("日程を保存しました。"), "success")
        return redirect(f"/group/opportunities/{slot.opportunity.public_id}#days", 303)
    return _page(form, slot.opportunity, slot)


def _refused(
    form: SlotForm, slot_id: str, plan: SlotPlan, refusal: DomainError
) -> ResponseReturnValue:
    """What stands there now, with what was typed; a day in use has a page that asks people."""
    slot = load_slot(slot_id)
    if isinstance(refusal, SlotInUse) and any(
        getattr(plan, name) != getattr(slot, name) for name in MATTERS
    ):
        flash(_("この日程には申込みがあります。変えるところを確かめてください。"), "error")
        typed = {
            "starts_at": iso_local(plan.starts_at),
            "ends_at": iso_local(plan.ends_at),
            "place": plan.place,
        }
        return redirect(f"/group/slots/{slot_id}/change?{urlencode(typed)}", 303)
    form.blame(refusal)
    if isinstance(refusal, ChangedMeanwhile):
        form.catch_up(slot, refusal.theirs)
        for name in (name for name in refusal.both if name in form):
            stands = messages.change_words(name, getattr(slot, name))
            form.refuse(_("今保存されているのは「%(stands)s」です。", stands=stands), form[name])
    return _page(form, slot.opportunity, slot)


@bp.route("/group/slots/<slot_id>/remove", methods=["POST"])
@policy("group_editor")
def remove_slot(slot_id: str) -> ResponseReturnValue:
    opportunity_id = load_slot(slot_id).opportunity.public_id
    return pressed(
        lambda: services.remove_slot(
            slot_id=slot_id, actor=actor(), now=clock.now(), office=may("coordinator")
        ),
        _("日程を削除しました。"),
        back=f"/group/opportunities/{opportunity_id}#days",
    )


def _like(opportunity: Opportunity) -> dict[str, object]:
    """A new day starts out like the last one, but for its times."""
    names = ("capacity", "capacity_unit", "mode", "party_limit", "waitlist_limit", "minimum",
             "pass_smaller", "place")  # fmt: skip
    latest = opportunity.slots[-1] if opportunity.slots else None
    if latest is None:
        return {}
    return {name: getattr(latest, name) for name in names} | {"roles": anew(latest.roles)}
