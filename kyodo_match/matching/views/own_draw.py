"""/manage/draw: why one's own application came to what it came to."""

from http import HTTPStatus

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.queries.rounds import classes_of
from kyodo_match.matching.rules import course
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.signups.queries import signup_by_id
from kyodo_match.web import browser
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store


@bp.route("/manage/draw")
@policy("citizen")
def own_draw() -> ResponseReturnValue:
    held = browser.in_hand("signup") or abort(HTTPStatus.NOT_FOUND)
    signup = signup_by_id(db.session(), held) or abort(HTTPStatus.NOT_FOUND)
    entry = queries.entry_of_signup(db.session(), signup.id) or abort(HTTPStatus.NOT_FOUND)
    one = queries.round_of_entry(db.session(), entry)
    step, cut_offs, total = None, {}, 0
    if one.drawn_at is not None:
        units, results = queries.drawn_again(one)
        slots, total = queries.draw_slots(one), len(results)
        cut_offs = course.cut_offs(results, slots, draw_class=entry.draw_class)
        steps = course.course(units, slots, results)
        step = next((each for each in steps if each.result.entry == entry.entry_number), None)
    return no_store(
        render_template(
            "matching/draws/own.html",
            signup=signup,
            entry=entry,
            round=one,
            classes={each.number: each for each in classes_of(one)},
            step=step,
            tries={each.slot: each for each in step.tries} if step else {},
            cut_offs=cut_offs,
            total=total,
            now=clock.now(),
        )
    )
