"""The reception on a phone, for the receiving group and for staff alike."""

from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.messages import explain
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import NamesClosed, ParticipationRefused
from kyodo_match.participation.forms import (
    OpenNamesForm,
)
from kyodo_match.participation.queries import ReceptionDay
from kyodo_match.participation.views_group import acts
from kyodo_match.participation.views_group.access import (
    day_or_404,
    may_open_names,
    reader,
    remember_opened,
)
from kyodo_match.participation.views_group.acts import Desk
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.web.forms import Form
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy


def _page(day: ReceptionDay, **forms: Form) -> ResponseReturnValue:
    slot, now, staff = day.slot, clock.now(), reader().is_staff
    opens_at = rules.marks_open_at(slot.starts_at)
    return render_template(
        "participation/reception.html",
        layout="layouts/staff.html" if staff else "layouts/group.html",
        base=f"/group/slots/{slot.public_id}/reception",
        **acts.shown(day, forms),
        marks_open=now >= opens_at,
        opens_at=opens_at,
        is_late=now >= rules.end_of_day_after(slot.ends_at),
        too_late=not staff and now >= rules.group_until(slot.ends_at),
        closed_words=explain(NamesClosed()),
        **_links(day, now),
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


def _desk(slot_id: str) -> Desk:
    """The day, for what is pressed on its page."""
    return Desk(
        slot_id,
        actor(),
        url_for(".reception", slot_id=slot_id),
        lambda **forms: _page(day_or_404(slot_id), **forms),
        office=reader().is_staff,
    )


def _named_day(slot_id: str) -> ReceptionDay:
    """The day, for a reader to whom its names are open."""
    day = day_or_404(slot_id)
    if day.people is None:
        abort(403)
    return day


@bp.route("/group/slots/<slot_id>/reception", methods=["POST"])
@policy("reception")
def mark(slot_id: str) -> ResponseReturnValue:
    day = _named_day(slot_id)
    return _page(day) if "q" in request.form else acts.mark(_desk(slot_id))


@bp.route("/group/slots/<slot_id>/reception/walk-in", methods=["POST"])
@policy("reception")
def walk_in(slot_id: str) -> ResponseReturnValue:
    _named_day(slot_id)
    return acts.walk_in(_desk(slot_id))


@bp.route("/group/slots/<slot_id>/reception/tap", methods=["POST"])
@policy("reception")
def tap(slot_id: str) -> ResponseReturnValue:
    return acts.tap(_desk(slot_id))


@bp.route("/group/slots/<slot_id>/reception/heads", methods=["POST"])
@policy("reception")
def heads(slot_id: str) -> ResponseReturnValue:
    day_or_404(slot_id)
    return acts.heads(_desk(slot_id))


@bp.route("/group/slots/<slot_id>/reception/list")
@policy("reception")
def printable(slot_id: str) -> ResponseReturnValue:
    """受付名簿: the list of the day on paper, with boxes to tick and blank lines."""
    day = _named_day(slot_id)
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
