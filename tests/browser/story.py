"""Where stories are told: a served installation, its mail, and the people who come in."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from flask import Flask
from playwright.sync_api import Browser

from kyodo_match.core.clock import TOKYO
from tests.browser.person import DESK, Person
from tests.support import databases
from tests.support.browser_binary import new_context
from tests.support.make_people import PASSWORD
from tests.support.served import Installation, Served
from tests.support.smtp import Letter, PostOffice

P = TypeVar("P", bound=Person)
_LINKS = "manage|invitation|wishes/open|volunteers/link"


@dataclass
class Story:
    """What the people of a story share: the server, the post, the browser they come in with."""

    running: Served
    database_url: str
    office: PostOffice
    browser: Browser
    leaving: ExitStack = field(default_factory=ExitStack)
    read: set[str] = field(default_factory=set)

    def newcomer(self, kind: type[P], *, width: int, java_script: bool = True) -> P:
        """Somebody new of that kind, who stays until the story ends."""
        context = self.leaving.enter_context(
            new_context(self.browser, width=width, java_script=java_script)
        )
        return kind(context.new_page(), self.running.url, java_script=java_script)

    def signs_in(
        self, email: str, desk: str, *, width: int = DESK, java_script: bool = True
    ) -> Person:
        """Somebody with an account comes in, and stands before their desk."""
        person = self.newcomer(Person, width=width, java_script=java_script)
        person.opens("/signin", "サインイン")
        person.types(email=email, password=PASSWORD)
        person.presses("サインインする", desk)
        return person

    @cached_property
    def operator(self) -> Installation:
        """The installation's own commands; their links lead to where it is served."""
        return Installation.at(
            self.running.installation.data_dir,
            database_url=self.database_url,
            KYODO_MAIL_URL=self.office.url,
            KYODO_BASE_URL=self.running.url,
        )

    @cached_property
    def _app(self) -> Flask:
        env = self.running.installation.env
        keys = {name: env[name] for name in ("KYODO_SECRET_KEY", "KYODO_DATA_KEY")}
        return databases.new_app(
            databases.settings_for(self.database_url, self.running.installation.data_dir, **keys)
        )

    @contextmanager
    def arranging(self) -> Iterator[datetime]:
        """What has happened before the story, by the makers; gives the real time of now."""
        with self._app.app_context():
            yield really_now()
            databases.close_connections()

    def letter(self, to: str, about: str) -> Letter:
        """The next letter to somebody about something, once it has come."""
        end = time.monotonic() + 30
        while True:
            for letter in self.office.to(to):
                if about in letter.subject and letter.message_id not in self.read:
                    self.read.add(letter.message_id)
                    return letter
            if time.monotonic() > end:
                came = [letter.subject for letter in self.office.to(to)]
                raise AssertionError(f"{about} to {to} did not come: {came}\n{self.running.log}")
            time.sleep(0.05)  # letters come by a worker of its own

    def link(self, to: str, about: str) -> str:
        """The link that stands alone on its line in the next letter."""
        lines = self.letter(to, about).text.splitlines()
        (link,) = [line for line in lines if re.fullmatch(rf"http\S+/({_LINKS})/[\w-]+", line)]
        return link


def really_now() -> datetime:
    """The time in Japan by which the served processes run; the clock of the tests stands still."""
    return datetime.fromtimestamp(time.time(), TOKYO)


def in_days(days: int, *, hour: int = 10) -> datetime:
    """A full hour, that many days from today."""
    day = really_now() + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def typed(moment: datetime) -> str:
    """A moment as a field for date and time takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M")
