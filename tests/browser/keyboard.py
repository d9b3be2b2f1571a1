"""Somebody without a mouse: everything by Tab, arrows, Space and Enter, and all of it seen."""

from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page, expect

from tests.browser.person import Person

_MOST_STOPS = 150
# Where the focus is, whether it is where it is wanted, and whether somebody sees that it is there.
_LOOK = """wanted => {
  const here = document.activeElement;
  const drawn = [null, "::after"].map(part => getComputedStyle(here, part))
    .some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  // The last stop of a date is its button, whose ring the browser draws out of our sight.
  const its_button = here.type === "date" && !here.matches(":focus-visible");
  const box = here.getBoundingClientRect();
  const fields = [wanted, here].every(node => node?.type === "radio");
  return {
    there: here === wanted || (fields && here.name === wanted.name),
    lost: here === document.body,
    seen: (drawn || its_button) && box.bottom > 0 && box.top < innerHeight && box.width > 0,
    html: here.outerHTML.slice(0, 160),
  };
}"""
_BEFORE = """wanted => Boolean(
  document.activeElement.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING
)"""


class Typist(Person):
    """A person whose hands stay on the keyboard; what they can do is what everybody can."""

    def __init__(self, page: Page, address: str, *, java_script: bool) -> None:
        super().__init__(page, address, java_script=java_script)
        page.emulate_media(reduced_motion="reduce")  # what is in sight is so at once

    def sees(self, heading: str) -> None:
        """Look, then go past the header by the link that is there for it."""
        super().sees(heading)
        if self._is_at_the_top():
            self._press("Tab")
            self._assert_seen()
            expect(self.page.locator(":focus")).to_have_text("本文へ移動")
            self._press("Enter")
            expect(self.page.get_by_role("main")).to_be_focused()

    def follows(self, link: str, heading: str, *, within: Locator | None = None) -> None:
        place = within or self.page.get_by_role("main")
        self.follows_this(self._link(link, place), heading)

    def follows_this(self, link: Locator, heading: str) -> None:
        """Go to a link and follow it."""
        self._goes_to(link)
        with self.page.expect_navigation():
            self._press("Enter")
        self.sees(heading)

    def jumps(self, link: str) -> None:
        """Follow a link that leads to a place on the same page."""
        self._goes_to(self._link(link, self.page.get_by_role("main")))
        self._press("Enter")

    def types(self, **fields: str) -> None:
        for name, text in fields.items():
            field = self._named(name).first
            self._goes_to(field)
            if field.evaluate("node => node.tagName") == "SELECT":
                self._steps_to(field, text)
            else:
                self._press("Control+A")
                self.page.keyboard.type(text)

    def ticks(self, **fields: str) -> None:
        for name, value in fields.items():
            choice = self._named(name).and_(self.page.locator(f'[value="{value}"]'))
            self._goes_to(choice)
            if not self.page.evaluate("() => document.activeElement.checked"):
                self._press("Space")
            for _step in range(choice.locator("xpath=ancestor::fieldset[1]//input").count()):
                if choice.is_checked():
                    break
                self._press("ArrowDown")
            expect(choice).to_be_checked()

    def unfolds(self, summary: str) -> None:
        self._goes_to(self._summary(summary))
        self._press("Space")

    def adds_a_companion(self, **fields: str) -> None:
        self.unfolds("家族や友人、付き添いの方が")
        self._goes_to(self._button("同行者を追加する"))
        self._press("Enter")
        expect(self._named("companions__0__name")).to_be_focused()
        self.types(**{f"companions__0__{name}": text for name, text in fields.items()})

    def presses(self, button: str, heading: str) -> None:
        pressed = self._button(button)
        asks = pressed.evaluate("node => 'confirm' in (node.form?.dataset ?? {})")
        self._goes_to(pressed)
        with self.page.expect_navigation():
            self._press("Enter")
            if asks:
                self._says_yes()
        self.sees(heading)

    def _says_yes(self) -> None:
        """A question comes up, and the focus stands on its harmless answer."""
        dialog = self.page.locator("dialog[open]")
        expect(dialog.get_by_role("button", name="やめる")).to_be_focused()
        self._press("Tab")
        self._assert_seen()
        expect(dialog.get_by_role("button", name="はい、実行します")).to_be_focused()
        self._press("Enter")

    def _steps_to(self, field: Locator, value: str) -> None:
        steps = field.evaluate(
            "(node, value) => [...node.options].findIndex(one => one.value === value)"
            " - node.selectedIndex",
            value,
        )
        for _step in range(abs(steps)):
            self._press("ArrowDown" if steps > 0 else "ArrowUp")
        expect(field).to_have_value(value)

    def _goes_to(self, wanted: Locator) -> None:
        """Press Tab (or Shift+Tab where it lies behind) until the focus is there, always seen."""
        node = wanted.element_handle()
        key = "Shift+Tab" if self.page.evaluate(_BEFORE, node) else "Tab"
        for _stop in range(_MOST_STOPS):
            if self._look(node)["there"]:
                return
            self._press(key)
            self._assert_seen(node)
        raise AssertionError(f"{wanted} is not reached by {key} on {self.page.url}")

    def _look(self, node: ElementHandle | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(_LOOK, node)
        return found

    def _assert_seen(self, node: ElementHandle | None = None) -> None:
        look = self._look(node)
        assert not look["lost"], f"{self.page.url}: the focus left the page"
        assert look["seen"], f"{self.page.url}: the focus is not seen at {look['html']}"

    def _is_at_the_top(self) -> bool:
        at_the_top: bool = self.page.evaluate(
            "() => document.activeElement === document.body && !location.hash"
        )
        return at_the_top

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
