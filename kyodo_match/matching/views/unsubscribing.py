"""お知らせを止める: by one click in a mail program, or by a page. No cookie needed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.matching.models import Wish
from kyodo_match.matching.queries.wishes import wish_to_unsubscribe
from kyodo_match.matching.services import wishes as services
from kyodo_match.matching.views.blueprint import bp
from kyodo_match.settings.queries import office
from kyodo_match.web.policies import policy
from kyodo_match.web.responses import no_store, settings


@bp.route("/unsubscribe/<token>")
@policy("anyone")
def ask_to_unsubscribe(token: str) -> ResponseReturnValue:
    """Only a question: programs that look at links before people do must stop nothing."""
    return _page(_wish_of(token), token)


@bp.route("/unsubscribe/<token>", methods=["POST"])
@policy("anyone")
def unsubscribe(token: str) -> ResponseReturnValue:
    wish = _wish_of(token)
    if wish is not None:
        services.unsubscribe(wish_id=wish.public_id, now=clock.now())
    return _page(wish, token, done=True)


def _wish_of(token: str) -> Wish | None:
    return wish_to_unsubscribe(db.session(), token, keys=settings().keys)


def _page(wish: Wish | None, token: str, *, done: bool = False) -> ResponseReturnValue:
    page = render_template(
        "matching/unsubscribe.html",
        wish=wish,
        token=token,
        done=done,
        office=office(db.session()),
    )
    return no_store((page, 200 if wish is not None else 404))
