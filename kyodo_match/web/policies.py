"""Who may open what: every route declares a policy, and slices supply the predicates.

A route without one stops the application from starting. A foreign object is a 404, a forbidden act
a 403, a stranger at a signed-in page a 302 to /signin (docs/rules/people-and-rights.md).
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session
from flask.typing import ResponseReturnValue

F = TypeVar("F", bound=Callable[..., Any])


class Verdict(Enum):
    """What a predicate says of the person who asks."""

    ALLOWED = auto()
    SIGN_IN_FIRST = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()


Predicate = Callable[[dict[str, Any]], Verdict]
_ATTRIBUTE = "kyodo_policy"
# Where a stranger wanted to go: in their own signed cookie, until they have signed in.
WANTED = "wanted"
_LONGEST_PATH = 200


def policy(name: str) -> Callable[[F], F]:
    """Declare who may open a view: the name of a predicate that a slice has registered."""

    def declare(view: F) -> F:
        setattr(view, _ATTRIBUTE, name)
        return view

    return declare


def policy_of(view: Callable[..., Any]) -> str | None:
    """The policy that a view declares, or None."""
    name: str | None = getattr(view, _ATTRIBUTE, None)
    return name


def may(name: str, **view_args: str) -> bool:
    """Whether the person who asks passes a policy: for what a page shows or takes in addition."""
    policies: Policies = current_app.extensions["kyodo_policies"]
    return policies.predicates[name](view_args) is Verdict.ALLOWED


class Policies:
    """The registry of one application."""

    def __init__(self) -> None:
        self.predicates: dict[str, Predicate] = {"anyone": lambda _view_args: Verdict.ALLOWED}

    def register(self, name: str, predicate: Predicate) -> None:
        """Add a policy under a name of its own."""
        if name in self.predicates:
            raise ValueError(f"policy {name!r} is registered twice")
        self.predicates[name] = predicate

    def install(self, app: Flask) -> None:
        """Judge every request before its view runs."""
        app.extensions["kyodo_policies"] = self
        app.jinja_env.globals["may"] = may

        @app.before_request
        def judge() -> ResponseReturnValue | None:
            if request.endpoint is None:
                return None  # routing answers 404 or 405
            if request.endpoint == "static":
                return None
            name = policy_of(app.view_functions[request.endpoint])
            verdict = self.predicates[str(name)](dict(request.view_args or {}))
            if verdict is Verdict.SIGN_IN_FIRST:
                if request.method == "GET" and len(request.full_path) <= _LONGEST_PATH:
                    session[WANTED] = request.full_path.rstrip("?")
                return redirect("/signin", 302)
            if verdict is Verdict.FORBIDDEN:
                abort(403)
            if verdict is Verdict.NOT_FOUND:
                abort(404)
            return None

    def check(self, app: Flask) -> None:
        """Raise RuntimeError where a route has no policy, or one that nobody registered."""
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            name = policy_of(app.view_functions[rule.endpoint])
            if name is None:
                raise RuntimeError(f"{rule.rule} ({rule.endpoint}) declares no policy")
            if name not in self.predicates:
                raise RuntimeError(f"{rule.rule} declares the unknown policy {name!r}")
