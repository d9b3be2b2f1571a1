"""Roles and a group's answer, as rules: who gets what, and when silence ends."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core.clock import TOKYO
from kyodo_match.signups.errors import (
    NobodyAsked,
    NotAwaitingApproval,
    NotOfResidency,
    QuestionOpen,
)
from kyodo_match.signups.rules import (
    Residency,
    SignupStatus,
    approving,
    check_residency,
    promoted_to_roles,
    role_for,
    room_for,
    uncontested,
)

DAY = datetime(2026, 12, 12, 9, 30, tzinfo=TOKYO)
EVE = datetime(2026, 12, 11, 18, 0, tzinfo=TOKYO)


def test_an_answer_comes_until_six_of_the_day_before_and_for_the_late_until_the_start() -> None:
    early, late = EVE - timedelta(days=3), EVE + timedelta(minutes=1)

    assert approving.answered_until(last_call=DAY, received_at=early) == EVE
    assert approving.answered_until(last_call=DAY, received_at=late) == DAY


def test_one_question_waits_at_a_time_and_only_an_open_one_is_answered() -> None:
    approving.check_question(is_open=False, wanted=False)
    approving.check_question(is_open=True, wanted=True)
    with pytest.raises(QuestionOpen):
        approving.check_question(is_open=True, wanted=False)
    with pytest.raises(NobodyAsked):
        approving.check_question(is_open=False, wanted=True)
    with pytest.raises(NotAwaitingApproval):
        approving.check_awaiting(SignupStatus.CONFIRMED)


def test_where_nobody_is_named_everybody_may_take_part() -> None:
    check_residency(Residency.OTHER, residencies=())
    check_residency(Residency.WORKER, residencies=("resident", "worker"))
    with pytest.raises(NotOfResidency):
        check_residency(Residency.OTHER, residencies=("resident",))


def test_a_party_stays_together_in_the_role_that_it_wants_or_where_most_are_needed() -> None:
    room = {1: 1, 2: 3, 3: 3}

    assert (role_for(1, 1, room), role_for(2, 1, room)) == (1, None)
    assert role_for(2, None, room) == 2, "the first of those with most room"
    assert role_for(4, None, room) is None
    assert (room_for(1, room), room_for(None, room), room_for(9, room)) == (1, 3, 0)
    assert uncontested(room, {2: 1}) == {1: 1, 3: 3}
    assert uncontested(room, {None: 1}) == {}, "who waits for any waits for each"


def test_a_queue_for_one_role_keeps_no_other_role_empty() -> None:
    queue = [(1, 1), (1, 2), (1, 1), (1, 2)]

    assert promoted_to_roles(room={1: 0, 2: 1}, queue=queue, pass_smaller=False) == [(1, 2)]


@given(
    room=st.dictionaries(st.integers(1, 3), st.integers(0, 3), min_size=1),
    queue=st.lists(st.tuples(st.integers(1, 3), st.sampled_from([1, 2, 3, None])), max_size=6),
    pass_smaller=st.booleans(),
)
def test_nobody_is_offered_a_place_that_is_not_there_or_overtakes_a_rival(
    room: dict[int, int], queue: list[tuple[int, int | None]], *, pass_smaller: bool
) -> None:
    queue = [(size, role if role in room else None) for size, role in queue]

    chosen = promoted_to_roles(room=room, queue=queue, pass_smaller=pass_smaller)

    left = dict(room)
    for index, role in chosen:
        assert queue[index][1] in {None, role}
        left[role] -= queue[index][0]
    assert min(left.values()) >= 0
    passed = dict(chosen)
    for index, (_size, wanted) in enumerate(queue):
        if index in passed or pass_smaller:
            continue
        rivals_behind = [at for at, role in chosen if at > index and wanted in {None, role}]
        assert not rivals_behind
