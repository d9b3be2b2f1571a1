"""Who gets in, over the whole map of routes: every role, with its own, a foreign, an absent thing.

What somebody sees there is the slices' business. On SQLite alone: the policies ask queries that
the slices try on both databases.
"""

import contextvars
import re
import tomllib
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask

import kyodo_match
from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.core import clock
from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation import services as reception
from kyodo_match.plans import services as plans
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.signups.models import Participant
from kyodo_match.web.policies import policy_of
from tests.support import databases
from tests.support.clock import FrozenClock
from tests.support.make_hours import record_own
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import PASSWORD, make_account, make_member
from tests.support.make_rounds import enter, make_days, make_round
from tests.support.make_signups import sign_up
from tests.support.make_volunteers import make_need, make_volunteer, propose

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

PLAN = Path(kyodo_match.__file__).parent / "demo" / "data" / "plans" / "tsukubamirai-2.toml"
ABSENT = "000000000000"
IN, TO_SIGN_IN, TO_LOOK_UP = "in", "302 /signin", "303 /manage/lookup"
TO_RESEND = "303 /volunteers/resend"
TO_WISH_LINK = "303 /wishes/link"
FORBIDDEN, NOT_FOUND, GONE = "403", "404", "410"

MEMBERS = tuple(role.value for role in MemberRole)
STAFF = tuple(role.value for role in StaffRole)
PEOPLE = ("stranger", *STAFF, *MEMBERS)

