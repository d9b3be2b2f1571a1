"""Days that nobody has written down, and asking their groups, on a real database of each kind."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import MemberRole
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityStatus
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import (
    AskedToday,
    NobodyToAsk,
    NothingToWrite,
    TooLateForTheGroup,
)
from kyodo_match.participation.models import MarkRequest
from kyodo_match.participation.rules import Attendance
from kyodo_match.participation.services import Asked
from tests.support.make_days import ACTOR, mark, people_of
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_people import make_account, make_member
from tests.support.make_signups import at_once, sign_up


@pytest.fixture
def group(app: Flask) -> Group:
    return make_group(name="みどりの会", phone="0297-00-0202")


def past_day(group: Group, person: int = 1) -> Slot:
    """A day of a group with one person; the tests look at it when it is past."""
    slot = make_slot(opportunity=make_opportunity(group=group), capacity=5)
    sign_up(slot, person)
    return slot


def later(slot: Slot, days: int = 1) -> datetime:
    return slot.ends_at + timedelta(days=days)


def ask(slot: Slot, now: datetime) -> None:
    services.ask_for_marks(slot_id=slot.public_id, now=now, actor=ACTOR)


def requests() -> list[OutboxMessage]:
    """The letters that ask, the oldest first."""
    db.session().expire_all()
    return list(
        db.session().scalars(
            sa.select(OutboxMessage)
            .where(OutboxMessage.kind == "mark_request")
            .order_by(OutboxMessage.id)
        )
    )


def asked_count() -> int:
    return db.session().scalar(sa.select(sa.func.count(MarkRequest.id))) or 0


def test_a_day_waits_while_somebody_is_unmarked_or_nothing_was_written_down(group: Group) -> None:
    with_people = past_day(group)
    empty = make_slot(opportunity=make_opportunity(group=group), capacity=5)
    make_slot(
        opportunity=make_opportunity(group=group, status=OpportunityStatus.DRAFT), capacity=5
    )
    now = later(empty)

    found = queries.unmarked_days(db.session(), now=now)
    counted = queries.unmarked_count(db.session(), now=now)

    assert {(day.slot_id, day.unmarked) for day in found} == {
        (with_people.public_id, 1),
        (empty.public_id, 0),
    }
    assert counted == 2


def test_nobody_came_is_written_down_as_nobody(group: Group) -> None:
    empty = make_slot(opportunity=make_opportunity(group=group), capacity=5)

    services.count_heads(
        slot_id=empty.public_id, adults=0, children=0, now=later(empty), actor=ACTOR
    )

    assert queries.unmarked_days(db.session(), now=later(empty)) == []


def test_owners_and_editors_are_asked_without_a_name(group: Group) -> None:
    slot = past_day(group)
    owner, editor = make_member(group), make_member(group, MemberRole.EDITOR)
    make_member(group, MemberRole.RECEPTION)

    ask(slot, later(slot))

    letters = requests()
    assert {letter.recipient for letter in letters} == {owner.email, editor.email}
    assert f"[[base-url]]/group/slots/{slot.public_id}/reception" in letters[0].body.splitlines()
    assert "未記入 1人" in letters[0].body
    assert not any("見本" in letter.body + letter.subject for letter in letters)
    (day,) = queries.unmarked_days(db.session(), now=later(slot))
    assert day.asked_at == later(slot)


def test_a_group_is_asked_about_a_day_once_a_day(group: Group) -> None:
    slot = past_day(group)
    make_member(group)
    ask(slot, later(slot))

    with pytest.raises(AskedToday):
        ask(slot, later(slot) + timedelta(minutes=5))
    ask(slot, later(slot, 2))

    assert (len(requests()), asked_count()) == (2, 2)


def test_a_day_that_is_written_down_is_not_asked_for(group: Group) -> None:
    slot = past_day(group)
    make_member(group)
    mark(slot, people_of(slot)[0], Attendance.ABSENT, slot.starts_at)

    with pytest.raises(NothingToWrite):
        ask(slot, later(slot))

    assert requests() == []


def test_a_group_without_anybody_who_writes_is_phoned(group: Group) -> None:
    slot = past_day(group)
    make_member(group, MemberRole.RECEPTION)
    make_member(group, account=make_account(is_active=False))
    make_member(group, account=make_account(password=False))

    with pytest.raises(NobodyToAsk) as refused:
        ask(slot, later(slot))

    assert (refused.value.group, refused.value.phone) == ("みどりの会", "0297-00-0202")
    assert (requests(), asked_count()) == ([], 0)


def test_after_its_month_a_group_is_phoned(group: Group) -> None:
    slot = past_day(group)
    make_member(group)

    with pytest.raises(TooLateForTheGroup):
        ask(slot, later(slot, 31))


def test_all_groups_are_asked_at_once_with_a_letter_for_all_their_days(group: Group) -> None:
    mine = [past_day(group, person) for person in (1, 2)]
    owner = make_member(group)
    silent = past_day(make_group(), 3)
    asked_before = past_day(group, 4)
    now = later(silent, 2)
    ask(asked_before, now - timedelta(days=1))

    asked = services.ask_all_for_marks(now=now, actor=ACTOR)

    letter = requests()[-1]
    assert asked == Asked(days=2, letters=1, silent=1)
    assert letter.recipient == owner.email
    assert all(f"/group/slots/{slot.public_id}/reception" in letter.body for slot in mine)
    assert f"/group/slots/{asked_before.public_id}/" not in letter.body
    assert services.ask_all_for_marks(now=now, actor=ACTOR) == Asked(days=0, letters=0, silent=1)


def test_two_who_ask_at_once_write_once(app: Flask, group: Group) -> None:
    slot = past_day(group)
    make_member(group)
    now = later(slot)

    at_once(app, lambda _n: services.ask_all_for_marks(now=now, actor=ACTOR), 4)

    assert (len(requests()), asked_count()) == (1, 1)
