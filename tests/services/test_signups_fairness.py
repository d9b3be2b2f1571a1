"""What goes wrong with waitlists and families elsewhere, held here by name."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.opportunities.models import Slot
from kyodo_match.signups import queries, services
from kyodo_match.signups.errors import Full, NoPlaceToAdd
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import (
    AgeGroup,
    Companion,
    Receipt,
    SignupStatus,
    WaitingReason,
)
from tests.support.clock import START
from tests.support.make_opportunities import COMING, make_slot
from tests.support.make_signups import (
    at_once,
    calls_to,
    kana_of,
    keys,
    kinds_to,
    letters_to,
    sign_up,
    signup_now,
    slot_now,
    status_of,
)

pytestmark = pytest.mark.usefixtures("app")


def cancel(receipt: Receipt, *, now: datetime = START, one: bool = False) -> None:
    person = queries.live(signup_now(receipt))[-1].public_id if one else None
    services.cancel(signup_id=receipt.signup_id, participant_id=person, now=now, actor="citizen")


def people_on(slot: Slot) -> list[tuple[str, int]]:
    """Each sign-up of a slot with the number of people in it."""
    rows = db.session().execute(
        sa.select(Signup.status, sa.func.count(Participant.id))
        .join(Participant, Participant.signup_id == Signup.id)
        .where(Signup.slot_id == slot.id, Participant.cancelled_at.is_(None))
        .group_by(Signup.id, Signup.status)
        .order_by(Signup.id)
    )
    return [(row[0].value, row[1]) for row in rows]


def test_a_family_is_never_split_by_the_places_that_become_free() -> None:
    """Elsewhere heads are promoted one by one: two of a family come, the third waits on."""
    slot = make_slot(capacity=3)
    full, family = sign_up(slot, 1, party=3), sign_up(slot, 2, party=3)

    cancel(full, one=True)
    cancel(full, one=True)
    with_two_free = people_on(slot)
    cancel(full)

    assert with_two_free == [("confirmed", 1), ("waitlisted", 3)]
    assert people_on(slot) == [("offered", 3)]
    services.answer_offer(signup_id=family.signup_id, accept=True, now=START, actor="citizen")
    assert people_on(slot) == [("confirmed", 3)]


@pytest.mark.parametrize("waitlist_limit", [0, 2])
def test_the_rest_of_a_family_is_never_dropped_silently(waitlist_limit: int) -> None:
    """Elsewhere, with places and waitlist nearly full, some of a group are taken, others lost."""
    slot = make_slot(capacity=2, waitlist_limit=waitlist_limit)
    sign_up(slot, 1)

    with pytest.raises(Full):
        sign_up(slot, 2, party=3)

    assert people_on(slot) == [("confirmed", 1)]
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (1, 0)


def test_an_offer_after_applications_closed_can_still_be_taken() -> None:
    """Elsewhere offers go out after closing, and lead to a form that is shut."""
    slot = make_slot(capacity=1)
    full, waiting = sign_up(slot, 1), sign_up(slot, 2)
    assert slot.closes_at is not None

    cancel(full, now=slot.closes_at)
    services.answer_offer(
        signup_id=waiting.signup_id, accept=True, now=slot.closes_at, actor="citizen"
    )

    assert status_of(waiting) is SignupStatus.CONFIRMED


def test_near_the_day_nobody_is_written_to_and_the_page_says_why() -> None:
    """Elsewhere an offer is mailed in the last night, and nobody can tell why nobody moves."""
    slot = make_slot(capacity=1, cancel_until=None)
    full, waiting = sign_up(slot, 1), sign_up(slot, 2)
    stopped = COMING - timedelta(hours=20)

    told = queries.why_waiting(db.session(), slot_now(slot), signup_now(waiting), now=stopped)
    cancel(full, now=stopped)

    assert told.reason is WaitingReason.OFFERS_STOPPED
    assert kinds_to(waiting) == ["signup-waitlisted"]
    assert [call.kind for call in calls_to(waiting)] == ["signup-offer"]


def test_who_waits_may_leave_and_the_next_moves_up() -> None:
    """Elsewhere one cannot leave a waitlist while waiting."""
    slot = make_slot(capacity=2)
    full = sign_up(slot, 1, party=2)
    leaving, single = sign_up(slot, 2, party=2), sign_up(slot, 3)
    cancel(full, one=True)

    cancel(leaving)

    assert (status_of(leaving), status_of(single)) == (
        SignupStatus.CANCELLED,
        SignupStatus.OFFERED,
    )


def test_a_family_signs_up_one_by_one_with_one_address() -> None:
    """Elsewhere one address is one person: parents and a child without e-mail cannot sign up."""
    slot = make_slot()
    names = (
        ("山田 花子", "やまだ はなこ"),
        ("山田 太郎", "やまだ たろう"),
        ("山田 健", "やまだ けん"),
    )
    family = [
        sign_up(slot, name=name, kana=kana, email="kazoku@example.jp", phone="")
        for name, kana in names
    ]

    cancel(family[1])
    services.resend_link(email="kazoku@example.jp", keys=keys(), now=START)

    assert [status_of(one) for one in family] == [
        SignupStatus.CONFIRMED,
        SignupStatus.CANCELLED,
        SignupStatus.CONFIRMED,
    ]
    assert len({signup_now(one).participants[0].person_key for one in family}) == 3
    assert [letters_to(one)[-1].kind for one in family] == [
        "signup-link",
        "signup-cancelled",
        "signup-link",
    ]
    sent_to = set(db.session().scalars(sa.select(OutboxMessage.recipient)))
    assert sent_to == {"kazoku@example.jp"}


def test_two_parties_that_grow_at_once_never_share_the_last_place(app: Flask) -> None:
    """Elsewhere sign-ups are locked and holds are not: two people hold the last seat."""
    slot = make_slot(capacity=9)
    parties = [sign_up(slot, n) for n in range(1, 9)]

    def grow(n: int) -> bool:
        try:
            services.add_companion(
                signup_id=parties[n].signup_id,
                person=Companion(f"同行 {n}", f"どうこう {kana_of(n)}", AgeGroup.FROM_65),
                keys=keys(),
                now=START,
                actor="citizen",
            )
        except NoPlaceToAdd:
            return False
        return True

    grown = at_once(app, grow, 8)

    assert sum(grown) == 1
    assert slot_now(slot).places_taken == 9


def test_offers_and_sign_ups_at_once_never_hold_the_same_place(app: Flask) -> None:
    """A hold is a place: what is offered to the queue is not there for who comes meanwhile."""
    slot = make_slot(capacity=4)
    taken = [sign_up(slot, n) for n in range(1, 5)]
    waiting = [sign_up(slot, n) for n in range(5, 9)]

    def act(n: int) -> None:
        if n < 4:
            services.cancel(signup_id=taken[n].signup_id, now=START, actor="citizen")
        else:
            sign_up(slot, 100 + n)

    at_once(app, act, 8)

    assert [status_of(receipt) for receipt in waiting] == [SignupStatus.OFFERED] * 4
    assert slot_now(slot).places_taken == 4
    assert slot_now(slot).places_waiting == 4
