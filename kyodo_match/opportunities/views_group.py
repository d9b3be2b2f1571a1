"""募集: a group writes what it offers and hands it in; coordinators do so for groups."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.groups.models import Group
from kyodo_match.groups.queries import groups_of
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries, services
from kyodo_match.opportunities.forms.writing import OpportunityForm, SlotForm, WithdrawForm
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import EDGES, OpportunityStatus, can_edit
from kyodo_match.settings.queries import districts, office
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import may, policy

bp = Blueprint("opportunities_group", __name__)


@bp.route("/group/opportunities")
@policy("group_member")
def index() -> ResponseReturnValue:
    if may("coordinator"):
        return redirect("/staff/opportunities", 303)
    account = current_account()
    mine = groups_of(db.session(), account.id) if account else []
    return render_template(
        "opportunities/group_index.html",
        opportunities=queries.of_groups(db.session(), [group.id for group, _role in mine]),
        can_write=bool(_own_groups()),
        now=clock.now(),
    )


@bp.route("/group/opportunities/new", methods=["GET", "POST"])
@policy("group_editor")
def new() -> ResponseReturnValue:
    groups = _own_groups()
    form = OpportunityForm()
    form.offer(districts=districts(db.session()), groups=groups)
    if request.method == "GET":
        form.group.data = request.args.get("group", groups[0].public_id if groups else None)
    if form.validate_on_submit():
        group = next(group for group in groups if group.public_id == form.group.data)
        opportunity_id = services.draft(
            group_id=group.public_id,
            content=form.content(law_fields=group.law_fields),
            actor=actor(),
            now=clock.now(),
        )
        flash(_("下書きを保存しました。次に、日程を追加してください。"), "success")
        return redirect(f"/group/opportunities/{opportunity_id}/slots/new", 303)
    return render_template(
        "opportunities/new.html", layout=_layout(), form=form, alone=len(groups) == 1
    )


@bp.route("/group/opportunities/<opportunity_id>", methods=["GET", "POST"])
@policy("group_editor")
def edit(opportunity_id: str) -> ResponseReturnValue:
    opportunity = _load(opportunity_id)
    form = OpportunityForm(obj=opportunity)
    form.offer(districts=districts(db.session()), opportunity=opportunity)
    if form.validate_on_submit():
        try:
            return _save(opportunity, form)
        except DomainError as refusal:
            form.blame(refusal)
    return _page(opportunity, form=form)


def _save(opportunity: Opportunity, form: OpportunityForm) -> ResponseReturnValue:
    """Save what was typed, then do what the button says. Raises what the services refuse."""
    opportunity_id, asked = opportunity.public_id, request.form.get("action")
    services.edit(
        opportunity_id=opportunity_id,
        content=form.content(law_fields=opportunity.law_fields or opportunity.group.law_fields),
        actor=actor(),
        now=clock.now(),
        office=may("coordinator"),
    )
    if asked == "slot":
        flash(_("内容を保存しました。"), "success")
        return redirect(f"/group/opportunities/{opportunity_id}/slots/new", 303)
    if asked == "submit":
        services.submit(opportunity_id=opportunity_id, actor=actor(), now=clock.now())
        flash(
            _("提出しました。担当課が確認して、公開または差し戻しをメールでお知らせします。"),
            "success",
        )
    else:
        flash(_("保存しました。"), "success")
    return redirect(f"/group/opportunities/{opportunity_id}", 303)


@bp.route("/group/opportunities/<opportunity_id>/withdraw", methods=["POST"])
@policy("group_editor")
def withdraw(opportunity_id: str) -> ResponseReturnValue:
    opportunity = _load(opportunity_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            services.withdraw(
                opportunity_id=opportunity_id,
                reason=form.reason.data or "",
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("取り下げました。"), "success")
            return redirect(f"/group/opportunities/{opportunity_id}", 303)
    return _page(opportunity, withdrawal=form)


def _slot_page(form: SlotForm, opportunity: Opportunity, slot: Slot | None = None) -> str:
    """The form of one day; without a slot it is a new one."""
    return render_template(
        "opportunities/slot.html",
        layout=_layout(),
        opportunity=opportunity,
        slot=slot,
        form=form,
    )


@bp.route("/group/opportunities/<opportunity_id>/slots/new", methods=["GET", "POST"])
@policy("group_editor")
def new_slot(opportunity_id: str) -> ResponseReturnValue:
    opportunity = _load(opportunity_id)
    latest = opportunity.slots[-1] if opportunity.slots else None
    form = SlotForm(data=_like(latest))
    form.offer()
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
    return _slot_page(form, opportunity)


@bp.route("/group/slots/<slot_id>/edit", methods=["GET", "POST"])
@policy("group_editor")
def edit_slot(slot_id: str) -> ResponseReturnValue:
    slot = _load_slot(slot_id)
    form = SlotForm(obj=slot)
    form.offer(slot)
    if form.validate_on_submit():
        try:
            services.edit_slot(
                slot_id=slot_id,
                plan=form.plan(slot),
                actor=actor(),
                now=clock.now(),
                office=may("coordinator"),
            )
        except DomainError as refusal:
            form.blame(refusal)
        else:
            flash(_("日程を保存しました。"), "success")
            return redirect(f"/group/opportunities/{slot.opportunity.public_id}#days", 303)
    return _slot_page(form, slot.opportunity, slot)


@bp.route("/group/slots/<slot_id>/remove", methods=["POST"])
@policy("group_editor")
def remove_slot(slot_id: str) -> ResponseReturnValue:
    opportunity_id = _load_slot(slot_id).opportunity.public_id
    try:
        services.remove_slot(
            slot_id=slot_id, actor=actor(), now=clock.now(), office=may("coordinator")
        )
    except DomainError as refusal:
        flash(explain(refusal), "error")
    else:
        flash(_("日程を削除しました。"), "success")
    return redirect(f"/group/opportunities/{opportunity_id}#days", 303)


def _page(
    opportunity: Opportunity,
    *,
    form: OpportunityForm | None = None,
    withdrawal: WithdrawForm | None = None,
) -> str:
    if form is None:
        form = OpportunityForm(formdata=None, obj=opportunity)
        form.offer(districts=districts(db.session()), opportunity=opportunity)
    status = opportunity.status
    return render_template(
        "opportunities/edit.html",
        layout=_layout(),
        by_office=may("coordinator"),
        opportunity=opportunity,
        days=queries.days_of(opportunity, now=clock.now()),
        form=form,
        withdrawal=withdrawal or WithdrawForm(formdata=None),
        can_edit=can_edit(status, office=may("coordinator")),
        can_submit=OpportunityStatus.SUBMITTED in EDGES[status],
        can_withdraw=OpportunityStatus.WITHDRAWN in EDGES[status],
        office=office(db.session()),
    )


def _layout() -> str:
    """A coordinator stays in the office's own area."""
    return "layouts/staff.html" if may("coordinator") else "layouts/group.html"


def _load(opportunity_id: str) -> Opportunity:
    opportunity = queries.opportunity_by_id(db.session(), opportunity_id)
    if opportunity is None:
        abort(404)
    return opportunity


def _load_slot(slot_id: str) -> Slot:
    slot = queries.slot_by_id(db.session(), slot_id)
    if slot is None:
        abort(404)
    return slot


def _own_groups() -> Sequence[Group]:
    """The groups that the person may write for."""
    if may("coordinator"):
        return queries.all_registered(db.session())
    account = current_account()
    mine = groups_of(db.session(), account.id) if account else []
    return [group for group, role in mine if role.rank >= MemberRole.EDITOR.rank]


def _like(slot: Slot | None) -> dict[str, object]:
    """A new day starts out like the last one, but for its times."""
    names = ("capacity", "capacity_unit", "mode", "party_limit", "waitlist_limit", "minimum",
             "pass_smaller", "place")  # fmt: skip
    return {name: getattr(slot, name) for name in names} if slot else {}
