"""活動時間: what waits for the group, everybody of a day at once, and one entry."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.audit.queries import history
from kyodo_match.audit.services import CITIZEN
from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import ParticipationRefused, TimeMissing
from kyodo_match.participation.forms.hours import (
    ChangeHoursForm,
    DayHoursForm,
    ReturnHoursForm,
    day_asked,
    day_form,
)
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.queries import ReceptionDay
from kyodo_match.participation.rules import HoursState
from kyodo_match.participation.views_group.access import (
    hours_day_or_404,
    hours_groups,
    is_editor,
    layout,
    reader,
)
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.signups.models import Participant
from kyodo_match.web.forms import Form
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store


@bp.route("/group/hours")
@policy("group_editor")
def waiting_hours() -> ResponseReturnValue:
    """確認を待っている活動時間: of one's own groups; for coordinators of the one they ask for."""
    groups = hours_groups()
    if groups is None:
        return redirect("/staff/hours", 303)
    return no_store(
        render_template(
            "participation/group_hours.html",
            layout=layout(),
            action=request.full_path.rstrip("?"),
            lines=queries.waiting_hours(db.session(), group_ids=[one.id for one in groups]),
            groups=groups,
            now=clock.now(),
            patience=rules.PATIENCE_FOR_HOURS,
        )
    )


@bp.route("/group/hours", methods=["POST"])
@policy("group_editor")
def approve_hours() -> ResponseReturnValue:
    groups = hours_groups()
    if groups is None:
        return redirect("/staff/hours", 303)
    try:
        done = services.approve(
            hours_ids=request.form.getlist("hours"),
            group_ids=[one.id for one in groups],
            now=clock.now(),
            actor=actor(),
        )
    except ParticipationRefused as refusal:
        flash(explain(refusal), "error")
    else:
        flash(*_approved_words(done))
    return redirect(request.full_path.rstrip("?"), 303)


def _approved_words(done: int) -> tuple[str, str]:
    if not done:
        return _("確認する活動時間に印を付けてください。"), "info"
    return _("%(n)s件の活動時間を確認済みにしました。", n=done), "success"


@bp.route("/group/slots/<slot_id>/hours", methods=["GET", "POST"])
@policy("reception")
def day_hours(slot_id: str) -> ResponseReturnValue:
    """その日の活動時間: one number a person, the planned length proposed for who came."""
    day = hours_day_or_404(slot_id)
    on = _day_of(day.slot)
    day = replace(day, listed=_people(day, on))
    known = queries.hours_of_day(db.session(), day.slot, on)
    form = day_form(day.people or (), known, planned=_planned(day.slot))
    if request.method == "POST":
        if day.people is None:
            abort(HTTPStatus.FORBIDDEN)
        if form.validate() and _write_day(day, on, form, known):
            return redirect(f"/group/slots/{slot_id}/hours?day={on.isoformat()}", 303)
    return _day_page(day, on, form, known)


def _people(day: ReceptionDay, on: date) -> list[Participant] | None:
    """Who may have been active on a day: of a standing need, also who has left it since."""
    if day.people is None:
        return None
    return [
        person
        for person in queries.volunteers(db.session(), day.slot)
        if person.cancelled_at is None or on <= tokyo_date(person.cancelled_at)
    ]


def _write_day(
    day: ReceptionDay, on: date, form: DayHoursForm, known: dict[int, ActivityHours]
) -> bool:
    """Whether the day was written down; else the form says why not."""
    approves = is_editor(day.slot)
    try:
        written = services.record_day(
            slot_id=day.slot.public_id,
            day=on,
            minutes=form.spent(day.people or (), known),
            approves=approves,
            office=reader().is_staff,
            now=clock.now(),
            actor=actor(),
        )
    except TimeMissing as refusal:
        form.refuse(explain(refusal), form.rest)
    except ParticipationRefused as refusal:
        form.refuse(explain(refusal))
    else:
        said = _("活動時間を記録し、確認済みにしました。") if approves else _("記録しました。")
        flash(said if written or approves else _("変わったところはありません。"), "success")
        return True
    return False


