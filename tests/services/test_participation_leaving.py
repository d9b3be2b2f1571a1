"""Who leaves a standing need: what was done stays theirs, and is still written down."""

from datetime import datetime

import pytest

from kyodo_match.core.db import db
from kyodo_match.exports.rules import ExportKind
from kyodo_match.participation import queries
from kyodo_match.participation.errors import DayOutside, NotOnTheList
from kyodo_match.signups import services as signups
from kyodo_match.signups.errors import ActivityBegun
from kyodo_match.signups.rules import AgeGroup, Companion
from tests.support.clock import FrozenClock
from tests.support.exports import export_lines
from tests.support.make_hours import approve, make_standing_need, record_own, visits
from tests.support.make_signups import keys, sign_up, signup_now, slot_now

pytestmark = pytest.mark.usefixtures("app")


def test_who_leaves_a_standing_need_has_been_there_all_the_same(now: datetime) -> None:
    slot = make_standing_need()
    receipt, other = sign_up(slot, 1), sign_up(slot, 2)
    record_own(receipt, now)
    record_own(other, now)
    approve(receipt, now=now)
    mine = signup_now(receipt).participants[0].public_id

    with pytest.raises(ActivityBegun):  # what was done stays theirs
        signups.replace_participant(
            signup_id=receipt.signup_id,
            participant_id=mine,
            person=Companion("別の 方", "べつの かた", AgeGroup.FROM_65),
            keys=keys(),
            now=now,
            actor="citizen",
        )
    signups.cancel(signup_id=receipt.signup_id, now=now, actor="citizen")
    approve(other, now=now)

    assert visits(slot) == 2
    assert slot_now(slot).places_taken == 1
    (line,) = export_lines(ExportKind.PARTICIPANTS)
    assert (line["attended"], line["people"], line["visits"]) == (2, 2, 2)


def test_who_has_left_a_standing_need_writes_down_what_they_did_until_then(
    frozen_clock: FrozenClock,
) -> None:
    now = frozen_clock.moment
    slot = make_standing_need(capacity=1)
    left, waited = sign_up(slot, 1), sign_up(slot, 2)
    signups.cancel(signup_id=waited.signup_id, now=now, actor="citizen")
    signups.cancel(signup_id=left.signup_id, now=now, actor="citizen")
    later = frozen_clock.move(days=3)

    record_own(left, later, days_ago=5)
    approve(left, now=later)

    assert visits(slot) == 1
    with pytest.raises(DayOutside):
        record_own(left, later, days_ago=2)  # after they left
    with pytest.raises(NotOnTheList):
        record_own(waited, later, days_ago=5)  # never had a place
    assert [one.signup_id for one in queries.volunteers(db.session(), slot)] == [
        signup_now(left).id
    ]
