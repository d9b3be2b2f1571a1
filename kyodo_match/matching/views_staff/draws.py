"""抽選会: the office freezes a round, draws before everybody, looks at it and publishes."""

from http import HTTPStatus

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.audit.queries import history
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.core.paging import paged
from kyodo_match.matching.forms.draws import CeremonyForm, DecisionForm
from kyodo_match.matching.messages.draws import decision_label
from kyodo_match.matching.models.rounds import Round
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries import turns
from kyodo_match.matching.queries.rounds import classes_of, round_by_id
from kyodo_match.matching.queries.short_days import below_minimum
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.rounds import MinimumDecision
from kyodo_match.matching.services import freezing, holding, leftovers, publishing, reviewing
from kyodo_match.matching.services.supplements import answer_by
from kyodo_match.matching.views_staff.blueprint import bp
from kyodo_match.web.paging import page_number
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.pressed import pressed
from kyodo_match.web.responses import no_store, settings


@bp.route("/staff/rounds/<round_id>/draw")
@policy("coordinator")
def show_draw(round_id: str) -> ResponseReturnValue:
    one, session, now = _round_or_404(round_id), db.session(), clock.now()
    is_frozen = one.manifest is not None
    return no_store(
        render_template(
            "matching/draws/staff.html",
            round=one,
            now=now,
            lines=(one.manifest or "").count("\n"),
            differs=queries.changed_since(session, one) if is_frozen else (),
            refused=[
                event
                for event in history(session, "round", round_id)
                if event.action == "round.draw-refused"
            ],
            short=below_minimum(session, one, now=now),
            late=queries.late_entries(session, one),
            supplements=queries.supplements_of(session, one),
            placed=queries.placed_of(session, one),
            asks=answer_by(one, now=now) is not None,
        )
    )


@bp.route("/staff/rounds/<round_id>/freeze", methods=["POST"])
@policy("coordinator")
def freeze_round(round_id: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    return pressed(
        lambda: freezing.freeze(round_id=round_id, now=clock.now(), actor=actor()),
        _("名簿を確定し、名簿の指紋（SHA-256）を公開しました。"),
        back=f"/staff/rounds/{round_id}/draw",
    )


@bp.route("/staff/rounds/<round_id>/ceremony", methods=["GET", "POST"])
@policy("coordinator")
def ceremony(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.manifest is None:
        return redirect(f"/staff/rounds/{round_id}/draw", 303)
    form, entropy = CeremonyForm(source=one.entropy_plan), None
    if form.validate_on_submit():
        try:
            entropy = form.entropy
            if form.confirmed.data:
                return _hold(one, form, entropy.text)
        except DomainError as refusal:
            form.refuse(explain(refusal))
            entropy = None
    units = drawing.read_manifest(one.manifest)
    return no_store(
        render_template(
            "matching/draws/ceremony.html",
            round=one,
            address=_address(one),
            form=form,
            entropy=entropy,
            lines=len(units),
            needed=drawing.needs_draw(units, queries.draw_slots(one)),
            now=clock.now(),
        )
    )


def _hold(one: Round, form: CeremonyForm, text: str) -> ResponseReturnValue:
    """Run it as it was read aloud. Raises DomainError."""
    held = holding.hold_draw(
        round_id=one.public_id,
        entropy=text,
        source=form.source.data or "",
        witnesses=form.witnesses.data or "",
        actor=actor(),
        now=clock.now(),
    )
    said = _("前の抽選と同じ結果です。") if held.repeated else _("抽選しました。")
    flash(said, "success")
    return redirect(f"/staff/rounds/{one.public_id}/ceremony", 303)


@bp.route("/staff/rounds/<round_id>/minutes")
@policy("coordinator")
def minutes(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    page = render_template(
        "matching/draws/minutes.html",
        round=one,
        classes=classes_of(one),
        lines=(one.manifest or "").count("\n"),
    )
    return no_store(page)


@bp.route("/staff/rounds/<round_id>/results")
@policy("coordinator")
def results(round_id: str) -> ResponseReturnValue:
    return _results(round_id, "matching/draws/results.html")


@bp.route("/staff/rounds/<round_id>/posting")
@policy("coordinator")
def posting(round_id: str) -> ResponseReturnValue:
    return _results(round_id, "matching/draws/posting.html")


def _results(round_id: str, template: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.drawn_at is None:
        return redirect(f"/staff/rounds/{round_id}/draw", 303)
    entries = queries.entries_in_order(db.session(), one)
    drawn = [entry for entry in entries if entry.position is not None]
    return no_store(
        render_template(
            template,
            round=one,
            address=_address(one),
            drawn=drawn,
            late=[entry for entry in entries if entry.is_late],
            now=clock.now(),
        )
    )


@bp.route("/staff/rounds/<round_id>/course")
@policy("coordinator")
def course_of_draw(round_id: str) -> ResponseReturnValue:
    one = _round_or_404(round_id)
    if one.drawn_at is None:
        return redirect(f"/staff/rounds/{round_id}/draw", 303)
    session, size = db.session(), turns.PAGE
    total = turns.turns_in_all(session, one)
    page, pages = paged(page_number(), total=total, size=size)
    steps = turns.turns(session, one, first=(page - 1) * size + 1, last=page * size)
    return no_store(
        render_template(
            "matching/draws/course.html",
            round=one,
            steps=steps,
            total=total,
            page=page,
            pages=pages,
            days={day.slot.public_id: day for day in one.slots},
            signups=turns.signups_of_turns(session, one, steps),
        )
    )


@bp.route("/staff/rounds/<round_id>/publish", methods=["POST"])
@policy("coordinator")
def publish_results(round_id: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    return pressed(
        lambda: publishing.publish(round_id=round_id, now=clock.now(), actor=actor()),
        _("結果を発表しました。全員へのお知らせを送ります。"),
        back=f"/staff/rounds/{round_id}/draw",
    )


@bp.route(
    "/staff/rounds/<round_id>/days/<slot_id>/<any(hold,extend,cancel):decision>", methods=["POST"]
)
@policy("coordinator")
def decide_day(round_id: str, slot_id: str, decision: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    chosen, reason = MinimumDecision(decision), DecisionForm().reason.data
    return pressed(
        lambda: reviewing.decide_minimum(
            round_id=round_id,
            slot_id=slot_id,
            decision=chosen,
            reason=reason or _("申し込んだ方が、開催に必要な人数に届かないため"),
            now=clock.now(),
            actor=actor(),
        ),
        _("「%(decision)s」に決めました。", decision=decision_label(chosen)),
        back=f"/staff/rounds/{round_id}/draw",
    )


@bp.route("/staff/rounds/<round_id>/leftovers", methods=["POST"])
@policy("coordinator")
def open_leftovers(round_id: str) -> ResponseReturnValue:
    _round_or_404(round_id)
    opened = leftovers.open_leftovers(round_id=round_id, now=clock.now(), actor=actor())
    if opened:
        flash(_("%(n)sつの日程を、次の開庁日から先着順で受け付けます。", n=opened), "success")
    else:
        flash(_("先着順にできる日程は、いまはありません。"), "info")
    return redirect(f"/staff/rounds/{round_id}/draw", 303)


def _address(one: Round) -> str:
    """Where everybody finds it, as it is read on paper and on a wall."""
    return f"{settings().base_url}/draws/{one.public_id}"


def _round_or_404(round_id: str) -> Round:
    return round_by_id(db.session(), round_id) or abort(HTTPStatus.NOT_FOUND)
