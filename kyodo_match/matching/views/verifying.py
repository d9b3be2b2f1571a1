"""/draws/verify: a record is checked in the reader's own browser; nothing is sent here."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kyodo_match.matching.messages.drawing import FINDINGS
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import public

_DRAW = re.compile(r"[0-9a-f]{12}")


@bp.route("/draws/verify")
@policy("anyone")
def verify_draw() -> ResponseReturnValue:
    """Of `?draw=` the page fetches the published record; without it a file is chosen."""
    asked = request.args.get("draw", "")
    draw = asked if _DRAW.fullmatch(asked) else ""
    return public(render_template("matching/verify.html", draw=draw, findings=FINDINGS))
