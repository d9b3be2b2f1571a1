"""業務の机: what waits for staff."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.pages import queries
from kyodo_match.web.policies import may, policy

bp = Blueprint("pages_staff", __name__)


@bp.route("/staff/")
@policy("viewer")
def desk() -> ResponseReturnValue:
    """What waits, in numbers; who only views gets no links to names."""
    return render_template(
        "pages/staff_desk.html",
        desk=queries.staff_desk(db.session(), now=clock.now()),
        acts=may("coordinator"),
    )
