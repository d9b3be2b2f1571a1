"""募集の確認: the office reads what was handed in, publishes it or gives it back."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _, lazy
from kyodo_match.core.messages import explain
from kyodo_match.opportunities import messages, queries, services
from kyodo_match.opportunities.forms.writing import ReturnForm
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import EDGES, OpportunityStatus, SlotMode, missing
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import may, policy
from kyodo_match.web.pressed import pressed

bp = Blueprint("opportunities_staff", __name__)

_PAGE = 50
_ACTS = {
    "close": (services.close, lazy("募集を終了しました。")),
    "reopen": (services.reopen, lazy("もう一度公開しました。")),
    "archive": (services.archive, lazy("保管しました。")),
}


@bp.route("/staff/opportunities")
@policy("viewer")
def index() -> ResponseReturnValue:
    asked = request.args.get("status", OpportunityStatus.SUBMITTED)
    status = next((s for s in OpportunityStatus if s == asked), OpportunityStatus.SUBMITTED)
    page = page_number()
    found, total = queries.in_state(db.session(), status, page=page, size=_PAGE)
    return render_template(
        "opportunities/staff_index.html",
        status=status,
        opportunities=found,
        total=total,
        page=page,
        pages=max(-(-total // _PAGE), 1),
        counts=queries.count_by_state(db.session()),
        changed=queries.count_changed(db.session()),
        statuses=[(member, messages.status_label(member)) for member in OpportunityStatus],
        can_write=may("coordinator"),
    )


@bp.route("/staff/opportunities/changes")
@policy("viewer")
def changed() -> ResponseReturnValue:
    listed = queries.unseen_changes(db.session())
    return render_template(
        "opportunities/staff_changes.html",
        changed=listed,
        more=queries.count_changed(db.session()) - len(listed),
        can_mark=may("coordinator"),
    )


@bp.route("/staff/opportunities/<opportunity_id>/history")
@policy("viewer")
def history(opportunity_id: str) -> ResponseReturnValue:
    opportunity = _load(opportunity_id)
    return render_template(
        "opportunities/history.html",
        layout="layouts/staff.html",
        opportunity=opportunity,
        changes=queries.changes_of(db.session(), opportunity),
        back=f"/staff/opportunities/{opportunity_id}",
        can_mark=may("coordinator"),
    )


@bp.route("/staff/opportunities/<opportunity_id>/seen", methods=["POST"])
@policy("coordinator")
def mark_seen(opportunity_id: str) -> ResponseReturnValue:
    """What stood on the page is seen; what came in after it was opened is not."""
    _load(opportunity_id)
    seen = services.mark_seen(
        opportunity_id=opportunity_id, until=_until(), actor=actor(), now=clock.now()
    )
    flash(_("変更%(n)s件を確認済みにしました。", n=seen), "success")
    return redirect("/staff/opportunities/changes", 303)


@bp.route("/staff/opportunities/<opportunity_id>")
@policy("viewer")
def show(opportunity_id: str) -> ResponseReturnValue:
    return _page(_load(opportunity_id), ReturnForm(formdata=None))


@bp.route("/staff/opportunities/<opportunity_id>/publish", methods=["POST"])
@policy("coordinator")
def publish(opportunity_id: str) -> ResponseReturnValue:
    _load(opportunity_id)
    seen = request.form.get("version", "")
    return pressed(
        lambda: services.publish(
            opportunity_id=opportunity_id,
            actor=actor(),
            now=clock.now(),
            seen_version=int(seen[:9]) if seen.isascii() and seen.isdigit() else 0,
        ),
        _("公開しました。団体にメールでお知らせします。"),
        back=f"/staff/opportunities/{opportunity_id}",
    )


@bp.route("/staff/opportunities/<opportunity_id>/return", methods=["POST"])
@policy("coordinator")
def return_(opportunity_id: str) -> ResponseReturnValue:
    opportunity = _load(opportunity_id)
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            services.return_(
                opportunity_id=opportunity_id,
                comment=form.comment.data,
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("差し戻しました。団体にメールでお知らせします。"), "success")
            return redirect(f"/staff/opportunities/{opportunity_id}", 303)
    return _page(opportunity, form)


@bp.route(
    "/staff/opportunities/<opportunity_id>/<any(close,reopen,archive):act>", methods=["POST"]
)
@policy("coordinator")
def change(opportunity_id: str, act: str) -> ResponseReturnValue:
    _load(opportunity_id)
    service, done = _ACTS[act]
    return pressed(
        lambda: service(opportunity_id=opportunity_id, actor=actor(), now=clock.now()),
        str(done),
        back=f"/staff/opportunities/{opportunity_id}",
    )


def _until() -> datetime:
    """The moment of the latest change that stood on the page."""
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(400)
    return until if until.tzinfo else abort(400)


def _page(opportunity: Opportunity, form: ReturnForm) -> str:
    edges = EDGES[opportunity.status]
    return render_template(
        "opportunities/staff_show.html",
        opportunity=opportunity,
        days=queries.days_of(opportunity, now=clock.now()),
        history=queries.history(db.session(), opportunity),
        changes=queries.changes_of(db.session(), opportunity),
        missing=[
            messages.missing_text(name)
            for name in missing(opportunity, slots=len(opportunity.slots))
        ],
        drawn=[slot for slot in opportunity.slots if slot.mode is SlotMode.LOTTERY],
        form=form,
        edges={edge.value for edge in edges},
        can_write=may("coordinator"),
    )


def _load(opportunity_id: str) -> Opportunity:
    opportunity = queries.opportunity_by_id(db.session(), opportunity_id)
    if opportunity is None:
        abort(404)
    return opportunity
