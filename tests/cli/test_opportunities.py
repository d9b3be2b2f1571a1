"""`kyodo-match opportunities import`: the whole file or nothing."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from kyodo_match.core.db import db
from kyodo_match.opportunities.models import Opportunity, Slot
from kyodo_match.opportunities.queries import opportunity_by_id, slot_by_id
from kyodo_match.opportunities.rules import OpportunityStatus, SlotMode
from tests.support.make_opportunities import make_group

Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("app")

LINE = {
    "group": "里山の会",
    "kind": "experience",
    "title": "里山の一日体験",
    "description": "落ち葉を集めます。",
    "place": "豊森の里山",
    "fields": "7;3",
    "fee": "無料",
    "bring": "軍手",
    "rain": "小雨は行います",
    "contact_name": "体験係",
    "contact_phone": "０２９７－００－０１０１",
    "starts_at": "2026-12-12T09:30",
    "ends_at": "2026-12-12T11:30",
    "capacity": "１０",
    "alone_welcome": "1",
    "beginner_welcome": "0",
    "status": "published",
}


@pytest.fixture(autouse=True)
def group(app: Flask) -> None:
    make_group(name="里山の会")


def write(path: Path, *lines: dict[str, str]) -> Path:
    """A file as Excel writes it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(LINE) + sorted(set().union(*lines) - set(LINE)))
    writer.writeheader()
    writer.writerows({**LINE, **line} for line in lines)
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    return path


def count(model: type[Opportunity | Slot]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_lines_with_the_same_group_and_title_are_one_opportunity(run: Run, tmp_path: Path) -> None:
    file = write(
        tmp_path / "o.csv",
        {},
        {"starts_at": "2026-12-19T09:30", "ends_at": "2026-12-19T11:30", "place": "市役所"},
        {"title": "竹とうろう作り"},
    )

    result = run("opportunities", "import", file)

    assert result.exit_code == 0, result.stderr
    lines = [line.split(",") for line in result.stdout.splitlines()]
    assert [line[0] for line in lines] == ["2", "3", "4"]
    assert lines[0][1] == lines[1][1] != lines[2][1]
    assert len({line[2] for line in lines}) == 3


def test_what_is_imported_as_published_can_be_found_with_its_times(
    run: Run, tmp_path: Path
) -> None:
    file = write(tmp_path / "o.csv", {"opens_at": "2026-11-20T08:30"})

    result = run("opportunities", "import", file)

    _, opportunity_id, slot_id = result.stdout.splitlines()[0].split(",")
    opportunity = opportunity_by_id(db.session(), opportunity_id)
    slot = slot_by_id(db.session(), slot_id)
    assert opportunity is not None
    assert slot is not None
    assert opportunity.status is OpportunityStatus.PUBLISHED
    assert opportunity.contact_phone == "0297-00-0101"
    assert opportunity.plain_fields == ("environment", "community")
    assert opportunity.beginner_welcome is False
    assert slot.capacity == 10
    assert slot.closes_at is not None


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    result = run("opportunities", "import", write(tmp_path / "o.csv", {}), "--dry-run")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1行" in result.stderr
    assert count(Opportunity) == 0


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"group": "知らない会"}, "group: 登録されている団体ではありません"),
        ({"kind": "party"}, "kind: "),
        ({"fields": "7;21"}, "fields: 1から20まで"),
        ({"contact_phone": "12"}, "contact_phone: 電話番号"),
        ({"starts_at": "あした"}, "starts_at: 日時は"),
        ({"ends_at": "2026-12-12T09:30"}, "ends_at: 開始より後"),
        ({"ends_at": "2036-12-12T11:30"}, "ends_at: 2029-03-31まで"),
        ({"capacity": "0"}, "capacity: 1以上"),
        ({"capacity": "多数"}, "capacity: 0以上の整数"),
        ({"capacity": ""}, "capacity: 入力がありません"),
        ({"minimum": "11"}, "minimum: 1から定員まで"),
        ({"min_age": "20", "max_age": "10"}, "max_age: "),
        ({"alone_welcome": "はい"}, "alone_welcome: 1か0"),
        ({"alone_welcome": ""}, "alone_welcome: 提出や公開には"),
        ({"status": "withdrawn"}, "status: "),
        ({"mode": "lottery"}, "mode: 抽選（lottery）の日程は"),
        ({"mode": "auction"}, "mode: "),
        ({"closes_at": "2026-12-19T12:00"}, "closes_at: 終了までの"),
        ({"fee": "500円"}, "fee: 同じ募集の2行目と違います"),
        ({"status": "draft"}, "status: 同じ募集の2行目と違います"),
        ({}, "starts_at: 2行目と同じ日程です"),
    ],
)
def test_one_bad_line_refuses_the_whole_file_and_says_which(
    bad: dict[str, str], reason: str, run: Run, tmp_path: Path
) -> None:
    later = {"starts_at": "2026-12-19T09:30", "ends_at": "2026-12-19T11:30"}
    new_title = {"title": "別の体験"} if "alone_welcome" in bad else {}
    second = {**later, **new_title, **bad} if bad else {}
    if "ends_at" in bad:
        second |= {"starts_at": "2026-12-12T09:30"}
    file = write(tmp_path / "o.csv", {}, second)

    result = run("opportunities", "import", file)

    assert result.exit_code == 1
    assert f"o.csv:3: {reason}" in result.stderr
    assert result.stdout == ""
    assert count(Opportunity) == count(Slot) == 0


def test_every_bad_line_is_reported(run: Run, tmp_path: Path) -> None:
    file = write(
        tmp_path / "o.csv",
        {"capacity": "0", "kind": "x"},
        {"title": "別", "starts_at": "x"},
    )

    result = run("opportunities", "import", file)

    assert [line.split(": ")[0].rpartition(":")[2] for line in result.stderr.splitlines()] == [
        "2",
        "2",
        "3",
    ]


@pytest.mark.parametrize("mode", ["lottery", "approval"])
def test_other_modes_are_kept_as_long_as_they_are_not_published(
    mode: str, run: Run, tmp_path: Path
) -> None:
    file = write(tmp_path / "o.csv", {"mode": mode, "status": "submitted"})

    result = run("opportunities", "import", file)

    assert result.exit_code == 0
    assert db.session.scalars(sa.select(Slot.mode)).one() is SlotMode(mode)


def test_the_same_file_twice_is_refused(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", {})
    run("opportunities", "import", file)

    again = run("opportunities", "import", file)

    assert again.exit_code == 1
    assert "すでに登録されています" in again.stderr
    assert count(Slot) == 1


def test_an_unknown_column_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("opportunities", "import", write(tmp_path / "o.csv", {"colour": "red"}))

    assert result.exit_code == 1
    assert "o.csv:1: 知らない列です: colour" in result.stderr


def test_a_draft_may_lack_what_people_look_at_first(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "o.csv", {"status": "", "alone_welcome": "", "beginner_welcome": ""})

    result = run("opportunities", "import", file)

    assert result.exit_code == 0
    assert db.session.scalars(sa.select(Opportunity.status)).one() is OpportunityStatus.DRAFT
