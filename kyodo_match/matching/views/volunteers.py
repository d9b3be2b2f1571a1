"""ボランティア登録: what it is, the form, and one's own registration by the mailed link."""

from contextlib import suppress

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.matching.forms.volunteers import ResendForm, VolunteerForm
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.queries import volunteers as queries
from kyodo_match.matching.queries.proposals import proposals_of
from kyodo_match.matching.rules.volunteers import Registration, shown_number, shown_total
from kyodo_match.matching.services import answering
from kyodo_match.matching.services import volunteers as services
from kyodo_match.matching.services.answering import Accepted
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.settings.queries import districts as all_districts
from kyodo_match.settings.queries import office as the_office
from kyodo_match.signups.forms import PRIVACY_VERSION as SIGNUP_PRIVACY_VERSION
from kyodo_match.signups.forms import take_suggestion
from kyodo_match.signups.rules import carrier_of, suggested_address
from kyodo_match.web.browser import InHand
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, private, public, settings

VOLUNTEER: InHand[Volunteer] = InHand(
    "volunteer",
    lambda identity: queries.volunteer_by_id(db.session(), identity),
    lost="/volunteers/resend",
)


@bp.route("/volunteers")
@policy("anyone")
def about() -> ResponseReturnValue:
    """What it is, and how many are registered: numbers alone, small ones only called small."""
    session = db.session()
    counted, known = queries.in_numbers(session), all_districts(session)
    districts = dict.fromkeys(known, 0) | counted.districts
    return public(
        render_template(
            "matching/volunteers.html",
            is_anybody_there=counted.total > 0,
            total=shown_total(districts),
            skills={skill: n for skill, n in counted.skills.items() if shown_number(n)},
            districts={name: shown_number(n) for name, n in districts.items()},
            known=known,
            office=the_office(session),
        )
    )


@bp.route("/volunteers/new", methods=["GET", "POST"])
@policy("anyone")
def register() -> ResponseReturnValue:
    """登録の申込み: the form, then everything once more, then the mail."""
    form = VolunteerForm(districts=all_districts(db.session()), by_mail=True)
    if request.method == "GET":
        return private(_form_page(form))
    take_suggestion(form.email, request.form.get("use_email", ""))
    if "edit" in request.form or not form.validate_on_submit():
        return no_store(_form_page(form))
    registration = form.registration()
    if "confirmed" not in request.form:
        return no_store(_check_page(form, registration))
    try:
        services.register(
            registration=registration,
            keys=settings().keys,
            address=request.remote_addr or "",
            now=clock.now(),
        )
    except TooOften as refusal:
        form.refuse(explain(refusal))
        return no_store(_form_page(form))
    return redirect("/volunteers/sent", 303)


def _form_page(form: VolunteerForm) -> str:
    return render_template(
        "matching/volunteer_new.html", form=form, office=the_office(db.session())
    )


def _check_page(form: VolunteerForm, registration: Registration) -> str:
    return render_template(
        "matching/volunteer_check.html",
        registration=registration,
        pairs=form.pairs(),
        question=suggested_address(registration.email),
        carrier=carrier_of(registration.email),
    )


@bp.route("/volunteers/sent")
@policy("anyone")
def sent() -> ResponseReturnValue:
    """確認のメールを送りました: the same for everybody."""
    return no_store(
        render_template("matching/volunteer_sent.html", office=the_office(db.session()))
    )


@bp.route("/volunteers/resend", methods=["GET", "POST"])
@policy("anyone")
def resend() -> ResponseReturnValue:
    """The link to one's own registration, mailed again."""
    form = ResendForm()
    if form.validate_on_submit():
        with suppress(TooOften):  # known or not, often or not: the answer tells nothing
            services.resend_link(email=form.email.data, keys=settings().keys, now=clock.now())
        return redirect("/volunteers/sent", 303)
    return no_store(
        render_template(
            "matching/volunteer_resend.html", form=form, office=the_office(db.session())
        )
    )


@bp.route("/volunteers/link/<token>")
@policy("anyone")
def open_link(token: str) -> ResponseReturnValue:
    """The mailed link: takes the registration in hand and changes nothing."""
    volunteer = queries.volunteer_of_token(db.session(), token, keys=settings().keys)
    if volunteer is None:
        page = render_template(
            "matching/volunteer_link_over.html", office=the_office(db.session())
        )
        return no_store((page, 404))
    VOLUNTEER.take(volunteer)
    return redirect("/volunteers/mine", 303)