def _planned(slot: Slot) -> int | None:
    return rules.planned_minutes(
        starts_at=slot.starts_at, ends_at=slot.ends_at, standing=slot.standing
    )


def _span(slot: Slot) -> tuple[date, date]:
    return rules.days_of_activity(
        starts_at=slot.starts_at, ends_at=slot.ends_at, standing=slot.standing, now=clock.now()
    )


def _day_of(slot: Slot) -> date:
    return day_asked(request.values.get("day", ""), *_span(slot))


def _day_page(
    day: ReceptionDay, on: date, form: DayHoursForm, known: dict[int, ActivityHours]
) -> ResponseReturnValue:
    slot, now, staff = day.slot, clock.now(), reader().is_staff
    first, last = _span(slot)
    over = not staff and now >= rules.group_records_until(on)
    return no_store(
        render_template(
            "participation/day_hours.html",
            layout=layout(),
            base=f"/group/slots/{slot.public_id}/hours",
            slot=slot,
            people=day.people,
            known=known,
            form=form,
            on=on,
            first=first,
            last=last,
            planned=_planned(slot),
            approves=is_editor(slot),
            takes=first <= last and slot.status is SlotStatus.SCHEDULED and not over,
            over=over,
        )
    )


@bp.route("/group/slots/<slot_id>/hours/<hours_id>", methods=["GET", "POST"])
@policy("group_editor")
def one_hours(slot_id: str, hours_id: str) -> ResponseReturnValue:
    """One entry: what became of it, set right with a reason, or given back."""
    hours = _hours_or_404(slot_id, hours_id)
    form = ChangeHoursForm(minutes=hours.minutes)
    if form.validate_on_submit():
        try:
            services.change_hours(
                hours_id=hours_id,
                minutes=form.minutes.data,
                reason=form.reason.data or "",
                office=reader().is_staff,
                now=clock.now(),
                actor=actor(),
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("時間を直して、確認済みにしました。"), "success")
            return redirect(f"/group/slots/{slot_id}/hours/{hours_id}", 303)
    return _one_page(hours, change=form)


@bp.route("/group/slots/<slot_id>/hours/<hours_id>/return", methods=["POST"])
@policy("group_editor")
def return_hours(slot_id: str, hours_id: str) -> ResponseReturnValue:
    hours = _hours_or_404(slot_id, hours_id)
    form = ReturnHoursForm()
    if form.validate_on_submit():
        try:
            services.return_hours(
                hours_id=hours_id, reason=form.why.data or "", now=clock.now(), actor=actor()
            )
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("差し戻しました。ご本人にお知らせします。"), "success")
            return redirect(f"/group/slots/{slot_id}/hours/{hours_id}", 303)
    return _one_page(hours, back=form)


def _hours_or_404(slot_id: str, hours_id: str) -> ActivityHours:
    hours = queries.hours_by_id(db.session(), hours_id)
    if hours is None or hours.participant.signup.slot.public_id != slot_id:
        abort(HTTPStatus.NOT_FOUND)
    return hours


def _one_page(hours: ActivityHours, **forms: Form) -> ResponseReturnValue:
    slot, session = hours.participant.signup.slot, db.session()
    events = history(session, "hours", hours.public_id)
    day = hours_day_or_404(slot.public_id)
    return no_store(
        render_template(
            "participation/one_hours.html",
            layout=layout(),
            slot=slot,
            hours=hours,
            # What waits was sent to the group; later its list is closed as after any day.
            shows_name=hours.state is HoursState.RECORDED or day.people is not None,
            events=events,
            markers=queries.markers(session, slot, [event.actor for event in events]),
            citizen=CITIZEN,
            change=forms.get("change") or ChangeHoursForm(formdata=None, minutes=hours.minutes),
            back=forms.get("back") or ReturnHoursForm(formdata=None),
        )
    )
