"""Running `kyodo-match` itself, within the test's own installation."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kyodo_match import backend
from kyodo_match.cli import main
from kyodo_match.config import Settings
from tests.support import databases

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run `kyodo-match` with these words; the applications it makes let go of the database."""
    made: list[Flask] = []
    create_backend = backend.create_backend

    def remembered(settings: Settings) -> Flask:
        made.append(create_backend(settings))
        return made[-1]

    def invoke(*words: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], input=stdin, obj=settings)

    monkeypatch.setattr(backend, "create_backend", remembered)
    yield invoke
    for app in made:
        with app.app_context():
            databases.close_connections()
