"""Chromium in two shapes: a phone without JavaScript, a desk with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.support.browser_binary import chromium, new_context

PHONE, DESK = 390, 1280


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page_390(chromium_browser: Browser) -> Iterator[Page]:
    """A phone on which JavaScript is switched off."""
    with new_context(chromium_browser, width=PHONE, java_script=False) as context:
        yield context.new_page()


@pytest.fixture
def page_1280(chromium_browser: Browser) -> Iterator[Page]:
    """A desk with JavaScript; fails where a script throws or the policy refuses something."""
    complaints: list[str] = []
    with new_context(chromium_browser, width=DESK, java_script=True) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _note(line, complaints))
        yield page
    assert not complaints


def _note(line: ConsoleMessage, complaints: list[str]) -> None:
    # A page that answers 422 to bad input is reported as a failed resource: no fault of a script.
    if line.type == "error" and "Failed to load resource" not in line.text:
        complaints.append(line.text)
