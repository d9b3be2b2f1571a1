"""One line a request: what was asked and how it went, without names and tokens."""

import time
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()

_QUIET = {"static", "pages.alive", "pages.ready"}


def install(app: Flask) -> None:
    """Log every request but those of files and of machines that ask whether we live.

    The path is masked by the log itself; the query is left out, since people search for names.
    """

    @app.before_request
    def start() -> None:
        g.request_started = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        failed = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if request.endpoint in _QUIET and not failed:
            return response
        started = g.get("request_started")
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000) if started else None,
        )
        return response
