"""A citizen without a mouse: from the form to the receipt by Tab, Space, arrows and Enter."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.load.driver import publish_slots
from tests.support import databases
from tests.support.browser_binary import new_context
from tests.support.served import Installation, served

pytestmark = pytest.mark.browser
_MOST_TABS = 80
_OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"
_AT = "() => [document.activeElement.name || '', document.activeElement.textContent.trim()]"


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the field of that name, or the button with that text, has the focus.

    On the way every stop must be seen: something that is focused has an outline.
    """
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        name, text = page.evaluate(_AT)
        if target in (name, text):
            assert page.evaluate(_OUTLINE) != "none", target
            return
    raise AssertionError(f"{target} is not reached by Tab")


def test_somebody_signs_up_by_keyboard_alone(chromium_browser: Browser, tmp_path: Path) -> None:
    with databases.fresh_database("sqlite", tmp_path) as url:
        place = Installation.at(tmp_path, database_url=url)
        (slot,) = publish_slots(place, [{"capacity": "5"}])
        with served(place, worker=False) as running:
            page = new_context(chromium_browser, width=390, java_script=True).new_page()
            page.goto(f"{running.url}/slots/{slot}/signup")
            for name, typed in (("name", "山田 花子"), ("kana", "やまだ はなこ")):
                tab_to(page, name)
                page.keyboard.type(typed)
            for group, arrows in (("age_group", 6), ("residency", 0)):
                tab_to(page, group)
                page.keyboard.press("Space")
                for _ in range(arrows):
                    page.keyboard.press("ArrowDown")
            tab_to(page, "phone")
            page.keyboard.type("0297-58-0001")
            tab_to(page, "privacy_consent")
            page.keyboard.press("Space")
            tab_to(page, "入力した内容を確認する")
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", level=1)).to_have_text("入力した内容の確認")
            expect(page.get_by_role("main")).to_contain_text("65歳以上")
            tab_to(page, "この内容で申し込む")
            page.keyboard.press("Enter")

            expect(page.get_by_role("heading", level=1)).to_have_text("参加が決まりました")
