"""The pages that belong to nobody else: home, help, statements, health, and what went wrong."""

from http import HTTPStatus

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.core.errors import Busy, DomainError
from kyodo_match.core.limits import TooOften
from kyodo_match.core.messages import explain
from kyodo_match.matching.queries.draws import newest_rounds
from kyodo_match.opportunities import queries as opportunities
from kyodo_match.opportunities.queries import Search
from kyodo_match.pages import messages, queries
from kyodo_match.settings.queries import office
from kyodo_match.signups.forms import PRIVACY_VERSION
from kyodo_match.web import request_log, security
from kyodo_match.web.policies import Policies, policy
from kyodo_match.web.responses import public

bp = Blueprint("pages", __name__)
log = structlog.get_logger()

_CARDS_AT_HOME = 6
_SECONDS_WHEN_BUSY = 5


def install(app: Flask, _policies: Policies) -> None:
    """The request log, and a page in plain words for everything that goes wrong."""
    request_log.install(app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(NoResultFound, _not_there)
    app.register_error_handler(OperationalError, _no_database)


@bp.route("/")
@policy("anyone")
def home() -> ResponseReturnValue:
    """What is coming, a search, how it works."""
    session, now = db.session(), clock.now()
    return public(
        render_template(
            "pages/home.html",
            listing=opportunities.coming(session, Search(), now=now, size=_CARDS_AT_HOME),
            draws=newest_rounds(session, now=now),
            office=office(session),
            now=now,
        )
    )


@bp.route("/help")
@policy("anyone")
def guide() -> ResponseReturnValue:
    """使い方."""
    return public(render_template("pages/help.html", office=office(db.session())))


@bp.route("/privacy")
@policy("anyone")
def privacy() -> ResponseReturnValue:
    """個人情報の取扱い, in the version that an application stores."""
    return public(
        render_template("pages/privacy.html", office=office(db.session()), version=PRIVACY_VERSION)
    )


@bp.route("/accessibility")
@policy("anyone")
def accessibility() -> ResponseReturnValue:
    """ウェブアクセシビリティ方針."""
    return public(render_template("pages/accessibility.html", office=office(db.session())))


@bp.route("/healthz")
@policy("anyone")
def alive() -> ResponseReturnValue:
    """Whether this process answers."""
    return jsonify(status="ok")


@bp.route("/readyz")
@policy("anyone")
def ready() -> ResponseReturnValue:
    """Whether database, migrations and worker are in order."""
    parts = queries.health(db.session(), now=clock.now())
    well = set(parts.values()) == {"ok"}
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ok" if well else "not ready", **parts), status


# --- What went wrong -----------------------------------------------------------------------


def _page(status: int, failure: messages.Failure) -> Response:
    """The page of an error. Our own are written without asking the database who is signed in."""
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        page = render_template("pages/error.html", failure=failure, status=status)
    else:
        template = current_app.jinja_env.get_template("pages/failure.html")
        page = template.render(failure=failure, status=status, csp_nonce=security.nonce())
    return make_response(page, status)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error  # a redirect of the router
    page = _page(status, messages.failure(status))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        page.headers["Allow"] = ", ".join(error.valid_methods)
    return page


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _page(HTTPStatus.BAD_REQUEST, messages.forged())


def _refused(error: DomainError) -> ResponseReturnValue:
    """A refusal that no view has put beside its form."""
    log.info("refused", error=type(error).__name__)
    if isinstance(error, Busy):
        return _busy()
    if isinstance(error, TooOften):
        title = messages.failure(HTTPStatus.TOO_MANY_REQUESTS).title
        page = _page(HTTPStatus.TOO_MANY_REQUESTS, messages.Failure(title, (explain(error),)))
        page.headers["Retry-After"] = str(max(1, int((error.until - clock.now()).total_seconds())))
        return page
    title, lines = messages.failure(HTTPStatus.CONFLICT).title, (explain(error),)
    return _page(HTTPStatus.CONFLICT, messages.Failure(title, lines))


def _not_there(_error: NoResultFound) -> ResponseReturnValue:
    return _page(HTTPStatus.NOT_FOUND, messages.failure(HTTPStatus.NOT_FOUND))


def _no_database(error: OperationalError) -> ResponseReturnValue:
    log.error("database.unavailable", error=type(error.orig).__name__)
    return _busy()


def _busy() -> Response:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    page = _page(status, messages.failure(status))
    page.headers["Retry-After"] = str(_SECONDS_WHEN_BUSY)
    return page
