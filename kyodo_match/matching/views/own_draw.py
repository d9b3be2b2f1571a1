"""/manage/draw: why one's own application came to what it came to."""

from http import HTTPStatus
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.matching.models.rounds import DrawEntry, Round
from kyodo_match.matching.queries import turns
from kyodo_match.matching.queries.entries import entry_of
from kyodo_match.matching.queries.rounds import classes_of, round_of
from kyodo_match.matching.rules.ceremony import is_record_public
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
    entry = entry_of(db.session(), signup) or abort(HTTPStatus.NOT_FOUND)
    one = round_of(db.session(), entry)
    return no_store(
        render_template(
            "matching/draws/own.html",
            signup=signup,
            entry=entry,
            round=one,
            classes={each.number: each for each in classes_of(one)},
            now=clock.now(),
            shown=is_record_public(one.published_at, now=clock.now()),
            **_course(one, entry),
        )
    )


def _course(one: Round, entry: DrawEntry) -> dict[str, Any]:
    """What was tried for an application when its turn came; nothing before the draw."""
    if one.drawn_at is None:
        return {"step": None, "tries": {}, "cut_offs": {}, "total": 0}
    session, turn = db.session(), entry.position or 0
    step = next(iter(turns.turns(session, one, first=turn, last=turn)), None)
    return {
        "step": step,
        "tries": {each.slot: each for each in step.tries} if step else {},
        "cut_offs": turns.cut_offs_of(session, one, entry),
        "total": turns.turns_in_all(session, one),
    }
