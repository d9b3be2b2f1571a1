"""The tests' own browser behaves as people's do."""

from collections.abc import Callable

from flask import Flask, g

from tests.support.pages import Browser


def test_two_people_do_not_share_what_a_request_leaves_behind(
    app: Flask, new_browser: Callable[[], Browser]
) -> None:
    @app.before_request
    def _remember() -> None:
        seen.append("visitor" in g)
        g.visitor = "the first"

    seen: list[bool] = []
    first, second = new_browser(), new_browser()

    first.get("/healthz")
    second.get("/healthz")

    assert seen == [False, False]
