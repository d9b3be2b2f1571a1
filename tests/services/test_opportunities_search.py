"""Search by its index finds what reading every text would find, and in the same order."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from secrets import token_hex

import pytest
import sqlalchemy as sa
from flask import Flask

from kyodo_match.core.clock import tokyo_date
from kyodo_match.core.db import db
from kyodo_match.groups import services as groups
from kyodo_match.groups.models import Group
from kyodo_match.groups.rules import GroupKind, Profile, Registration
from kyodo_match.opportunities import services
from kyodo_match.opportunities.models import Opportunity, SearchGram
from kyodo_match.opportunities.queries import (
    MOST_A_DAY,
    OnOffer,
    Search,
    coming,
    looked_up,
    on_offer,
)
from kyodo_match.opportunities.queries.listing import COUNTED
from kyodo_match.opportunities.rules import Content, OpportunityKind, SlotStatus
from kyodo_match.opportunities.rules.finding import grams
from tests.support.databases import look_again
from tests.support.make_opportunities import COMING, make_group, make_opportunity, make_slot
from tests.support.make_signups import at_once

pytestmark = pytest.mark.usefixtures("app")

ALPHABET = "あいう花がー%_/a𠮷"
STAFF = "0" * 12
DECEMBER = date(2026, 12, 1)


def found(search: Search, now: datetime) -> list[str]:
    return [card.public_id for card in coming(db.session(), search, now=now, size=50).cards]


def indexed(opportunity: Opportunity) -> set[str]:
    held = sa.select(SearchGram.gram).where(SearchGram.opportunity_id == opportunity.id)
    return set(db.session().scalars(held))


def rename(group_id: str, name: str, kana: str, now: datetime) -> None:
    groups.change(
        group_id=group_id,
        registration=Registration(
            name=name, kind=GroupKind.PURPOSE, kana=kana, registered_on=date(2026, 4, 1)
        ),
        profile=Profile(law_fields=("7",)),
        actor=STAFF,
        now=now,
    )


def copy_of(opportunity_id: str, now: datetime) -> None:
    services.copy(
        opportunity_id=opportunity_id,
        title="写し",
        contact_name="",
        contact_phone="",
        first_day=None,
        actor=STAFF,
        now=now,
    )


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.extend([statement] if statement.startswith(("SELECT", "WITH")) else [])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("seed", range(3))
def test_any_words_find_what_reading_every_text_finds(seed: int, now: datetime) -> None:
    chance = random.Random(seed)
    texts: dict[str, str] = {}
    group = make_group(name="会", kana="かい")
    for number in range(25):
        title, description = (
            "".join(chance.choices(ALPHABET, k=chance.randint(1, 8))) for _ in range(2)
        )
        made = make_opportunity(group=group, title=title, description=description)
        make_slot(opportunity=made, starts_at=COMING + timedelta(days=number % 7, hours=number))
        texts[made.public_id] = made.search_text
    look_again()
    in_order = found(Search(), now)
    asked = ["".join(chance.choices(ALPHABET, k=chance.randint(1, 4))) for _ in range(60)]
    asked += [f"{one} {other}" for one, other in zip(asked[:20], asked[20:40], strict=True)]

    for typed in asked:
        search = Search(words=Search.split(typed))
        expected = [key for key in in_order if all(word in texts[key] for word in search.words)]
        assert found(looked_up(db.session(), search), now) == expected, typed
        assert found(search, now) == expected, typed


def test_the_index_follows_a_text_that_is_changed(now: datetime) -> None:
    opportunity = make_opportunity(title="落ち葉かき", description="")
    assert "落ち" in indexed(opportunity)

    services.edit(
        opportunity_id=opportunity.public_id,
        content=Content(
            kind=OpportunityKind.EXPERIENCE,
            title="絵本の会",
            description="読みます",
            plain_fields=("culture",),
            place="図書館",
            fee="無料",
            bring="なし",
            rain="行います",
            alone_welcome=True,
            beginner_welcome=True,
            contact_name="係",
            contact_phone="0297-00-0101",
        ),
        actor=STAFF,
        now=now,
        office=True,
    )

    look_again()
    changed = db.session().get_one(Opportunity, opportunity.id)
    assert "落ち" not in indexed(changed)
    assert indexed(changed) == grams(changed.search_text)


def test_a_new_name_of_a_group_is_what_its_activities_are_found_by(now: datetime) -> None:
    group = make_group(name="みどりの会", kana="みどりのかい")
    slot = make_slot(opportunity=make_opportunity(group=group))
    other = make_slot()

    rename(group.public_id, "あおぞら倶楽部", "あおぞらくらぶ", now)

    look_again()
    for word, expected in (
        ("倶楽部", [slot.opportunity.public_id]),
        ("アオゾラ", [slot.opportunity.public_id]),
        ("みどりの会", []),
    ):
        search = looked_up(db.session(), Search(words=Search.split(word)))
        assert found(search, now) == expected
    assert other.opportunity.search_text in set(
        db.session().scalars(sa.select(Opportunity.search_text))
    )
    assert db.session().get_one(Group, group.id).name == "あおぞら倶楽部"


def test_copies_and_new_names_of_a_group_wait_for_one_another_in_one_order(
    app: Flask, now: datetime
) -> None:
    earlier = make_slot().opportunity
    opportunity_id, group_id = earlier.public_id, earlier.group.public_id
    look_again()

    def act(number: int) -> None:
        for _ in range(4):
            if number % 2:
                rename(group_id, f"会{token_hex(2)}", "かい", now)
            else:
                copy_of(opportunity_id, now)

    at_once(app, act, 4)

    assert db.session().scalar(sa.select(sa.func.count(Opportunity.id))) == 1 + 2 * 4


def test_counting_stops_and_says_so(now: datetime) -> None:
    group = make_group()
    for number in range(COUNTED + 3):
        made = make_opportunity(group=group)
        make_slot(opportunity=made, starts_at=COMING + timedelta(minutes=number))

    first = coming(db.session(), Search(), now=now)
    later = coming(db.session(), Search(), now=now, page=6)
    beyond = coming(db.session(), Search(), now=now, page=99)

    assert (first.total, first.more, first.pages) == (COUNTED, True, 6)
    assert (later.total, later.more, later.pages, len(later.cards)) == (COUNTED + 3, False, 6, 3)
    assert (beyond.page, len(beyond.cards)) == (6, 3)


@pytest.mark.parametrize(("typed", "statements"), [("", 2), ("里山", 3), ("無い 落ち葉", 3)])
def test_list_and_calendar_take_as_many_statements_whatever_there_is(
    typed: str, statements: int, now: datetime
) -> None:
    numbers = []
    for _ in range(2):
        make_slot(opportunity=make_opportunity(title="里山の日"))
        with counted_statements() as noted:
            search = looked_up(db.session(), Search(words=Search.split(typed)))
            coming(db.session(), search, now=now)
            on_offer(db.session(), search, DECEMBER, now=now)
        numbers.append(len(noted))

    assert numbers == [statements, statements]


def test_a_month_counts_what_the_list_would_show_day_by_day(now: datetime) -> None:
    opportunity = make_opportunity(title="里山の日")
    make_slot(opportunity=opportunity, starts_at=COMING)
    make_slot(opportunity=opportunity, starts_at=COMING.replace(hour=6), places_taken=10)
    make_slot(starts_at=COMING + timedelta(days=1), places_taken=10)
    make_slot(starts_at=COMING + timedelta(days=2), status=SlotStatus.CANCELLED)
    make_slot(starts_at=COMING + timedelta(days=20))
    make_slot(starts_at=now - timedelta(days=2))
    saturday, sunday = date(2026, 12, 12), date(2026, 12, 13)

    for search, offers in (
        (Search(), {saturday: OnOffer(2, has_free=True), sunday: OnOffer(1, has_free=False)}),
        (
            Search(since=sunday, until=sunday),
            {saturday: OnOffer(2, has_free=True), sunday: OnOffer(1, has_free=False)},
        ),
        (Search(words=("山の日",)), {saturday: OnOffer(2, has_free=True)}),
        (Search(only_free=True), {saturday: OnOffer(1, has_free=True)}),
        (Search(weekdays=frozenset({6})), {sunday: OnOffer(1, has_free=False)}),
        (Search(words=("蛍",)), {}),
    ):
        for one in (search, looked_up(db.session(), search)):
            assert on_offer(db.session(), one, DECEMBER, now=now) == offers


def test_a_days_counting_stops_at_ten_and_a_free_place_is_still_seen(now: datetime) -> None:
    for number in range(MOST_A_DAY + 2):
        taken = 0 if number == MOST_A_DAY + 1 else 10
        make_slot(starts_at=COMING + timedelta(minutes=number), places_taken=taken)

    offers = on_offer(db.session(), Search(), DECEMBER, now=now)

    assert offers == {date(2026, 12, 12): OnOffer(MOST_A_DAY, has_free=True)}


def test_a_month_agrees_with_the_days_of_the_list(now: datetime) -> None:
    chance = random.Random(8)
    for _ in range(20):
        start = COMING + timedelta(hours=chance.randint(0, 24 * 16))
        make_slot(starts_at=start, places_taken=chance.choice((0, 10)))

    listed = coming(db.session(), Search(), now=now, size=50).cards
    days = Counter(tokyo_date(line.starts_at) for card in listed for line in card.slots)
    offers = on_offer(db.session(), Search(), DECEMBER, now=now)

    assert {day: offer.number for day, offer in offers.items()} == {
        day: number for day, number in days.items() if day.month == 12
    }
