"""申込み: who gets a place, who waits, who is refused, and that nothing is left behind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db, use_case
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.queries import locked_slot
from kyodo_match.opportunities.rules import CapacityUnit
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import (
    Full,
)
from kyodo_match.signups.models import Participant, SensitiveNote, Signup
from kyodo_match.signups.rules import AgeGroup, Channel, SignupStatus
from tests.support.clock import START
from tests.support.databases import rows_of
from tests.support.make_opportunities import make_slot
from tests.support.make_signups import (
    keys,
    kinds_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")


# --- Places -----------------------------------------------------------------


def test_while_places_are_free_a_party_is_confirmed_whole() -> None:
    slot = make_slot(capacity=3)

    receipt = sign_up(slot, party=3)

    assert receipt.status is SignupStatus.CONFIRMED
    assert receipt.party == 3
    assert [p.position for p in signup_now(receipt).participants] == [1, 2, 3]
    assert slot_now(slot).places_taken == 3


def test_a_party_larger_than_what_is_free_waits_whole() -> None:
    slot = make_slot(capacity=3)
    sign_up(slot, 1, party=2)

    receipt = sign_up(slot, 2, party=2)

    assert receipt.status is SignupStatus.WAITLISTED
    assert kinds_to(receipt) == ["signup-waitlisted"]
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (2, 2)


def test_who_would_fit_waits_behind_those_who_wait() -> None:
    slot = make_slot(capacity=3)
    sign_up(slot, 1, party=2)
    sign_up(slot, 2, party=2)

    receipt = sign_up(slot, 3)

    assert receipt.status is SignupStatus.WAITLISTED


def test_where_the_slot_says_so_a_smaller_party_passes_and_is_offered_at_once() -> None:
    slot = make_slot(capacity=3, pass_smaller=True)
    sign_up(slot, 1, party=2)
    head = sign_up(slot, 2, party=2)

    receipt = sign_up(slot, 3)

    assert receipt.status is SignupStatus.OFFERED
    assert kinds_to(receipt) == ["signup-waitlisted", "signup-offer"]
    assert status_of(head) is SignupStatus.WAITLISTED
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (3, 2)


def test_where_places_are_counted_in_parties_a_family_takes_one() -> None:
    slot = make_slot(capacity=2, capacity_unit=CapacityUnit.PARTIES)

    statuses = [sign_up(slot, n, party=4).status for n in (1, 2, 3)]

    assert statuses == [
        SignupStatus.CONFIRMED,
        SignupStatus.CONFIRMED,
        SignupStatus.WAITLISTED,
    ]
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (2, 1)


@pytest.mark.parametrize(("limit", "party"), [(0, 1), (2, 3)])
def test_without_room_on_the_waitlist_it_is_full(limit: int, party: int) -> None:
    slot = make_slot(capacity=1, waitlist_limit=limit)
    sign_up(slot, 1)

    with pytest.raises(Full) as refusal:
        sign_up(slot, 2, party=party)

    assert (refusal.value.free, refusal.value.party) == (0, party)
    assert rows_of(Signup) == 1


def test_the_waitlist_takes_as_many_people_as_it_may() -> None:
    slot = make_slot(capacity=1, waitlist_limit=2)
    sign_up(slot, 1)

    sign_up(slot, 2, party=2)

    with pytest.raises(Full):
        sign_up(slot, 3)


def test_walk_ins_take_no_place_and_are_told_nothing() -> None:
    slot = make_slot(capacity=1)

    @use_case
    def walk_in(session: Session) -> Participant:
        return services.take_walk_in(
            session,
            locked_slot(session, slot.public_id),
            name="見本 当日",
            kana="みほん とうじつ",
            age_group=AgeGroup.FROM_65,
            keys=keys(),
            now=START,
            actor="0123456789ab",
        )

    first, second = walk_in(), walk_in()

    assert slot_now(slot).places_taken == 0
    assert sign_up(slot).status is SignupStatus.CONFIRMED
    assert first.person_key != second.person_key
    assert rows_of(PhoneCall) == 0


# --- Receipt ----------------------------------------------------------------


def test_receipt_numbers_run_within_the_fiscal_year() -> None:
    slot = make_slot(starts_at=datetime(2027, 5, 9, 9, 30, tzinfo=TOKYO))
    last = datetime(2027, 3, 31, 23, 59, tzinfo=TOKYO)

    numbers = [
        sign_up(slot, 1).number,
        sign_up(slot, 2, now=last).number,
        sign_up(slot, 3, now=last + timedelta(minutes=1)).number,
    ]

    assert numbers == ["R8-00001", "R8-00002", "R9-00001"]


def test_a_repeated_submission_gives_the_same_receipt_and_no_second_mail() -> None:
    slot = make_slot()
    first = sign_up(slot, submission_key="abc")

    second = sign_up(slot, submission_key="abc", now=START + timedelta(days=60))

    assert second == replace(first, repeated=True)
    assert (rows_of(Signup), rows_of(OutboxMessage)) == (1, 1)


def test_what_staff_enter_counts_from_when_the_office_received_it() -> None:
    slot = make_slot()
    received = START - timedelta(days=2)

    receipt = sign_up(
        slot,
        channel=Channel.PHONE,
        privacy_by="oral",
        entered_by="0123456789ab",
        received_at=received,
    )

    signup = signup_now(receipt)
    assert signup.received_at == received
    assert (signup.channel, signup.privacy_by) == (Channel.PHONE, "oral")
    assert signup.entered_by == "0123456789ab"


def test_a_note_is_sealed_and_opens_with_the_key() -> None:
    slot = make_slot()

    receipt = sign_up(slot, note="駅から歩きます")

    sealed = db.session().scalars(sa.select(SensitiveNote.sealed)).one()
    assert "駅" not in sealed
    signup = signup_now(receipt)
    assert queries.note_of(db.session(), signup, keys=keys()) == "駅から歩きます"


def test_without_a_note_nothing_is_kept() -> None:
    receipt = sign_up(make_slot())

    assert rows_of(SensitiveNote) == 0
    assert queries.note_of(db.session(), signup_now(receipt), keys=keys()) == ""


def test_an_applicant_who_stays_at_home_is_no_participant() -> None:
    slot = make_slot()

    receipt = sign_up(slot, party=2, applicant_participates=False)

    assert [p.name for p in signup_now(receipt).participants] == ["見本 1 同行1"]
    assert slot_now(slot).places_taken == 1


def test_a_person_has_the_same_key_by_phone_whatever_the_e_mail() -> None:
    one, other = make_slot(), make_slot()

    first = sign_up(one)
    second = sign_up(other, email="other@example.jp", kana="みほんい")

    key, same_key = (signup_now(r).participants[0].person_key for r in (first, second))
    assert key == same_key
