"""Applying to a round: one person once, numbers, lateness, changes and cancellations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.audit.services import CITIZEN
from kyodo_match.core.db import db
from kyodo_match.matching.errors.rounds import (
    AlreadyEntered,
    ChoicesFaulty,
    NotEntered,
    RoundClosed,
)
from kyodo_match.matching.models.rounds import DrawEntry, DrawPerson
from kyodo_match.matching.queries import entries, rounds
from kyodo_match.matching.rules.rounds import PaperRule, PersonFacts
from kyodo_match.matching.services import changing
from kyodo_match.signups import services as signups
from kyodo_match.signups.errors import DrawnByLot, InDrawStill, NotOfAge, PartyTooLarge
from kyodo_match.signups.rules import AgeGroup, Channel, Residency, SignupStatus
from tests.support.clock import START
from tests.support.databases import look_again
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_rounds import (
    ACTOR,
    CLOSES,
    enter,
    entry_now,
    make_days,
    make_entry,
    make_round,
    round_now,
    wishes_of,
)
from tests.support.make_signups import (
    at_once,
    calls_to,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

RESIDENT = PersonFacts(Residency.RESIDENT, first_time=True)


@pytest.mark.usefixtures("app")
def test_an_application_waits_for_its_draw_under_a_number_of_its_own() -> None:
    days = make_days()
    one = make_round(days)

    first, second = enter(one, days[:2], 1), enter(one, [days[2]], 2, 3)

    assert [entry_now(one).entry_number for one in (first, second)] == ["A-0001", "A-0002"]
    assert (first.status, status_of(first)) == (SignupStatus.ENTERED, SignupStatus.ENTERED)
    assert wishes_of(first) == [days[0].public_id, days[1].public_id]
    assert entry_now(second).size == 3
    assert [slot_now(day).places_taken for day in days] == [0, 0, 0]
    assert [slot_now(day).undecided for day in days] == [1, 0, 1]
    letter = letters_to(first)[0]
    assert letter.kind == "signup-entered"
    assert "抽選番号：A-0001" in letter.body
    assert "第2希望" in letter.body
    assert "見本" not in letter.body.replace("里山", "")


@pytest.mark.usefixtures("app")
def test_one_person_is_in_a_round_once_by_phone_or_by_mail() -> None:
    days = make_days()
    one = make_round(days)
    first = enter(one, [days[0]], 1, 2)

    with pytest.raises(AlreadyEntered):
        enter(one, [days[1]], 1, email="")
    with pytest.raises(AlreadyEntered):
        enter(one, [days[1]], 1, phone="")
    sister = enter(one, [days[1]], 1, kana="みほん いもうと")

    assert kinds_to(first) == ["signup-entered", "signup-link"]
    assert status_of(sister) is SignupStatus.ENTERED
    assert len(db.session().scalars(sa.select(DrawEntry.id)).all()) == 2


@pytest.mark.usefixtures("app")
def test_who_cancelled_may_enter_again_and_so_may_a_companion_who_left() -> None:
    days = make_days()
    one = make_round(days)
    first, pair = enter(one, [days[0]], 1), enter(one, [days[0]], 2, 2)
    leaving = signup_now(pair).participants[1]

    signups.cancel(signup_id=first.signup_id, now=START, actor=CITIZEN)
    signups.cancel(
        signup_id=pair.signup_id, participant_id=leaving.public_id, now=START, actor=CITIZEN
    )
    again = enter(one, [days[1]], 1)
    alone = enter(one, [days[1]], 2, name=leaving.name, kana=leaving.kana)

    assert {status_of(again), status_of(alone)} == {SignupStatus.ENTERED}
    with pytest.raises(AlreadyEntered):
        enter(one, [days[1]], 2)
    letter = letters_to(first)[1]
    assert letter.kind == "signup-cancelled"
    assert "冬の1日体験の抽選" in letter.subject
    counted = rounds.counts(db.session(), round_now(one.public_id))
    assert (counted.entries, counted.people) == (3, 3)
    assert counted.first(days[0].id) == 1


def test_the_same_person_at_once_leaves_one_application(app: Flask) -> None:
    days = make_days(2)
    one = make_round(days)

    def apply(n: int) -> str:
        try:
            return enter(one, [days[n % 2]], 1).number
        except AlreadyEntered:
            return ""

    outcomes = at_once(app, apply, 4)
    look_again()

    assert sum(1 for number in outcomes if number) == 1
    assert len(db.session().scalars(sa.select(DrawEntry.id)).all()) == 1
    assert len(db.session().scalars(sa.select(DrawPerson.person_key)).all()) == 2


def test_different_people_at_once_get_numbers_without_a_gap(app: Flask) -> None:
    days = make_days(1)
    one = make_round(days)

    at_once(app, lambda n: enter(one, days, n + 1).number, 6)
    look_again()

    numbers = db.session().scalars(sa.select(DrawEntry.entry_number)).all()
    assert sorted(numbers) == [f"A-{n:04}" for n in range(1, 7)]


@pytest.mark.usefixtures("app")
def test_the_same_submission_again_gives_the_same_receipt() -> None:
    days = make_days(1)
    one = make_round(days)

    first = enter(one, days, 1, submission_key="k1")
    again = enter(one, days, 1, submission_key="k1")

    assert (again.number, again.repeated) == (first.number, True)
    assert kinds_to(first) == ["signup-entered"]


@pytest.mark.usefixtures("app")
def test_wishes_ages_and_parties_are_checked_against_the_round() -> None:
    adults = make_opportunity(min_age=18)
    days = [make_slot(opportunity=adults), *make_days(1)]
    other = make_slot()
    one = make_round(days, party_limit=2)

    with pytest.raises(ChoicesFaulty):
        enter(one, [other])
    with pytest.raises(PartyTooLarge):
        enter(one, [days[1]], 1, 3)
    with pytest.raises(NotOfAge):
        enter(one, [days[1], days[0]], 1, 2)
    with pytest.raises(NotOfAge):
        enter(one, [days[0]], age_group=AgeGroup.HIGH_SCHOOL)
    assert db.session().scalars(sa.select(DrawEntry.id)).all() == []


@pytest.mark.usefixtures("app")
def test_a_day_of_a_draw_takes_no_first_come_application() -> None:
    days = make_days(1)
    make_round(days)

    with pytest.raises(DrawnByLot):
        sign_up(days[0])


@pytest.mark.usefixtures("app")
def test_paper_after_the_deadline_is_late_and_its_sender_is_phoned() -> None:
    days = make_days(1)
    one = make_round(days, paper_rule=PaperRule.POSTMARK, freezes_at=CLOSES + timedelta(days=2))
    later = CLOSES + timedelta(days=1)

    def paper(n: int, stamped: date) -> DrawEntry:
        receipt = enter(
            one, days, n, now=later, actor=ACTOR, channel=Channel.PAPER, email="",
            received_at=later, entered_by=ACTOR, postmarked_on=stamped,
        )  # fmt: skip
        assert [call.kind for call in calls_to(receipt)] == ["signup-entered"]
        return entry_now(receipt)

    assert not paper(1, date(2026, 12, 2)).is_late
    assert paper(2, date(2026, 12, 3)).is_late
    with pytest.raises(RoundClosed):
        enter(one, days, 3, now=later)


@pytest.mark.usefixtures("app")
def test_wishes_and_people_change_until_the_deadline_and_the_number_stays() -> None:
    days = make_days()
    one = make_round(days)
    receipt, other = enter(one, [days[0]], 1, 3), enter(one, [days[0]], 9)
    verified = [replace(RESIDENT, verified=True)] * 3
    changing.check_facts(
        signup_id=receipt.signup_id, facts=verified, is_late=False, now=START, actor=ACTOR
    )

    def change(n: int, party: int, at: timedelta = timedelta(0), **over: object) -> bool:
        return changing.change_entry(
            signup_id=receipt.signup_id,
            entry=make_entry([days[2], days[1]], n, party, **over),
            keys=keys(),
            now=START + at,
            actor=CITIZEN,
        )

    assert change(1, 2) is False
    entry = entry_now(receipt)
    assert (entry.entry_number, entry.size) == ("A-0001", 2)
    assert wishes_of(receipt) == [days[2].public_id, days[1].public_id]
    assert entry.signup.slot_id == days[2].id
    assert [one.cancelled_at is None for one in entry.signup.participants] == [True, True, False]
    assert [facts.verified for _person, facts in entries.people_of(entry, one)] == [True, True]
    change(1, 2, facts=[RESIDENT, PersonFacts(Residency.OTHER, first_time=True)])
    facts = [facts for _person, facts in entries.people_of(entry_now(receipt), one)]
    assert [one.verified for one in facts] == [True, False]
    assert entries.class_now(entry_now(receipt), one) == 2
    assert change(1, 1, email="neu@example.jp") is True
    with pytest.raises(AlreadyEntered):
        change(9, 1)
    with pytest.raises(RoundClosed):
        change(1, 1, CLOSES - START)
    assert kinds_to(other)[-1] == "signup-link"
    assert kinds_to(receipt).count("signup-entry-changed") == 3
    first_wishes = [wishes_of(one)[0] for one in (receipt, other)]
    assert [slot_now(day).undecided for day in days] == [
        first_wishes.count(day.public_id) for day in days
    ]


@pytest.mark.usefixtures("app")
def test_a_new_contact_is_a_claim_too() -> None:
    days = make_days(1)
    one = make_round(days)
    receipt = enter(one, days, 1)
    changing.change_entry(
        signup_id=receipt.signup_id,
        entry=make_entry(days, 1, email="neu@example.jp", phone=""),
        keys=keys(),
        now=START,
        actor=CITIZEN,
    )

    with pytest.raises(AlreadyEntered):
        enter(one, days, 1, email="neu@example.jp", phone="090-9999-9999")
    assert status_of(enter(one, days, 1)) is SignupStatus.ENTERED


@pytest.mark.usefixtures("app")
def test_what_a_draw_waits_for_is_changed_by_its_round_alone() -> None:
    days = make_days(1)
    receipt = enter(make_round(days), days)
    one = signup_now(receipt)

    with pytest.raises(InDrawStill):
        signups.change_contact(
            signup_id=receipt.signup_id, email="x@example.jp", phone="", keys=keys(),
            now=START, actor=CITIZEN,
        )  # fmt: skip
    later = CLOSES + timedelta(hours=1)
    renewed = changing.change_entry_contact(
        signup_id=receipt.signup_id, email="x@example.jp", phone=one.phone, keys=keys(),
        now=later, actor=CITIZEN,
    )  # fmt: skip

    assert renewed
    assert kinds_to(receipt)[-1] == "signup-contact-changed"
    signups.cancel(signup_id=receipt.signup_id, now=later, actor=CITIZEN)
    with pytest.raises(NotEntered):
        changing.change_entry_contact(
            signup_id=receipt.signup_id, email="", phone=one.phone, keys=keys(), now=later,
            actor=CITIZEN,
        )  # fmt: skip
