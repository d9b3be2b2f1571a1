"""The reception by a link: one day on any phone for twelve hours, names only, no sign-in."""

from datetime import datetime
from http import HTTPStatus
from secrets import token_hex

from flask import (
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import ParticipationRefused
from kyodo_match.participation.forms import HeadsForm, MarkForm, TapForm, WalkInForm
from kyodo_match.participation.models import ReceptionLink
from kyodo_match.participation.queries.history import LINK_ACTOR
from kyodo_match.participation.rules import Attendance, LinkState
from kyodo_match.participation.views.blueprint import bp
from kyodo_match.settings.queries import office
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import Form
from kyodo_match.web.policies import Verdict, policy
from kyodo_match.web.responses import no_store, settings


def has_a_link(_view_args: dict[str, object]) -> Verdict:
    """A good link; without one, a page that says what to do instead of a bare refusal."""
    kept = request.cookies.get(_cookie_name(), "")
    g.reception_link = _good_or_told(settings().keys.reception_of_pass(kept))
    return Verdict.ALLOWED


def _cookie_name() -> str:
    return "__Host-reception" if settings().is_https else "reception"


def _good_or_told(link_id: str | None) -> ReceptionLink:
    """The link, if it opens its reception now; else end the request with what became of it."""
    link = queries.link_by_id(db.session(), link_id) if link_id else None
    why, status = _obstacle(link)
    if link is None or why:
        page = render_template(
            "participation/link_over.html",
            why=why,
            opens_at=link and _opens_at(link),
            office=office(db.session()),
        )
        abort(no_store((page, status)))
    return link


def _obstacle(link: ReceptionLink | None) -> tuple[str, int]:
    """Why a link opens nothing, with the status that says so; "" where it does."""
    if link is None:
        return "unknown", HTTPStatus.NOT_FOUND
    if link.slot.status is SlotStatus.CANCELLED:
        return "cancelled", HTTPStatus.GONE
    state = queries.state_of(link, clock.now())
    if state is LinkState.VALID:
        return "", HTTPStatus.OK
    return str(state), HTTPStatus.NOT_FOUND if state is LinkState.COMING else HTTPStatus.GONE


def _opens_at(link: ReceptionLink) -> datetime:
    return rules.link_opens_at(valid_from=link.valid_from, starts_at=link.slot.starts_at)


@bp.route("/reception/<token>")
@policy("anyone")
def open_link(token: str) -> ResponseReturnValue:
    """Keep a pass on this phone and leave the address with the token at once."""
    link = _good_or_told(settings().keys.reception_of_token(token))
    answer = no_store(redirect("/reception", HTTPStatus.SEE_OTHER))
    answer.set_cookie(
        _cookie_name(),
        settings().keys.reception_pass(link.public_id),
        max_age=int((link.expires_at - clock.now()).total_seconds()),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer


def _page(**forms: Form) -> Response:
    link: ReceptionLink = g.reception_link
    day = queries.reception_day(db.session(), link.slot)
    typed = request.form.get("q", "")  # posted: names stand in no address
    return no_store(
        render_template(
            "participation/by_link.html",
            base="/reception",
            link=link,
            slot=link.slot,
            reception=day,
            typed=typed,
            found=day.found(typed),
            marks_open=True,  # a link is not good before marks are
            is_late=False,  # nor after the day after
            new_nonce=lambda: token_hex(16),
            walk_in=forms.get("walk_in") or WalkInForm(),
            heads=forms.get("heads")
            or HeadsForm(formdata=None, adults=day.adults, children=day.children),
        )
    )


def _slot_and_actor() -> tuple[str, str]:
    """The day of this phone's link, and how the record names the link.

    A page that was left open while the phone read another day's code must not count there.
    """
    link: ReceptionLink = g.reception_link
    if request.form.get("link", link.public_id) != link.public_id:
        flash(
            _(
                "このスマートフォンは、別の日の受付に切り替わりました。"
                "下の内容を確かめてから、もう一度押してください。"
            ),
            "warning",
        )
        abort(redirect("/reception", HTTPStatus.SEE_OTHER))
    return link.slot.public_id, LINK_ACTOR + link.public_id


def _back(anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".reception", _anchor=anchor), HTTPStatus.SEE_OTHER)


@bp.route("/reception")
@policy("reception_link")
def reception() -> ResponseReturnValue:
    return _page()


@bp.route("/reception", methods=["POST"])
@policy("reception_link")
def mark() -> ResponseReturnValue:
    if "q" in request.form:
        return _page()
    slot_id, actor = _slot_and_actor()
    form = MarkForm()
    if not form.validate_on_submit():
        abort(400)
    now = clock.now()
    try:
        services.mark(
            slot_id=slot_id,
            participant_id=form.participant.data,
            attendance=Attendance(form.attendance.data),
            nonce=form.nonce.data or token_hex(16),
            marked_at=now,
            now=now,
            actor=actor,
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return _back(f"p-{form.participant.data}")


@bp.route("/reception/tap", methods=["POST"])
@policy("reception_link")
def tap() -> ResponseReturnValue:
    slot_id, actor = _slot_and_actor()
    form = TapForm()
    if not form.validate_on_submit():
        abort(400)
    adults, children = form.step
    try:
        services.tap_heads(
            slot_id=slot_id,
            adults=adults,
            children=children,
            nonce=form.nonce.data or token_hex(16),
            now=clock.now(),
            actor=actor,
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return _back("heads")


@bp.route("/reception/walk-in", methods=["POST"])
@policy("reception_link")
def walk_in() -> ResponseReturnValue:
    slot_id, actor = _slot_and_actor()
    form = WalkInForm()
    if form.validate_on_submit():
        try:
            services.add_walk_in(
                slot_id=slot_id,
                name=form.name.data,
                kana=form.kana.data,
                age_group=AgeGroup(form.age_group.data),
                phone="",
                nonce=form.nonce.data or token_hex(16),
                keys=settings().keys,
                now=clock.now(),
                actor=actor,
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("当日参加の方を追加し、出席にしました。"), "success")
            return _back("walk-in")
    return _page(walk_in=form)


@bp.route("/reception/heads", methods=["POST"])
@policy("reception_link")
def heads() -> ResponseReturnValue:
    slot_id, actor = _slot_and_actor()
    form = HeadsForm()
    if form.validate_on_submit():
        try:
            services.count_heads(
                slot_id=slot_id,
                adults=form.adults.data,
                children=form.children.data,
                now=clock.now(),
                actor=actor,
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("お名前を聞いていない方の人数を記録しました。"), "success")
            return _back("heads")
    return _page(heads=form)


@bp.route("/reception/close", methods=["POST"])
@policy("reception_link")
def close() -> ResponseReturnValue:
    """受付を終える: a borrowed phone forgets its pass; the link stays good for others."""
    answer = make_response(redirect("/", HTTPStatus.SEE_OTHER))
    answer.delete_cookie(
        _cookie_name(), path="/", secure=settings().is_https, httponly=True, samesite="Lax"
    )
    flash(_("このスマートフォンでの受付を終えました。"), "success")
    return answer
