"""団体の机: what comes and what is left to do for those who act for groups."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.pages import queries
from kyodo_match.participation.rules import group_until
from kyodo_match.web.people import current_account
from kyodo_match.web.policies import policy

bp = Blueprint("pages_group", __name__)


@bp.route("/group/")
@policy("group_member")
def desk() -> ResponseReturnValue:
    """Own groups: what waits, what moved, coming days with their numbers."""
    account, now = current_account(), clock.now()
    parts = (
        queries.group_desk(db.session(), account.id, account.public_id, now=now) if account else ()
    )
    return render_template(
        "pages/group_desk.html",
        parts=parts,
        today=tokyo_date(now),
        now=now,
        group_until=group_until,
    )
