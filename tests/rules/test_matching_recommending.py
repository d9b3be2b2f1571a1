"""Points and their reasons: each rule at its edges, the sum, ties, both directions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.matching.rules.recommending import (
    FIRST_WEIGHTS,
    Board,
    Need,
    Person,
    ReasonCode,
    Scorer,
    WeightsFault,
    WeightsSet,
    boosts_of,
    faults,
    kept,
    liked_tags,
    offers_parking,
    rank,
    rank_people,
    read_reasons,
)
from kyodo_match.matching.rules.wishes import FREE_TIMES, WishChoices
from kyodo_match.opportunities.rules import CapacityUnit, OpportunityKind
from tests.support.make_needs import (
    NEAR,
    NOW,
    PEOPLE,
    SATURDAY,
    a_need,
    needs,
    tokyo_time,
)

C = ReasonCode


def reasons(person: Person, need: Need, weights: WeightsSet = FIRST_WEIGHTS) -> dict[C, int]:
    return {reason.code: reason.points for reason in Scorer(person, weights, NEAR).reasons(need)}


@pytest.mark.parametrize(
    ("person", "need", "expected"),
    [
        ({"district": "みらい平"}, {"district": "みらい平"}, {C.SAME_DISTRICT: 29}),
        ({"district": "みらい平"}, {"district": "伊奈"}, {C.NEIGHBOUR: 20}),
        ({"district": "伊奈"}, {"district": "みらい平"}, {C.NEIGHBOUR: 20}),
        ({"district": "みらい平"}, {"district": "谷和原"}, {C.WITHIN_2_KM: 20}),
        ({"district": "みらい平"}, {"district": "小絹"}, {C.WITHIN_5_KM: 10}),
        ({"district": "みらい平"}, {"district": "福岡"}, {}),
        ({"district": "みらい平"}, {"district": ""}, {}),
        ({}, {"district": ""}, {}),
        ({"drives": True}, {"parking": "あり（10台）"}, {C.PARKING: 10}),
        ({"drives": True}, {"parking": "なし"}, {}),
        # Of a day somewhere else neither the district is known nor whether one can park.
        (
            {"district": "伊奈", "drives": True},
            {"district": "伊奈", "parking": "あり", "own_place": "県民センター"},
            {},
        ),
        (
            {"district": "伊奈", "remote_ok": True},
            {"is_remote": True, "own_place": "県民センター"},
            {C.AT_HOME: 29},
        ),
        ({"drives": False}, {"parking": "あり（10台）"}, {}),
        (
            {"district": "みらい平", "drives": True},
            {"district": "小絹", "parking": "あり"},
            {C.WITHIN_5_KM: 10},
        ),
        ({"remote_ok": True}, {"is_remote": True}, {C.AT_HOME: 29}),
        ({"remote_ok": False}, {"is_remote": True}, {}),
        ({"remote_ok": True}, {"is_remote": False}, {}),
        (
            {"remote_ok": True, "district": "伊奈"},
            {"is_remote": True, "district": "伊奈"},
            {C.AT_HOME: 29},
        ),
    ],
)
def test_a_place_counts_once_by_the_nearest_that_holds(
    person: dict[str, Any], need: dict[str, Any], expected: dict[C, int]
) -> None:
    assert reasons(Person(**person), a_need(**need)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("あり", True),
        ("無料（30台）", True),
        ("なし（近くに有料あり）", False),
        ("駐車場はありません", False),
        ("車での来場はご遠慮ください", False),
    ],
)
def test_parking_is_believed_only_where_nothing_says_no(text: str, *, expected: bool) -> None:
    assert offers_parking(text) is expected


MORNING = (SATURDAY, SATURDAY + timedelta(hours=2, minutes=30))
ALL_DAY = (SATURDAY, SATURDAY + timedelta(hours=6))


@pytest.mark.parametrize(
    ("times", "span", "more", "expected"),
    [
        (("sat_am",), MORNING, {}, {C.WHOLE_TIME: 27}),
        # Ends at 12:00 sharp, and at 12:01.
        (("sat_am",), (SATURDAY, tokyo_time(2026, 12, 5, 12)), {}, {C.WHOLE_TIME: 27}),
        (("sat_am",), (SATURDAY, tokyo_time(2026, 12, 5, 12, 1)), {}, {}),
        (("sat_pm",), (tokyo_time(2026, 12, 5, 12), ALL_DAY[1]), {}, {C.WHOLE_TIME: 27}),
        (("sat_eve",), (tokyo_time(2026, 12, 5, 17), tokyo_time(2026, 12, 5, 20)), {},
         {C.WHOLE_TIME: 27}),
        (("sat_am",), ALL_DAY, {}, {}),
        (("sat_am",), ALL_DAY, {"leave_early_ok": True}, {C.PART_OF_TIME: 15}),
        # Who is free in the afternoon only would come late, not leave early.
        (("sat_pm",), ALL_DAY, {"leave_early_ok": True}, {}),
        (("sat_am", "sat_pm"), ALL_DAY, {"leave_early_ok": True}, {C.WHOLE_TIME: 27}),
        # 23:30 UTC on Friday is Saturday morning in Japan.
        (("fri_eve",), MORNING, {}, {}),
        (("sun_am",), MORNING, {}, {}),
        ((), MORNING, {}, {}),
        (("mon_eve",), (NOW, NOW + timedelta(days=40)), {"standing": True},
         {C.BY_ARRANGEMENT: 15}),
        ((), (NOW, NOW + timedelta(days=40)), {"standing": True}, {}),
        # Over night: the night belongs to the morning of the next day.
        (("sat_eve",), (tokyo_time(2026, 12, 5, 18), tokyo_time(2026, 12, 6, 0)), {},
         {C.WHOLE_TIME: 27}),
        (("sat_eve",), (tokyo_time(2026, 12, 5, 18), tokyo_time(2026, 12, 6, 1)), {}, {}),
        (FREE_TIMES, (SATURDAY, SATURDAY + timedelta(days=30)), {}, {C.WHOLE_TIME: 27}),
    ],
)  # fmt: skip
def test_a_day_counts_wholly_or_in_part_within_the_times_of_japan(
    times: tuple[str, ...],
    span: tuple[datetime, datetime],
    more: dict[str, Any],
    expected: dict[C, int],
) -> None:
    need = a_need(starts_at=span[0].astimezone(UTC), ends_at=span[1].astimezone(UTC), **more)

    assert reasons(Person(times=times), need) == expected


def test_a_time_says_which_parts_of_the_week_suit() -> None:
    need = a_need(ends_at=ALL_DAY[1], leave_early_ok=True)

    (reason,) = Scorer(Person(times=("sat_am", "sun_am")), FIRST_WEIGHTS, NEAR).reasons(need)

    assert reason.about == ("sat_am",)


def test_fields_count_once_however_many_are_shared() -> None:
    need = a_need(fields=("environment", "culture", "sports"))

    (reason,) = Scorer(Person(fields=("sports", "environment")), FIRST_WEIGHTS, NEAR).reasons(need)

    assert (reason.code, reason.points) == (C.SHARED_FIELD, 25)
    assert set(reason.about) == {"sports", "environment"}
    assert reasons(Person(fields=("welfare",)), need) == {}


def test_a_wanted_skill_or_what_was_liked_before_counts_once() -> None:
    need = a_need(fields=("environment",), wanted_skills=("photo", "music"))
    liked = liked_tags([(OpportunityKind.EXPERIENCE, ("environment", "sports"))])
    other = liked_tags([(OpportunityKind.COURSE, ("environment",))])

    assert reasons(Person(skills=("photo",)), need) == {C.WANTED_SKILL: 11}
    assert reasons(Person(skills=("photo",), liked=liked), need) == {C.WANTED_SKILL: 11}
    assert reasons(Person(skills=("cooking",), liked=liked), need) == {C.LIKE_BEFORE: 11}
    assert reasons(Person(skills=("cooking",), liked=other), need) == {}


@pytest.mark.parametrize(
    ("beginner", "welcomes", "expected"),
    [
        (True, {"beginner_welcome": True}, {C.FIRST_TIME: 8}),
        (True, {"alone_welcome": True}, {C.FIRST_TIME: 8}),
        (True, {"beginner_welcome": False, "alone_welcome": None}, {}),
        (False, {"beginner_welcome": True}, {}),
    ],
)
def test_beginners_find_what_welcomes_them(
    beginner: bool,  # noqa: FBT001 - a column of the table
    welcomes: dict[str, Any],
    expected: dict[C, int],
) -> None:
    assert reasons(Person(beginner=beginner), a_need(**welcomes)) == expected


def boosts(need: Need, weights: WeightsSet = FIRST_WEIGHTS, now: datetime = NOW) -> dict[C, int]:
    return {reason.code: reason.points for reason in boosts_of(need, weights, now=now)}


def test_boosts_are_shown_capped_and_switched_off() -> None:
    soon = {"starts_at": NOW + timedelta(days=7), "ends_at": NOW + timedelta(days=7, hours=2)}
    short = a_need(**soon, minimum=5, taken=3)
    both = a_need(**soon, minimum=5, taken=3, group_unfilled=True)

    assert boosts(short) == {C.MINIMUM_NEAR: 6}
    assert boosts_of(short, FIRST_WEIGHTS, now=NOW)[0].about == ("2", "people")
    assert boosts(a_need(**soon, minimum=5, taken=5)) == {}
    assert boosts(short, now=NOW - timedelta(seconds=1)) == {}
    assert boosts(short, now=NOW + timedelta(days=7)) == {}
    assert boosts(both) == {C.MINIMUM_NEAR: 6, C.GROUP_UNFILLED: 4}
    assert boosts(both, replace(FIRST_WEIGHTS, boost_cap=8)) == {
        C.MINIMUM_NEAR: 6,
        C.GROUP_UNFILLED: 2,
    }
    assert boosts(both, replace(FIRST_WEIGHTS, boost_cap=6)) == {C.MINIMUM_NEAR: 6}
    assert boosts(both, replace(FIRST_WEIGHTS, minimum_on=False)) == {C.GROUP_UNFILLED: 4}
    assert boosts(both, replace(FIRST_WEIGHTS, unfilled_on=False)) == {C.MINIMUM_NEAR: 6}


def test_what_lacks_to_a_minimum_is_said_in_people_or_in_parties() -> None:
    soon = {"starts_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=3, hours=2)}
    parties = {"capacity_unit": CapacityUnit.PARTIES}
    days = [
        a_need(slot="a" * 12, minimum=3, closes_at=NOW + timedelta(days=2), **soon),
        a_need(slot="b" * 12, minimum=3, closes_at=NOW + timedelta(days=2), **soon, **parties),
    ]

    found = rank(Person(), days, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).fits

    assert [fit.reasons[0].about for fit in found] == [("3", "people"), ("3", "parties")]


def test_a_day_that_is_far_off_is_not_lifted_beside_one_that_is_near() -> None:
    near = a_need(
        slot="bbbbbbbbbbbb",
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=1),
        closes_at=NOW + timedelta(days=2),
        minimum=5,
    )
    far = a_need(slot="aaaaaaaaaaaa", minimum=5)

    for days in ([near, far], [far, near]):
        ranked = rank(Person(), days, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)
        assert [(fit.need, fit.score) for fit in ranked.fits] == [(near, 6), (far, 0)]


@given(person=PEOPLE, days=st.lists(needs(), max_size=6), cap=st.integers(0, 20))
def test_a_score_is_the_sum_of_the_reasons_kept_and_the_best_come_first(
    person: Person, days: list[Need], cap: int
) -> None:
    weights = replace(FIRST_WEIGHTS, boost_cap=cap)

    found = rank(person, days, weights, neighbourhood=NEAR, now=NOW)

    assert len(found.fits) + len(found.left_out) == len(days)
    ties = [(-fit.score, fit.need.deadline, fit.need.slot) for fit in found.fits]
    assert ties == sorted(ties)
    for fit in found.fits:
        parts, lifted = kept(fit.reasons)
        assert fit.score == sum(one["points"] for one in (*parts.values(), *lifted.values()))
        assert sum(one["points"] for one in lifted.values()) <= cap
        assert 0 <= fit.score <= 100 + cap
        assert read_reasons(parts, lifted) == fit.reasons
        assert all(reason.points > 0 for reason in fit.reasons)


@given(people=st.lists(PEOPLE, max_size=6), need=needs())
def test_both_directions_give_a_person_and_a_day_the_same_reasons(
    people: list[Person], need: Need
) -> None:
    found = rank_people(need, people, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)

    for one in found.suited:
        (fit,) = rank(one.person, [need], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).fits
        assert (one.reasons, one.score) == (fit.reasons, fit.score)
    for person, filters in found.left_out:
        (left,) = rank(person, [need], FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).left_out
        assert filters == left.filters


def test_equals_go_by_the_earliest_deadline_then_by_id() -> None:
    later = a_need(slot="a" * 12, opportunity="1", closes_at=SATURDAY - timedelta(hours=1))
    second = a_need(slot="c" * 12, opportunity="2")
    first = a_need(slot="b" * 12, opportunity="3")
    best = a_need(slot="f" * 12, opportunity="4", district="伊奈", closes_at=SATURDAY)
    days = [later, second, first, best]

    found = rank(Person(district="伊奈"), days, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW)
    picked = Board(days, FIRST_WEIGHTS, neighbourhood=NEAR, now=NOW).best_activities(
        WishChoices(district="伊奈"), limit=4
    )

    assert [fit.need for fit in found.fits] == [best, first, second, later]
    assert [one.best.need for one in picked] == [best, first, second, later]


def test_of_equal_people_who_was_asked_least_recently_is_asked_first() -> None:
    need = a_need(district="伊奈")
    lately = Person(id="1", last_asked_at=NOW - timedelta(days=1))
    long_ago = Person(id="2", last_asked_at=NOW - timedelta(days=90))
    never_b, never_a = Person(id="4"), Person(id="3")
    nearer = Person(id="5", last_asked_at=NOW, district="伊奈")
    alone = Person(id="6", party_size=11)

    found = rank_people(
        need,
        [lately, long_ago, never_b, never_a, nearer, alone],
        FIRST_WEIGHTS,
        neighbourhood=NEAR,
        now=NOW,
    )

    assert [one.person.id for one in found.suited] == ["5", "3", "4", "2", "1"]
    assert [person.id for person, _filters in found.left_out] == ["6"]


def test_points_are_data_and_what_contradicts_itself_is_refused() -> None:
    ours = replace(FIRST_WEIGHTS, version=3, place=35, field=19, minimum_on=False)

    assert WeightsSet.read(3, ours.points(), ours.boosts()) == ours
    assert reasons(Person(district="伊奈"), a_need(district="伊奈"), ours) == {C.SAME_DISTRICT: 35}
    nothing = replace(FIRST_WEIGHTS, place=0)
    assert reasons(Person(district="伊奈"), a_need(district="伊奈"), nothing) == {}
    assert faults(FIRST_WEIGHTS) == faults(ours) == ()
    assert faults(replace(ours, field=20)) == (WeightsFault.NOT_100,)
    assert faults(replace(ours, place_near=36)) == (WeightsFault.NEARER_IS_LESS,)
    assert faults(replace(ours, place_far=21)) == (WeightsFault.NEARER_IS_LESS,)
    assert faults(replace(ours, time_part=28)) == (WeightsFault.PART_IS_MORE,)
    assert faults(replace(ours, minimum=21)) == (WeightsFault.OUT_OF_RANGE,)
    assert faults(replace(ours, skill=-1, beginners=20)) == (WeightsFault.OUT_OF_RANGE,)
