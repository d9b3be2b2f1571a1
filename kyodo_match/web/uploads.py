"""Larger requests for the few views that take files, and only for those who may open them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

F = TypeVar("F", bound=Callable[..., Any])
_ATTRIBUTE = "kyodo_most_bytes"


def takes_files(most_bytes: int) -> Callable[[F], F]:
    """Declare that a view takes requests of up to that many bytes."""

    def declare(view: F) -> F:
        setattr(view, _ATTRIBUTE, most_bytes)
        return view

    return declare


def install(app: Flask) -> None:
    """Raise the limit for such views: after their policy, before anything reads the request."""

    @app.before_request
    def allow_files() -> None:
        view = app.view_functions.get(request.endpoint or "")
        most_bytes: int | None = getattr(view, _ATTRIBUTE, None)
        if most_bytes is not None:
            request.max_content_length = most_bytes
