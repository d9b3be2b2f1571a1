"""The Chromium that browser tests drive: the system's, else Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

# Nothing in the background: on a closed network its refused connections only cost time.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoBrowser(RuntimeError):
    """There is no Chromium on this machine."""


def system_chromium() -> str | None:
    """The path of the system's Chromium or Chrome, where it has one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium, with a new empty profile, until the block ends."""
    with sync_playwright() as playwright:
        path = system_chromium()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            raise NoBrowser(
                "Chromium is missing: `make test` installs it, or: apt install chromium"
            )
        browser = playwright.chromium.launch(
            executable_path=path,
            args=FLAGS,
            chromium_sandbox=os.geteuid() != 0,  # it refuses to run as root otherwise
        )
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, *, width: int, java_script: bool) -> BrowserContext:
    """A person's own cookies and window; Japanese, in Japan, patient for half a minute."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 800 else 900},
        java_script_enabled=java_script,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",  # else every click on a long page waits for its smooth scrolling
    )
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)  # two browsers on a busy machine are slow
    return context
