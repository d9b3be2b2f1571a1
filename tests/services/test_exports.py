"""What the files count, and that every export is on record."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.clock import TOKYO
from kyodo_match.core.db import db
from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.exports import queries, services
from kyodo_match.exports.rules import ExportKind, Scope
from kyodo_match.opportunities.models import Slot
from kyodo_match.opportunities.rules import OpportunityKind, OpportunityStatus
from kyodo_match.participation import services as participation
from kyodo_match.participation.queries import day_records
from kyodo_match.participation.rules import Attendance
from kyodo_match.signups import services as signups
from kyodo_match.signups.rules import AgeGroup, Receipt
from kyodo_match.web import responses
from tests.load.season import write_season
from tests.support.clock import START
from tests.support.exports import export_file, export_lines
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import keys, sign_up, signup_now

pytestmark = pytest.mark.usefixtures("app")

HELD = START + timedelta(days=3)
PARTICIPANTS = ExportKind.PARTICIPANTS


def held_slot(starts_at: datetime = HELD, **values: object) -> Slot:
    return make_slot(starts_at=starts_at, opens_at=START - timedelta(days=30), **values)  # type: ignore[arg-type]


def mark(slot: Slot, receipt: Receipt, *states: str) -> None:
    for person, state in zip(signup_now(receipt).participants, states, strict=True):
        participation.mark(
            slot_id=slot.public_id,
            participant_id=person.public_id,
            attendance=Attendance(state),
            nonce=person.public_id,
            marked_at=slot.ends_at,
            now=slot.ends_at,
            actor="system",
        )


def walk_in(slot: Slot) -> None:
    participation.add_walk_in(
        slot_id=slot.public_id,
        name="飛入 太郎",
        kana="とびいり たろう",
        age_group=AgeGroup.FROM_65,
        phone="",
        nonce="walk-in",
        keys=keys(),
        now=slot.starts_at,
        actor="system",
    )


def table(kind: ExportKind = PARTICIPANTS, year: int | None = None) -> list[dict[str, object]]:
    return export_lines(kind, year)


def test_a_held_day_is_one_line_with_all_its_numbers() -> None:
    slot = held_slot(capacity=6)
    came = sign_up(slot, 1, party=3)
    stayed_away = sign_up(slot, 2)
    sign_up(slot, 3)
    left = sign_up(slot, 4)
    signups.cancel(signup_id=left.signup_id, now=START, actor="citizen")
    sign_up(slot, 5, party=2)  # waits: one place is free
    mark(slot, came, "attended", "attended", "absent")
    mark(slot, stayed_away, "absent")
    walk_in(slot)
    participation.count_heads(
        slot_id=slot.public_id, adults=4, children=2, now=slot.ends_at, actor="system"
    )

    (line,) = table()

    numbers = {name: line[name] for name in PARTICIPANTS.columns[7:]}
    assert numbers == {
        "capacity": 6,
        "signups": 5,
        "confirmed": 5,
        "attended": 3,
        "absent": 2,
        "unmarked": 1,
        "head_count_adults": 4,
        "head_count_children": 2,
        "visits": 9,
        "people": 3,
        "first_timers": 3,
        "cancelled": 1,
    }
    assert line["slot_id"] == slot.public_id
    assert line["date"] == date(2026, 11, 25)
    assert line["fiscal_year"] == 2026


def test_a_first_timer_has_no_earlier_attendance_anywhere_and_says_nothing_else() -> None:
    earlier, later = held_slot(), held_slot(HELD + timedelta(days=1))
    for slot in (later, earlier):  # marked in any order: the days decide
        mark(slot, sign_up(slot, 1), "attended")
    mark(later, sign_up(later, 2, first_time=False), "attended")
    mark(later, sign_up(later, 3, first_time=True), "attended")
    mark(later, sign_up(later, 4), "absent")

    found = {line["slot_id"]: line["first_timers"] for line in table()}

    assert found == {earlier.public_id: 1, later.public_id: 1}


def test_an_attendance_of_last_year_counts_as_earlier() -> None:
    last_year = held_slot(HELD - timedelta(days=1))
    this_year = held_slot(datetime(2027, 4, 10, 9, tzinfo=TOKYO))
    for slot in (last_year, this_year):
        mark(slot, sign_up(slot, 1), "attended")

    (line,) = table(year=2027)

    assert line["slot_id"] == this_year.public_id
    assert line["first_timers"] == 0


@pytest.mark.parametrize(
    ("starts_at", "fiscal_year"),
    [
        (datetime(2027, 3, 31, 23, 30, tzinfo=TOKYO), 2026),
        (datetime(2027, 4, 1, 0, 0, tzinfo=TOKYO), 2027),
    ],
    ids=["last-evening", "first-midnight"],
)
def test_the_fiscal_year_goes_by_the_day_in_japan(starts_at: datetime, fiscal_year: int) -> None:
    slot = held_slot(starts_at)
    sign_up(slot, 1)

    for kind in (ExportKind.PARTICIPANTS, ExportKind.SIGNUPS):
        assert [line["slot_id"] for line in table(kind, fiscal_year)] == [slot.public_id]
        assert table(kind, 4053 - fiscal_year) == []


def test_a_day_that_was_called_off_is_listed_and_counts_nobody() -> None:
    slot = held_slot()
    sign_up(slot, 1, party=2)
    signups.cancel_slot(slot_id=slot.public_id, reason="台風のため", now=START, actor="system")

    (line,) = table()

    assert line["slot_status"] == "cancelled"
    assert (line["signups"], line["confirmed"], line["cancelled"]) == (1, 0, 2)
    assert (line["visits"], line["people"]) == (0, 0)


def test_what_never_was_public_has_no_line() -> None:
    make_slot(opportunity=make_opportunity(status=OpportunityStatus.DRAFT))

    assert table() == []


def test_imported_results_have_a_line_without_a_slot_and_make_the_visits_the_plans() -> None:
    slot = held_slot()
    mark(slot, sign_up(slot, 1, party=2), "attended", "attended")
    past = (date(2026, 5, 1), OpportunityKind.EXPERIENCE, "体験", "里山の会", 12, None, "")
    participation.import_participation(lines=[past], now=START, actor="system")

    lines = table(year=2026)

    assert [(line["slot_id"], line["slot_status"]) for line in lines] == [
        (None, "imported"),
        (slot.public_id, "scheduled"),
    ]
    assert lines[0]["people"] is None
    year = FiscalYear(2026)
    counted = day_records(
        db.session(), kinds=["experience"], since=year.first_day, until=year.last_day
    )
    visits = [line["visits"] for line in lines]
    assert visits == [12, 2]
    assert sum(record.visits for record in counted) == 14


def test_a_line_of_signups_is_one_participant_with_the_partys_contact() -> None:
    slot = held_slot()
    receipt = sign_up(slot, 1, party=2, district="みらい平")
    second = signup_now(receipt).participants[1]
    signups.cancel(
        signup_id=receipt.signup_id,
        participant_id=second.public_id,
        now=START,
        actor="citizen",
    )

    applicant, companion = table(ExportKind.SIGNUPS)

    assert applicant["status"] == "confirmed"
    assert companion["status"] == "cancelled"
    assert companion["name"] == second.name
    assert companion["email"] == applicant["email"] == "mihon1@example.jp"
    assert companion["party"] == applicant["party"] == receipt.number
    assert applicant["attendance"] == "unmarked"


def test_a_file_is_for_excel_and_runs_nothing() -> None:
    slot = held_slot(starts_at=datetime(2026, 12, 1, 9, 30, tzinfo=TOKYO))
    sign_up(slot, 1, name="=HYPERLINK(1)")

    content, rows = export_file(ExportKind.SIGNUPS)

    text = content.decode()
    assert rows == 1
    assert text.startswith("\ufeffreceipt_number,status,channel,received_at,slot_id,name,")
    assert text.count("\r\n") == 2
    assert ",'=HYPERLINK(1)," in text
    assert ",web,2026-11-22T10:00," in text


@pytest.mark.parametrize("kind", list(ExportKind))
def test_the_number_of_statements_does_not_grow_with_the_lines(
    app: Flask, kind: ExportKind
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        export_file(kind)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    sign_up(held_slot(), 1)
    few = statements()
    for number in range(2, 6):
        sign_up(held_slot(), number, party=2)

    assert statements() == few


def test_an_export_is_on_record_with_its_purpose_lines_and_columns(now: datetime) -> None:
    scope = Scope(PARTICIPANTS, FiscalYear(2026))

    services.record_export(
        scope=scope,
        form="csv",
        rows=7,
        columns=["date", "visits"],
        now=now,
        actor="a" * 12,
        purpose="年度の報告",
    )

    event = db.session().scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.object_id, event.actor) == (
        "export.made",
        "participants",
        "a" * 12,
    )
    assert event.reason == "年度の報告"
    assert event.facts == {
        "fiscal_year": 2026,
        "form": "csv",
        "rows": 7,
        "columns": ["date", "visits"],
    }


def test_a_long_read_keeps_nobody_from_writing_and_shows_one_moment() -> None:
    write_season(days=1200)
    scope = Scope(PARTICIPANTS)

    with Session(db.engine) as reader:
        table_ = queries.table(reader, scope, settings=responses.settings(), now=START)
        first = next(table_.lines)
        sign_up(held_slot(), 1)
        rest = list(table_.lines)

    assert len([first, *rest]) == 1200
    assert len(table()) == 1201
