"""The check of a draw in the browser gives what the command gives."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kyodo_match.matching.messages.drawing import finding_words
from kyodo_match.matching.rules import drawing
from tests.browser.conftest import PHONE
from tests.browser.person import somebody
from tests.browser.story import Story
from tests.support.golden_draws import PATH

pytestmark = pytest.mark.browser

_VERIFY_ALL = """async (records) => {
  const { verify } = await import("/static/js/draw-verify.js");
  return await Promise.all(records.map(verify));
}"""


def test_the_browser_finds_what_the_command_finds(
    town: Story, chromium_browser: Browser, tmp_path: Path
) -> None:
    cases = json.loads(PATH.read_text(encoding="utf-8"))["cases"]
    right, wrong = cases[0]["record"], cases[-4]["record"]
    findings = drawing.verify(wrong)
    (tmp_path / "right.json").write_text(json.dumps(right), encoding="utf-8")
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")

    announced = {key: right[key] for key in ("version", "round", "mode", "classes", "slots")}
    (tmp_path / "announced.json").write_text(json.dumps(announced), encoding="utf-8")

    with somebody(chromium_browser, town.running.url, width=PHONE, java_script=True) as visitor:
        visitor.opens("/draws/verify", "抽選の記録を確かめる")
        status = visitor.page.get_by_role("status")
        found = visitor.page.evaluate(_VERIFY_ALL, [case["record"] for case in cases])

        assert dict(zip(_names(cases), found, strict=True)) == {
            case["name"]: case["findings"] for case in cases
        }

        visitor.page.set_input_files("#record", tmp_path / "announced.json")
        expect(status).to_contain_text("まだ名簿が公表されていません")
        visitor.page.set_input_files("#record", tmp_path / "right.json")
        expect(status).to_contain_text("正しい記録です")
        visitor.judges()
        visitor.page.set_input_files("#record", tmp_path / "wrong.json")
        for finding in findings:
            expect(status).to_contain_text(finding_words(finding))
        visitor.judges()


def test_without_web_crypto_the_page_says_so_and_how_else_to_check(
    town: Story, chromium_browser: Browser
) -> None:
    with somebody(chromium_browser, town.running.url, width=PHONE, java_script=True) as visitor:
        # As a browser does it at an address that begins with http:// and is not this machine's.
        visitor.page.add_init_script("delete Crypto.prototype.subtle")
        visitor.opens("/draws/verify", "抽選の記録を確かめる")

        expect(visitor.page.get_by_role("status")).to_contain_text("https:// で始まるアドレスで")
        expect(visitor.page.get_by_label("記録のファイル")).to_be_hidden()
        expect(visitor.page.get_by_text("kyodo-match draw verify record.json")).to_be_visible()


def _names(cases: list[dict[str, str]]) -> list[str]:
    return [case["name"] for case in cases]
