"""申込みの決まり: states, places, the queue, deadlines and reminders, without a database."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_match.core.clock import TOKYO
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.settings.rules import OfficeCalendar
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
    WaitingReason,
)

CALENDAR = OfficeCalendar()
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


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


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
    rules.check_party(application("みほん に"), limit=2)

    with pytest.raises(PartyTooLarge) as refusal:
        rules.check_party(application("みほん に", "みほん さん"), limit=2)

    assert (refusal.value.limit, refusal.value.party) == (2, 3)


def test_a_party_of_nobody_is_refused() -> None:
    with pytest.raises(NobodyTakesPart):
        rules.check_party(application(participates=False), limit=5)


@pytest.mark.parametrize("kana", ["みほん いち", "みほんいち", "ミホン　イチ", "ﾐﾎﾝ ｲﾁ"])
def test_one_person_named_twice_is_refused_however_it_is_written(kana: str) -> None:
    with pytest.raises(SamePersonTwice):
        rules.check_party(application(kana), limit=5)


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


# --- Offers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("until_start", "hours"),
    [
        (timedelta(days=14, seconds=1), 72),
        (timedelta(days=14), 48),
        (timedelta(days=7, seconds=1), 48),
        (timedelta(days=7), 24),
        (timedelta(days=3, seconds=1), 24),
        (timedelta(days=3), 6),
        (timedelta(minutes=1), 6),
    ],
    ids=str,
)
def test_an_offer_is_shorter_the_nearer_the_start(until_start: timedelta, hours: int) -> None:
    assert rules.offer_lasts(until_start) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "starts_at", "expected"),
    [
        (at(11, 10, 10), at(12, 12, 9), at(11, 13, 17, 15)),
        (at(11, 10, 17, 15), at(12, 12, 9), at(11, 13, 17, 15)),
        (at(11, 10, 17, 16), at(12, 12, 9), at(11, 16, 17, 15)),
        (at(11, 19, 18), at(12, 12, 9), at(11, 24, 17, 15)),
        (at(12, 28, 10), at(1, 20, 9, year=2027), at(1, 4, 17, 15, year=2027)),
        (at(4, 28, 18), at(5, 20, 9), at(5, 7, 17, 15)),
        (at(12, 9, 10), at(12, 12, 10), at(12, 9, 17, 15)),
        (at(12, 10, 18), at(12, 12, 9), at(12, 11, 9)),
        (at(12, 11, 8, 59), at(12, 12, 9), at(12, 11, 9)),
        (at(12, 11, 9), at(12, 12, 9), at(12, 12, 9)),
        (at(12, 12, 8), at(12, 12, 9), at(12, 12, 9)),
    ],
    ids=[
        "to-the-closing-of-that-day",
        "at-the-very-closing",
        "past-closing-over-a-weekend",
        "over-a-weekend-and-a-holiday",
        "over-the-year-end",
        "over-golden-week",
        "six-hours-near-the-start",
        "never-past-the-stop",
        "a-minute-before-the-stop",
        "after-the-stop-a-call-until-the-start",
        "on-the-day",
    ],
)
def test_an_offer_ends_when_an_office_day_closes(
    now: datetime, starts_at: datetime, expected: datetime
) -> None:
    stop = rules.offers_stop(stop_at=None, starts_at=starts_at)

    deadline = rules.offer_expires_at(
        now=now, starts_at=starts_at, offers_stop_at=stop, calendar=CALENDAR
    )

    assert deadline == expected


@given(now=st.datetimes(datetime(2026, 4, 1), datetime(2027, 4, 1)), ahead=st.integers(1, 90_000))  # noqa: DTZ001 - given a zone below
def test_an_offer_ends_in_office_hours_before_offers_stop_or_at_the_start(
    now: datetime, ahead: int
) -> None:
    now = now.replace(tzinfo=TOKYO)
    starts_at = now + timedelta(minutes=ahead)
    stop = rules.offers_stop(stop_at=None, starts_at=starts_at)

    deadline = rules.offer_expires_at(
        now=now, starts_at=starts_at, offers_stop_at=stop, calendar=CALENDAR
    )

    assert now < deadline <= starts_at
    assert deadline in {stop, starts_at} or (
        CALENDAR.is_open_on(deadline.date()) and deadline.time() == CALENDAR.closes
    )


def test_a_slot_may_say_itself_when_offers_stop() -> None:
    own = at(12, 1, 12)

    assert rules.offers_stop(stop_at=own, starts_at=at(12, 12, 9)) == own


# --- Leaving late, waiting, reminders ---------------------------------------


@pytest.mark.parametrize(
    ("status", "now", "late"),
    [
        (S.CONFIRMED, at(12, 11, 17), False),
        (S.CONFIRMED, at(12, 11, 17, 1), True),
        (S.AWAITING_ANSWER, at(12, 11, 17, 1), False),
        (S.OFFERED, at(12, 11, 17, 1), False),
        (S.WAITLISTED, at(12, 11, 17, 1), False),
    ],
)
def test_only_a_sure_place_given_back_after_the_limit_is_late(
    status: SignupStatus,
    now: datetime,
    *,
    late: bool,
) -> None:
    assert rules.is_late(status, now=now, cancel_until=at(12, 11, 17)) is late


def test_without_a_limit_nothing_is_late() -> None:
    assert not rules.is_late(S.CONFIRMED, now=at(12, 12), cancel_until=None)


@pytest.mark.parametrize(
    ("free", "stopped", "offered", "reason"),
    [
        (0, False, False, WaitingReason.NOBODY_CANCELLED),
        (0, False, True, WaitingReason.OTHERS_DECIDE),
        (2, False, False, WaitingReason.NEXT_NEEDS_MORE),
        (2, False, True, WaitingReason.NEXT_NEEDS_MORE),
        (0, True, True, WaitingReason.OFFERS_STOPPED),
        (2, True, False, WaitingReason.OFFERS_STOPPED),
    ],
)
def test_there_is_a_reason_why_nobody_moves(
    free: int,
    *,
    stopped: bool,
    offered: bool,
    reason: WaitingReason,
) -> None:
    assert rules.why_waiting(free=free, stopped=stopped, offered=offered) is reason
