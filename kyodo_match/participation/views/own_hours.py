"""/manage/hours: a volunteer records how long they were active, sees and prints it."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.rules import SlotStatus
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import HoursRefused, ParticipationRefused, WasAbsent
from kyodo_match.participation.forms.hours import OwnHoursForm
from kyodo_match.participation.models import ActivityHours
from kyodo_match.participation.views.blueprint import bp
from kyodo_match.settings.queries import office
from kyodo_match.signups import queries as signups
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.web import browser
from kyodo_match.web.policies import policy
from kyodo_match.web.pressed import pressed
from kyodo_match.web.responses import no_store


@bp.route("/manage/hours", methods=["GET", "POST"])
@policy("citizen")
def own_hours() -> ResponseReturnValue:
    signup = _own_need()
    hours = queries.hours_of_signup(db.session(), signup)
    form = OwnHoursForm(_people(signup), data=_proposed(signup, hours))
    if form.validate_on_submit() and _record(signup, form):
        flash(_("活動時間を記録しました。団体が確認します。"), "success")
        return redirect("/manage/hours", 303)
    return _page(signup, hours, form)


def _record(signup: Signup, form: OwnHoursForm) -> bool:
    """Whether it was written down; else the form says why not."""
    try:
        services.record_own(
            signup_id=signup.public_id,
            slot_id=signup.slot.public_id,
            participant_id=form.participant.data,
            day=form.on,
            minutes=form.spent,
            note=form.note.data or "",
            now=clock.now(),
        )
    except WasAbsent:
        form.refuse(
            _(
                "受付の記録では、この日は欠席になっています。"
                "来ていたときは、団体か担当課にお知らせください。"
            )
        )
    except HoursRefused as refusal:
        form.refuse(explain(refusal))
    except ParticipationRefused:
        form.refuse(_("参加が決まっている方だけが、活動時間を記録できます。"))
    else:
        return True
    return False


@bp.route("/manage/hours/<hours_id>/take-back", methods=["POST"])
@policy("citizen")
def take_back_hours(hours_id: str) -> ResponseReturnValue:
    signup = _own_need()
    return pressed(
        lambda: services.take_back_own(
            signup_id=signup.public_id, hours_id=hours_id, now=clock.now()
        ),
        _("活動時間の記録を取り消しました。"),
        back="/manage/hours",
    )


@bp.route("/manage/hours/print")
@policy("citizen")
def print_hours() -> ResponseReturnValue:
    """活動時間の一覧: what was approved, by fiscal year, on paper.

    Over all applications for who came by the mailed link: the address is theirs.
    """
    signup = _own_need()
    everywhere = browser.came_by_mail("signup", signup)
    hours = queries.hours_of_people(db.session(), signup, everywhere=everywhere)
    return no_store(
        render_template(
            "participation/hours_print.html",
            back="/manage/hours",
            signup=signup,
            everywhere=everywhere,
            people=queries.by_person(hours),
            by_year=queries.approved_by_year,
            waiting=sum(one.state is rules.HoursState.RECORDED for one in hours),
            today=tokyo_date(clock.now()),
        )
    )


def _own_need() -> Signup:
    """The application in hand, where it is for a volunteer need."""
    held = browser.in_hand("signup")
    signup = signups.signup_by_id(db.session(), held) if held else None
    if signup is None or not queries.takes_hours(signup.slot):
        abort(HTTPStatus.NOT_FOUND)
    return signup


def _people(signup: Signup) -> list[Participant]:
    """Whose hours the form takes: also of who has left a standing need."""
    return [person for person in signup.participants if queries.has_hours(person)]


def _span(signup: Signup) -> tuple[date, date]:
    """The days to choose from: until somebody left."""
    first, last = rules.days_of_activity(**_times(signup), now=clock.now())
    people = _people(signup)
    left = [tokyo_date(one.cancelled_at) for one in people if one.cancelled_at]
    return first, min(last, max(left)) if left and len(left) == len(people) else last


def _times(signup: Signup) -> dict[str, Any]:
    slot = signup.slot
    return {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "standing": slot.standing}


def _proposed(signup: Signup, hours: Sequence[ActivityHours]) -> dict[str, Any]:
    """What was written down and can be set right; else the last day, and its planned length."""
    open_states = {rules.HoursState.RETURNED}
    if not signup.slot.standing:
        open_states.add(rules.HoursState.RECORDED)
    for one in hours:
        if one.state in open_states:
            person = one.participant.public_id
            return {
                "participant": person,
                "day": one.day,
                "minutes": one.minutes,
                "note": one.note,
            }
    _first, last = _span(signup)
    return {"day": last, "minutes": rules.planned_minutes(**_times(signup))}


def _page(
    signup: Signup, hours: Sequence[ActivityHours], form: OwnHoursForm
) -> ResponseReturnValue:
    slot = signup.slot
    (first, last), people = _span(signup), _people(signup)
    settled = {one.participant_id for one in hours if one.state is rules.HoursState.APPROVED}
    return no_store(
        render_template(
            "participation/own_hours.html",
            signup=signup,
            slot=slot,
            people=people,
            hours=hours,
            years=queries.approved_by_year(hours),
            form=form,
            first=first,
            last=last,
            takes=bool(people) and slot.status is SlotStatus.SCHEDULED and first <= last,
            is_done=not slot.standing and all(one.id in settled for one in people),
            office=office(db.session()),
        )
    )
