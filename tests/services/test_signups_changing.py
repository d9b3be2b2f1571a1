"""変更: contact data, and who comes in somebody's place."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.core.limits import TooOften
from kyodo_match.notifications.rules import CallOutcome, MessageState
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import (
    ActivityBegun,
    AlreadySignedUp,
    NoContact,
    NothingToCancel,
    NotLive,
    NotOfAge,
    SamePersonTwice,
)
from kyodo_match.signups.rules import AgeGroup, Companion, Receipt
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_signups import (
    calls_to,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
)

pytestmark = pytest.mark.usefixtures("app")

STAFF = "0123456789ab"
AUNT = Companion("見本 おば", "みほん おば", AgeGroup.FROM_65)


def change_contact(
    receipt: Receipt,
    *,
    email: str = "new@example.jp",
    phone: str = "090-0000-0001",
    now: datetime = START,
    actor: str = "citizen",
) -> bool:
    return services.change_contact(
        signup_id=receipt.signup_id, email=email, phone=phone, keys=keys(), now=now, actor=actor
    )


def replace(
    receipt: Receipt,
    position: int,
    person: Companion = AUNT,
    *,
    now: datetime = START,
) -> None:
    [leaving] = [p for p in signup_now(receipt).participants if p.position == position]
    services.replace_participant(
        signup_id=receipt.signup_id,
        participant_id=leaving.public_id,
        person=person,
        keys=keys(),
        now=now,
        actor="citizen",
    )


def add(
    receipt: Receipt,
    person: Companion = AUNT,
    *,
    now: datetime = START,
    actor: str = "citizen",
) -> None:
    services.add_companion(
        signup_id=receipt.signup_id, person=person, keys=keys(), now=now, actor=actor
    )


def cancel(receipt: Receipt) -> None:
    services.cancel(signup_id=receipt.signup_id, now=START, actor="citizen")


def audited(receipt: Receipt) -> list[str]:
    return list(
        db.session().scalars(
            sa.select(AuditEvent.action)
            .where(AuditEvent.object_id == receipt.signup_id)
            .order_by(AuditEvent.id)
        )
    )


def names(receipt: Receipt) -> list[str]:
    return [person.name for person in queries.live(signup_now(receipt))]


# --- Contact data -----------------------------------------------------------


def test_old_and_new_address_are_both_told_and_only_the_new_one_holds_a_link() -> None:
    receipt = sign_up(make_slot())

    renewed = change_contact(receipt)

    signup = signup_now(receipt)
    confirmation, goodbye, welcome = letters_to(receipt)
    assert renewed
    assert (signup.email, signup.access_version) == ("new@example.jp", 2)
    assert (goodbye.kind, goodbye.recipient) == ("signup-contact-changed", "mihon1@example.jp")
    assert "[[manage-link]]" not in goodbye.body
    assert "[[pin]]" not in goodbye.body
    assert "new@example.jp" not in goodbye.body
    assert goodbye.access_version is None
    assert (welcome.kind, welcome.recipient) == ("signup-contact-changed", "new@example.jp")
    assert ("[[manage-link]]" in welcome.body, welcome.access_version) == (True, 2)
    assert audited(receipt) == ["signup.confirmed", "signup.contact-changed"]
    # What had not gone out yet would only have brought a dead link to a strange mailbox.
    assert confirmation.state is MessageState.SUPPRESSED


def test_the_link_in_the_old_mailbox_opens_nothing_any_more() -> None:
    receipt = sign_up(make_slot())
    old = keys().manage_token(receipt.signup_id, 1)

    change_contact(receipt)

    new = keys().manage_token(receipt.signup_id, 2)
    assert queries.signup_of_token(db.session(), old, keys=keys()) is None
    assert queries.signup_of_token(db.session(), new, keys=keys()) is not None


def test_another_phone_alone_leaves_link_and_pin_as_they_are() -> None:
    receipt = sign_up(make_slot())

    renewed = change_contact(receipt, email="mihon1@example.jp", phone="0297-58-2111")

    assert (renewed, signup_now(receipt).access_version) == (False, 1)
    assert kinds_to(receipt) == ["signup-confirmed", "signup-contact-changed"]


def test_the_same_contact_again_writes_nothing() -> None:
    receipt = sign_up(make_slot())

    change_contact(receipt, email="mihon1@example.jp")

    assert kinds_to(receipt) == ["signup-confirmed"]
    assert audited(receipt) == ["signup.confirmed"]


def test_without_e_mail_it_goes_over_to_the_phone_list() -> None:
    receipt = sign_up(make_slot())

    renewed = change_contact(receipt, email="")

    assert renewed
    assert [letter.recipient for letter in letters_to(receipt)] == ["mihon1@example.jp"] * 2
    assert [call.kind for call in calls_to(receipt)] == ["signup-contact-changed"]


def test_who_gives_an_e_mail_is_written_to_and_no_longer_phoned() -> None:
    receipt = sign_up(make_slot(), email="")

    renewed = change_contact(receipt)

    assert not renewed  # the PIN on the slip of paper still opens it
    assert [call.outcome for call in calls_to(receipt)] == [CallOutcome.NOT_NEEDED]
    assert kinds_to(receipt) == ["signup-contact-changed"]


def test_one_way_to_reach_somebody_stays() -> None:
    receipt = sign_up(make_slot())

    with pytest.raises(NoContact):
        change_contact(receipt, email="", phone="")

    assert signup_now(receipt).email == "mihon1@example.jp"


def test_an_offer_that_went_to_the_old_address_is_made_again_to_the_new_one() -> None:
    slot = make_slot(capacity=1)
    first, waiting = sign_up(slot, 1), sign_up(slot, 2)
    cancel(first)

    change_contact(waiting)

    last = letters_to(waiting)[-1]
    assert (last.kind, last.recipient) == ("signup-offer", "new@example.jp")
    assert "返事の期限：" in last.body


def test_a_caller_is_not_phoned_about_what_they_just_said_on_the_phone() -> None:
    receipt = sign_up(make_slot(), email="")

    change_contact(receipt, email="", phone="0297-58-2111", actor=STAFF)

    told = calls_to(receipt)[-1]
    assert (told.kind, told.outcome) == ("signup-contact-changed", CallOutcome.REACHED)
    assert told.done_by == STAFF
    assert signup_now(receipt).phone == "0297-58-2111"


def test_the_calendar_entry_of_a_sure_place_moves_in_at_the_new_address() -> None:
    slot = make_slot(capacity=1)
    sure, waits = sign_up(slot, 1), sign_up(slot, 2)

    change_contact(sure, email="new1@example.jp")
    change_contact(waits, email="new2@example.jp")
    change_contact(sure, email="new1@example.jp", phone="0297-58-2111")

    changed = [one for one in letters_to(sure) if one.kind == "signup-contact-changed"]
    assert [(one.recipient, one.calendar_method) for one in changed] == [
        ("mihon1@example.jp", None),
        ("new1@example.jp", "PUBLISH"),
        ("new1@example.jp", None),
    ]
    assert letters_to(waits)[-1].calendar is None


def test_everybody_of_the_party_is_counted_under_the_new_contact() -> None:
    before, after = make_slot(), make_slot()
    moved = sign_up(before, 1, party=2)

    change_contact(moved, phone="0297-58-2111")

    again = sign_up(after, 1, party=2, phone="0297-58-2111", email="other@example.jp")
    assert [p.person_key for p in signup_now(moved).participants] == [
        p.person_key for p in signup_now(again).participants
    ]


def test_a_change_makes_nobody_come_twice() -> None:
    slot = make_slot()
    first = sign_up(slot, 1)
    second = sign_up(slot, 2, kana="みほん い", name="見本 1")

    with pytest.raises(AlreadySignedUp):
        change_contact(second, email="mihon1@example.jp", phone="")

    assert signup_now(second).email == "mihon2@example.jp"
    assert kinds_to(first) == ["signup-confirmed", "signup-link"]


def test_five_changes_of_contact_an_hour_and_staff_are_not_counted() -> None:
    receipt = sign_up(make_slot())
    for number in range(5):
        change_contact(receipt, email=f"new{number}@example.jp")

    with pytest.raises(TooOften):
        change_contact(receipt, email="one-more@example.jp")

    change_contact(receipt, email="one-more@example.jp", actor=STAFF)
    assert signup_now(receipt).email == "one-more@example.jp"


# --- Who comes --------------------------------------------------------------


def test_somebody_else_comes_in_a_companions_place() -> None:
    slot = make_slot(capacity=2)
    receipt = sign_up(slot, party=2)

    replace(receipt, 2)

    assert names(receipt) == ["見本 1", "見本 おば"]
    assert slot_now(slot).places_taken == 2
    assert kinds_to(receipt) == ["signup-confirmed", "signup-party-changed"]
    assert audited(receipt)[-1] == "signup.participant-replaced"


def test_the_applicant_may_give_the_own_place_on_and_stays_the_contact() -> None:
    receipt = sign_up(make_slot())

    replace(receipt, 1)

    signup = signup_now(receipt)
    assert (signup.name, signup.email) == ("見本 1", "mihon1@example.jp")
    assert names(receipt) == ["見本 おば"]


def test_who_takes_a_place_is_counted_as_who_they_are() -> None:
    slot, other = make_slot(), make_slot()
    receipt = sign_up(slot)

    replace(receipt, 1)

    aunt = sign_up(other, 1, name=AUNT.name, kana=AUNT.kana)
    [now], [known] = signup_now(receipt).participants, signup_now(aunt).participants
    assert now.person_key == known.person_key


def test_the_same_person_sent_twice_is_one_change() -> None:
    receipt = sign_up(make_slot())

    replace(receipt, 1)
    replace(receipt, 1)

    assert kinds_to(receipt).count("signup-party-changed") == 1


def test_nobody_is_named_twice_within_a_party_or_on_a_day() -> None:
    slot = make_slot()
    sign_up(slot, 1, name=AUNT.name, kana="ミホン　オバ")
    receipt = sign_up(slot, 1, party=2)
    self_again = Companion("見本 1", "みほん い", AgeGroup.FROM_65)

    with pytest.raises(SamePersonTwice):
        replace(receipt, 2, self_again)
    with pytest.raises(AlreadySignedUp):
        replace(receipt, 2)
    with pytest.raises(AlreadySignedUp):
        add(receipt)

    assert names(receipt) == ["見本 1", "見本 1 同行1"]


def test_the_age_that_an_activity_is_for_holds_for_who_comes_later_too() -> None:
    slot = make_slot(opportunity=make_opportunity(max_age=15))
    receipt = sign_up(slot, age_group=AgeGroup.JUNIOR_HIGH)

    with pytest.raises(NotOfAge):
        replace(receipt, 1)


def test_somebody_elses_participant_is_not_replaced() -> None:
    slot = make_slot()
    own, other = sign_up(slot, 1), sign_up(slot, 2)

    with pytest.raises(NothingToCancel):
        services.replace_participant(
            signup_id=own.signup_id,
            participant_id=signup_now(other).participants[0].public_id,
            person=AUNT,
            keys=keys(),
            now=START,
            actor="citizen",
        )


def test_who_cancelled_and_a_day_that_has_begun_are_not_changed() -> None:
    gone, begun = sign_up(make_slot(), 1), sign_up(make_slot(), 2)
    cancel(gone)

    with pytest.raises(NotLive):
        change_contact(gone)
    with pytest.raises(ActivityBegun):
        replace(begun, 1, now=COMING)
    with pytest.raises(ActivityBegun):
        change_contact(begun, now=COMING)


def test_a_sign_up_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NoResultFound):
        services.answer_change(signup_id="0" * 12, comes=True, now=START, actor="citizen")
