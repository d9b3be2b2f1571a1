"""A button that does one thing: what came of it is said on the page where it leads."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain


def pressed(
    act: Callable[[], object], done: str, *, back: str, then: str = ""
) -> ResponseReturnValue:
    """Do it and say `done`, or why it is refused; back to its page, or on to `then` once done."""
    try:
        act()
    except DomainError as refusal:
        flash(explain(refusal), "error")
        return redirect(back, HTTPStatus.SEE_OTHER)
    flash(done, "success")
    return redirect(then or back, HTTPStatus.SEE_OTHER)
