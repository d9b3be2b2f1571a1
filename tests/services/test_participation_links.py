"""Links to a reception, against a real database of each kind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from kyodo_match.audit.queries import history
from kyodo_match.core.db import db
from kyodo_match.core.limits import WALK_IN_LINK
from kyodo_match.opportunities.models import Slot
from kyodo_match.participation import queries, services
from kyodo_match.participation.errors import (
    DayIsOver,
    SlotWasCancelled,
    TooManyByLink,
    TooManyLinks,
)
from kyodo_match.participation.models import ReceptionLink
from kyodo_match.participation.rules import MOST_LINKS, LinkState
from kyodo_match.participation.services import marking
from kyodo_match.signups import services as signups
from kyodo_match.signups.models import Signup
from kyodo_match.signups.rules import AgeGroup
from tests.support.clock import FrozenClock
from tests.support.databases import rows_of
from tests.support.make_days import ACTOR, make_link
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import keys, slot_now


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=10)


def links(slot: Slot) -> list[ReceptionLink]:
    db.session().expire_all()
    return list(queries.links_of(db.session(), slot_now(slot)))


def test_a_link_is_kept_without_its_token(slot: Slot, frozen_clock: FrozenClock) -> None:
    link_id, path = make_link(slot, frozen_clock.moment)

    (link,) = links(slot)
    token = path.removeprefix("/reception/")
    assert (link.public_id, link.created_by) == (link_id, ACTOR)
    assert link.valid_from == slot.starts_at - timedelta(hours=3)
    assert link.expires_at == link.valid_from + timedelta(hours=12)
    assert token not in {str(value) for value in vars(link).values()}
    assert [event.action for event in history(db.session(), "slot", slot.public_id)] == [
        "reception-link.made"
    ]


def test_a_token_opens_its_own_link_and_nothing_else(slot: Slot) -> None:
    ours = keys()
    token = ours.reception_token("0123456789ab")

    assert ours.reception_of_token(token) == "0123456789ab"
    assert ours.reception_of_token(ours.reception_pass("0123456789ab")) is None
    assert ours.reception_of_pass(token) is None
    assert ours.reception_of_token(ours.invitation_token("0123456789ab")) is None
    assert ours.reception_of_token(ours.manage_token("0123456789ab", 1)) is None
    assert ours.reception_of_token(token[:-2]) is None


def test_a_revoked_link_says_who_and_stays_revoked(slot: Slot, frozen_clock: FrozenClock) -> None:
    link_id, _path = make_link(slot, frozen_clock.moment)
    frozen_clock.moment = slot.starts_at
    revoked = {"slot_id": slot.public_id, "link_id": link_id}

    services.revoke_link(**revoked, now=slot.starts_at, actor="first")
    services.revoke_link(**revoked, now=slot.starts_at + timedelta(hours=1), actor="second")

    (link,) = links(slot)
    assert (link.revoked_by, link.revoked_at) == ("first", slot.starts_at)
    assert queries.state_of(link, slot.starts_at) is LinkState.REVOKED


def test_a_link_of_another_day_is_not_revoked(slot: Slot, frozen_clock: FrozenClock) -> None:
    link_id, _path = make_link(slot, frozen_clock.moment)
    other = make_slot(capacity=5)

    with pytest.raises(NoResultFound):
        services.revoke_link(
            slot_id=other.public_id, link_id=link_id, now=frozen_clock.moment, actor=ACTOR
        )

    assert links(slot)[0].revoked_at is None


def test_no_more_links_than_a_door_needs(slot: Slot, frozen_clock: FrozenClock) -> None:
    ids = [make_link(slot, frozen_clock.moment)[0] for _ in range(MOST_LINKS)]

    with pytest.raises(TooManyLinks):
        make_link(slot, frozen_clock.moment)
    services.revoke_link(
        slot_id=slot.public_id, link_id=ids[0], now=frozen_clock.moment, actor=ACTOR
    )
    make_link(slot, frozen_clock.moment)

    assert len(links(slot)) == MOST_LINKS + 1


def test_no_link_for_a_day_that_is_over_or_cancelled(
    slot: Slot, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(DayIsOver):
        make_link(slot, slot.ends_at + timedelta(days=2))
    signups.cancel_slot(
        slot_id=slot.public_id, reason="大雨", now=frozen_clock.moment, actor=ACTOR
    )
    with pytest.raises(SlotWasCancelled):
        make_link(slot, frozen_clock.moment)

    assert links(slot) == []


def test_a_link_enters_so_many_walk_ins_an_hour_and_who_is_signed_in_any_number(
    slot: Slot, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "WALK_IN_LINK", replace(WALK_IN_LINK, times=1))
    now = frozen_clock.move_to(slot.starts_at)
    link = "link:0123456789ab"

    def enter(nonce: str, actor: str) -> None:
        services.add_walk_in(
            slot_id=slot.public_id,
            name="見本 花子",
            kana="みほん はなこ",
            age_group=AgeGroup.FROM_65,
            phone="",
            nonce=nonce,
            keys=keys(),
            now=frozen_clock(),
            actor=actor,
        )

    enter("first", link)
    enter("first", link)  # sent again, it is nobody new

    with pytest.raises(TooManyByLink) as refused:
        enter("second", link)
    enter("third", ACTOR)
    frozen_clock.move_to(refused.value.until)
    enter("fourth", link)

    assert refused.value.until == now + timedelta(hours=1)
    assert rows_of(Signup) == 3
