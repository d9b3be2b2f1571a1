"""`kyodo-match export`."""

import getpass
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from kyodo_match.audit.models import AuditEvent
from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.exports.rules import ExportKind
from tests.cli.conftest import Run
from tests.support.make_opportunities import make_group, make_opportunity, make_slot
from tests.support.make_signups import sign_up

LINES = {
    ExportKind.PARTICIPANTS: 1,
    ExportKind.SIGNUPS: 2,
    ExportKind.GROUPS: 1,
    ExportKind.OPPORTUNITIES: 1,
    ExportKind.INDICATORS: 0,
    ExportKind.OPEN_DATA: 1,
}


@pytest.mark.parametrize("kind", list(ExportKind))
def test_a_file_goes_to_stdout_and_on_record(app: Flask, run: Run, kind: ExportKind) -> None:
    group = make_group(registered_on=date(2026, 4, 1))
    sign_up(make_slot(opportunity=make_opportunity(group=group)), 1, party=2)

    done = run("export", kind, "--fiscal-year", 2026, "--format", "csv")

    assert done.exit_code == 0
    header = "\ufeff" + ",".join(kind.columns or ["都道府県コード又は市区町村コード,NO"])
    assert done.stdout_bytes.startswith(header.encode())
    assert done.stderr == ""
    event = (
        db.session().scalars(sa.select(AuditEvent).where(AuditEvent.action == "export.made")).one()
    )
    assert event.actor == f"cli:{getpass.getuser()}"
    assert (event.object_id, event.facts["fiscal_year"]) == (kind, 2026)
    assert event.facts["rows"] == LINES[kind]
    assert event.facts["columns"][: len(kind.columns)] == list(kind.columns)


def test_an_excel_file_goes_to_stdout_and_on_record(app: Flask, run: Run) -> None:
    sign_up(make_slot(), 1)

    done = run("export", "participants", "--format", "xlsx")

    assert done.exit_code == 0
    (sheet,) = load_workbook(BytesIO(done.stdout_bytes)).worksheets
    assert sheet["A1"].value == "fiscal_year"
    assert sheet["A2"].value == 2026
    found = sa.select(AuditEvent).where(AuditEvent.action == "export.made")
    assert db.session().scalars(found).one().facts["form"] == "xlsx"


def test_a_map_that_cannot_be_used_is_named_in_one_line(
    app: Flask, run: Run, settings: Settings
) -> None:
    (settings.data_dir / "event-list.toml").write_text("columns = 1", encoding="utf-8")

    done = run("export", "open-data")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "event-list.toml" in done.stderr


def test_a_file_appears_whole_under_its_name(app: Flask, run: Run, tmp_path: Path) -> None:
    sign_up(make_slot(), 1)
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "申込み.csv"
    target.write_text("the one from yesterday", encoding="utf-8")

    done = run("export", "signups", "-o", target)

    assert (done.exit_code, done.output) == (0, "")
    assert target.read_bytes().startswith("\ufeffreceipt_number,".encode())
    assert list(folder.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_refused_in_one_line(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / "out.csv"

    done = run("export", "participants", "-o", target)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert str(target) in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["export", "everything"],
        ["export", "participants", "--format", "xls"],
        ["export", "participants", "--fiscal-year", "R8"],
        ["export"],
    ],
)
def test_what_is_not_offered_is_wrong_usage(app: Flask, run: Run, words: list[str]) -> None:
    done = run(*words)

    assert done.exit_code == 2
