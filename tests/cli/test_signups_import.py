"""`kyodo-match signups import`: applications that came in elsewhere, the whole file or nothing."""

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.notifications.models import OutboxMessage, PhoneCall
from kyodo_match.opportunities.models import Slot
from kyodo_match.settings.rules import Office
from kyodo_match.settings.services import save
from kyodo_match.signups import queries
from kyodo_match.signups.models import Participant, Signup
from kyodo_match.signups.rules import Channel
from tests.cli.conftest import Run
from tests.support.clock import START, FrozenClock
from tests.support.databases import look_again
from tests.support.make_opportunities import make_opportunity, make_slot
from tests.support.make_signups import kana_of, sign_up, slot_now

COLUMNS = (
    "channel", "received_at", "slot_id", "name", "kana", "email", "phone", "age_group",
    "residency", "district", "party",
)  # fmt: skip


@pytest.fixture
def slot(app: Flask) -> Slot:
    return make_slot(capacity=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "申込み.csv"


def person(slot: Slot, n: int, **over: str) -> dict[str, str]:
    return {
        "channel": "paper",
        "received_at": "2026-11-20T15:00",
        "slot_id": slot.public_id,
        "name": f"見本 {n}",
        "kana": kana_of(n),
        "email": f"mihon{n}@example.jp",
        "phone": "",
        "age_group": "65_up",
        "residency": "resident",
        **over,
    }


def write(path: Path, *lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    return path


def count(model: type[Any]) -> int:
    look_again()
    return db.session().scalars(sa.select(sa.func.count()).select_from(model)).one()


def printed(done: Result) -> list[tuple[str, ...]]:
    return [tuple(line.split(",")) for line in done.stdout.splitlines()]


def test_lines_of_one_party_are_one_application_in_the_order_of_the_file(
    run: Run, slot: Slot, file: Path
) -> None:
    family = {"party": "A", "email": "", "phone": "０２９７－５８－２１１１"}
    write(
        file,
        person(slot, 1, **family),
        person(slot, 2),
        person(slot, 3, party="A", email=""),
        person(slot, 4),
    )

    done = run("signups", "import", file)

    assert done.exit_code == 0, done.stderr
    assert printed(done) == [
        ("2", "R8-00001", "confirmed"),
        ("3", "R8-00002", "confirmed"),
        ("4", "R8-00001", "confirmed"),
        ("5", "R8-00003", "waitlisted"),
    ]
    look_again()
    party = queries.signup_by_number(db.session(), "R8-00001")
    assert party is not None
    assert [one.name for one in party.participants] == ["見本 1", "見本 3"]
    assert (party.phone, party.channel) == ("0297-58-2111", Channel.PAPER)
    assert party.received_at.isoformat() == "2026-11-20T06:00:00+00:00"
    assert (slot_now(slot).places_taken, slot_now(slot).places_waiting) == (3, 1)
    assert (count(OutboxMessage), count(PhoneCall)) == (2, 1)


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(
    run: Run, slot: Slot, file: Path
) -> None:
    write(file, *(person(slot, n) for n in range(1, 5)))

    done = run("signups", "import", file, "--dry-run")

    assert done.exit_code == 0
    assert [line[1:] for line in printed(done)] == [("", "confirmed")] * 3 + [("", "waitlisted")]
    assert "4行（申込み4件）を受け付けられます。受け付けてはいません。" in done.stderr
    assert (count(Signup), count(OutboxMessage), slot_now(slot).places_taken) == (0, 0, 0)
    assert sign_up(slot).number == "R8-00001"


def test_what_was_exported_comes_back_the_same(
    app: Flask, run: Run, file: Path, frozen_clock: FrozenClock
) -> None:
    old, new = make_slot(capacity=4), make_slot(capacity=4)
    sign_up(old, 1, party=3, name="＝髙﨑 𠮷子")
    sign_up(old, 2, email="-odd@example.jp", district="谷和原")
    sign_up(old, 3, channel=Channel.PHONE, email="")
    frozen_clock.move(hours=1)
    run("export", "signups", "-o", file)
    before = file.read_bytes()
    lines = list(csv.DictReader(io.StringIO(before.decode("utf-8-sig"), newline="")))
    kept = [{name: line[name] for name in COLUMNS} | {"slot_id": new.public_id} for line in lines]

    done = run("signups", "import", write(file, *kept))
    run("export", "signups", "-o", file)

    assert done.exit_code == 0, done.stderr
    after = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    again = [line for line in after if line["slot_id"] == new.public_id]
    changed = {"slot_id", "receipt_number", "party"}
    assert [{k: v for k, v in line.items() if k not in changed} for line in again] == [
        {k: v for k, v in line.items() if k not in changed} for line in lines
    ]
    assert len(again) == 5


def test_staff_may_bring_what_was_received_before_the_closing(
    run: Run, slot: Slot, file: Path, frozen_clock: FrozenClock
) -> None:
    assert slot.closes_at is not None
    frozen_clock.moment = slot.closes_at
    frozen_clock.move(hours=1)

    in_time = run("signups", "import", write(file, person(slot, 1)))
    too_late = run("signups", "import", write(file, person(slot, 2, received_at="")))

    assert in_time.exit_code == 0, in_time.stderr
    assert too_late.exit_code == 1
    assert f"{file}:2: 申込みは" in too_late.stderr


def test_every_application_that_cannot_be_taken_is_named_and_none_is_taken(
    run: Run, file: Path, app: Flask
) -> None:
    slot = make_slot(opportunity=make_opportunity(min_age=18), capacity=1, waitlist_limit=0)
    sign_up(slot, 1)
    other = make_slot(party_limit=1)
    write(
        file,
        person(other, 9),
        person(slot, 1),
        person(slot, 2),
        person(slot, 3, slot_id="0123456789ab"),
        person(slot, 4, age_group="elementary"),
        person(other, 9, kana=kana_of(9).replace(" ", "")),
        person(other, 6, party="P"),
        person(other, 7, party="P", email=""),
    )

    done = run("signups", "import", file)

    assert done.exit_code == 1
    assert done.stdout == ""
    said = [line.removeprefix(f"{file}:").partition("。")[0] for line in done.stderr.splitlines()]
    assert said == [
        "3: この日程には、同じ方の申込み（R8-00001）がすでにあります",
        "4: 満員です",
        "5: slot_id: この番号の日程はありません",
        "6: この活動は18歳以上の方が対象です",
        "7: 2行目と同じ方です",
        "8: 一度に申し込めるのは、申し込む方を含めて1人までです（今は2人）",
    ]
    assert count(Signup) == 1


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"kana": "見本"}, "kana: ひらがなかカタカナで書いてください（「見本」）"),
        ({"phone": "58-2111"}, "phone: 電話番号は市外局番から書いてください（「58-2111」）"),
        ({"email": "a@b@c"}, "email: メールアドレスを確かめてください（「a@b@c」）"),
        ({"email": ""}, "email: メールアドレスか電話番号の、どちらかが必要です"),
        ({"channel": "walk_in"}, "channel: web、phone、counter、paperのどれかで"),
        ({"age_group": "65"}, "age_group: preschool、elementary、"),
        ({"received_at": "2026-11-23T10:00"}, "received_at: 先の日時です"),
        ({"received_at": "先週"}, "received_at: 日時は2027-05-09T09:30のように書いてください"),
        ({"residency": ""}, "residency: 入力がありません"),
        ({"name": "見" * 101}, "name: 100文字までで書いてください"),
    ],
)
def test_a_bad_value_is_refused_with_its_line_and_reason(
    run: Run, slot: Slot, file: Path, over: dict[str, str], reason: str
) -> None:
    write(file, person(slot, 1), person(slot, 2, **over))

    done = run("signups", "import", file)

    assert done.exit_code == 1
    assert done.stderr.startswith(f"{file}:3: {reason}")
    assert done.stderr.count("\n") == 1
    assert count(Signup) == 0


