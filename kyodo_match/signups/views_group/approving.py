"""団体の確認: what waits for an answer, one application, and the group's own words."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.groups.models import Group
from kyodo_match.groups.queries import by_public_id, groups_of
from kyodo_match.groups.rules import WRITES
from kyodo_match.opportunities.messages import unit_label
from kyodo_match.signups import queries, services
from kyodo_match.signups.forms.approving import AcceptForm, AskForm, DeclineForm, TemplatesForm
from kyodo_match.signups.messages import role_words
from kyodo_match.signups.models import Signup
from kyodo_match.signups.queries import approving
from kyodo_match.signups.rules import LIVE, ReplyKind, SignupStatus
from kyodo_match.signups.views_group.blueprint import bp
from kyodo_match.signups.views_group.days import names_end_at
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store


def _layout() -> str:
    """A coordinator stays in the office's own area."""
    return "layouts/staff.html" if may("coordinator") else "layouts/group.html"


def own_groups() -> list[Group]:
    """The groups for which the reader may answer."""
    account = current_account()
    rows = groups_of(db.session(), account.id) if account else []
    return [group for group, role in rows if role in WRITES]


@bp.route("/group/approvals")
@policy("group_editor")
def approvals() -> ResponseReturnValue:
    if may("coordinator"):
        return redirect("/staff/approvals", 303)
    groups = own_groups()
    found = approving.awaiting_approval(
        db.session(), now=clock.now(), group_ids=[group.id for group in groups]
    )
    return no_store(
        render_template(
            "signups/approvals.html",
            waiting=found,
            groups=groups,
            now=clock.now(),
            layout=_layout(),
        )
    )


@dataclass(frozen=True)
class _Forms:
    """The three answers a group can give."""

    accept: AcceptForm
    decline: DeclineForm
    ask: AskForm


@bp.route("/group/approvals/<application_id>")
@policy("group_editor")
def approval(application_id: str) -> ResponseReturnValue:
    signup = _signup_or_404(application_id)
    return no_store(_page(signup, _forms(signup)))


@bp.route("/group/approvals/<application_id>", methods=["POST"])
@policy("group_editor")
def answer(application_id: str) -> ResponseReturnValue:
    signup = _signup_or_404(application_id)
    forms = _forms(signup)
    action = request.form.get("action", "")
    form = {"accept": forms.accept, "decline": forms.decline, "ask": forms.ask}.get(action)
    if form is None:
        abort(400)
    if not form.validate():
        return no_store(_page(signup, forms))
    try:
        done = _perform(signup, forms, action)
    except DomainError as refusal:
        form.refuse(explain(refusal))
        return no_store(_page(_signup_or_404(application_id), forms))
    flash(done, "success")
    return redirect("/staff/approvals" if may("coordinator") else "/group/approvals", 303)


def _perform(signup: Signup, forms: _Forms, action: str) -> str:
    """Do what a button says, and the words for it. Raises what the services refuse."""
    identity, number = signup.public_id, signup.receipt_number
    now, by, office = clock.now(), actor(), may("coordinator")
    if action == "decline":
        text = forms.decline.text.data or ""
        services.approving.decline(signup_id=identity, text=text, now=now, actor=by, office=office)
        return _("%(number)s：「今回は参加できない」と返事をしました。", number=number)
    if action == "ask":
        question = forms.ask.text.data or ""
        services.approving.ask(
            signup_id=identity, question=question, now=now, actor=by, office=office
        )
        return _(
            "%(number)s：質問を送りました。返事が来たら、メールでお知らせします。", number=number
        )
    status = services.approving.accept(
        signup_id=identity,
        role_id=forms.accept.role_id,
        may_wait=bool(forms.accept.may_wait.data),
        text=forms.accept.text.data or "",
        now=now,
        actor=by,
        office=office,
    )
    if status is SignupStatus.WAITLISTED:
        return _("%(number)s：空きがないため、キャンセル待ちにしました。", number=number)
    return _("%(number)s：参加が決まりました。ご本人にお知らせします。", number=number)


def _forms(signup: Signup) -> _Forms:
    """Each begins with the group's own words; only the one that was sent has what was typed."""
    own = approving.templates_of(db.session(), signup.slot.opportunity.group)
    sent = request.form.get("action", "")

    def begun(kind: ReplyKind) -> dict[str, Any]:
        typed = request.form if sent == kind.value else None
        # The three share a page and one token, which is checked before this.
        no_token = {"csrf": False}
        return {
            "formdata": typed,
            "kind": kind,
            "own": own,
            "prefix": f"{kind.value}-",
            "meta": no_token,
        }

    slot = signup.slot
    roles = [
        (role.public_id, role_words(role, unit=unit_label(slot.capacity_unit)))
        for role in (slot.role_rows if slot.roles else ())
    ]
    wanted = signup.role.public_id if signup.role else ""
    return _Forms(
        AcceptForm(**begun(ReplyKind.ACCEPT), roles=roles, wanted=wanted),
        DeclineForm(**begun(ReplyKind.DECLINE)),
        AskForm(**begun(ReplyKind.ASK)),
    )


def _page(signup: Signup, forms: _Forms) -> str:
    session, now = db.session(), clock.now()
    awaits = signup.status is SignupStatus.AWAITING_APPROVAL
    return render_template(
        "signups/approval.html",
        layout=_layout(),
        by_office=may("coordinator"),
        signup=signup,
        slot=signup.slot,
        people=queries.live(signup),
        awaits=awaits and now < signup.slot.last_call,
        waiting=approving.Awaiting(signup, approving.open_question(session, signup)),
        inquiries=approving.inquiries_of(session, signup),
        reply=approving.reply_of(session, signup),
        overlaps=awaits and approving.overlaps_of(session, signup),
        crowd=queries.crowd(session, signup.slot),
        names=may("coordinator") or _sees_names(signup),
        forms=forms,
        now=now,
    )


def _sees_names(signup: Signup) -> bool:
    """As in the list of a day: until the day after, and only of who still applies."""
    return signup.status in LIVE and clock.now() < names_end_at(signup.slot.ends_at)


def _signup_or_404(signup_id: str) -> Signup:
    return queries.signup_by_id(db.session(), signup_id) or abort(404)


@bp.route("/group/approvals/templates")
@policy("group_editor")
def templates() -> ResponseReturnValue:
    groups = own_groups()
    if len(groups) == 1:
        return redirect(f"/group/approvals/templates/{groups[0].public_id}", 303)
    return render_template("signups/reply_groups.html", groups=groups, layout=_layout())


@bp.route("/group/approvals/templates/<group_id>", methods=["GET", "POST"])
@policy("group_editor")
def write_templates(group_id: str) -> ResponseReturnValue:
    group = by_public_id(db.session(), group_id) or abort(404)
    form = TemplatesForm(own=approving.templates_of(db.session(), group))
    if form.validate_on_submit():
        services.approving.write_templates(
            group_id=group_id, texts=form.texts, now=clock.now(), actor=actor()
        )
        flash(_("返事のひな型を保存しました。"), "success")
        return redirect("/staff/approvals" if may("coordinator") else "/group/approvals", 303)
    return render_template(
        "signups/reply_templates.html", form=form, group=group, layout=_layout()
    )
