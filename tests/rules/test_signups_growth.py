"""一人加える: when a party may become one person more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.signups.errors import (
    AnswerFirst,
    NoPlaceToAdd,
    NotLive,
    PartyTooLarge,
    SignupRefused,
    WaitlistFull,
)
from kyodo_match.signups.rules import LIVE, SignupStatus, check_growth

CONFIRMED, WAITLISTED = SignupStatus.CONFIRMED, SignupStatus.WAITLISTED


def grow(
    status: SignupStatus = CONFIRMED,
    *,
    party: int = 2,
    limit: int = 5,
    more: int = 1,
    free: int = 1,
    waiting: int = 0,
    waitlist_free: int | None = None,
) -> None:
    check_growth(
        status,
        party=party,
        limit=limit,
        more=more,
        free=free,
        waiting=waiting,
        waitlist_free=waitlist_free,
    )


def test_a_free_place_that_nobody_waits_for_is_taken() -> None:
    grow(free=1)


@pytest.mark.parametrize(("free", "waiting"), [(0, 0), (0, 3), (5, 1)])
def test_a_sure_place_more_must_be_free_and_nobodys(free: int, waiting: int) -> None:
    with pytest.raises(NoPlaceToAdd) as refusal:
        grow(free=free, waiting=waiting)

    assert refusal.value.somebody_waits is (waiting > 0)


def test_a_party_that_is_one_place_takes_none_more() -> None:
    grow(more=0, free=0, waiting=4)
    grow(WAITLISTED, more=0, waitlist_free=0)


@pytest.mark.parametrize("waitlist_free", [None, 1, 7])
def test_who_waits_grows_while_the_waitlist_has_room(waitlist_free: int | None) -> None:
    grow(WAITLISTED, free=0, waiting=9, waitlist_free=waitlist_free)


def test_a_waitlist_without_room_takes_nobody_more() -> None:
    with pytest.raises(WaitlistFull):
        grow(WAITLISTED, waitlist_free=0)


@pytest.mark.parametrize("status", [CONFIRMED, WAITLISTED])
def test_the_limit_of_a_party_is_the_limit(status: SignupStatus) -> None:
    grow(status, party=5, limit=5)
    with pytest.raises(PartyTooLarge):
        grow(status, party=6, limit=5)


def test_a_party_that_waits_for_the_groups_answer_grows_without_a_place() -> None:
    grow(SignupStatus.AWAITING_APPROVAL, party=5, limit=5, free=0)
    with pytest.raises(PartyTooLarge):
        grow(SignupStatus.AWAITING_APPROVAL, party=6, limit=5)


@pytest.mark.parametrize("status", SignupStatus)
def test_in_no_other_state_does_a_party_grow(status: SignupStatus) -> None:
    if status in {CONFIRMED, WAITLISTED, SignupStatus.AWAITING_APPROVAL}:
        return
    asked = {SignupStatus.OFFERED, SignupStatus.AWAITING_ANSWER}

    with pytest.raises(AnswerFirst if status in asked else NotLive):
        grow(status)


@given(
    status=st.sampled_from(sorted(LIVE)),
    capacity=st.integers(1, 20),
    taken=st.integers(0, 20),
    waiting=st.integers(0, 20),
    more=st.integers(0, 1),
)
def test_whoever_may_grow_neither_oversells_nor_passes_the_queue(
    status: SignupStatus, capacity: int, taken: int, waiting: int, more: int
) -> None:
    try:
        grow(status, more=more, free=capacity - taken, waiting=waiting)
    except SignupRefused:
        return

    if status is CONFIRMED and more:
        assert taken + more <= capacity
        assert waiting == 0
