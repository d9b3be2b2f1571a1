"""What staff and a group's editors do to a whole day: call it off, change its capacity."""

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.errors import OpportunityRefused
from kyodo_match.opportunities.forms.roles import RolesForm
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.opportunities.rules import MOST_ROLES
from kyodo_match.signups import services
from kyodo_match.signups.errors import SignupRefused
from kyodo_match.signups.forms import CancelSlotForm, CapacityForm
from kyodo_match.signups.queries.told import told_of
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy

_STAFF, _GROUP = "staff", "group"


@bp.route("/staff/slots/<slot_id>/cancel", methods=["GET", "POST"])
@policy("coordinator")
def cancel_by_staff(slot_id: str) -> ResponseReturnValue:
    return _cancel(slot_id, _STAFF)


@bp.route("/group/slots/<slot_id>/cancel", methods=["GET", "POST"])
@policy("group_editor")
def cancel_by_group(slot_id: str) -> ResponseReturnValue:
    return _cancel(slot_id, _GROUP)


@bp.route("/staff/slots/<slot_id>/capacity", methods=["GET", "POST"])
@policy("coordinator")
def capacity_by_staff(slot_id: str) -> ResponseReturnValue:
    return _capacity(slot_id, _STAFF)


@bp.route("/group/slots/<slot_id>/capacity", methods=["GET", "POST"])
@policy("group_editor")
def capacity_by_group(slot_id: str) -> ResponseReturnValue:
    return _capacity(slot_id, _GROUP)


def _cancel(slot_id: str, area: str) -> ResponseReturnValue:
    slot = slot_by_id(db.session(), slot_id) or abort(404)
    form = CancelSlotForm()
    if form.validate_on_submit():
        try:
            services.cancel_slot(
                slot_id=slot_id, reason=form.reason.data, now=clock.now(), actor=actor()
            )
        except (SignupRefused, OpportunityRefused) as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("日程を中止にしました。申し込んだ方に、お知らせを送ります。"), "success")
            return redirect(_back(slot, area), 303)
    return render_template(
        "signups/cancel_slot.html",
        form=form,
        slot=slot,
        layout=f"layouts/{area}.html",
        back=_back(slot, area),
        told=told_of(db.session(), [slot]),
    )


def _capacity(slot_id: str, area: str) -> ResponseReturnValue:
    slot = slot_by_id(db.session(), slot_id) or abort(404)
    roles = RolesForm(data={"roles": slot.roles}) if slot.roles else None
    form = roles or CapacityForm(capacity=str(slot.capacity))
    if roles is not None:
        roles.roles.show(MOST_ROLES)
    if form.validate_on_submit():
        try:
            services.change_capacity(
                slot_id=slot_id,
                capacity=form.number,
                roles=roles.plans if roles else None,
                now=clock.now(),
                actor=actor(),
            )
        except (SignupRefused, OpportunityRefused) as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("定員を%(n)sに変えました。", n=form.number), "success")
            return redirect(_back(slot, area), 303)
    return render_template(
        "signups/capacity.html",
        form=form,
        slot=slot,
        layout=f"layouts/{area}.html",
        back=_back(slot, area),
    )


def _back(slot: Slot, area: str) -> str:
    return f"/{area}/opportunities/{slot.opportunity.public_id}"
