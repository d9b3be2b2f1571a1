"""`kyodo-match demo`: a city at work, made by the use cases themselves."""

import dataclasses
from collections import Counter
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.services import sign_in
from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Environment, Settings
from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.core.messages import explain
from kyodo_match.demo import register, scenario
from kyodo_match.demo.building import GROUP, build
from kyodo_match.demo.errors import NotInProduction
from kyodo_match.demo.people import accounts
from kyodo_match.groups.models import Group, GroupMember
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import MessageState
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityKind, OpportunityStatus
from kyodo_match.participation.models import AttendanceEvent, HeadCount
from kyodo_match.plans.queries import result
from kyodo_match.plans.rules.definition import Outcome
from kyodo_match.plans.rules.results import as_json
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import HOLDS_PLACES, Channel
from tests.cli.conftest import Run
from tests.support.demo_states import missing
from tests.support.make_opportunities import make_group

ROLES = ["admin", "coordinator", "viewer", "owner", "editor", "reception"]
EXPERIENCE = OpportunityKind.EXPERIENCE


def test_the_demo_tells_the_whole_story_once(
    app: Flask, run: Run, settings: Settings, now: datetime
) -> None:
    first = run("demo")
    rows = _count_rows()
    second = run("demo")

    assert (first.exit_code, first.stderr) == (0, "")
    assert (second.exit_code, second.stdout) == (0, first.stdout)
    assert "すでに入っています" in second.stderr
    assert _count_rows() == rows
    _everybody_can_sign_in(first.stdout, settings, now)
    assert missing(db.session(), now) == []
    assert _places_by_hand() == _places_stored()
    assert _mail_domains() <= {"example.jp", "example.com"}
    assert _states_of_the_demos_group() >= {
        OpportunityStatus.DRAFT,
        OpportunityStatus.RETURNED,
        OpportunityStatus.PUBLISHED,
    }
    _nothing_lies_ahead(now)
    _past_mail_has_gone(now)
    _plan_is_on_its_way(settings, now)


def test_production_has_no_demo(app: Flask, settings: Settings, now: datetime) -> None:
    production = dataclasses.replace(settings, environment=Environment.PRODUCTION)

    with pytest.raises(NotInProduction) as refusal:
        build(production, now=now)

    assert "KYODO_ENV=production" in explain(refusal.value)
    assert _count_rows()[Account] == 0


def test_a_database_that_is_in_use_gets_no_invented_people(app: Flask, run: Run) -> None:
    make_group()

    done = run("demo")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "空のデータベース" in done.stderr
    assert _count_rows()[Account] == 0


def test_another_installation_has_other_passwords(settings: Settings) -> None:
    other = dataclasses.replace(settings, secret_key="another key of another installation")

    ours, theirs = accounts(settings.keys), accounts(other.keys)

    assert list(ours) == ROLES
    assert all(ours[role].password != theirs[role].password for role in ROLES)


def test_nobody_meets_at_the_turn_of_the_year() -> None:
    days = scenario.Days(date(2026, 11, 22))

    met = [days.activity(offset) for offset in range(36, 46)]

    assert met == [
        date(2026, 12, 28),
        *(date(2027, 1, day) for day in (5, 6, 7, 8, 9, 10)),
        *(date(2027, 1, day) for day in (4, 5, 6)),
    ]


def _count_rows() -> Counter[type]:
    db.session.remove()  # what the commands wrote is seen by a new transaction
    models = (Account, Group, GroupMember, Opportunity, Slot, Signup, OutboxMessage, AuditEvent)
    return Counter(
        {
            model: db.session().scalar(sa.select(sa.func.count()).select_from(model)) or 0
            for model in models
        }
    )


def _everybody_can_sign_in(stdout: str, settings: Settings, now: datetime) -> None:
    lines = [line.split(",") for line in stdout.splitlines()]
    assert [line[0] for line in lines] == ROLES
    for role, email, password in lines:
        account, _token = sign_in(
            email=email, password=password, address="127.0.0.1", keys=settings.keys, now=now
        )
        assert account.email == f"{role}@example.jp"


def _states_of_the_demos_group() -> set[OpportunityStatus]:
    """Of what its owner and editor see; one with a day that is not public is among them."""
    found = sa.select(Opportunity.status).join(Group).join(Slot).where(Group.name == GROUP)
    drafts = sa.select(Opportunity.status).join(Group).where(Group.name == GROUP)
    assert OpportunityStatus.RETURNED in set(db.session().scalars(found))
    return set(db.session().scalars(drafts))


