"""申込みの決まり: states, places, the queue, deadlines and reminders, without a database."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.signups import rules
from kyodo_match.signups.errors import (
    EdgeNotDrawn,
    Full,
    NobodyTakesPart,
    PartyTooLarge,
    SamePersonTwice,
)
from kyodo_match.signups.rules import (
    LIVE,
    AgeGroup,
    Application,
    Companion,
    Residency,
    SignupStatus,
)

S = SignupStatus
DRAWN = {
    (S.AWAITING_APPROVAL, S.CONFIRMED),
    (S.AWAITING_APPROVAL, S.WAITLISTED),
    (S.AWAITING_APPROVAL, S.NOT_SELECTED),
    (S.ENTERED, S.CONFIRMED),
    (S.ENTERED, S.WAITLISTED),
    (S.ENTERED, S.NOT_SELECTED),
    (S.WAITLISTED, S.OFFERED),
    (S.OFFERED, S.CONFIRMED),
    (S.OFFERED, S.DECLINED),
    (S.OFFERED, S.EXPIRED),
    (S.CONFIRMED, S.AWAITING_ANSWER),
    (S.AWAITING_ANSWER, S.CONFIRMED),
    (S.AWAITING_APPROVAL, S.CANCELLED),
    (S.ENTERED, S.CANCELLED),
    (S.WAITLISTED, S.CANCELLED),
    (S.OFFERED, S.CANCELLED),
    (S.CONFIRMED, S.CANCELLED),
    (S.AWAITING_ANSWER, S.CANCELLED),
}


def edge(pair: tuple[SignupStatus, SignupStatus]) -> str:
    return f"{pair[0]}-{pair[1]}"


# --- States -----------------------------------------------------------------


@pytest.mark.parametrize("pair", sorted(DRAWN), ids=edge)
def test_a_drawn_edge_is_taken(pair: tuple[SignupStatus, SignupStatus]) -> None:
    assert rules.move(*pair) is pair[1]


@pytest.mark.parametrize("pair", sorted(set(product(S, S)) - DRAWN), ids=edge)
def test_an_edge_that_is_not_drawn_raises(pair: tuple[SignupStatus, SignupStatus]) -> None:
    with pytest.raises(EdgeNotDrawn) as refusal:
        rules.move(*pair)

    assert (refusal.value.old, refusal.value.new) == pair


def test_live_is_whatever_can_still_be_cancelled() -> None:
    assert {old for old, new in DRAWN if new is S.CANCELLED} == LIVE


# --- Parties ----------------------------------------------------------------


def application(*companions: str, participates: bool = True) -> Application:
    return Application(
        name="見本 一",
        kana="みほん いち",
        age_group=AgeGroup.FROM_65,
        residency=Residency.RESIDENT,
        privacy_version="2026-04",
        phone="0297-58-2111",
        applicant_participates=participates,
        companions=tuple(Companion(kana, kana, AgeGroup.FROM_65) for kana in companions),
    )


def test_the_applicant_is_participant_one_unless_she_stays_at_home() -> None:
    assert [p.kana for p in application("みほん に").participants] == ["みほん いち", "みほん に"]
    assert [p.kana for p in application("みほん に", participates=False).participants] == [
        "みほん に"
    ]


def test_the_limit_of_a_party_includes_the_applicant() -> None:
    rules.check_party(application("みほん に"), limit=2, escorts_count=False)

    with pytest.raises(PartyTooLarge) as refusal:
        rules.check_party(application("みほん に", "みほん さん"), limit=2, escorts_count=False)

    assert (refusal.value.limit, refusal.value.party) == (2, 3)


def test_a_party_of_nobody_is_refused() -> None:
    with pytest.raises(NobodyTakesPart):
        rules.check_party(application(participates=False), limit=5, escorts_count=False)


@pytest.mark.parametrize("kana", ["みほん いち", "みほんいち", "ミホン　イチ", "ﾐﾎﾝ ｲﾁ"])
def test_one_person_named_twice_is_refused_however_it_is_written(kana: str) -> None:
    with pytest.raises(SamePersonTwice):
        rules.check_party(application(kana), limit=5, escorts_count=False)


@pytest.mark.parametrize(
    ("phone", "email", "contact"),
    [
        ("0297-58-2111", "a@example.jp", "0297582111"),
        ("", "A@Example.jp", "a@example.jp"),
        ("", "", ""),
    ],
    ids=["phone-first", "else-e-mail", "none"],
)
def test_a_person_is_known_by_phone_else_e_mail(phone: str, email: str, contact: str) -> None:
    assert rules.contact_of(phone=phone, email=email) == contact


# --- Receipt numbers --------------------------------------------------------


def test_a_receipt_number_carries_the_reiwa_year_of_the_fiscal_year() -> None:
    assert rules.receipt_number(FiscalYear(2026), 12) == "R8-00012"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("R8-00012", "R8-00012"),
        ("ｒ８－０００１２", "R8-00012"),
        (" r8 ー 12 ", "R8-00012"),
        ("R800012", "R8-00012"),
        ("R10-123456", "R10-123456"),
        ("わからない", "わからない"),
    ],
)
def test_a_receipt_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert rules.read_number(typed) == number


# --- Places -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "by_party", "places"), [(3, False, 3), (3, True, 1)], ids=["people", "parties"]
)
def test_a_party_takes_a_place_a_person_or_one(
    party: int,
    *,
    by_party: bool,
    places: int,
) -> None:
    assert rules.places_of(party, by_party=by_party) == places


@pytest.mark.parametrize(
    ("free", "waiting", "party", "waitlist_free", "status"),
    [
        (3, 0, 3, None, S.CONFIRMED),
        (3, 0, 3, 0, S.CONFIRMED),
        (2, 0, 3, None, S.WAITLISTED),
        (2, 0, 3, 3, S.WAITLISTED),
        (3, 1, 1, None, S.WAITLISTED),
        (0, 0, 1, None, S.WAITLISTED),
    ],
    ids=["fits", "fits-without-waitlist", "too-large", "just-fits-queue", "behind", "full"],
)
def test_a_party_gets_places_or_waits(
    free: int, waiting: int, party: int, waitlist_free: int | None, status: SignupStatus
) -> None:
    got = rules.place(free=free, waiting=waiting, party=party, waitlist_free=waitlist_free)

    assert got is status


@pytest.mark.parametrize(
    ("free", "waiting", "party", "waitlist_free"), [(0, 0, 1, 0), (2, 0, 3, 2), (-1, 4, 1, 0)]
)
def test_without_places_and_waitlist_it_is_full(
    free: int, waiting: int, party: int, waitlist_free: int
) -> None:
    with pytest.raises(Full) as refusal:
        rules.place(free=free, waiting=waiting, party=party, waitlist_free=waitlist_free)

    assert (refusal.value.free, refusal.value.party) == (max(free, 0), party)


@given(
    capacity=st.integers(1, 30),
    parties=st.lists(st.integers(1, 6), max_size=40),
    limit=st.none() | st.integers(0, 20),
)
def test_never_above_capacity_and_nobody_is_refused_while_everybody_fits(
    capacity: int, parties: list[int], limit: int | None
) -> None:
    taken = waiting = 0
    for party in parties:
        waitlist_free = None if limit is None else limit - waiting
        try:
            status = rules.place(
                free=capacity - taken, waiting=waiting, party=party, waitlist_free=waitlist_free
            )
        except Full:
            assert party > capacity - taken or waiting > 0
            assert waitlist_free is not None
            assert party > waitlist_free
            continue
        if status is S.CONFIRMED:
            assert waiting == 0
            taken += party
        else:
            waiting += party

    assert taken <= capacity
    assert limit is None or waiting <= limit


@pytest.mark.parametrize(
    ("free", "queue", "pass_smaller", "chosen"),
    [
        (0, [1], False, []),
        (2, [1, 1, 1], False, [0, 1]),
        (2, [3, 1], False, []),
        (2, [3, 1, 2, 1], True, [1, 3]),
        (3, [2, 2, 1], False, [0]),
        (5, [], False, []),
    ],
    ids=["nothing-free", "in-order", "head-blocks", "pass-smaller", "second-blocks", "nobody"],
)
def test_the_queue_moves_in_order_and_parties_stay_whole(
    free: int,
    queue: list[int],
    *,
    pass_smaller: bool,
    chosen: list[int],
) -> None:
    assert rules.promoted(free=free, queue=queue, pass_smaller=pass_smaller) == chosen


@given(
    free=st.integers(0, 30), queue=st.lists(st.integers(1, 6), max_size=30), smaller=st.booleans()
)
def test_offers_fit_keep_the_order_and_leave_nobody_who_may_go(
    free: int,
    queue: list[int],
    *,
    smaller: bool,
) -> None:
    chosen = rules.promoted(free=free, queue=queue, pass_smaller=smaller)

    left = free - sum(queue[index] for index in chosen)
    rest = [size for index, size in enumerate(queue) if index not in chosen]
    assert left >= 0
    assert chosen == sorted(set(chosen))
    if smaller:
        assert all(size > left for size in rest)
    else:
        assert chosen == list(range(len(chosen)))
        assert not rest or rest[0] > left
