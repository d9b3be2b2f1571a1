"""Who has signed up for a group's day."""

from datetime import datetime, timedelta

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import midnight, tokyo_date
from kyodo_match.core.db import db
from kyodo_match.opportunities.queries import slot_by_id
from kyodo_match.signups import queries
from kyodo_match.signups.queries.draws import concerns_its_day
from kyodo_match.signups.rules import SURE
from kyodo_match.signups.views_group.blueprint import bp
from kyodo_match.web.policies import may, policy
from kyodo_match.web.responses import no_store, settings


def names_end_at(ends_at: datetime) -> datetime:
    """A group sees names until the day after has passed (docs/security.md)."""
    return midnight(tokyo_date(ends_at) + timedelta(days=2))


@bp.route("/group/slots/<slot_id>/signups")
@policy("group_editor")
def of_slot(slot_id: str) -> ResponseReturnValue:
    slot = slot_by_id(db.session(), slot_id) or abort(404)
    signups = [
        one
        for one in queries.signups_of_slot(db.session(), slot_id)
        if concerns_its_day(db.session(), one, now=clock.now())
    ]
    own = not may("coordinator")
    names = not own or clock.now() < names_end_at(slot.ends_at)
    return no_store(
        render_template(
            "signups/of_slot.html",
            slot=slot,
            area="group" if own else "staff",
            layout="layouts/group.html" if own else "layouts/staff.html",
            signups=signups,
            names=names,
            notes=queries.notes_of(
                db.session(),
                [one for one in signups if own and names and one.status in SURE],
                keys=settings().keys,
            ),
            crowd=queries.crowd(db.session(), slot),
        )
    )
