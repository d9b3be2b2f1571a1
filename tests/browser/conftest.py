"""Chromium, the two widths at which pages are looked at, and a town that stories share."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kyodo_match import demo
from tests.browser import person
from tests.browser.story import Story
from tests.support import databases
from tests.support.browser_binary import chromium
from tests.support.served import Installation, served
from tests.support.smtp import post_office

PHONE, DESK = person.PHONE, person.DESK
PLAN = Path(demo.__file__).parent / "data/plans/tsukubamirai-2.toml"


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def settled(kind: str, folder: Path, browser: Browser) -> Iterator[Story]:
    """A served installation on that database, with the city's plan and a post office."""
    shutil.copy(PLAN, folder)
    with databases.fresh_database(kind, folder) as url, post_office() as office:
        installation = Installation.at(folder, database_url=url, KYODO_MAIL_URL=office.url)
        installation.run("plans", "import", PLAN.name)
        with served(installation) as running:
            yield Story(running, url, office, browser)


@pytest.fixture(scope="session")
def town(chromium_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One installation for stories whose people do not meet each other."""
    with settled("sqlite", tmp_path_factory.mktemp("town"), chromium_browser) as story:
        yield story


@pytest.fixture
def journey(town: Story) -> Iterator[Story]:
    """A story in the town; its people leave at its end, the next one finds the town as it is."""
    with ExitStack() as leaving:
        yield replace(town, leaving=leaving)
        print(town.running.log[-5000:])  # noqa: T201 - shown where the journey went wrong
