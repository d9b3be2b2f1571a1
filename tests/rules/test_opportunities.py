"""States of opportunities and days, what is complete, and the times that are filled in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kyodo_match.core.clock import TOKYO
from kyodo_match.opportunities.errors import EdgeNotDrawn, NotEditable
from kyodo_match.opportunities.rules import (
    LOOKED_AT_FIRST,
    Content,
    OpportunityKind,
    OpportunityStatus,
    Places,
    SlotPlan,
    SlotState,
    SlotStatus,
    check_editable,
    default_times,
    faults,
    missing,
    move,
    slot_state,
)
from kyodo_match.settings.rules import OfficeCalendar

S = OpportunityStatus
DRAWN = {
    (S.DRAFT, S.SUBMITTED),
    (S.SUBMITTED, S.PUBLISHED),
    (S.PUBLISHED, S.CLOSED),
    (S.CLOSED, S.ARCHIVED),
    (S.SUBMITTED, S.RETURNED),
    (S.RETURNED, S.SUBMITTED),
    (S.DRAFT, S.WITHDRAWN),
    (S.SUBMITTED, S.WITHDRAWN),
    (S.RETURNED, S.WITHDRAWN),
    (S.PUBLISHED, S.WITHDRAWN),
    (S.CLOSED, S.PUBLISHED),
}
NOT_DRAWN = [edge for edge in product(S, S) if edge not in DRAWN]
START = datetime(2026, 12, 12, 0, 30, tzinfo=UTC)  # Saturday, 9:30 in Japan
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
PLAN = SlotPlan(starts_at=START, ends_at=START + timedelta(hours=2), capacity=10)
WHOLE = Content(
    kind=OpportunityKind.EXPERIENCE,
    title="里山の一日体験",
    description="落ち葉を集めます。",
    plain_fields=("environment",),
    place="豊森の里山",
    fee="無料",
    bring="軍手",
    rain="小雨は行います",
    alone_welcome=False,
    beginner_welcome=True,
    contact_name="体験係",
    contact_phone="0297-00-0101",
)


@pytest.mark.parametrize(("old", "new"), sorted(DRAWN))
def test_a_drawn_edge_leads_to_the_new_state(
    old: OpportunityStatus, new: OpportunityStatus
) -> None:
    assert move(old, new) is new


@pytest.mark.parametrize(("old", "new"), NOT_DRAWN)
def test_an_edge_that_is_not_drawn_raises(old: OpportunityStatus, new: OpportunityStatus) -> None:
    with pytest.raises(EdgeNotDrawn):
        move(old, new)


@pytest.mark.parametrize(
    ("status", "group", "office"),
    [
        (S.DRAFT, True, True),
        (S.RETURNED, True, True),
        (S.SUBMITTED, False, True),
        (S.PUBLISHED, True, True),
        (S.CLOSED, False, True),
        (S.ARCHIVED, False, False),
        (S.WITHDRAWN, False, False),
    ],
)
def test_a_group_writes_but_while_the_office_reads_or_has_put_it_away(
    status: OpportunityStatus, *, group: bool, office: bool
) -> None:
    for is_office, allowed in ((False, group), (True, office)):
        if allowed:
            check_editable(status, office=is_office)
        else:
            with pytest.raises(NotEditable):
                check_editable(status, office=is_office)


def test_a_whole_content_with_a_day_lacks_nothing_and_no_is_an_answer() -> None:
    assert missing(WHOLE, slots=1) == ()


@pytest.mark.parametrize("name", LOOKED_AT_FIRST)
def test_what_people_look_at_first_is_missed(name: str) -> None:
    blank = getattr(Content(kind=OpportunityKind.EVENT, title="催し"), name)

    assert missing(replace(WHOLE, **{name: blank}), slots=1) == (name,)


def test_a_day_is_missed() -> None:
    assert missing(WHOLE, slots=0) == ("slots",)


@pytest.mark.parametrize(
    ("places", "state"),
    [
        (Places(capacity=10, taken=0, held=0, waiting=0, waitlist_limit=None), SlotState.OPEN),
        (Places(capacity=10, taken=7, held=0, waiting=0, waitlist_limit=None), SlotState.OPEN),
        (Places(capacity=10, taken=8, held=0, waiting=0, waitlist_limit=None), SlotState.FEW),
        (Places(capacity=50, taken=40, held=0, waiting=0, waitlist_limit=None), SlotState.FEW),
        (Places(capacity=2, taken=0, held=0, waiting=0, waitlist_limit=None), SlotState.OPEN),
        (
            Places(capacity=10, taken=10, held=0, waiting=0, waitlist_limit=None),
            SlotState.WAITLIST,
        ),
        (Places(capacity=10, taken=10, held=0, waiting=0, waitlist_limit=0), SlotState.FULL),
        (Places(capacity=10, taken=10, held=0, waiting=3, waitlist_limit=3), SlotState.FULL),
        (Places(capacity=10, taken=8, held=2, waiting=3, waitlist_limit=None), SlotState.WAITLIST),
        (Places(capacity=10, taken=4, held=1, waiting=3, waitlist_limit=0), SlotState.OPEN),
    ],
)
def test_places_are_free_few_or_taken(places: Places, state: SlotState) -> None:
    assert places.state is state


@pytest.mark.parametrize(
    ("status", "at", "state"),
    [
        (SlotStatus.SCHEDULED, START - timedelta(days=30), SlotState.NOT_YET),
        (SlotStatus.SCHEDULED, START - timedelta(days=10), SlotState.OPEN),
        (SlotStatus.SCHEDULED, START - timedelta(hours=1), SlotState.CLOSED),
        (SlotStatus.SCHEDULED, START + timedelta(hours=1), SlotState.CLOSED),
        (SlotStatus.SCHEDULED, START + timedelta(hours=2), SlotState.PAST),
        (SlotStatus.POSTPONED, START - timedelta(days=10), SlotState.POSTPONED),
        (SlotStatus.CANCELLED, START - timedelta(days=10), SlotState.CANCELLED),
        (SlotStatus.CANCELLED, START + timedelta(days=10), SlotState.CANCELLED),
    ],
)
def test_the_state_of_a_day_follows_from_time(
    status: SlotStatus, at: datetime, state: SlotState
) -> None:
    found = slot_state(
        status,
        Places(capacity=10, taken=0, held=0, waiting=0, waitlist_limit=None),
        opens_at=START - timedelta(days=20),
        closes_at=START - timedelta(days=1),
        ends_at=START + timedelta(hours=2),
        now=at,
    )

    assert found is state


def test_a_day_without_times_has_not_opened() -> None:
    found = slot_state(
        SlotStatus.SCHEDULED,
        Places(capacity=10, taken=0, held=0, waiting=0, waitlist_limit=None),
        opens_at=None,
        closes_at=None,
        ends_at=START,
        now=NOW,
    )

    assert found is SlotState.NOT_YET


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"closes_at": START + timedelta(hours=3)}, "closes_at"),
        ({"opens_at": START}, "opens_at"),
        ({"cancel_until": START + timedelta(minutes=1)}, "cancel_until"),
        ({"capacity": 0}, "capacity"),
        ({"minimum": 11}, "minimum"),
        ({"minimum": 0}, "minimum"),
        ({"party_limit": 0}, "party_limit"),
    ],
)
def test_a_plan_names_the_field_that_contradicts(wrong: dict[str, object], named: str) -> None:
    assert named in faults(replace(PLAN, **wrong))  # type: ignore[arg-type]


def test_a_plain_plan_has_no_fault() -> None:
    assert faults(PLAN) == ()


def test_blank_times_are_filled_in_at_publication() -> None:
    times = default_times(starts_at=START, published_at=NOW, calendar=OfficeCalendar())

    # Sunday 22 November, and Monday is 勤労感謝の日.
    assert times.opens_at == datetime(2026, 11, 24, 8, 30, tzinfo=TOKYO)
    assert times.closes_at == datetime(2026, 12, 11, 17, 0, tzinfo=TOKYO)
    assert times.cancel_until == times.closes_at
    assert times.offers_stop_at == START - timedelta(hours=24)


def test_times_that_were_given_stay() -> None:
    opens, closes = NOW + timedelta(days=1), START - timedelta(days=3)

    times = default_times(
        starts_at=START,
        published_at=NOW,
        calendar=OfficeCalendar(),
        opens_at=opens,
        closes_at=closes,
    )

    assert (times.opens_at, times.closes_at, times.cancel_until) == (opens, closes, closes)


def test_a_day_published_on_the_weekend_before_opens_at_once() -> None:
    sunday = datetime(2026, 11, 22, 10, 0, tzinfo=TOKYO)
    tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)

    times = default_times(starts_at=tuesday, published_at=sunday, calendar=OfficeCalendar())

    assert times.opens_at == sunday
    assert times.closes_at == datetime(2026, 11, 23, 17, 0, tzinfo=TOKYO)
