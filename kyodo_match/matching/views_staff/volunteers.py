"""ボランティア登録 for staff: the register, and who comes by phone, counter or paper."""

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.matching.errors.volunteers import AlreadyRegistered
from kyodo_match.matching.forms.volunteers import RegisterSearchForm, VolunteerForm
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.matching.queries.proposals import proposals_of
from kyodo_match.matching.services import volunteers as services
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.settings.queries import districts as all_districts
from kyodo_match.settings.queries import office as the_office
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings


def volunteer_or_404(public_id: str) -> Volunteer:
    """A registration that has not ended."""
    return queries.volunteer_by_id(db.session(), public_id) or abort(404)


@bp.route("/staff/volunteers", methods=["GET", "POST"])
@policy("coordinator")
def volunteers() -> ResponseReturnValue:
    """登録者の一覧, or who of it fits what was typed."""
    form = RegisterSearchForm()
    searched = form.validate_on_submit()
    found = queries.listing(
        db.session(),
        word=form.q.data or "" if searched else "",
        skill=form.skill.data or "" if searched else "",
        page=form.page_number(),
    )
    return no_store(render_template("matching/staff_volunteers.html", form=form, found=found))


@bp.route("/staff/volunteers/print")
@policy("coordinator")
def print_volunteers() -> ResponseReturnValue:
    """登録者名簿 on paper."""
    return no_store(
        render_template(
            "matching/staff_volunteers_print.html",
            volunteers=queries.all_registered(db.session()),
            now=clock.now(),
        )
    )


@bp.route("/staff/volunteers/new", methods=["GET", "POST"])
@policy("coordinator")
def enter_volunteer() -> ResponseReturnValue:
    """電話・窓口・用紙の方を登録する."""
    form, known = VolunteerForm(districts=all_districts(db.session()), office=True), ""
    if form.validate_on_submit():
        try:
            identity = services.enter(
                registration=form.registration(entered_by=actor()),
                keys=settings().keys,
                actor=actor(),
                now=clock.now(),
            )
        except AlreadyRegistered as refusal:
            form.refuse(explain(refusal))
            known = refusal.volunteer_id
        else:
            flash(_("登録しました。"), "success")
            return redirect(f"/staff/volunteers/{identity}", 303)
    return no_store(_form_page(form, known=known))


def _form_page(form: VolunteerForm, *, known: str = "", volunteer: Volunteer | None = None) -> str:
    return render_template(
        "matching/staff_volunteer_form.html",
        form=form,
        known=known,
        volunteer=volunteer,
        office=the_office(db.session()),
    )


@bp.route("/staff/volunteers/<public_id>")
@policy("coordinator")
def volunteer(public_id: str) -> ResponseReturnValue:
    """One registration."""
    return no_store(
        render_template(
            "matching/staff_volunteer.html",
            volunteer=volunteer_or_404(public_id),
            asked=proposals_of(db.session(), volunteer_or_404(public_id)),
            now=clock.now(),
        )
    )


@bp.route("/staff/volunteers/<public_id>", methods=["POST"])
@policy("coordinator")
def act_for_volunteer(public_id: str) -> ResponseReturnValue:
    """休む・戻る・やめる・登録を確かめた, said on the phone or at the counter."""
    volunteer_or_404(public_id)
    action, now = request.form.get("action", ""), clock.now()
    if action == "confirm":
        services.confirm(volunteer_id=public_id, now=now, actor=actor())
        flash(_("登録しました。"), "success")
    elif action in {"pause", "resume"}:
        services.pause(volunteer_id=public_id, pause=action == "pause", actor=actor(), now=now)
        flash(
            _("お休みにしました。") if action == "pause" else _("お休みを終わりました。"),
            "success",
        )
    elif action == "end":
        services.end(volunteer_id=public_id, actor=actor(), now=now)
        flash(_("登録を終え、お名前や連絡先を消しました。"), "success")
        return redirect("/staff/volunteers", 303)
    else:
        abort(400)
    return redirect(f"/staff/volunteers/{public_id}", 303)


@bp.route("/staff/volunteers/<public_id>/edit", methods=["GET", "POST"])
@policy("coordinator")
def edit_volunteer(public_id: str) -> ResponseReturnValue:
    """登録の内容を変える, for a caller."""
    found, known = volunteer_or_404(public_id), ""
    form = VolunteerForm.of(found, districts=all_districts(db.session()), office=True)
    if form.validate_on_submit():
        try:
            services.change(
                volunteer_id=public_id,
                registration=form.registration(entered_by=actor()),
                keys=settings().keys,
                actor=actor(),
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
            known = refusal.volunteer_id if isinstance(refusal, AlreadyRegistered) else ""
        else:
            flash(_("登録の内容を変えました。"), "success")
            return redirect(f"/staff/volunteers/{public_id}", 303)
    return no_store(_form_page(form, known=known, volunteer=found))
