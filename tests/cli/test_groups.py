"""`kyodo-match groups import`."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from kyodo_match.audit.models import AuditEvent
from kyodo_match.core.db import db
from kyodo_match.groups import queries
from kyodo_match.groups.models import Group
from tests.cli.conftest import Run
from tests.support.repository import ROOT

HEADER = "name,kind,fields,kana,phone,status,registered_on,ended_on"


def file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "groups.csv"
    path.write_bytes(("\ufeff" + "\r\n".join([header, *lines]) + "\r\n").encode())
    return path


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Group.name).order_by(Group.id)))


@pytest.mark.usefixtures("app")
def test_a_file_is_taken_in_and_said_how(run: Run, tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "里山の会,purpose,7;13,サトヤマノカイ,０２９７ー５８ー２１１１,registered,2020/04/01,",
        "𠮷﨑の会,other,20,,,,,",
    )

    done = run("groups", "import", path)

    assert done.exit_code == 0
    assert done.stdout == "2件を読みました（新規2件、変更0件）。\n"
    group = queries.by_name(db.session(), "里山の会")
    assert group is not None
    assert (group.kana, group.phone) == ("さとやまのかい", "0297-58-2111")
    assert names() == ["里山の会", "𠮷﨑の会"]
    assert db.session.scalars(sa.select(AuditEvent.action)).all() == ["groups.imported"]


@pytest.mark.usefixtures("app")
def test_the_same_name_again_updates(run: Run, tmp_path: Path) -> None:
    run("groups", "import", file(tmp_path, "里山の会,purpose,7,,,,2020-04-01,"))

    done = run("groups", "import", file(tmp_path, "里山の会,other,8", header="name,kind,fields"))

    group = queries.by_name(db.session(), "里山の会")
    assert done.stdout == "1件を読みました（新規0件、変更1件）。\n"
    assert group is not None
    assert (group.kind, group.law_fields) == ("other", ("8",))
    assert group.registered_on == date(2020, 4, 1)


@pytest.mark.usefixtures("app")
def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    done = run("groups", "import", file(tmp_path, "里山の会,purpose,7,,,,,"), "--dry-run")

    assert done.stdout == "1件を取り込めます。何も変えていません。\n"
    assert names() == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["import", "dry run"])
def test_every_bad_line_is_named_and_nothing_is_taken_in(
    run: Run, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = file(
        tmp_path,
        "良い会,purpose,7,,,,,",
        ",purpose,7,,,,,",
        "川の会,club,99,,12,,,",
        "良い会,purpose,7,,,,,",
        "海の会,purpose,7,,,,2026-04-01,2026-03-31",
        "短い",
    )

    done = run("groups", "import", path, *options)

    assert (done.exit_code, done.stdout) == (1, "")
    assert names() == []
    if "列の数が" in done.stderr:  # the shape comes first: cells of a broken line mean nothing
        assert f"{path}:7: 列の数が見出しと違います" in done.stderr
    file(tmp_path, *path.read_text("utf-8-sig").splitlines()[1:-1])
    done = run("groups", "import", path, *options)
    lines = done.stderr.splitlines()
    assert lines[0] == f"{path}:3: name: 入力がありません"
    assert {line.split(": ")[1] for line in lines[1:4]} == {"kind", "fields", "phone"}
    assert lines[4] == f"{path}:5: name: 2行目と同じ団体です"
    assert lines[5] == f"{path}:6: ended_on: 登録日より前の日です"
    assert names() == []


@pytest.mark.usefixtures("app")
def test_a_bad_cell_of_several_lines_is_said_in_one(run: Run, tmp_path: Path) -> None:
    path = file(tmp_path, '川の会,"club\nerror: all is lost",7,,,,,')

    refused = run("groups", "import", path)

    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1


@pytest.mark.usefixtures("app")
def test_unknown_and_missing_columns_are_named(run: Run, tmp_path: Path) -> None:
    done = run("groups", "import", file(tmp_path, "a,b", header="name,colour"))

    assert done.exit_code == 1
    assert "知らない列です: colour" in done.stderr
    assert "必要な列がありません: kind" in done.stderr
    assert "必要な列がありません: fields" in done.stderr


@pytest.mark.usefixtures("app")
def test_a_file_that_is_not_there_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("groups", "import", tmp_path / "none.csv")

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("app")
def test_the_demos_register_has_the_published_numbers(run: Run) -> None:
    done = run("groups", "import", ROOT / "kyodo_match" / "demo" / "data" / "groups.csv")

    counts = {
        day: queries.registered_count(db.session(), date.fromisoformat(day))
        for day in ("2024-09-30", "2025-03-31", "2026-03-31", "2026-11-22")
    }
    assert done.exit_code == 0, done.stderr
    assert counts == {"2024-09-30": 87, "2025-03-31": 89, "2026-03-31": 90, "2026-11-22": 92}
