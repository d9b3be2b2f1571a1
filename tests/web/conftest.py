"""People with browsers."""

from collections.abc import Callable

import pytest
from flask import Flask

from kyodo_match.config import Settings
from tests.support.pages import Browser


@pytest.fixture
def new_browser(app: Flask, settings: Settings) -> Callable[[], Browser]:
    """Make another person's browser."""
    return lambda: Browser(app, base_url=settings.base_url)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """A person's browser, nobody signed in."""
    return new_browser()
