"""`kyodo-match plans`: import, show, population, through the command itself."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import kyodo_match

PLANS = Path(kyodo_match.__file__).parent / "demo" / "data" / "plans"

Run = Callable[..., Result]


def test_a_plan_is_imported_under_the_name_of_its_file(run: Run) -> None:
    done = run("plans", "import", PLANS / "tsukubamirai-2.toml")

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "tsukubamirai-2: 取り込みました（指標 5件）\n"


def test_importing_a_key_again_prints_what_changed(run: Run, tmp_path: Path) -> None:
    text = (PLANS / "tsukubamirai-2.toml").read_text(encoding="utf-8")
    file = tmp_path / "tsukubamirai-2.toml"
    file.write_text(text, encoding="utf-8")
    run("plans", "import", file)
    file.write_text("\ufeff" + text.replace("value = 23", "value = 25"), encoding="utf-8")

    changed, same = run("plans", "import", file), run("plans", "import", file)

    key = "goals[1].indicators[experience-participants].targets[2027].value"
    assert changed.stdout == f"tsukubamirai-2: 1 か所が変わりました\n  {key}: 23 → 25\n"
    assert same.stdout == "tsukubamirai-2: 変わったところはありません\n"


def test_the_first_plan_shows_its_published_results_as_json(run: Run) -> None:
    run("plans", "import", PLANS / "tsukubamirai-1.toml")

    shown = run("plans", "show", "tsukubamirai-1", "--as-of", "2024-09-30")

    plan = json.loads(shown.stdout)
    assert (plan["plan"], plan["as_of"]) == ("tsukubamirai-1", "2024-09-30")
    assert [goal["outcome"] for goal in plan["goals"]] == ["off_track", "on_track", "met", "met"]
    indicator = plan["goals"][0]["indicators"][0]
    assert (indicator["key"], indicator["actual"], indicator["rate"]) == (
        "experience-participants",
        36,
        0.72,
    )
    assert indicator["published"] == {"as_of": "2024-09-30", "value": 36}
    assert indicator["by_fiscal_year"] == {"2022": 4}


def test_the_plan_is_shown_as_of_today_where_no_day_is_named(run: Run) -> None:
    run("plans", "import", PLANS / "tsukubamirai-1.toml")

    plan = json.loads(run("plans", "show", "tsukubamirai-1", "--format", "json").stdout)

    assert plan["as_of"] == "2026-11-22"
    assert [goal["outcome"] for goal in plan["goals"]] == ["missed", "missed", "met", "met"]


def test_a_table_has_the_columns_of_indicators(run: Run) -> None:
    run("plans", "import", PLANS / "tsukubamirai-1.toml")

    shown = run("plans", "show", "tsukubamirai-1", "--as-of", "2024-09-30", "--format", "csv")

    assert shown.stdout_bytes.startswith(b"\xef\xbb\xbfplan,goal,indicator,unit,fiscal_year")
    assert shown.stdout_bytes.count(b"\r\n") == 5
    rows = list(csv.DictReader(io.StringIO(shown.stdout.removeprefix("\ufeff"))))
    assert rows[0] == {
        "plan": "tsukubamirai-1",
        "goal": "1",
        "indicator": "experience-participants",
        "unit": "人",
        "fiscal_year": "2024",
        "as_of": "2024-09-30",
        "baseline": "11",
        "target": "50",
        "actual": "36",
        "rate": "0.72",
        "outcome": "off_track",
    }


def test_what_was_imported_from_before_moves_the_plan(run: Run, tmp_path: Path) -> None:
    run("plans", "import", PLANS / "tsukubamirai-2.toml")
    file = tmp_path / "before.csv"
    file.write_text(
        "date,kind,opportunity,group,visits,people\n"
        "2025-05-10,experience,体験,里山の会,5,4\n"
        "2026-05-10,experience,体験,里山の会,7,6\n",
        encoding="utf-8",
    )

    imported = run("participation", "import", file)

    assert imported.exit_code == 0, imported.output
    plan = json.loads(run("plans", "show", "tsukubamirai-2").stdout)
    indicator = plan["goals"][0]["indicators"][0]
    assert (indicator["actual"], indicator["people"]) == (7, 6)
    assert indicator["by_fiscal_year"] == {"2025": 5, "2026": 7}


def test_residents_are_imported_by_year(run: Run) -> None:
    done = run("plans", "population", PLANS / "population.toml")

    assert done.stdout == "082350: 6年度分の人口を取り込みました\n"


def test_the_key_is_kept_in_latin_letters_and_the_refusal_says_so(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "第2期.toml"
    file.write_bytes((PLANS / "tsukubamirai-2.toml").read_bytes())

    refused = run("plans", "import", file)

    assert refused.exit_code == 1
    assert "第2期" in refused.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "TOMLとして読めません"),
        ('title = "計画"\nfirst_fiscal_year = 2025\n', "last_fiscal_year: 必要な項目がありません"),
        ("colour = 1\n", "title: 必要な項目がありません"),
    ],
)
@pytest.mark.parametrize("command", ["import", "population"])
def test_a_bad_file_is_refused_in_one_line_that_names_it(
    run: Run, tmp_path: Path, text: str, words: str, command: str
) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")

    refused = run("plans", command, file)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{file}: ")
    assert refused.stderr.count("\n") == 1
    assert command == "population" or words in refused.stderr


def test_a_file_that_is_not_there_is_refused_by_its_name(run: Run) -> None:
    refused = run("plans", "import", "nothing.toml")

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert refused.stderr.startswith("nothing.toml: ファイルを読めません")


def test_a_plan_that_is_not_there_is_refused_by_its_key(run: Run) -> None:
    refused = run("plans", "show", "nothing")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "「nothing」はありません" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("plans", "show"),
        ("plans", "show", "x", "--as-of", "令和8年"),
        ("plans", "show", "x", "--format", "xml"),
    ],
)
def test_wrong_usage_is_status_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
