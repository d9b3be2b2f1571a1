"""The reception on a phone, for the receiving group and for staff alike."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import NamesClosed, ParticipationRefused, ReasonMissing
from kyodo_match.participation.forms import (
    HeadsForm,
    MarkForm,
    OpenNamesForm,
    TapForm,
    WalkInForm,
)
from kyodo_match.participation.queries import ReceptionDay
from kyodo_match.participation.rules import Attendance
from kyodo_match.participation.views_group.access import (
    day_or_404,
    may_open_names,
    reader,
    remember_opened,
)
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.signups.rules import AgeGroup
from kyodo_match.web.forms import Form
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import settings


def _page(day: ReceptionDay, **forms: Form) -> ResponseReturnValue:
    slot, now, staff = day.slot, clock.now(), reader().is_staff
    opens_at = rules.marks_open_at(slot.starts_at)
    typed = request.form.get("q", "")  # posted: names stand in no address
    return render_template(
        "participation/reception.html",
        layout="layouts/staff.html" if staff else "layouts/group.html",
        base=f"/group/slots/{slot.public_id}/reception",
        reception=day,
        slot=slot,
        typed=typed,
        found=day.found(typed),
        marks_open=now >= opens_at,
        opens_at=opens_at,
        is_late=now >= rules.end_of_day_after(slot.ends_at),
        too_late=not staff and now >= rules.group_until(slot.ends_at),
        closed_words=explain(NamesClosed()),
        new_nonce=lambda: token_hex(16),
        **_links(day, now),
        walk_in=forms.get("walk_in") or WalkInForm(),
        heads=forms.get("heads")
        or HeadsForm(formdata=None, adults=day.adults, children=day.children),
        opening=forms.get("opening") or (OpenNamesForm() if may_open_names(day) else None),
    )


def _links(day: ReceptionDay, now: datetime) -> dict[str, Any]:
    """The day's links with their numbers and states, and who made and revoked them."""
    links = queries.links_of(db.session(), day.slot)
    actors = [link.created_by for link in links] + [link.revoked_by or "" for link in links]
    return {
        "links": [
            (number, link, queries.state_of(link, now)) for number, link in enumerate(links, 1)
        ],
        "makers": queries.markers(db.session(), day.slot, actors) if links else {},
        "link_over": now >= rules.end_of_day_after(day.slot.ends_at),
    }


def back(slot_id: str, anchor: str) -> ResponseReturnValue:
    """To the place on the page where the reader was."""
    return redirect(url_for(".reception", slot_id=slot_id, _anchor=anchor), 303)


@bp.route("/group/slots/<slot_id>/reception")
@policy("reception")
def reception(slot_id: str) -> ResponseReturnValue:
    return _page(day_or_404(slot_id))


@bp.route("/group/slots/<slot_id>/reception", methods=["POST"])
@policy("reception")
def mark(slot_id: str) -> ResponseReturnValue:
    day = day_or_404(slot_id)
    if day.people is None:
        abort(403)
    if "q" in request.form:
        return _page(day)
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
            reason=form.reason.data or "",
            marked_at=now,
            now=now,
            actor=actor(),
            office=reader().is_staff,
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return back(slot_id, f"p-{form.participant.data}")


@bp.route("/group/slots/<slot_id>/reception/walk-in", methods=["POST"])
@policy("reception")
def walk_in(slot_id: str) -> ResponseReturnValue:
    day = day_or_404(slot_id)
    if day.people is None:
        abort(403)
    form = WalkInForm()
    if form.validate_on_submit():
        try:
            services.add_walk_in(
                slot_id=slot_id,
                name=form.name.data,
                kana=form.kana.data,
                age_group=AgeGroup(form.age_group.data),
                phone=form.phone.data or "",
                nonce=form.nonce.data or token_hex(16),
                keys=settings().keys,
                now=clock.now(),
                actor=actor(),
                office=reader().is_staff,
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("当日参加の方を追加し、出席にしました。"), "success")
            return back(slot_id, "walk-in")
    return _page(day, walk_in=form)


@bp.route("/group/slots/<slot_id>/reception/tap", methods=["POST"])
@policy("reception")
def tap(slot_id: str) -> ResponseReturnValue:
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
            actor=actor(),
            office=reader().is_staff,
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    return back(slot_id, "heads")


@bp.route("/group/slots/<slot_id>/reception/heads", methods=["POST"])
@policy("reception")
def heads(slot_id: str) -> ResponseReturnValue:
    day = day_or_404(slot_id)
    form = HeadsForm()
    if form.validate_on_submit():
        try:
            services.count_heads(
                slot_id=slot_id,
                adults=form.adults.data,
                children=form.children.data,
                reason=form.reason.data or "",
                now=clock.now(),
                actor=actor(),
                office=reader().is_staff,
            )
        except ReasonMissing as refusal:
            form.refuse(explain(refusal), form.reason)
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("お名前を聞いていない方の人数を記録しました。"), "success")
            return back(slot_id, "heads")
    return _page(day, heads=form)


@bp.route("/group/slots/<slot_id>/reception/list")
@policy("reception")
def printable(slot_id: str) -> ResponseReturnValue:
    """受付名簿: the list of the day on paper, with boxes to tick and blank lines."""
    day = day_or_404(slot_id)
    if day.people is None:
        abort(403)
    return render_template("participation/list.html", reception=day, slot=day.slot)


@bp.route("/group/slots/<slot_id>/reception/names", methods=["POST"])
@policy("group_editor")
def open_names(slot_id: str) -> ResponseReturnValue:
    """名簿を開く: a closed list, for a correction; why is on record before a name is shown."""
    day = day_or_404(slot_id)
    form = OpenNamesForm()
    if form.validate_on_submit() and may_open_names(day):
        reason = form.reason.data or ""
        try:
            services.open_names(slot_id=slot_id, reason=reason, now=clock.now(), actor=actor())
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal), form.reason)
        else:
            remember_opened(slot_id, reason)
            return back(slot_id, "list-title")
    return _page(day, opening=form)
