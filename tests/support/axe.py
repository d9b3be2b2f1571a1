"""Accessibility of a page in a real browser, by axe-core."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
# Level A and AA of WCAG 2.2, and what axe calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What holds stays in the browser: it is long.
RUN = """
rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
    .then(found => found.violations)
"""


def assert_accessible(page: "Page") -> None:
    """Fail with every violation on the page as it stands now; needs JavaScript enabled."""
    # Evaluated, not added as a script element: our own Content-Security-Policy refuses that.
    if page.evaluate("() => !window.axe"):  # a page stays when its window becomes narrower
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = page.evaluate(RUN, RULES)
    if violations:
        told = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in violation["nodes"])
            for violation in violations
        ]
        raise AssertionError(f"{page.url}:\n  " + "\n  ".join(told))
