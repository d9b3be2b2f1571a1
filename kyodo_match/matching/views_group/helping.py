"""人集めの相談: how many registered people a day suits, and a button to ask for help."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.i18n import _
from kyodo_match.matching.queries import candidates, desk
from kyodo_match.matching.rules.volunteers import shown_number
from kyodo_match.matching.services import helping as services
from kyodo_match.matching.views_group.blueprint import bp
from kyodo_match.web.people import actor
from kyodo_match.web.policies import policy
from kyodo_match.web.pressed import pressed
from kyodo_match.web.responses import no_store


@bp.route("/group/slots/<slot_id>/help")
@policy("group_editor")
def help_with_day(slot_id: str) -> ResponseReturnValue:
    """Numbers alone: nobody's name before they accept, and never who declined."""
    session, now = db.session(), clock.now()
    need = desk.desk_need(session, slot_id, now=now) or abort(404)
    return no_store(
        render_template(
            "matching/help.html",
            need=need,
            slot=need.slot,
            fitting=shown_number(candidates.how_many_fit(session, need.slot, now=now)),
            now=now,
        )
    )


@bp.route("/group/slots/<slot_id>/help", methods=["POST"])
@policy("group_editor")
def ask_for_help(slot_id: str) -> ResponseReturnValue:
    """コーディネーターに相談する."""
    return pressed(
        lambda: services.ask_for_help(slot_id=slot_id, actor=actor(), now=clock.now()),
        _("相談を届けました。コーディネーターが、合いそうな方にお声がけします。"),
        back=f"/group/slots/{slot_id}/help",
    )
