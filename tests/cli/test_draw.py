"""`kyodo-match draw verify`: on any machine, with a file alone."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kyodo_match.cli import main
from kyodo_match.matching.rules.drawing import DrawSlot, Unit
from tests.support.golden_draws import made
from tests.support.served import COMMAND

RECORD = made([Unit(f"A-{n:04}", 1, 0, ("s1",)) for n in range(3)], [DrawSlot("s1", 2)])


def verify(*words: object) -> Result:
    return CliRunner().invoke(main, ["draw", "verify", *map(str, words)])


def test_it_needs_neither_settings_nor_a_database(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD), encoding="utf-8")

    done = subprocess.run(
        [COMMAND, "draw", "verify", file.name],
        cwd=tmp_path,
        env={"KYODO_ENV": "production", "KYODO_DATABASE_URL": "nonsense"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout == "正しい記録です。申込み3件、日程1件、決まった申込み2件。\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == [file]


def test_a_whole_number_with_a_point_is_that_number(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    (day,) = RECORD["slots"]
    file.write_text(json.dumps({**RECORD, "slots": [{**day, "capacity": 2.0}]}), encoding="utf-8")

    assert verify(file).exit_code == 0


def test_a_wrong_record_is_one_line_that_says_where(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    last = RECORD["results"][-1]
    wrong = {**RECORD, "results": [*RECORD["results"][:-1], {**last, "slot": "s1"}]}
    file.write_text(json.dumps(wrong), encoding="utf-8")

    done = verify(file)

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"{file}: {last['entry']}: 結果が違います（計算ではなし、記録ではs1）。（ほか1件）\n"
    )


def test_what_stands_there_before_the_draw_is_not_taken_for_a_draw(tmp_path: Path) -> None:
    listed, announced = tmp_path / "listed.json", tmp_path / "announced.json"
    forged = tmp_path / "forged.json"
    keys = list(RECORD)
    before = {key: RECORD[key] for key in keys[: keys.index("entropy")]}
    listed.write_text(json.dumps(before), encoding="utf-8")
    forged.write_text(json.dumps({**before, "manifest_sha256": "0" * 64}), encoding="utf-8")
    early = {key: RECORD[key] for key in keys[: keys.index("manifest")]}
    announced.write_text(json.dumps(early), encoding="utf-8")

    shown, wrong, nothing = verify(listed), verify(forged), verify(announced)

    assert (shown.exit_code, wrong.exit_code, nothing.exit_code) == (0, 1, 1)
    assert "抽選の前の記録で、結果はまだ入っていません。" in shown.stdout
    assert RECORD["manifest_sha256"] in shown.stdout
    assert "名簿の指紋（SHA-256）が違います" in wrong.stderr
    assert nothing.stderr.startswith(f"{announced}: 抽選の予告です。名簿がまだ公表されて")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory"),
        (b'{"version":\n!}', "2行目: JSONの書き方が違います。"),
        (b"[NaN]", "JSONの書き方が違います。"),
        (b"[" * 100_000, "JSONの書き方が違います。"),
        ("抽選".encode("cp932"), "文字コードがUTF-8ではありません。"),
        (b'{"version": "a\\u001b[31mb\\n"}', "記録の版（なし）を、この道具は知りません。"),
        (b"[]", "抽選の記録ではありません。"),
    ],
    ids=["none", "syntax", "number", "depth", "bytes", "escapes", "list"],
)
def test_what_cannot_be_read_is_one_line_too(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "record.json"
    if content is not None:
        file.write_bytes(content)

    done = verify(file)

    assert done.exit_code == 1
    assert done.stderr == f"{file}: {words}\n"


def test_a_supplement_is_checked_against_the_record_of_its_draw(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps(RECORD), encoding="utf-8")

    done = verify(file, "--of", file)

    assert done.exit_code == 1
    assert done.stderr == f"{file}: 再配置の記録ではありません。\n"