def _places_stored() -> dict[int, int]:
    found = db.session().execute(sa.select(Slot.id, Slot.places_taken))
    return {slot: taken for slot, taken in found if taken}


def _places_by_hand() -> dict[int, int]:
    """Every live participant of a sign-up that holds places, one by one; or their parties.

    Who only comes along is among them where the day counts escorts.
    """
    taken: Counter[int] = Counter()
    parties: dict[int, set[int]] = {}
    for slot, unit, signup in db.session().execute(
        sa.select(Slot.id, Slot.capacity_unit, Signup.id)
        .join(Signup, Signup.slot_id == Slot.id)
        .join(Participant, Participant.signup_id == Signup.id)
        .where(
            Participant.cancelled_at.is_(None),
            Signup.status.in_(HOLDS_PLACES),
            Signup.channel != Channel.WALK_IN,
            sa.or_(Participant.is_escort.is_(False), Slot.escorts_count.is_(True)),
        )
    ):
        known = parties.setdefault(slot, set())
        if unit is CapacityUnit.PEOPLE or signup not in known:
            taken[slot] += 1
        known.add(signup)
    return dict(taken)


def _mail_domains() -> set[str]:
    addresses: set[str] = set()
    for column in (Account.email, Group.email, Signup.email, OutboxMessage.recipient):
        addresses |= set(db.session().scalars(sa.select(column)))
    return {address.partition("@")[2] for address in addresses if address}


def _nothing_lies_ahead(now: datetime) -> None:
    """Neither a receipt, a mark nor an act of the audit; and time never runs backwards."""
    for column in (Signup.received_at, AttendanceEvent.marked_at, HeadCount.counted_at):
        assert max(db.session().scalars(sa.select(column))) <= now
    acts = db.session().scalars(sa.select(AuditEvent.at).order_by(AuditEvent.id)).all()
    assert acts == sorted(acts)
    assert acts[-1] <= now
    received = db.session().scalars(sa.select(Signup.received_at).order_by(Signup.id)).all()
    assert received == sorted(received)


def _past_mail_has_gone(now: datetime) -> None:
    waiting = sa.select(sa.func.count()).where(OutboxMessage.state == MessageState.QUEUED)
    assert 0 < (db.session().scalar(waiting) or 0) <= 20
    for message in db.session().scalars(
        sa.select(OutboxMessage).where(OutboxMessage.state == MessageState.SENT)
    ):
        assert message.sent_at is not None
        assert message.sent_at < now


def _plan_is_on_its_way(settings: Settings, now: datetime) -> None:
    """The experience days of this fiscal year, as the story's files have them."""
    today = tokyo_date(now)
    this_year = FiscalYear.of(today)
    story = scenario.read(now)
    days = {
        day.key
        for offered in story.offered
        if offered.content.kind is EXPERIENCE
        for day in offered.days
        if FiscalYear.at(day.plan.starts_at) == this_year and day.plan.ends_at <= now
    }
    visits = sum(
        line[4]
        for line in register.results()
        if line[1] is EXPERIENCE and FiscalYear.of(line[0]) == this_year
    )
    visits += sum(a.attendance.count("attended") for a in story.applied if a.slot in days)
    visits += sum(walk_in["slot"] in days for walk_in in story.walk_ins)

    shown = as_json(
        result(
            db.session(),
            "tsukubamirai-2",
            as_of=today,
            municipality_code=settings.municipality_code,
        )
    )
    (indicator,) = (
        each
        for goal in shown["goals"]
        for each in goal["indicators"]
        if each["key"] == "experience-participants"
    )
    outcomes = {each["outcome"] for goal in shown["goals"] for each in goal["indicators"]}
    assert Outcome.UNKNOWN not in outcomes
    assert indicator["by_fiscal_year"][str(this_year.year)] == visits
    assert indicator["by_fiscal_year"][str(this_year.year - 1)] > 0
    assert indicator["baseline"]["value"] < visits < indicator["targets"][0]["value"]


@pytest.mark.parametrize("key", ["tsukubamirai-1", "tsukubamirai-2", "mitaka-4", "kyodo-summary"])
def test_every_published_plan_is_in_the_demo(key: str) -> None:
    assert key in dict(register.plans())