def test_a_district_that_is_not_set_is_refused(run: Run, slot: Slot, file: Path) -> None:
    save(office=Office(), districts=("みらい平", "伊奈"), now=START, actor="0123456789ab")
    write(file, person(slot, 1, district="伊奈"), person(slot, 2, district="いな"))

    done = run("signups", "import", file)

    assert done.stderr == f"{file}:3: district: 次の地区から選んでください: みらい平・伊奈\n"


def test_a_party_has_one_day_and_one_contact(run: Run, slot: Slot, file: Path) -> None:
    write(
        file,
        person(slot, 1, party="A"),
        person(slot, 2, party="A", received_at=""),
        person(make_slot(), 3, party="A", email=""),
    )

    done = run("signups", "import", file)

    assert done.stderr.splitlines() == [
        f"{file}:3: email: 同じ組の2行目と違います",
        f"{file}:4: slot_id: 同じ組の2行目と違います",
    ]


def test_the_columns_of_an_export_that_are_given_anew_are_refused(
    run: Run, slot: Slot, file: Path
) -> None:
    write(file, person(slot, 1), columns=("receipt_number", *COLUMNS))
    unknown = run("signups", "import", file)
    write(file, {"name": "見本"}, columns=("name",))
    missing = run("signups", "import", file)

    assert f"{file}:1: 知らない列です: receipt_number" in unknown.stderr
    assert f"{file}:1: 必要な列がありません: slot_id" in missing.stderr


def test_a_file_that_is_not_there_is_refused_and_none_at_all_is_wrong_usage(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    absent = run("signups", "import", tmp_path / "nowhere.csv")
    none = run("signups", "import")

    assert absent.exit_code == 1
    assert "nowhere.csv" in absent.stderr
    assert none.exit_code == 2


def test_a_file_of_the_same_contact_is_no_flood(run: Run, app: Flask, file: Path) -> None:
    slot = make_slot(capacity=20)
    write(file, *(person(slot, n, email="", phone="0297-58-2111") for n in range(1, 13)))

    done = run("signups", "import", file)

    assert done.exit_code == 0, done.stderr
    assert count(Participant) == 12


def test_a_long_file_for_several_days_is_taken_in_a_few_seconds(
    run: Run, app: Flask, file: Path
) -> None:
    slots = [make_slot(capacity=300) for _ in range(3)]
    people = [
        person(slots[n % 3], n, party=f"P{n % 3}-{n // 6}", email="p@example.jp")
        for n in range(1, 201)
    ]
    began = time.perf_counter()

    done = run("signups", "import", write(file, *people))

    assert done.exit_code == 0, done.stderr
    assert len(printed(done)) == 200
    assert time.perf_counter() - began < 10
