"""The post."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kyodo_match.config import Settings
from tests.support.smtp import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def by_smtp(settings: Settings, office: PostOffice) -> Settings:
    return replace(
        settings,
        mail_url=office.url,
        mail_from="kyodo@city.example.jp",
        mail_reply_to="kyodo-tanto@city.example.jp",
        mail_bounce="bounce@city.example.jp",
    )
