"""業務の机: what waits for staff, and one box to find what somebody asks about."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.pages import messages, queries
from kyodo_match.web.policies import Policies, may, policy

bp = Blueprint("pages_staff", __name__)


def install(app: Flask, _policies: Policies) -> None:
    """The words of the desk."""
    app.jinja_env.filters.update(task_words=messages.task_words, late_words=messages.late_words)


@bp.route("/staff/")
@policy("viewer")
def desk() -> ResponseReturnValue:
    """What waits, in numbers; who only views gets no links to names."""
    now = clock.now()
    return render_template(
        "pages/staff_desk.html",
        desk=queries.staff_desk(db.session(), now=now),
        urgent=queries.URGENT,
        acts=may("coordinator"),
        today=tokyo_date(now),
    )
