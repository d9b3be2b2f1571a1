"""When alerts are written, what is worth one, and the board of all days against `rank`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.matching.rules import alerts
from kyodo_match.matching.rules.recommending import (
    FIRST_WEIGHTS,
    Fit,
    Need,
    Person,
    WeightsSet,
    person_of,
    rank,
)
from kyodo_match.matching.rules.recommending.board import Board
from kyodo_match.matching.rules.recommending.points import BOOSTS
from kyodo_match.matching.rules.wishes import CHOSEN, Frequency, WishChoices
from tests.support.make_needs import NEAR, NOW, PEOPLE, a_need, needs, tokyo_time

OTHER_WEIGHTS = WeightsSet(
    version=2, place=10, place_near=5, place_far=0, time=30, field=40, skill=0, beginners=20,
    unfilled_on=False, minimum=20, boost_cap=20,
)  # fmt: skip


def wish_of(person: Person, kinds: tuple[str, ...]) -> WishChoices:
    said = {name: getattr(person, name) for name in CHOSEN if name != "kinds"}
    return WishChoices(**said, kinds=kinds)


@given(
    PEOPLE,
    st.lists(needs(), max_size=12),
    st.sampled_from(((), ("volunteer",), ("experience", "course"))),
    st.sampled_from((FIRST_WEIGHTS, OTHER_WEIGHTS)),
    st.tuples(st.integers(0, 60), st.integers(1, 4)),
)
def test_the_board_gives_what_the_ranking_gives(
    person: Person,
    days: list[Need],
    kinds: tuple[str, ...],
    weights: WeightsSet,
    limits: tuple[int, int],
) -> None:
    least, most = limits
    coming = [
        replace(need, slot=f"{place:012x}", opportunity=f"activity-{place % 5}")
        for place, need in enumerate(days)
    ]
    wish = wish_of(person, kinds)
    told, away = {"00000000000a"}, {"activity-2"}

    picked = Board(coming, weights, neighbourhood=NEAR, now=NOW).best_activities(
        wish, limit=most, least=least, without=away, told=told
    )

    wanted = [need for need in coming if not kinds or need.kind in kinds]
    ranking = rank(person_of(wish), wanted, weights, neighbourhood=NEAR, now=NOW)
    by_activity: dict[str, list[Fit]] = {}
    for fit in ranking.fits:
        own = sum(reason.points for reason in fit.reasons if reason.part not in BOOSTS)
        if own >= least and fit.need.slot not in told and fit.need.opportunity not in away:
            by_activity.setdefault(fit.need.opportunity, []).append(fit)
    expected = [(fits[0], tuple(fits[1:])) for fits in list(by_activity.values())[:most]]
    assert [tuple(one) for one in picked] == expected


def test_boosts_lift_among_what_suits_and_never_what_does_not() -> None:
    lifted = a_need(
        slot="a" * 12,
        opportunity="a" * 12,
        district="小絹",
        group_unfilled=True,
        minimum=5,
        starts_at=NOW + timedelta(days=3),
        closes_at=NOW + timedelta(days=2),
    )
    near = a_need(slot="b" * 12, opportunity="b" * 12, district="伊奈")
    board = Board([lifted, near], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)
    wish = WishChoices(district="みらい平")

    scores = {
        least: [one.best.score for one in board.best_activities(wish, limit=2, least=least)]
        for least in (10, 11, 20, 21)
    }

    assert scores == {10: [20, 20], 11: [20], 20: [20], 21: []}


def test_a_board_without_days_picks_nothing() -> None:
    board = Board([], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)

    assert board.best_activities(WishChoices(times=("sat_am",)), limit=5) == []


@pytest.mark.parametrize(
    ("said", "least"),
    [
        ({}, 0),
        ({"skills": ("photo",)}, 6),
        ({"fields": ("environment",)}, 13),
        ({"fields": ("environment",), "skills": ("photo",), "beginner": True}, 13),
        ({"district": "伊奈"}, 15),
        ({"district": "伊奈", "fields": ("environment",)}, 27),
        ({"district": "伊奈", "fields": ("environment",), "times": ("sat_am",)}, 41),
    ],
)
def test_a_mail_is_worth_half_of_what_the_wish_asks_for(
    said: dict[str, object], least: int
) -> None:
    wish = WishChoices(**said)  # type: ignore[arg-type]

    assert alerts.least_points(wish, FIRST_WEIGHTS) == least


SUNDAY = tokyo_time(2026, 11, 22, 10)
D, W = Frequency.DAILY, Frequency.WEEKLY


@pytest.mark.parametrize(
    ("frequency", "now", "expected"),
    [
        (D, SUNDAY, tokyo_time(2026, 11, 23, 9)),
        (D, tokyo_time(2026, 11, 23, 8, 59), tokyo_time(2026, 11, 23, 9)),
        (D, tokyo_time(2026, 11, 23, 9), tokyo_time(2026, 11, 24, 9)),
        (W, SUNDAY, tokyo_time(2026, 11, 26, 9)),
        (W, tokyo_time(2026, 11, 26, 8, 59), tokyo_time(2026, 11, 26, 9)),
        (W, tokyo_time(2026, 11, 26, 9), tokyo_time(2026, 12, 3, 9)),
        (W, tokyo_time(2026, 11, 27, 0), tokyo_time(2026, 12, 3, 9)),
    ],
)
def test_the_next_turn_is_at_nine_daily_or_on_a_thursday(
    frequency: Frequency, now: datetime, expected: datetime
) -> None:
    assert alerts.next_alert_at(frequency, now=now.astimezone(UTC)) == expected


def test_who_wants_no_mails_has_no_turn() -> None:
    assert alerts.next_alert_at(Frequency.NONE, now=SUNDAY) is None


@pytest.mark.parametrize(
    ("hour", "minute", "may"), [(8, 59, False), (9, 0, True), (17, 59, True), (18, 0, False)]
)
def test_alerts_are_written_by_day(hour: int, minute: int, *, may: bool) -> None:
    assert alerts.may_write(tokyo_time(2026, 11, 22, hour, minute).astimezone(UTC)) is may


def test_letters_go_out_a_hundred_a_minute() -> None:
    minutes = [alerts.due_at(n, since=SUNDAY) - SUNDAY for n in (0, 99, 100, 250)]

    assert minutes == [timedelta(minutes=n) for n in (0, 0, 1, 2)]
