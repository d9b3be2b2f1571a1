"""/staff/groups: the register, for staff."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock, text
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.groups import queries, services
from kyodo_match.groups.errors import GroupRefused
from kyodo_match.groups.forms import GroupForm
from kyodo_match.groups.messages import GROUP_STATUSES
from kyodo_match.groups.rules import GroupStatus
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy

bp = Blueprint("groups_staff", __name__)

_A_PAGE = 50


@bp.get("/staff/groups")
@policy("viewer")
def register() -> ResponseReturnValue:
    chosen = request.args.get("status", "")
    status = GroupStatus(chosen) if chosen in set(GroupStatus) else None
    query = {"q": text.one_line(request.args.get("q", "")), "status": status or ""}
    found = queries.find(
        db.session(), typed=query["q"], status=status, page=page_number(), size=_A_PAGE
    )
    return render_template(
        "groups/register.html",
        found=found,
        query=query,
        base_query=urlencode({key: value for key, value in query.items() if value}),
        statuses=[(known.value, label) for known, label in GROUP_STATUSES.items()],
        count=queries.registered_count(db.session(), tokyo_date(clock.now())),
    )


@bp.route("/staff/groups/new", methods=["GET", "POST"])
@policy("coordinator")
def new() -> ResponseReturnValue:
    form = GroupForm(public_items=("representative", "founded_on", "members", "website"))
    if form.validate_on_submit():
        try:
            group_id = services.register(
                registration=form.registration(),
                profile=form.profile(),
                actor=actor(),
                now=clock.now(),
            )
        except GroupRefused as refusal:
            form.blame(refusal)
        else:
            flash(_("団体を登録しました。続けて、担当者を招待できます。"), "success")
            return redirect(
                url_for("groups_group.members", group_id=group_id), HTTPStatus.SEE_OTHER
            )
    return render_template("groups/entry.html", group=None, form=form)


@bp.route("/staff/groups/<group_id>", methods=["GET", "POST"])
@policy("coordinator")
def edit(group_id: str) -> ResponseReturnValue:
    group = queries.by_public_id(db.session(), group_id)
    if group is None:
        abort(404)
    form = GroupForm(obj=group)
    if form.validate_on_submit():
        try:
            services.change(
                group_id=group_id,
                registration=form.registration(),
                profile=form.profile(),
                actor=actor(),
                now=clock.now(),
            )
        except GroupRefused as refusal:
            form.blame(refusal)
        else:
            flash(_("団体の登録を保存しました。"), "success")
            return redirect(url_for(".register"), HTTPStatus.SEE_OTHER)
    return render_template("groups/entry.html", group=group, form=form)
