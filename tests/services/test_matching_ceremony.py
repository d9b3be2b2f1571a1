"""A round from the freeze to its results: what is fixed, what is refused, what everybody gets."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.audit.queries import history
from kyodo_match.core.db import db, use_case
from kyodo_match.matching.errors.draws import (
    DrawnBefore,
    FreezesLater,
    FrozenChanged,
)
from kyodo_match.matching.errors.rounds import RoundEdgeNotDrawn
from kyodo_match.matching.models.rounds import (
    DrawChoice,
    DrawEntry,
    DrawPerson,
    Round,
    RoundSlot,
)
from kyodo_match.matching.queries import draws as queries
from kyodo_match.matching.rules import drawing
from kyodo_match.matching.rules.drawing import manifest_sha256
from kyodo_match.matching.rules.freezing import Differs
from kyodo_match.matching.rules.rounds import RoundMode, RoundStatus
from kyodo_match.matching.services import rounds as setting_up
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.signups import services
from kyodo_match.signups.errors import CapacityAnnounced
from kyodo_match.signups.rules import Receipt, Residency, SignupStatus
from tests.support.clock import START
from tests.support.make_entries import (
    ENTROPY,
    FROZEN_AT,
    PUBLISHED_AT,
    apply,
    freeze,
    hold,
    publish,
)
from tests.support.make_opportunities import COMING, make_opportunity, make_slot
from tests.support.make_rounds import (
    ACTOR,
    entry_now,
    make_days,
    make_draft,
    make_round,
    round_now,
)
from tests.support.make_signups import (
    sign_up,
    status_of,
)
from tests.support.make_waiting import mark_all
from tests.support.triggers import silence_triggers

pytestmark = pytest.mark.usefixtures("app")


def contested(**over: Any) -> tuple[Round, list[Slot], list[Receipt]]:
    """Two days of two places each; five apply, one of them a pair."""
    days = make_days(2, capacity=2)
    one = make_round(days, **over)
    return (
        one,
        days,
        [
            apply(one, 1, [days[0], days[1]], party=2),
            *(apply(one, n, [days[0], days[1]]) for n in range(2, 5)),
            apply(one, 5, [days[1]]),
        ],
    )


# --- The freeze -------------------------------------------------------------


def test_the_freeze_verifies_facts_drops_choices_and_publishes_the_list() -> None:
    grown = make_opportunity()
    days = [*make_days(2, capacity=5, minimum=2), make_slot(opportunity=grown)]
    one = make_round(days, most_choices=3)
    before = make_slot(starts_at=START + timedelta(days=3))
    came, elsewhere = sign_up(before, 1), make_slot(starts_at=COMING)
    mark_all(came, "attended")
    seasoned = apply(one, 1, [days[0], days[2]], first_time=True)
    new = apply(one, 2, [days[0]], first_time=True)
    far = apply(one, 3, [days[0]], party=2, residency=Residency.OTHER)
    busy = apply(one, 4, [days[0], days[1]])
    sign_up(elsewhere, 4)
    only_grown = apply(one, 5, [days[2]])
    gone = apply(one, 6, [days[1]])
    put_off, until = make_slot(starts_at=COMING), COMING + timedelta(days=30)
    sign_up(put_off, 2)
    sign_up(make_slot(standing=True, starts_at=START, ends_at=until, closes_at=until), 2)
    services.cancel(signup_id=gone.signup_id, now=START, actor="citizen")
    tamper(lambda session: setattr(session.get_one(Opportunity, grown.id), "min_age", 65))
    tamper(lambda session: setattr(session.get_one(Slot, put_off.id), "status", "postponed"))

    one = freeze(one)

    entries = [entry_now(receipt) for receipt in (seasoned, new, far, busy, only_grown, gone)]
    assert [entry.draw_class for entry in entries] == [1, 0, 2, 1, 1, None]
    assert [[choice.dropped for choice in entry.choices] for entry in entries[:5]] == [
        ["", "not_of_age"],
        [""],
        [""],
        ["overlap", ""],
        ["not_of_age"],
    ]
    assert entries[0].people[0] == {
        "residency": "resident",
        "first_time": False,
        "verified": True,
    }
    lines = [json.loads(line) for line in (one.manifest or "").splitlines()]
    assert [line["entry"] for line in lines] == [entry.entry_number for entry in entries[:5]]
    assert [line["size"] for line in lines] == [1, 1, 2, 1, 1]
    assert lines[4]["choices"] == []
    assert one.manifest_sha256 == manifest_sha256(one.manifest or "")
    assert (one.status, one.manifest_published_at) == (RoundStatus.FROZEN, FROZEN_AT)
    assert [(day.capacity, day.minimum) for day in one.slots] == [(5, 2), (10, None), (5, 2)]
    record = queries.record_of(one)
    assert list(record)[-1] == "manifest_published_at"


def test_nothing_is_frozen_before_its_time_or_twice() -> None:
    one = make_round()

    with pytest.raises(FreezesLater):
        freeze(one, FROZEN_AT - timedelta(seconds=1))

    freeze(one)
    with pytest.raises(RoundEdgeNotDrawn):
        freeze(one)


# --- The draw ---------------------------------------------------------------


def test_the_same_throw_gives_the_same_and_another_one_is_refused_and_shown() -> None:
    one, _days, receipts = contested()
    freeze(one)

    tried = hold(one, dry_run=True)
    held = hold(one, witnesses="見本 立会人")
    rows = [entry_now(receipt).position for receipt in receipts]
    again = hold(one, now=PUBLISHED_AT)
    with pytest.raises(DrawnBefore):
        hold(one, "1-1-1-1-1-1-1-1-1-1")

    assert (tried.results, tried.repeated) == (held.results, False)
    assert (again.results, again.repeated) == (held.results, True)
    assert [entry_now(receipt).position for receipt in receipts] == rows
    assert sorted(filter(None, rows)) == [1, 2, 3, 4, 5]
    now = round_now(one.public_id)
    assert (now.status, now.entropy, now.seed) == (RoundStatus.DRAWN, ENTROPY, held.seed)
    refused = history(db.session(), "round", one.public_id)[-1]
    assert refused.action == "round.draw-refused"
    assert refused.facts["entropy"] == "1-1-1-1-1-1-1-1-1-1"
    assert now.witnesses not in json.dumps(queries.record_of(now), ensure_ascii=False)


@use_case
def tamper(session: Session, /, change: Callable[[Session], None]) -> None:
    """Somebody has got at the database, and knows how to go behind its triggers."""
    silence_triggers(session.connection())
    change(session)


def _manifest(session: Session) -> None:
    one = session.scalars(sa.select(Round)).one()
    one.manifest = (one.manifest or "").replace('"class":1', '"class":0', 1)


def _class(session: Session) -> None:
    session.scalars(sa.select(DrawEntry).order_by(DrawEntry.id)).first().draw_class = 0  # type: ignore[union-attr]


def _places(session: Session) -> None:
    session.execute(sa.update(RoundSlot).values(capacity=1))


def _names(session: Session) -> None:
    one = session.scalars(sa.select(Round)).one()
    one.classes = [{**row, "name": row["name"][::-1]} for row in one.classes]


def _choice(session: Session) -> None:
    session.execute(sa.update(DrawChoice).where(DrawChoice.rank == 2).values(dropped="overlap"))


def _deleted(session: Session) -> None:
    first = session.scalars(sa.select(DrawEntry.id).order_by(DrawEntry.id)).first()
    for table, key in (
        (DrawChoice, DrawChoice.entry_id),
        (DrawPerson, DrawPerson.entry_id),
        (DrawEntry, DrawEntry.id),
    ):
        session.execute(sa.delete(table).where(key == first))


def _added(session: Session) -> None:
    session.execute(sa.update(DrawEntry).values(is_late=False, draw_class=1))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_manifest, Differs.MANIFEST_BYTES),
        (_class, Differs.CLASS_CHANGED),
        (_places, Differs.TERMS_CHANGED),
        (_names, Differs.TERMS_CHANGED),
        (_choice, Differs.CHOICES_CHANGED),
        (_deleted, Differs.ENTRY_MISSING),
        (_added, Differs.ENTRY_ADDED),
    ],
    ids=["a-byte", "a-class", "places", "names", "a-choice", "an-entry-gone", "an-entry-more"],
)
def test_what_is_no_longer_as_published_is_not_drawn(
    change: Callable[[Session], None], code: Differs
) -> None:
    one, days, _receipts = contested()
    apply(one, 9, days, late=True)
    freeze(one)
    tamper(change)

    with pytest.raises(FrozenChanged) as refusal:
        hold(one)

    assert refusal.value.differences[0].code is code
    assert round_now(one.public_id).status is RoundStatus.FROZEN
    assert history(db.session(), "round", one.public_id)[-1].facts["why"] == "differs"
    assert [found.public_id for found, _differs in queries.changed_rounds(db.session())] == [
        one.public_id
    ]


def _nearer(session: Session) -> None:
    """Somebody who waits is written down as placed, on the day that they wished for first."""
    waiting = sa.select(DrawEntry).where(DrawEntry.placed_slot_id.is_(None))
    entry = session.scalars(waiting.order_by(DrawEntry.position)).first()
    assert entry is not None
    entry.placed_slot_id = entry.choices[0].slot_id


def _later(session: Session) -> None:
    waits = DrawChoice.waitlist_position.is_not(None)
    session.execute(sa.update(DrawChoice).where(waits).values(waitlist_position=9))


def _thrown(session: Session) -> None:
    session.scalars(sa.select(Round)).one().entropy = "1-1-1-1-1-1-1-1-1-1"


@pytest.mark.parametrize("change", [_nearer, _later, _thrown], ids=["place", "queue", "throw"])
def test_results_that_are_not_what_was_drawn_are_not_published(
    change: Callable[[Session], None],
) -> None:
    one, _days, _receipts = contested()
    freeze(one)
    hold(one)
    tamper(change)

    with pytest.raises(FrozenChanged) as refusal:
        publish(one)

    assert {found.code for found in refusal.value.differences} == {Differs.RESULT_CHANGED}
    assert [found.public_id for found, _differs in queries.changed_rounds(db.session())] == [
        one.public_id
    ]


OVERWRITING = (
    "UPDATE round_slot SET capacity = 9",
    "UPDATE round_slot SET minimum = 1",
    "UPDATE round_slot SET reserves = '{}'",
    "DELETE FROM round_slot",
    "UPDATE round SET classes = '[]'",
    "UPDATE round SET manifest = '', manifest_sha256 = ''",
    "UPDATE round SET seed = '', entropy = ''",
    "DELETE FROM round",
)


@use_case
def refusal_of(session: Session, /, statement: str) -> str:
    """What the database says to a statement; nothing where it obeys."""
    try:
        session.execute(sa.text(statement))
    except sa.exc.IntegrityError as error:
        session.rollback()
        return str(error.orig).splitlines()[0]
    return ""


def test_the_database_keeps_what_is_published() -> None:
    one, _days, _receipts = contested()
    freeze(one)
    hold(one)

    refusals = [refusal_of(statement) for statement in OVERWRITING]

    assert refusals == [*["published: round_slot"] * 4, *["published: round"] * 4]
    assert queries.changed_since(db.session(), round_now(one.public_id)) == ()


def test_the_places_that_are_announced_stay_until_the_results_are_out() -> None:
    one, days, _receipts = contested()
    day = days[0].public_id
    services.change_capacity(slot_id=day, capacity=3, now=START, actor=ACTOR)
    freeze(one)

    with pytest.raises(CapacityAnnounced) as refusal:
        services.change_capacity(slot_id=day, capacity=2, now=FROZEN_AT, actor=ACTOR)
    services.change_capacity(slot_id=day, capacity=4, now=FROZEN_AT, actor=ACTOR)
    services.change_capacity(slot_id=day, capacity=3, now=FROZEN_AT, actor=ACTOR)

    assert refusal.value.announced == 3
    hold(one)
    assert queries.record_of(round_now(one.public_id))["slots"][0]["capacity"] == 3


def test_reserves_are_kept_and_what_is_drawn_is_written_in_one_spelling() -> None:
    days = make_days(1, capacity=2)
    draft = make_draft(days, mode=RoundMode.SOFT_RESERVES, party_limit=1)
    of_the_city = {days[0].public_id: {"1": 2}}
    setting_up.choose_days(round_id=draft.public_id, days=of_the_city, now=START, actor=ACTOR)
    setting_up.open_round(round_id=draft.public_id, now=START, actor=ACTOR)
    one = round_now(draft.public_id)
    with pytest.raises(CapacityAnnounced):
        services.change_capacity(slot_id=days[0].public_id, capacity=1, now=START, actor=ACTOR)
    resident = apply(one, 1, days)
    for n in range(2, 7):
        apply(one, n, days, residency=Residency.OTHER)
    freeze(one)

    hold(one, " さいころの数\u306f\u3099\n3 5 1　6 ", source="さいころ\n（1回）")
    again = hold(one, "さいころの数ば 3 5 1 6")

    record = queries.record_of(round_now(one.public_id))
    assert again.repeated
    assert (record["entropy"], record["entropy_source"]) == (
        "さいころの数ば 3 5 1 6",
        "さいころ （1回）",
    )
    assert drawing.verify(record) == ()
    numbers = [result["number"] for result in record["results"]]
    assert numbers == sorted(numbers)
    assert entry_now(resident).placed_slot_id == days[0].id


def test_a_draw_without_contest_places_everybody_and_keeps_no_throw() -> None:
    days = make_days(1, capacity=2)
    one = make_round(days)
    receipts = [apply(one, n, days) for n in (1, 2)]
    freeze(one)

    held = hold(one)
    hold(one, "6-6-6-6-6-6-6-6-6-6")
    publish(one)

    assert held.seed is None
    assert round_now(one.public_id).entropy is None
    assert {status_of(receipt) for receipt in receipts} == {SignupStatus.CONFIRMED}
