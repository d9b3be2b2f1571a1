"""業務の机: what waits for staff, and one box to find what somebody asks about."""

from flask import Blueprint, Flask, redirect, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.pages import messages, queries
from kyodo_match.pages.forms import SearchForm
from kyodo_match.signups import queries as signups
from kyodo_match.signups.rules import read_number
from kyodo_match.web.policies import Policies, may, policy
from kyodo_match.web.responses import no_store

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


@bp.route("/staff/search", methods=["GET", "POST"])
@policy("viewer")
def search() -> ResponseReturnValue:
    """探す: a 受付番号 leads straight to its application; the rest is listed."""
    form, found, acts, now = SearchForm(), None, may("coordinator"), clock.now()
    if form.validate_on_submit():
        session, word = db.session(), form.q.data
        if acts and (one := signups.signup_by_number(session, read_number(word))):
            return redirect(f"/staff/signups/{one.public_id}", 303)
        page = form.page_number()
        found = queries.search(session, word, page=page, names=acts, now=now)
    return no_store(
        render_template(
            "pages/search.html", form=form, found=found, acts=acts, today=tokyo_date(now)
        )
    )
