"""Accessibility of a page in a real browser, by axe-core."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
# Level A and AA of WCAG 2.2, and what axe calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def assert_accessible(page: "Page") -> None:
    """Fail with every violation on the page as it stands now; needs JavaScript enabled."""
    # Evaluated, not added as a script element: our own Content-Security-Policy refuses that.
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    if found["violations"]:
        told = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in violation["nodes"])
            for violation in found["violations"]
        ]
        raise AssertionError(f"{page.url}:\n  " + "\n  ".join(told))
