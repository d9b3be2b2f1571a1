"""The list of a group, and the text of one opportunity."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.groups.queries import groups_of
from kyodo_match.opportunities import messages, queries, services
from kyodo_match.opportunities.errors import ChangedMeanwhile
from kyodo_match.opportunities.forms.writing import OpportunityForm
from kyodo_match.opportunities.models import Opportunity
from kyodo_match.opportunities.rules import EDGES, Content, OpportunityStatus, can_edit
from kyodo_match.opportunities.views_group.blueprint import bp, layout, load, own_groups
from kyodo_match.settings.queries import districts, office
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import may, policy


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
        can_write=bool(own_groups()),
        now=clock.now(),
    )


@bp.route("/group/opportunities/new", methods=["GET", "POST"])
@policy("group_editor")
def new() -> ResponseReturnValue:
    groups = own_groups()
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
        "opportunities/new.html", layout=layout(), form=form, alone=len(groups) == 1
    )


@bp.route("/group/opportunities/<opportunity_id>", methods=["GET", "POST"])
@policy("group_editor")
def edit(opportunity_id: str) -> ResponseReturnValue:
    opportunity = load(opportunity_id)
    form = _form(opportunity)
    if not form.validate_on_submit():
        return _page(opportunity, form)
    typed = form.content(stands=opportunity)
    try:
        return _save(opportunity, form, typed)
    except ChangedMeanwhile as refusal:
        opportunity = load(opportunity_id)
        form.catch_up(opportunity, refusal.theirs)
        return _page(opportunity, form, meanwhile=_lines(refusal, opportunity, typed))
    except DomainError as refusal:
        form.blame(refusal)
    return _page(opportunity, form)


def _form(opportunity: Opportunity) -> OpportunityForm:
    """What may still be changed here; the place has its own page once people come to it."""
    form = OpportunityForm(obj=opportunity)
    held = any(
        queries.is_counted_on(slot, now=clock.now()) and not slot.place
        for slot in opportunity.slots
    )
    form.offer(
        districts=districts(db.session()),
        opportunity=opportunity,
        office=may("coordinator"),
        fixed=("place",) if held else (),
    )
    return form


def _save(opportunity: Opportunity, form: OpportunityForm, typed: Content) -> ResponseReturnValue:
    """Save what was typed, then do what the button says. Raises what the services refuse."""
    opportunity_id, asked = opportunity.public_id, request.form.get("action")
    services.edit(
        opportunity_id=opportunity_id,
        content=typed,
        actor=actor(),
        now=clock.now(),
        office=may("coordinator"),
        version=form.seen.data,
        reason=form.reason.data or "" if "reason" in form else "",
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


def _lines(
    refusal: ChangedMeanwhile, opportunity: Opportunity, typed: Content
) -> list[tuple[str, str, str]]:
    """Label, what somebody else has saved, and what was typed where the two differ."""
    return [
        (
            messages.change_label(name),
            messages.change_words(name, getattr(opportunity, name)),
            messages.change_words(name, getattr(typed, name)) if name in refusal.both else "",
        )
        for name in (*refusal.both, *refusal.theirs)
    ]


def _page(
    opportunity: Opportunity,
    form: OpportunityForm,
    *,
    meanwhile: list[tuple[str, str, str]] | None = None,
) -> str:
    status = opportunity.status
    return render_template(
        "opportunities/edit.html",
        layout=layout(),
        by_office=may("coordinator"),
        opportunity=opportunity,
        days=queries.days_of(opportunity, now=clock.now()),
        form=form,
        meanwhile=meanwhile,
        last=queries.history(db.session(), opportunity)[:1] if meanwhile else (),
        can_edit=can_edit(status, office=may("coordinator")),
        can_submit=OpportunityStatus.SUBMITTED in EDGES[status],
        can_withdraw=OpportunityStatus.WITHDRAWN in EDGES[status],
        office=office(db.session()),
    )
