"""Where the story is told: a served installation, its mail, and the people who come in."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from tests.browser.person import Person
from tests.support.served import Installation, Served
from tests.support.smtp import Letter, PostOffice


@dataclass
class Story:
    """What the people of the story share: the day, the server, the post."""

    running: Served
    office: PostOffice
    newcomer: Callable[[], AbstractContextManager[Person]]
    starts_at: datetime
    leaving: ExitStack
    read: set[str] = field(default_factory=set)

    def person(self) -> Person:
        """Somebody new, who stays until the story ends."""
        return self.leaving.enter_context(self.newcomer())

    @cached_property
    def operator(self) -> Installation:
        """The installation's own commands; their links lead to where it is served."""
        return Installation.at(
            self.running.installation.data_dir,
            KYODO_MAIL_URL=self.office.url,
            KYODO_BASE_URL=self.running.url,
        )

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
            time.sleep(0.05)

    def link(self, to: str, about: str) -> str:
        """The link that stands alone on its line in the next letter."""
        lines = self.letter(to, about).text.splitlines()
        (link,) = [
            line for line in lines if re.fullmatch(r"http\S+/(manage|invitation)/\S+", line)
        ]
        return link
