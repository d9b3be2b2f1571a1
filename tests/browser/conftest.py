"""Chromium, and the two widths at which pages are looked at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser_binary import chromium

PHONE, DESK = 390, 1280


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