# A staff role: that role and those above it. `reception`, `editor`, `owner`: that role and those
# above it in the group that the route is about (in any, where it names none), and coordinators.
# Anything else is what everybody gets.
TABLE = {
    "GET /draws": IN,
    "GET /draws.json": IN,
    "GET /draws/<round_id>": IN,
    "GET /draws/<round_id>.json": IN,
    "GET /draws/<round_id>/supplements/<supplement_id>.json": NOT_FOUND,
    "GET /manage/draw": TO_LOOK_UP,
    "GET /staff/rounds/<round_id>/draw": "coordinator",
    "GET /staff/rounds/<round_id>/ceremony": "coordinator",
    "GET /staff/rounds/<round_id>/minutes": "coordinator",
    "GET /staff/rounds/<round_id>/results": "coordinator",
    "GET /staff/rounds/<round_id>/posting": "coordinator",
    "GET /staff/rounds/<round_id>/course": "coordinator",
    "POST /staff/rounds/<round_id>/freeze": "coordinator",
    "POST /staff/rounds/<round_id>/ceremony": "coordinator",
    "POST /staff/rounds/<round_id>/publish": "coordinator",
    "POST /staff/rounds/<round_id>/leftovers": "coordinator",
    "POST /staff/rounds/<round_id>/days/<slot_id>/"
    "<any(hold,extend,cancel):decision>": "coordinator",
    "GET /": IN,
    "GET /accessibility": IN,
    "GET /draws/verify": IN,
    "GET /draws/<round_id>/apply": IN,
    "POST /draws/<round_id>/apply": IN,
    "GET /group/": "reception",
    "GET /group/approvals": "editor",
    "GET /group/approvals/<application_id>": "editor",
    "POST /group/approvals/<application_id>": "editor",
    "GET /group/approvals/templates": "editor",
    "GET /group/approvals/templates/<group_id>": "editor",
    "POST /group/approvals/templates/<group_id>": "editor",
    "GET /group/digest": "editor",
    "POST /group/digest": "editor",
    "GET /group/hours": "editor",
    "POST /group/hours": "editor",
    "GET /group/members/<group_id>": "owner",
    "POST /group/members/<group_id>": "owner",
    "POST /group/members/<group_id>/<account_id>/role": "owner",
    "GET /group/opportunities": "reception",
    "GET /group/opportunities/<opportunity_id>": "editor",
    "POST /group/opportunities/<opportunity_id>": "editor",
    "GET /group/opportunities/<opportunity_id>/copy": "editor",
    "POST /group/opportunities/<opportunity_id>/copy": "editor",
    "GET /group/opportunities/<opportunity_id>/history": "editor",
    "GET /group/opportunities/<opportunity_id>/place": "editor",
    "POST /group/opportunities/<opportunity_id>/place": "editor",
    "GET /group/opportunities/<opportunity_id>/preview": "editor",
    "POST /group/opportunities/<opportunity_id>/preview": "editor",
    "GET /group/opportunities/<opportunity_id>/slots/several": "editor",
    "POST /group/opportunities/<opportunity_id>/slots/several": "editor",
    "GET /group/opportunities/<opportunity_id>/withdraw": "editor",
    "GET /group/opportunities/<opportunity_id>/slots/new": "editor",
    "POST /group/opportunities/<opportunity_id>/slots/new": "editor",
    "POST /group/opportunities/<opportunity_id>/withdraw": "editor",
    "GET /group/opportunities/new": "editor",
    "POST /group/opportunities/new": "editor",
    "GET /group/profile/<group_id>": "owner",
    "POST /group/profile/<group_id>": "owner",
    "GET /group/slots/<slot_id>/cancel": "editor",
    "POST /group/slots/<slot_id>/cancel": "editor",
    "GET /group/slots/<slot_id>/capacity": "editor",
    "POST /group/slots/<slot_id>/capacity": "editor",
    "GET /group/slots/<slot_id>/change": "editor",
    "POST /group/slots/<slot_id>/change": "editor",
    "GET /group/slots/<slot_id>/edit": "editor",
    "POST /group/slots/<slot_id>/edit": "editor",
    "GET /group/slots/<slot_id>/hours": "reception",
    "POST /group/slots/<slot_id>/hours": "reception",
    "GET /group/slots/<slot_id>/hours/<hours_id>": "editor",
    "POST /group/slots/<slot_id>/hours/<hours_id>": "editor",
    "POST /group/slots/<slot_id>/hours/<hours_id>/return": "editor",
    "GET /group/slots/<slot_id>/reception": "reception",
    "POST /group/slots/<slot_id>/reception": "reception",
    "POST /group/slots/<slot_id>/reception/heads": "reception",
    "GET /group/slots/<slot_id>/reception/history": "owner",
    "POST /group/slots/<slot_id>/reception/links": "reception",
    "GET /group/slots/<slot_id>/reception/links/<link_id>": "reception",
    "POST /group/slots/<slot_id>/reception/links/<link_id>/revoke": "reception",
    "GET /group/slots/<slot_id>/reception/list": "reception",
    "POST /group/slots/<slot_id>/reception/names": "editor",
    "GET /group/slots/<slot_id>/reception/people/<participant_id>": "reception",
    "POST /group/slots/<slot_id>/reception/people/<participant_id>": "reception",
    "POST /group/slots/<slot_id>/reception/tap": "reception",
    "POST /group/slots/<slot_id>/reception/walk-in": "reception",
    "POST /group/slots/<slot_id>/remove": "editor",
    "GET /group/slots/<slot_id>/signups": "editor",
    "GET /group/unmarked": "reception",
    "GET /groups": IN,
    "GET /groups/<public_id>": IN,
    "GET /healthz": IN,
    "GET /help": IN,
    "GET /invitation/<token>": GONE,
    "POST /invitation/<token>": GONE,
    "GET /manage": TO_LOOK_UP,
    "POST /manage": TO_LOOK_UP,
    "GET /manage/<token>": NOT_FOUND,
    "GET /manage/change": TO_LOOK_UP,
    "GET /manage/entry": TO_LOOK_UP,
    "POST /manage/entry": TO_LOOK_UP,
    "GET /manage/hours": TO_LOOK_UP,
    "POST /manage/hours": TO_LOOK_UP,
    "POST /manage/hours/<hours_id>/take-back": TO_LOOK_UP,
    "GET /manage/hours/print": TO_LOOK_UP,
    "GET /manage/lookup": IN,
    "POST /manage/lookup": IN,
    "GET /manage/resend": IN,
    "POST /manage/resend": IN,
    "GET /opportunities": IN,
    "GET /opportunities.ics": IN,
    "GET /opportunities/<opportunity_id>.ics": IN,
    "GET /opportunities/<opportunity_id>": IN,
    "GET /password/forgotten": IN,
    "POST /password/forgotten": IN,
    "GET /plan": IN,
    "GET /plan.csv": IN,
    "GET /plan.json": IN,
    "GET /privacy": IN,
    "GET /readyz": "503",
    "GET /receipts/<number>": TO_LOOK_UP,
    "GET /reception": NOT_FOUND,
    "POST /reception": NOT_FOUND,
    "GET /reception/<token>": NOT_FOUND,
    "POST /reception/close": NOT_FOUND,
    "POST /reception/heads": NOT_FOUND,
    "POST /reception/tap": NOT_FOUND,
    "POST /reception/walk-in": NOT_FOUND,
    "GET /signin": IN,
    "POST /signin": IN,
    "GET /slots/<slot_id>.ics": IN,
    "GET /slots/<slot_id>/draw": IN,
    "GET /slots/<slot_id>/signup": IN,
    "POST /slots/<slot_id>/signup": IN,
    "GET /staff/": "viewer",
    "GET /staff/accounts": "admin",
    "POST /staff/accounts/<public_id>/end": "admin",
    "POST /staff/accounts/<public_id>/role": "admin",
    "GET /staff/accounts/invite": "admin",
    "POST /staff/accounts/invite": "admin",
    "GET /staff/exports": "viewer",
    "POST /staff/exports": "viewer",
    "GET /staff/groups": "viewer",
    "GET /staff/groups/<group_id>": "coordinator",
    "POST /staff/groups/<group_id>": "coordinator",
    "GET /staff/groups/new": "coordinator",
    "POST /staff/groups/new": "coordinator",
    "GET /staff/hours": "viewer",
    "GET /staff/imports": "coordinator",
    "POST /staff/imports": "coordinator",
    "GET /staff/imports/<import_id>": "coordinator",
    "POST /staff/imports/<import_id>": "coordinator",
    "GET /staff/opportunities": "viewer",
    "GET /staff/opportunities/<opportunity_id>": "viewer",
    "POST /staff/opportunities/<opportunity_id>/<any(close,reopen,archive):act>": "coordinator",
    "GET /staff/opportunities/<opportunity_id>/history": "viewer",
    "GET /staff/opportunities/<opportunity_id>/preview": "viewer",
    "POST /staff/opportunities/<opportunity_id>/seen": "coordinator",
    "GET /staff/opportunities/changes": "viewer",
    "POST /staff/opportunities/<opportunity_id>/publish": "coordinator",
    "POST /staff/opportunities/<opportunity_id>/return": "coordinator",
    "GET /staff/outbox": "coordinator",
    "GET /staff/outbox/<public_id>": "coordinator",
    "POST /staff/outbox/<public_id>/bounced": "coordinator",
    "POST /staff/outbox/<public_id>/retry": "coordinator",
    "POST /staff/outbox/retry": "coordinator",
    "GET /staff/phone-calls": "coordinator",
    "GET /staff/phone-calls/<public_id>": "coordinator",
    "POST /staff/phone-calls/<public_id>": "coordinator",
    "GET /staff/phone-calls/print": "coordinator",
    "GET /staff/plans": "viewer",
    "GET /staff/plans/<key>": "viewer",
    "GET /staff/plans/<key>/<indicator>/figures": "coordinator",
    "POST /staff/plans/<key>/<indicator>/figures": "coordinator",
    "GET /staff/plans/<key>/<indicator>/records-from": "coordinator",
    "POST /staff/plans/<key>/<indicator>/records-from": "coordinator",
    "GET /staff/rounds": "viewer",
    "GET /staff/rounds/<round_id>": "viewer",
    "GET /staff/rounds/<round_id>/days": "coordinator",
    "POST /staff/rounds/<round_id>/days": "coordinator",
    "GET /staff/rounds/<round_id>/edit": "coordinator",
    "POST /staff/rounds/<round_id>/edit": "coordinator",
    "GET /staff/rounds/<round_id>/entries": "coordinator",
    "GET /staff/rounds/<round_id>/entries/<signup_id>": "coordinator",
    "POST /staff/rounds/<round_id>/entries/<signup_id>": "coordinator",
    "GET /staff/rounds/<round_id>/extend": "coordinator",
    "POST /staff/rounds/<round_id>/extend": "coordinator",
    "POST /staff/rounds/<round_id>/open": "coordinator",
    "POST /staff/rounds/<round_id>/withdraw": "coordinator",
    "GET /staff/rounds/new": "coordinator",
    "POST /staff/rounds/new": "coordinator",
    "GET /staff/search": "viewer",
    "POST /staff/search": "viewer",
    "GET /staff/settings": "admin",
    "POST /staff/settings": "admin",
    "GET /staff/approvals": "coordinator",
    "GET /staff/signups": "coordinator",
    "GET /staff/signups/<public_id>": "coordinator",
    "POST /staff/signups/<public_id>": "coordinator",
    "GET /staff/signups/<public_id>/change": "coordinator",
    "POST /staff/signups/<public_id>/change": "coordinator",
    "GET /staff/signups/<public_id>/entry": "coordinator",
    "POST /staff/signups/<public_id>/entry": "coordinator",
    "POST /staff/signups/<public_id>/note": "coordinator",
    "GET /staff/exposure": "coordinator",
    "GET /staff/weights": "coordinator",
    "POST /staff/weights": "coordinator",
    "GET /staff/unmarked": "viewer",
    "POST /staff/unmarked/<slot_id>/ask": "coordinator",
    "POST /staff/unmarked/ask": "coordinator",
    "GET /staff/slots/<slot_id>/cancel": "coordinator",
    "POST /staff/slots/<slot_id>/cancel": "coordinator",
    "GET /staff/slots/<slot_id>/capacity": "coordinator",
    "POST /staff/slots/<slot_id>/capacity": "coordinator",
    "GET /volunteers": IN,
    "GET /volunteers/link/<token>": NOT_FOUND,
    "GET /volunteers/mine": TO_RESEND,
    "POST /volunteers/mine": TO_RESEND,
    "GET /volunteers/mine/change": TO_RESEND,
    "POST /volunteers/mine/change": TO_RESEND,
    "GET /volunteers/new": IN,
    "POST /volunteers/new": IN,
    "GET /volunteers/resend": IN,
    "POST /volunteers/resend": IN,
    "GET /volunteers/sent": IN,
    "GET /staff/volunteers": "coordinator",
    "POST /staff/volunteers": "coordinator",
    "GET /staff/volunteers/<public_id>": "coordinator",
    "POST /staff/volunteers/<public_id>": "coordinator",
    "GET /staff/volunteers/<public_id>/edit": "coordinator",
    "POST /staff/volunteers/<public_id>/edit": "coordinator",
    "GET /staff/volunteers/new": "coordinator",
    "POST /staff/volunteers/new": "coordinator",
    "GET /staff/volunteers/print": "coordinator",
    "GET /unsubscribe/<token>": NOT_FOUND,
    "POST /unsubscribe/<token>": NOT_FOUND,
    "GET /wishes": IN,
    "POST /wishes": IN,
    "GET /wishes/days": IN,
    "POST /wishes/keep": IN,
    "GET /wishes/link": IN,
    "POST /wishes/link": IN,
    "GET /wishes/mine": TO_WISH_LINK,
    "GET /wishes/mine/change": TO_WISH_LINK,
    "POST /wishes/mine/change": TO_WISH_LINK,
    "POST /wishes/mine/confirm": TO_WISH_LINK,
    "POST /wishes/mine/end": TO_WISH_LINK,
    "POST /wishes/mine/frequency": TO_WISH_LINK,
    "POST /wishes/mine/put-away": TO_WISH_LINK,
    "GET /wishes/open/<token>": NOT_FOUND,
    "POST /wishes/put-away": IN,
    "GET /wishes/sent": IN,
    "GET /group/slots/<slot_id>/help": "editor",
    "POST /group/slots/<slot_id>/help": "editor",
    "GET /staff/matching": "viewer",
    "GET /staff/matching/needs/<slot_id>": "coordinator",
    "POST /staff/matching/needs/<slot_id>": "coordinator",
    "GET /staff/matching/proposals": "coordinator",
    "POST /staff/matching/proposals": "coordinator",
    "POST /staff/matching/proposals/<proposal_id>": "coordinator",
    "POST /staff/matching/together": "coordinator",
    "POST /volunteers/mine/invitations/<proposal_id>": TO_RESEND,
    # These take away what the rows above need, so they come last.
    "POST /group/members/<group_id>/<account_id>/remove": "owner",
    "POST /signout": "303 /",
}


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
    _take_a_plan()
    things = {"own": _things(own, 1), "foreign": _things(foreign, 3), "absent": _ABSENT_THINGS}
    frozen_clock.move(days=19, hours=23)  # the morning of the day: the reception has its names
    visitor = Visitor(app, _account(who, own))

    found = {
        f"{line} ({whose})": visitor.gets(*_address(line, ids).split(" "))
        for line in TABLE
        for whose, ids in things.items()
        if whose == "own" or "<" in line
    }

    assert found == {name: _expected(who, name) for name in found}