@bp.route("/volunteers/mine")
@policy("volunteer")
def mine() -> ResponseReturnValue:
    """自分の登録: what is kept, and what is asked."""
    volunteer = VOLUNTEER.row()
    return no_store(
        render_template(
            "matching/volunteer_mine.html",
            volunteer=volunteer,
            asked=proposals_of(db.session(), volunteer),
            office=the_office(db.session()),
            now=clock.now(),
        )
    )


@bp.route("/volunteers/mine/invitations/<proposal_id>", methods=["POST"])
@policy("volunteer")
def answer(proposal_id: str) -> ResponseReturnValue:
    """引き受けます, or 今回は遠慮します."""
    own = {one.public_id for one in proposals_of(db.session(), VOLUNTEER.row())}
    if proposal_id not in own:
        abort(404)
    try:
        said, kind = _take_answer(proposal_id, request.form.get("action", ""))
    except DomainError as refusal:
        flash(explain(refusal), "error")
    else:
        flash(said, kind)
    return redirect("/volunteers/mine", 303)


def _take_answer(proposal_id: str, action: str) -> tuple[str, str]:
    """Do what a button says, and the words for it. Raises DomainError."""
    now = clock.now()
    if action == "decline":
        answering.decline(proposal_id=proposal_id, now=now)
        return _("お返事をありがとうございます。断ったことは、団体には伝わりません。"), "success"
    if action != "accept":
        abort(400)
    outcome = answering.accept(
        proposal_id=proposal_id,
        agreed=request.form.get("agreed") == "1",
        seen=request.form.get("seen", type=int),
        privacy_version=SIGNUP_PRIVACY_VERSION,
        keys=settings().keys,
        now=now,
    )
    if outcome is Accepted.FILLED:
        return _(
            "ありがとうございます。先にほかの方で埋まりましたので、今回はお願いせずにすみました。"
        ), "info"
    if outcome is Accepted.APPLIED:
        return _(
            "この活動には、すでにお申し込みいただいています。"
            "結果は、申込みの確認ページでお知らせします。"
        ), "info"
    return _("ありがとうございます。参加が決まりました。"), "success"


@bp.route("/volunteers/mine", methods=["POST"])
@policy("volunteer")
def act() -> ResponseReturnValue:
    """登録する・休む・戻る・やめる, by the button that was pressed."""
    identity, action, now = (
        VOLUNTEER.row().public_id,
        request.form.get("action", ""),
        clock.now(),
    )
    if action == "confirm":
        services.confirm(volunteer_id=identity, now=now)
        flash(_("登録しました。ありがとうございます。"), "success")
    elif action in {"pause", "resume"}:
        services.pause(volunteer_id=identity, pause=action == "pause", actor=CITIZEN, now=now)
        resting = _("お休みにしました。お声がけはしません。いつでも戻れます。")
        flash(resting if action == "pause" else _("お休みを終わりました。"), "success")
    elif action == "end":
        services.end(volunteer_id=identity, actor=CITIZEN, now=now)
        VOLUNTEER.let_go()
        flash(_("登録を終えました。お名前や連絡先は消しました。"), "success")
        return redirect("/volunteers", 303)
    else:
        abort(400)
    return redirect("/volunteers/mine", 303)


@bp.route("/volunteers/mine/change", methods=["GET", "POST"])
@policy("volunteer")
def change() -> ResponseReturnValue:
    """登録の内容を変える."""
    volunteer = VOLUNTEER.row()
    form = VolunteerForm.of(volunteer, districts=all_districts(db.session()))
    if form.validate_on_submit():
        try:
            version = services.change(
                volunteer_id=volunteer.public_id,
                registration=form.registration(),
                keys=settings().keys,
                actor=CITIZEN,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.refuse(explain(refusal))
        else:
            VOLUNTEER.take(volunteer, version=version)
            flash(_("登録の内容を変えました。"), "success")
            return redirect("/volunteers/mine", 303)
    return no_store(
        render_template(
            "matching/volunteer_change.html", form=form, office=the_office(db.session())
        )
    )
