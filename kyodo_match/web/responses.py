"""How long an answer may be kept, and the settings that views answer by."""

from flask import Response, current_app, make_response
from flask.typing import ResponseReturnValue

from kyodo_match.config import Settings
from kyodo_match.web.people import current_account


def settings() -> Settings:
    """The settings of the running application."""
    value: Settings = current_app.extensions["kyodo_settings"]
    return value


def no_store(answer: ResponseReturnValue) -> Response:
    """Personal: kept nowhere (also the default of every page)."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


def private(answer: ResponseReturnValue) -> Response:
    """A blank form: the browser may go back to it, and asks before it shows it again."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def public(answer: ResponseReturnValue) -> Response:
    """The same for everybody: may be kept, and is asked for again each time.

    Who is signed in reads their name at the top of it: that copy is kept nowhere.
    """
    if current_account() is not None:
        return no_store(answer)
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-cache"
    return response
