"""Who gets in, over the whole map of routes: every role, with its own, a foreign, an absent thing.

What somebody sees there is the slices' business. On SQLite alone: the policies ask queries that
the slices try on both databases.
"""

import contextvars
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.web.policies import policy_of
from tests.support import databases
from tests.support.clock import FrozenClock
from tests.support.make_opportunities import make_group
from tests.support.make_people import PASSWORD, make_account, make_member
from tests.support.make_plans import import_real
from tests.support.make_things import ABSENT_THINGS, PLAN, make_things
from tests.support.who_may import (
    IN,
    PEOPLE,
    STAFF,
    TABLE,
    TO_LOOK_UP,
    TO_RESEND,
    TO_SIGN_IN,
    TO_WISH_LINK,
    expected,
)

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with databases.fresh_database("sqlite", tmp_path) as url:
        yield url


class Visitor:
    """Somebody who asks for addresses and looks at nothing but whether they get in."""

    def __init__(self, app: Flask, account: Account | None) -> None:
        self._client = app.test_client()
        self._token = self._new_token()
        if account is not None:
            self._ask("POST", "/signin", email=account.email, password=PASSWORD)
            self._token = self._new_token()

    def gets(self, method: str, path: str) -> str:
        """IN, or how this person was turned away: the status, with the place it leads to."""
        answer = self._ask(method, path)
        turned_to = f"{answer.status_code} {answer.headers.get('Location', '')}"
        if turned_to in _TURNED_AWAY:
            return turned_to
        return IN if answer.status_code < HTTPStatus.FORBIDDEN else str(answer.status_code)

    def _new_token(self) -> str:
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', self._ask("GET", "/signin").text
        )
        assert found is not None
        return found[1]

    def _ask(self, method: str, path: str, **fields: str) -> "TestResponse":
        posted = {"csrf_token": self._token, **fields} if method == "POST" else None
        # In a context of its own: what one request leaves in `g`, the next must not find.
        return contextvars.Context().run(self._client.open, path, method=method, data=posted)


_TURNED_AWAY = {TO_SIGN_IN, TO_LOOK_UP, TO_RESEND, TO_WISH_LINK, "303 /"}


def test_the_table_knows_every_route(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if policy_of(app.view_functions[rule.endpoint])
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes == set(TABLE)


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_gets_what_the_table_says(
    app: Flask, frozen_clock: FrozenClock, who: str
) -> None:
    own, foreign = make_group(), make_group()
    import_real(PLAN, now=frozen_clock())
    things = {
        "own": make_things(own, 1),
        "foreign": make_things(foreign, 3),
        "absent": ABSENT_THINGS,
    }
    frozen_clock.move(days=19, hours=23)  # the morning of the day: the reception has its names
    visitor = Visitor(app, _account(who, own))

    found = {
        f"{line} ({whose})": visitor.gets(*_address(line, ids).split(" "))
        for line in TABLE
        for whose, ids in things.items()
        if whose == "own" or "<" in line
    }

    assert found == {name: expected(who, name) for name in found}


def _account(who: str, group: Group) -> Account | None:
    if who == "stranger":
        return None
    return (
        make_account(role=StaffRole(who)) if who in STAFF else make_member(group, MemberRole(who))
    )


def _address(line: str, ids: dict[str, str]) -> str:
    filled = re.sub(r"<any\((\w+)[^>]*>", lambda hit: hit[1], line)
    filled = re.sub(r"/([a-z-]+)/<public_id>", lambda hit: f"/{hit[1]}/{ids[hit[1]]}", filled)
    return re.sub(r"<(\w+)>", lambda hit: ids[hit[1]], filled)