def _account(who: str, group: Group) -> Account | None:
    if who == "stranger":
        return None
    return (
        make_account(role=StaffRole(who)) if who in STAFF else make_member(group, MemberRole(who))
    )


def _take_a_plan() -> None:
    definition = parse_plan(tomllib.loads(PLAN.read_text(encoding="utf-8")))
    plans.import_plan(key=PLAN.stem, definition=definition, now=clock.now(), actor="cli:test")


def _things(group: Group, number: int) -> dict[str, str]:
    """One of each kind of thing that a route may be about; the group's where it can be."""
    opportunity = make_opportunity(group=group, kind=OpportunityKind.VOLUNTEER)
    slot, volunteer = make_slot(opportunity=opportunity), make_volunteer(number)
    written, phoned = sign_up(slot, number), sign_up(slot, number + 1, email="")
    first_plan = next(iter(tomllib.loads(PLAN.read_text(encoding="utf-8"))["goals"]))
    return {
        "group_id": group.public_id,
        "opportunity_id": opportunity.public_id,
        "slot_id": slot.public_id,
        "account_id": make_member(group, MemberRole.EDITOR).public_id,
        "groups": group.public_id,
        "accounts": make_account(role=StaffRole.VIEWER).public_id,
        "outbox": _only(OutboxMessage.public_id, OutboxMessage.signup_id == written.signup_id),
        "phone-calls": _only(PhoneCall.public_id, PhoneCall.signup_id == phoned.signup_id),
        "signups": written.signup_id,
        "volunteers": volunteer.public_id,
        "proposal_id": propose(make_need(), volunteer)[0].public_id,
        "application_id": written.signup_id,
        "hours_id": record_own(written, slot.starts_at).public_id,
        "key": PLAN.stem,
        "indicator": first_plan["indicators"][0]["key"],
        "token": "x",
        "number": written.number,
        "link_id": reception.make_link(slot_id=slot.public_id, now=clock.now(), actor="system"),
        "participant_id": _only(Participant.public_id, Participant.name == f"見本 {number}"),
        **_a_round(number),
        "supplement_id": ABSENT,
        "import_id": reception.import_participation(lines=[], now=clock.now(), actor="cli:test"),
    }


