"""Who may be put down for a day, in which role, and until when they answer."""

from datetime import timedelta

import pytest

from kyodo_match.matching.errors.volunteers import (
    AskedAlready,
    AskedEnough,
    BusyThen,
    CannotCome,
    NotToBeAsked,
)
from kyodo_match.matching.rules.proposals import (
    RolePlace,
    answer_by,
    check_askable,
    clash,
    role_for,
    waited,
)
from kyodo_match.matching.rules.recommending import Filter
from kyodo_match.matching.rules.volunteers import ProposalState, VolunteerState
from kyodo_match.settings.rules import OfficeCalendar
from tests.support.make_needs import NOW, SATURDAY, a_need, tokyo_time

WILLING = {
    "state": VolunteerState.ACTIVE,
    "is_confirmed": True,
    "may_be_asked": True,
    "open_now": 0,
    "before": (),
    "filters": (),
}


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"state": VolunteerState.PAUSED}, NotToBeAsked),
        ({"may_be_asked": False}, NotToBeAsked),
        ({"is_confirmed": False}, NotToBeAsked),
        ({"before": (ProposalState.DECLINED,)}, AskedAlready),
        ({"before": (ProposalState.EXPIRED, ProposalState.INVITED)}, AskedAlready),
        ({"open_now": 2}, AskedEnough),
        ({"filters": (Filter.AGE, Filter.OVERLAP)}, BusyThen),
        ({"filters": (Filter.CERTIFICATE,)}, CannotCome),
    ],
)
def test_who_is_not_put_down(facts: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_askable(**{**WILLING, **facts})  # type: ignore[arg-type]


def test_who_did_not_answer_before_may_be_asked_again() -> None:
    past = (ProposalState.EXPIRED, ProposalState.WITHDRAWN)

    check_askable(**{**WILLING, "before": past, "open_now": 1})  # type: ignore[arg-type]


def test_the_role_is_one_that_the_person_has_the_skill_for() -> None:
    roles = [RolePlace(1, "", 5), RolePlace(2, "photo", 1), RolePlace(3, "cooking", 2)]

    assert role_for(roles, ("photo", "music")) == 2
    assert role_for(roles, ("music",)) == 1
    assert role_for([RolePlace(2, "photo", 0), RolePlace(3, "cooking", 2)], ("photo",)) == 3
    assert role_for([], ("photo",)) is None


def test_an_answer_is_awaited_as_for_an_offer_and_not_past_the_closing() -> None:
    closes = tokyo_time(2026, 11, 24, 12)
    day = {"now": NOW, "last_call": SATURDAY, "offers_stop_at": None, "calendar": OfficeCalendar()}

    # 12 days away: 48 hours, then to the closing of the office.
    assert answer_by(**day, closes_at=None) == tokyo_time(2026, 11, 24, 17, 15)  # type: ignore[arg-type]
    assert answer_by(**day, closes_at=closes) == closes  # type: ignore[arg-type]


def test_days_that_overlap_on_the_way_clash_and_arranged_ones_do_not() -> None:
    morning = a_need(slot="a")
    just_after = a_need(
        slot="b",
        starts_at=morning.ends_at + timedelta(minutes=20),
        ends_at=morning.ends_at + timedelta(hours=2),
    )
    later = a_need(
        slot="c",
        starts_at=morning.ends_at + timedelta(minutes=30),
        ends_at=morning.ends_at + timedelta(hours=2),
    )

    assert clash(morning, just_after)
    assert clash(just_after, morning)
    assert not clash(morning, later)
    assert not clash(morning, a_need(slot="d", standing=True))
    assert clash(morning, a_need(slot="a", standing=True))


@pytest.mark.parametrize(("days", "tenths"), [(0, 0), (10, 1), (45, 4), (90, 9), (400, 9)])
def test_waiting_is_counted_in_tenths_of_ninety_days(days: int, tenths: int) -> None:
    assert waited(NOW - timedelta(days=days), now=NOW) == tenths
    assert waited(None, now=NOW) == 9
