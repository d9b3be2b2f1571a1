"""What arrives, before anybody reads it."""

from collections.abc import Iterable
from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict


class _Typed(ImmutableMultiDict[str, Any]):
    """Names and values as they were typed, without NUL: PostgreSQL cannot even ask for one.

    Fields of forms clean their text themselves; this is for what is read past them.
    """

    def __init__(self, pairs: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__(
            (name, value.replace("\x00", "") if isinstance(value, str) else value)
            for name, value in pairs or ()
        )


class Request(flask.Request):
    """A request of ours."""

    parameter_storage_class = _Typed