_ABSENT_THINGS = dict.fromkeys(
    (
        "group_id", "opportunity_id", "slot_id", "account_id", "groups", "accounts", "outbox",
        "phone-calls", "signups", "volunteers", "key", "indicator", "token", "number", "link_id",
        "participant_id", "import_id", "round_id", "signup_id", "application_id", "proposal_id",
        "supplement_id", "hours_id",
    ),
    ABSENT,
)  # fmt: skip


def _a_round(number: int) -> dict[str, str]:
    days = make_days(1)
    one = make_round(days)
    return {"round_id": one.public_id, "signup_id": enter(one, days, number).signup_id}


def _only(column: sa.orm.InstrumentedAttribute[str], condition: sa.ColumnElement[bool]) -> str:
    return db.session().scalars(sa.select(column).where(condition)).one()


def _address(line: str, ids: dict[str, str]) -> str:
    filled = re.sub(r"<any\((\w+)[^>]*>", lambda hit: hit[1], line)
    filled = re.sub(r"/([a-z-]+)/<public_id>", lambda hit: f"/{hit[1]}/{ids[hit[1]]}", filled)
    return re.sub(r"<(\w+)>", lambda hit: ids[hit[1]], filled)


def _expected(who: str, probe: str) -> str:
    line, _, rest = probe.rpartition(" (")
    level, whose = TABLE[line], rest.rstrip(")")
    if level not in (*STAFF, *MEMBERS):
        return NOT_FOUND if level == IN and whose == "absent" else level
    if who == "stranger":
        return TO_SIGN_IN
    if level in STAFF:
        enough = who in STAFF[STAFF.index(level) :]
    elif who == "viewer":
        enough = False
    elif whose != "own" and who in MEMBERS:
        return NOT_FOUND
    else:
        enough = who in STAFF or MEMBERS.index(who) >= MEMBERS.index(level)
    if not enough:
        return FORBIDDEN
    return NOT_FOUND if whose == "absent" else IN
