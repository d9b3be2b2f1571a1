"""訂正と履歴: one person's record put right, and who wrote down what."""

from secrets import token_hex

from flask import abort, flash, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.core.messages import explain
from kyodo_match.participation import queries, rules, services
from kyodo_match.participation.errors import ParticipationRefused, ReasonMissing
from kyodo_match.participation.forms import CorrectionForm
from kyodo_match.participation.rules import Attendance
from kyodo_match.participation.views_group.access import day_or_404, reader, reason_of_opening
from kyodo_match.participation.views_group.blueprint import bp
from kyodo_match.participation.views_group.reception import back
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy


@bp.route("/group/slots/<slot_id>/reception/people/<participant_id>", methods=["GET", "POST"])
@policy("reception")
def correct(slot_id: str, participant_id: str) -> ResponseReturnValue:
    """訂正: where a mark is changed later, with its reason."""
    day = day_or_404(slot_id)
    if day.people is None:
        abort(403)
    person = next((one for one in day.people if one.public_id == participant_id), None)
    if person is None:
        abort(404)
    form = CorrectionForm(
        data={"attendance": person.attendance, "reason": reason_of_opening(slot_id)}
    )
    if form.validate_on_submit():
        try:
            _correct(slot_id, participant_id, form)
        except ReasonMissing as refusal:
            form.refuse(explain(refusal), form.reason)
        except ParticipationRefused as refusal:
            form.refuse(explain(refusal))
        else:
            flash(_("記録を訂正しました。"), "success")
            return back(slot_id, f"p-{participant_id}")
    return render_template(
        "participation/correct.html", layout=_layout(), slot=day.slot, person=person, form=form
    )


def _correct(slot_id: str, participant_id: str, form: CorrectionForm) -> None:
    now = clock.now()
    services.mark(
        slot_id=slot_id,
        participant_id=participant_id,
        attendance=Attendance(form.attendance.data),
        nonce=form.nonce.data or token_hex(16),
        reason=form.reason.data or "",
        marked_at=now,
        now=now,
        actor=actor(),
        office=reader().is_staff,
    )


@bp.route("/group/slots/<slot_id>/reception/history")
@policy("group_owner")
def history(slot_id: str) -> ResponseReturnValue:
    """記録の履歴: who, when, before and after, why; names only where they are open."""
    day = day_or_404(slot_id)
    return render_template(
        "participation/history.html",
        layout=_layout(),
        slot=day.slot,
        changes=queries.changes(db.session(), day.slot),
        shows_names=day.people is not None,
        late_from=rules.end_of_day_after(day.slot.ends_at),
    )


def _layout() -> str:
    return "layouts/staff.html" if reader().is_staff else "layouts/group.html"
