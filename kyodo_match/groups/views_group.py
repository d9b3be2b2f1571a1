"""A group's own pages, and the policies of everything that belongs to a group."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.groups import queries, services
from kyodo_match.groups.forms import ROLE_CHOICES, MemberForm, MemberRoleForm, ProfileForm
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.signups import queries as signups
from kyodo_match.web.forms import Form
from kyodo_match.web.people import actor, current_account
from kyodo_match.web.policies import Policies, Predicate, Verdict, may, policy
from kyodo_match.web.responses import settings

bp = Blueprint("groups_group", __name__)

_POLICIES = {
    "reception": MemberRole.RECEPTION,
    "group_member": MemberRole.RECEPTION,
    "group_editor": MemberRole.EDITOR,
    "group_owner": MemberRole.OWNER,
}
_OBJECTS = ("group_id", "opportunity_id", "slot_id", "application_id")


def install(_app: Flask, policies: Policies) -> None:
    """The policies of group members."""
    for name, least in _POLICIES.items():
        policies.register(name, _at_least(least))


def _at_least(least: MemberRole) -> Predicate:
    """At least this role in the group that the route is about; coordinators act for any group."""

    def judge(view_args: dict[str, Any]) -> Verdict:
        account = current_account()
        if account is None:
            return Verdict.SIGN_IN_FIRST
        acts_for_groups = may("coordinator")
        if account.is_staff and not acts_for_groups:
            return Verdict.FORBIDDEN
        about = [view_args[name] for name in _OBJECTS if name in view_args]
        group_id = _group_of(view_args) if about else None
        if about and group_id is None:
            return Verdict.NOT_FOUND
        if acts_for_groups:
            return Verdict.ALLOWED
        return _of_member(account.id, group_id, least)

    return judge


def _of_member(account_id: int, group_id: int | None, least: MemberRole) -> Verdict:
    roles = {
        group.id: role
        for group, role in queries.groups_of(db.session(), account_id)
        if group_id in (None, group.id)
    }
    if group_id is not None and not roles:
        return Verdict.NOT_FOUND  # somebody else's is as good as absent
    enough = any(role.rank >= least.rank for role in roles.values())
    return Verdict.ALLOWED if enough else Verdict.FORBIDDEN


def _group_of(view_args: dict[str, Any]) -> int | None:
    session = db.session()
    if "group_id" in view_args:
        group = queries.by_public_id(session, view_args["group_id"])
        return group.id if group else None
    if "opportunity_id" in view_args:
        opportunity = opportunities.opportunity_by_id(session, view_args["opportunity_id"])
        return opportunity.group_id if opportunity else None
    if "application_id" in view_args:
        signup = signups.signup_by_id(session, view_args["application_id"])
        return signup.slot.opportunity.group_id if signup else None
    slot = opportunities.slot_by_id(session, view_args["slot_id"])
    return slot.opportunity.group_id if slot else None


@bp.route("/group/profile/<group_id>", methods=["GET", "POST"])
@policy("group_owner")
def profile(group_id: str) -> ResponseReturnValue:
    group = _group_or_404(group_id)
    form = ProfileForm(obj=group)
    if form.validate_on_submit():
        services.edit_profile(
            group_id=group_id, profile=form.profile(), actor=actor(), now=clock.now()
        )
        flash(_("紹介を保存しました。"), "success")
        return redirect(url_for(".profile", group_id=group_id), HTTPStatus.SEE_OTHER)
    return render_template("groups/profile_form.html", group=group, form=form)


@bp.route("/group/members/<group_id>", methods=["GET", "POST"])
@policy("group_owner")
def members(group_id: str) -> ResponseReturnValue:
    group = _group_or_404(group_id)
    form = MemberForm()
    if form.validate_on_submit():
        try:
            added = services.add_member(
                group_id=group_id,
                email=form.email.data,
                role=form.chosen,
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal), form.email)
        else:
            if may("coordinator") and added.invitation_id:
                # Not a redirect: the link is shown this once and kept nowhere.
                return render_template(
                    "groups/invited.html",
                    group=group,
                    email=form.email.data,
                    link=settings().invitation_link(added.invitation_id),
                )
            flash(_("担当者に登録し、メールをお送りします。"), "success")
            return redirect(url_for(".members", group_id=group_id), HTTPStatus.SEE_OTHER)
    return _members_page(group, form)


@bp.post("/group/members/<group_id>/<account_id>/role")
@policy("group_owner")
def change_role(group_id: str, account_id: str) -> ResponseReturnValue:
    group = _group_or_404(group_id)
    form = MemberRoleForm()
    if not form.validate_on_submit():
        abort(HTTPStatus.BAD_REQUEST)  # no select of ours sends that
    try:
        services.change_member_role(
            group_id=group_id,
            account_id=account_id,
            role=form.chosen,
            actor=actor(),
            now=clock.now(),
        )
    except NoResultFound:
        abort(404)
    except DomainError as refusal:
        form.refuse(explain(refusal))
    else:
        flash(_("役割を変えました。本人は、もう一度サインインします。"), "success")
        return redirect(url_for(".members", group_id=group_id), HTTPStatus.SEE_OTHER)
    return _members_page(group, MemberForm(formdata=None), refused=form)


@bp.post("/group/members/<group_id>/<account_id>/remove")
@policy("group_owner")
def remove(group_id: str, account_id: str) -> ResponseReturnValue:
    group = _group_or_404(group_id)
    form = Form()
    if form.validate_on_submit():
        try:
            services.remove_member(
                group_id=group_id, account_id=account_id, actor=actor(), now=clock.now()
            )
        except NoResultFound:
            abort(404)
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("担当者から外しました。"), "success")
            return redirect(url_for(".members", group_id=group_id), HTTPStatus.SEE_OTHER)
    return _members_page(group, MemberForm(formdata=None), refused=form)


@bp.route("/group/digest", methods=["GET", "POST"])
@policy("group_editor")
def digest() -> ResponseReturnValue:
    """One's own morning mails: a member's choice for themselves."""
    own = queries.digests_of(db.session(), actor())
    form = Form()
    if form.validate_on_submit():
        ids = [member.group.public_id for member in own]
        wanted = {one for one in ids if f"digest-{one}" in request.form}
        services.choose_digests(account_id=actor(), wanted=wanted, now=clock.now())
        flash(_("朝のお知らせの設定を保存しました。"), "success")
        return redirect(url_for(".digest"), HTTPStatus.SEE_OTHER)
    return render_template("groups/digest.html", memberships=own, form=form)


def _members_page(
    group: Group, form: MemberForm, refused: Form | None = None
) -> ResponseReturnValue:
    return render_template(
        "groups/members.html",
        group=group,
        members=queries.members(db.session(), group.id),
        roles=ROLE_CHOICES,
        form=form,
        refused=refused,
    )


def _group_or_404(group_id: str) -> Group:
    group = queries.by_public_id(db.session(), group_id)
    if group is None:
        abort(404)
    return group
