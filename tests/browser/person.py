"""Somebody at a browser: what they do, and what must hold on every page that they look at."""

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, Request, expect

from tests.support.axe import assert_accessible
from tests.support.browser_binary import new_context

SCREENSHOTS = os.environ.get("KYODO_SCREENSHOTS")
PHONE, DESK = 390, 1280

_numbers = itertools.count(1)
_WIDTHS = """() => [
  document.documentElement.scrollWidth,
  innerWidth,
  [...document.querySelectorAll(".sheet .table-region")]
    .filter(node => node.scrollWidth > node.clientWidth).map(node => node.ariaLabel).join(),
]"""


class Person:
    """One person with a window and cookies of their own; `sees` judges the page at hand."""

    def __init__(self, page: Page, address: str, *, java_script: bool) -> None:
        self.page = page
        self.address = address
        self._java_script = java_script
        self._complaints: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._complaints.append(f"script: {error}"))

    def opens(self, path: str, heading: str) -> None:
        """Go to a path, or a whole link from a mail, and look."""
        self.page.goto(path if "://" in path else self.address + path)
        self.sees(heading)

    def follows(self, link: str, heading: str, *, within: Locator | None = None) -> None:
        """Click a link by its words (those that begin like it) and look at what comes."""
        place = within or self.page.get_by_role("main")
        with self.page.expect_navigation():
            self._link(link, place).click()
        self.sees(heading)

    def goes_to(self, link: str, heading: str) -> None:
        """Follow a link of the navigation."""
        self.follows(link, heading, within=self.page.get_by_role("navigation"))

    def types(self, **fields: str) -> None:
        """Fill in fields by their names; `-` in a name is written `__`."""
        for name, text in fields.items():
            field = self._named(name).first
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)

    def ticks(self, **fields: str) -> None:
        """Choose a radio button or a box by the field's name and the value."""
        for name, value in fields.items():
            self._named(name).and_(self.page.locator(f'[value="{value}"]')).check()

    def unfolds(self, summary: str) -> None:
        """Open a part that is folded, by the beginning of its words."""
        self._summary(summary).click()

    def adds_a_companion(self, **fields: str) -> None:
        """Name the first person who comes along: with scripts a row appears when asked for."""
        self.unfolds("家族や友人、付き添いの方が")
        if self._java_script:
            self._button("同行者を追加する").click()
        self.types(**{f"companions__0__{name}": text for name, text in fields.items()})

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self._named(name).input_value()

    def presses(self, button: str, heading: str) -> None:
        """Press a button and look at what comes; where scripts ask first, say yes."""
        pressed = self._button(button)
        asks = pressed.evaluate("node => 'confirm' in (node.form?.dataset ?? {})")
        # The page that comes may have the same heading as the one that goes.
        with self.page.expect_navigation():
            pressed.click()
            if asks and self._java_script:
                self.page.locator("dialog[open] .button--danger").click()
        self.sees(heading)

    def downloads(self, button: str) -> Download:
        with self.page.expect_download() as waiting:
            self._button(button).click()
        return waiting.value

    def reads(self, *texts: str) -> None:
        """The words stand on the page, where anybody can see them."""
        for text in texts:
            expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees(self, heading: str) -> None:
        """The page has this first heading, and holds what must hold everywhere."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.judges()

    def judges(self) -> None:
        """The page at hand fits, is accessible, has no script error and asked nobody else."""
        if SCREENSHOTS:
            take_screenshots(self.page)
        assert_fits(self.page)
        if self._java_script:
            assert_accessible(self.page)
        assert self._complaints == [], self.page.url

    def _link(self, words: str, place: Locator) -> Locator:
        return place.get_by_role("link", name=_beginning(words)).first

    def _summary(self, words: str) -> Locator:
        return self.page.locator("summary").filter(has_text=_beginning(words)).first

    def _button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=_beginning(words)).filter(visible=True).first

    def _named(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name.replace("__", "-")}"]')

    def _note_request(self, request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            self._complaints.append(f"asked {request.url}")

    def _note_console(self, line: ConsoleMessage) -> None:
        # That the page itself is an error page is no fault of something on it.
        is_about_the_page = line.location.get("url") == self.page.url
        if line.type in ("error", "warning") and not is_about_the_page:
            self._complaints.append(f"console: {line.text}")


def _beginning(words: str) -> re.Pattern[str]:
    """What begins with these words, whatever spaces a browser makes of those between them."""
    return re.compile(r"^\s*" + r"\s+".join(map(re.escape, words.split())))


@contextmanager
def somebody(browser: Browser, address: str, *, width: int, java_script: bool) -> Iterator[Person]:
    """A new person, who leaves when the block ends."""
    with new_context(browser, width=width, java_script=java_script) as context:
        yield Person(context.new_page(), address, java_script=java_script)


def assert_fits(page: Page) -> None:
    """Nobody has to scroll sideways to read the page; no table is cut off on a sheet of paper."""
    wide, width, cut = page.evaluate(_WIDTHS)
    assert wide <= width, f"{page.url}: {wide} pixels wide in {width}"
    assert not (cut and width >= DESK), f"{page.url}: a table is wider than its sheet: {cut}"


def take_screenshots(page: Page) -> None:
    """Keep the whole page as pictures in the folder KYODO_SCREENSHOTS, as wide as each window."""
    own = page.viewport_size or {"width": DESK, "height": 900}
    name = re.sub(r"[^\w]+", "-", page.title().partition("｜")[0]).strip("-")[:40]
    number = next(_numbers)
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": own["height"]})
        folder = Path(SCREENSHOTS or "") / str(width)
        page.screenshot(path=folder / f"{number:03}-{name}.png", full_page=True)
        assert_fits(page)
    page.set_viewport_size(own)
