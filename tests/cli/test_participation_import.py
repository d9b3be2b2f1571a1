"""`kyodo-match participation import`: the whole file or nothing."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kyodo_match.core.csv import Refused
from kyodo_match.core.db import db
from kyodo_match.participation import queries
from kyodo_match.participation.commands import participation

HEADER = "date,kind,opportunity,group,visits,people,note\r\n"
GOOD = "2025-06-01,experience,川の日,みどりの会,12,10,\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "before.csv"


def run(file: Path, text: str, *options: str) -> Result:
    file.write_text("\ufeff" + text, encoding="utf-8")
    return CliRunner().invoke(participation, ["import", str(file), *options])


def visits() -> int:
    found = queries.day_records(
        db.session(), kinds=["experience"], since=date(2020, 4, 1), until=date(2027, 3, 31)
    )
    return sum(record.visits for record in found)


def test_a_good_file_is_taken(app: Flask, file: Path) -> None:
    result = run(file, HEADER + GOOD)

    assert result.output == "1行、延べ12人: 取り込みました\n"
    assert visits() == 12


def test_a_dry_run_takes_nothing(app: Flask, file: Path) -> None:
    result = run(file, HEADER + GOOD, "--dry-run")

    assert result.exit_code == 0
    assert visits() == 0


def test_the_same_file_again_is_refused_and_counts_once(app: Flask, file: Path) -> None:
    run(file, HEADER + GOOD)

    result = run(file, HEADER + GOOD)

    assert isinstance(result.exception, Refused)
    assert result.exception.problems == [(2, "この行は、すでに取り込まれています")]
    assert visits() == 12


def test_full_width_digits_are_read(app: Flask, file: Path) -> None:
    run(file, HEADER + "２０２５－０６－０１,experience,川の日,会,１２,,\r\n")

    assert visits() == 12


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("日付,kind,visits\r\n", (1, "知らない列です: 日付"), id="unknown column"),
        pytest.param("date,kind\r\n", (1, "必要な列がありません: visits"), id="missing column"),
        pytest.param(
            HEADER + GOOD + "2025-02-30,experience,,,1,,\r\n",
            (3, "date: 日付は2027-05-09のように書いてください（「2025-02-30」）"),
            id="no such day",
        ),
        pytest.param(
            HEADER + "2025-06-01,experience,,,3,5,\r\n",
            (2, "people: 実人数が延べ人数（visits）より多くなっています"),
            id="more people than visits",
        ),
        pytest.param(
            HEADER + "2030-06-01,experience,,,3,,\r\n", (2, "date: 先の日付です"), id="to come"
        ),
        pytest.param(
            HEADER + "2025-06-01,party,,,3,,\r\n", (2, "kind: 種類は次のどれかです"), id="kind"
        ),
        pytest.param(
            HEADER + "2025-06-01,experience,,,-3,,\r\n",
            (2, "visits: 0以上の整数で書いてください（「-3」）"),
            id="negative",
        ),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(
    app: Flask, file: Path, text: str, problem: tuple[int, str]
) -> None:
    result = run(file, text)

    assert isinstance(result.exception, Refused)
    line, reason = result.exception.problems[0]
    assert line == problem[0]
    assert reason.startswith(problem[1])
    assert visits() == 0
