"""What the public list finds, in one statement, and how a slot is locked."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.queries import (
    Search,
    coming,
    coming_of_group,
    looked_up,
    published_slot,
    slot_by_id,
)
from kyodo_match.opportunities.rules import (
    OpportunityKind,
    OpportunityStatus,
    SlotState,
    SlotStatus,
)
from tests.support.make_opportunities import (
    COMING,
    make_group,
    make_opportunity,
    make_slot,
)

SATURDAY, SUNDAY, MONDAY = 5, 6, 0


def titles(search: Search, now: datetime, page: int = 1) -> list[str]:
    return [card.title for card in coming(db.session(), search, now=now, page=page).cards]


@pytest.fixture
def offers(app: Flask) -> None:
    """Three opportunities that differ in everything one can look for."""
    satoyama = make_opportunity(
        title="里山の一日体験", description="落ち葉かき", district="谷和原", place="豊森"
    )
    make_slot(opportunity=satoyama, starts_at=COMING)
    make_slot(opportunity=satoyama, starts_at=COMING + timedelta(days=8))  # Sunday
    books = make_opportunity(
        group=make_group(name="おはなしの会"),
        title="ヨミキカセ講座",
        kind=OpportunityKind.COURSE,
        description="絵本",
        plain_fields=("education", "culture"),
        district="みらい平",
    )
    make_slot(opportunity=books, starts_at=COMING + timedelta(days=2), places_taken=10)
    english = make_opportunity(
        title="英語で落ち葉さがし", plain_fields=("international",), district="伊奈"
    )
    make_slot(
        opportunity=english, starts_at=COMING + timedelta(days=3), places_held=10, places_waiting=1
    )


@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), ["里山の一日体験", "ヨミキカセ講座", "英語で落ち葉さがし"]),
        (Search(words=Search.split("落ち葉")), ["里山の一日体験", "英語で落ち葉さがし"]),
        (Search(words=Search.split("落ち葉　英語")), ["英語で落ち葉さがし"]),
        (Search(words=Search.split("落ち葉 絵本")), []),
        (Search(words=Search.split("よみきかせ")), ["ヨミキカセ講座"]),
        (Search(words=Search.split("おはなしの会")), ["ヨミキカセ講座"]),
        (Search(words=Search.split("100%")), []),
        (Search(kind=OpportunityKind.COURSE), ["ヨミキカセ講座"]),
        (Search(plain_field="culture"), ["ヨミキカセ講座"]),
        (Search(plain_field="environment"), ["里山の一日体験"]),
        (Search(district="伊奈"), ["英語で落ち葉さがし"]),
        (Search(weekdays=frozenset({SATURDAY})), ["里山の一日体験"]),
        (
            Search(weekdays=frozenset({MONDAY, SUNDAY})),
            ["ヨミキカセ講座", "里山の一日体験"],
        ),
        (Search(since=date(2026, 12, 14), until=date(2026, 12, 14)), ["ヨミキカセ講座"]),
        (Search(until=date(2026, 12, 12)), ["里山の一日体験"]),
        (Search(since=date(2026, 12, 21)), []),
        (Search(only_free=True), ["里山の一日体験"]),
        (
            Search(
                words=Search.split("落ち葉"),
                plain_field="environment",
                weekdays=frozenset({SUNDAY}),
                only_free=True,
            ),
            ["里山の一日体験"],
        ),
    ],
)
def test_a_search_finds_what_fits_all_of_it(
    search: Search, found: list[str], now: datetime
) -> None:
    assert titles(search, now) == found


@pytest.mark.usefixtures("offers")
def test_a_card_shows_the_days_that_fit(now: datetime) -> None:
    listing = coming(db.session(), Search(weekdays=frozenset({SUNDAY})), now=now)

    assert [len(card.slots) for card in listing.cards] == [1]
    assert listing.cards[0].slots[0].starts_at == COMING + timedelta(days=8)


@pytest.mark.usefixtures("app")
def test_a_weekday_is_that_of_japan(now: datetime) -> None:
    early = COMING.replace(hour=6)  # still Friday in London
    make_slot(opportunity=make_opportunity(title="朝の清掃"), starts_at=early)

    assert titles(Search(weekdays=frozenset({SATURDAY})), now) == ["朝の清掃"]
    assert titles(Search(weekdays=frozenset({4})), now) == []
    assert titles(Search(since=date(2026, 12, 12), until=date(2026, 12, 12)), now) == ["朝の清掃"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "status", [s for s in OpportunityStatus if s is not OpportunityStatus.PUBLISHED]
)
def test_only_what_is_published_is_listed(status: OpportunityStatus, now: datetime) -> None:
    slot = make_slot(opportunity=make_opportunity(status=status))

    assert titles(Search(), now) == []
    assert published_slot(db.session(), slot.public_id) is None
    assert slot_by_id(db.session(), slot.public_id) is not None


@pytest.mark.usefixtures("app")
def test_past_and_cancelled_days_are_not_listed(now: datetime) -> None:
    opportunity = make_opportunity()
    make_slot(opportunity=opportunity, starts_at=now - timedelta(days=2))
    make_slot(opportunity=opportunity, status=SlotStatus.CANCELLED)

    assert titles(Search(), now) == []


@pytest.mark.usefixtures("app")
def test_pages_hold_twenty_and_a_page_beyond_gives_the_last(now: datetime) -> None:
    group = make_group()
    for day in range(22):
        opportunity = make_opportunity(group=group, title=f"活動{day:02}")
        make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=day))

    first = coming(db.session(), Search(), now=now)
    beyond = coming(db.session(), Search(), now=now, page=9)

    assert (first.total, first.pages, len(first.cards)) == (22, 2, 20)
    assert (beyond.page, [card.title for card in beyond.cards]) == (2, ["活動20", "活動21"])


@pytest.mark.usefixtures("app")
def test_a_card_says_how_full_its_days_are(now: datetime) -> None:
    opportunity = make_opportunity()
    for day, values in enumerate(
        [{}, {"places_taken": 9}, {"places_taken": 10}, {"places_taken": 10, "waitlist_limit": 0}]
    ):
        make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=day), **values)  # type: ignore[arg-type]

    (card,) = coming(db.session(), Search(), now=now).cards

    assert [day.state for day in card.slots] == [
        SlotState.OPEN,
        SlotState.FEW,
        SlotState.WAITLIST,
        SlotState.FULL,
    ]


@pytest.mark.usefixtures("offers")
def test_the_list_is_one_statement_however_many_cards_it_has(now: datetime) -> None:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.extend([statement] if statement.startswith("SELECT") else [])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    coming(db.session(), Search(), now=now)
    sa.event.remove(db.engine, "before_cursor_execute", note)

    assert len(statements) == 1


@pytest.mark.usefixtures("app")
def test_a_groups_page_shows_its_own(now: datetime) -> None:
    group = make_group()
    make_slot(opportunity=make_opportunity(group=group, title="自分の活動"))
    make_slot()

    cards = coming_of_group(db.session(), group.id, now=now)

    assert [card.title for card in cards] == ["自分の活動"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Slot)) == 2


@pytest.mark.usefixtures("app")
def test_a_standing_need_comes_where_it_ends_unless_it_has_days(now: datetime) -> None:
    def make(title: str, *, ends: int, day: int | None = None) -> None:
        opportunity = make_opportunity(title=title, description="草刈り")
        end = COMING + timedelta(days=ends)
        make_slot(opportunity=opportunity, starts_at=now, ends_at=end, standing=True)
        if day is not None:
            make_slot(opportunity=opportunity, starts_at=COMING + timedelta(days=day))

    make("随時", ends=3)
    make("随時と先の日程", ends=1, day=4)
    make("随時と近い日程", ends=9, day=2)
    make("すぐに終わる随時", ends=0)
    in_order = ["すぐに終わる随時", "随時と近い日程", "随時", "随時と先の日程"]
    word = Search(words=Search.split("草刈り"))

    assert titles(Search(), now) == in_order
    assert titles(word, now) == in_order
    assert titles(looked_up(db.session(), word), now) == in_order
    assert titles(Search(since=date(2026, 12, 14)), now) == in_order[1:]
    assert titles(Search(weekdays=frozenset({MONDAY})), now) == [
        "すぐに終わる随時",
        "随時と先の日程",
        "随時と近い日程",
        "随時",
    ]
