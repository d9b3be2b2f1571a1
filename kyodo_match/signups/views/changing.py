"""What may be changed in an application: contact data, who comes, one person more.

The same page for the citizen who holds the link and for staff with a caller on the phone.
"""

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.settings.queries import office as the_office
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import NotLive, SignupRefused
from kyodo_match.signups.forms import ContactForm, PersonForm, take_suggestion
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import LIVE, SignupStatus, suggested_address
from kyodo_match.signups.views import access
from kyodo_match.signups.views.blueprint import bp
from kyodo_match.web.desks import Desk
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings

NEW = "new"  # participant=new: one person more


_OWN = Desk("layouts/base.html", "/manage", "/manage", CITIZEN, is_own=True)


@bp.route("/manage/change")
@policy("citizen")
def change_own() -> ResponseReturnValue:
    return _answer(access.SIGNUP.row(), _OWN)


def take_own_change(signup: Signup) -> ResponseReturnValue:
    """`action=change` on /manage: what the page above sends."""
    return _answer(signup, _OWN)


@bp.route("/staff/signups/<public_id>/change", methods=["GET", "POST"])
@policy("coordinator")
def change_for_caller(public_id: str) -> ResponseReturnValue:
    signup = queries.signup_by_id(db.session(), public_id) or abort(404)
    page = f"/staff/signups/{public_id}"
    return _answer(signup, Desk("layouts/staff.html", f"{page}/change", page, actor()))


def _answer(signup: Signup, desk: Desk) -> ResponseReturnValue:
    if signup.status not in LIVE or clock.now() >= signup.slot.last_call:
        if request.method == "POST":
            flash(explain(NotLive()), "error")
        return redirect(desk.back, 303)
    if signup.status is SignupStatus.ENTERED:
        return redirect(f"{desk.back}/entry", 303)  # its wishes and people are changed together
    wanted = request.values.get("participant", "")
    if not wanted:
        return _contact(signup, desk)
    person = next((one for one in queries.live(signup) if one.public_id == wanted), None)
    if person is None and wanted != NEW:
        abort(404)
    return _person(signup, desk, person)


def _contact(signup: Signup, desk: Desk) -> ResponseReturnValue:
    form = ContactForm(email=signup.email, phone=signup.phone)
    answered = take_suggestion(form.email, request.form.get("use_email", ""))
    if form.validate_on_submit():
        question = None if answered else suggested_address(form.email.data or "")
        if question and form.email.data != signup.email:
            return _page("signups/change_contact.html", signup, desk, form, question=question)
        try:
            renewed = services.change_contact(
                signup_id=signup.public_id,
                email=form.email.data or "",
                phone=form.phone.data or "",
                keys=settings().keys,
                now=clock.now(),
                actor=desk.by,
            )
        except (SignupRefused, TooOften) as refusal:
            form.refuse(explain(refusal))
        else:
            return _changed_contact(signup.public_id, desk, renewed=renewed)
    return _page("signups/change_contact.html", signup, desk, form, question=None)


def _changed_contact(public_id: str, desk: Desk, *, renewed: bool) -> ResponseReturnValue:
    """Say what is new; the browser that made the change holds on to the application."""
    signup = queries.signup_by_id(db.session(), public_id) or abort(404)
    flash(_("連絡先を変えました。"), "success")
    if renewed:
        pin = settings().keys.pin(public_id, signup.access_version)
        flash(
            _(
                "暗証番号は %(pin)s に変わりました。前のメールのリンクは、もう使えません。",
                pin=pin,
            ),
            "info",
        )
    if desk.is_own:
        access.SIGNUP.take(signup)
    return redirect(desk.back, 303)


def _person(signup: Signup, desk: Desk, person: Participant | None) -> ResponseReturnValue:
    opportunity = signup.slot.opportunity
    known = (
        {
            "name": person.name,
            "kana": person.kana,
            "age_group": person.age_group,
            "escort": person.is_escort,
        }
        if person
        else {"escort": "escort" in request.args}
    )
    form = PersonForm(ages=(opportunity.min_age, opportunity.max_age), data=known)
    if form.validate_on_submit():
        try:
            _write(signup, desk, person, form)
        except (SignupRefused, TooOften) as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("参加する方を変えました。") if person else _("1人加えました。"), "success")
            return redirect(desk.back, 303)
    return _page("signups/change_person.html", signup, desk, form, person=person)


def _write(signup: Signup, desk: Desk, person: Participant | None, form: PersonForm) -> None:
    """Raises SignupRefused, TooOften."""
    identity, keys, now, by = signup.public_id, settings().keys, clock.now(), desk.by
    coming = form.person
    if person is None:
        services.add_companion(signup_id=identity, person=coming, keys=keys, now=now, actor=by)
        return
    leaving = person.public_id
    services.replace_participant(
        signup_id=identity, participant_id=leaving, person=coming, keys=keys, now=now, actor=by
    )


def _page(
    template: str, signup: Signup, desk: Desk, form: ContactForm | PersonForm, **more: object
) -> ResponseReturnValue:
    return no_store(
        render_template(
            template,
            signup=signup,
            slot=signup.slot,
            desk=desk,
            form=form,
            office=the_office(db.session()),
            **more,
        )
    )
