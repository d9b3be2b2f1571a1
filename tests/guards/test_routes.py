"""Deny by default: a route that does not say who may open it stops the application."""

import pytest
from flask import Flask

from kyodo_match.app import create_app
from kyodo_match.config import Settings
from kyodo_match.web.policies import Policies, policy, policy_of


def test_every_route_declares_a_policy(app: Flask) -> None:
    without = [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and policy_of(app.view_functions[rule.endpoint]) is None
    ]

    assert len(list(app.url_map.iter_rules())) > 1
    assert without == []


def test_a_route_without_a_policy_stops_the_application(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = next(view for name, view in app.view_functions.items() if name != "static")
    monkeypatch.delattr(view, "kyodo_policy")

    with pytest.raises(RuntimeError, match="declares no policy"):
        create_app(settings)


def test_a_policy_that_nobody_registered_stops_the_application() -> None:
    app = Flask("a site of its own")

    @app.get("/secret")
    @policy("friends of friends")
    def _secret() -> str:
        return "secret"

    with pytest.raises(RuntimeError, match="friends of friends"):
        Policies().check(app)
