"""`python -m tests.support.needs`: bring Chromium and PostgreSQL for the tests, or say why not.

As root through apt, otherwise Playwright's own Chromium and the PostgreSQL that PyPI has. What is
there already is used as it is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.browser_binary import system_chromium
from tests.support.postgres import NoPostgres, binaries

CJK_FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",)
LOCK = "requirements-postgres.lock"


def has_postgres() -> bool:
    try:
        binaries()
    except NoPostgres:
        return False
    return True


def driver_runs() -> bool:
    """Whether Playwright's driver finds its libraries: a bare Debian lacks libatomic."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def by_apt() -> str | None:
    """Install what is missing; gives the line to say when that fails."""
    missing = []
    if not system_chromium():
        missing.append("chromium")
    if not any(Path(font).exists() for font in CJK_FONTS):
        missing.append("fonts-noto-cjk")
    if not has_postgres():
        missing.append("postgresql")
    if not driver_runs():
        missing.append("libatomic1")
    if not missing:
        return None
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *missing]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("Installing", *missing, "…", flush=True)  # noqa: T201 - a command speaks
    for command in (["apt-get", "update", "--quiet"], install):
        done = subprocess.run(command, env=quiet, check=False, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            return f"tests need {' '.join(missing)}: `{' '.join(command)}` failed: {last}"
    return None


def by_python() -> str | None:
    """Do without root: what Playwright and PyPI have."""
    python = [sys.executable, "-m"]
    if not has_postgres():
        pip = [*python, "pip", "install", "--quiet", "--require-hashes", "-r", LOCK]
        if subprocess.run(pip, check=False, capture_output=True).returncode:
            return "tests need PostgreSQL: apt-get install postgresql"
    if not system_chromium():  # what is installed already is not fetched again
        install = [*python, "playwright", "install", "chromium"]
        if subprocess.run(install, check=False, capture_output=True).returncode:
            return "tests need Chromium: apt-get install chromium fonts-noto-cjk libatomic1"
    if not driver_runs():
        return "tests need the library that Playwright's driver uses: apt-get install libatomic1"
    return None


if __name__ == "__main__":
    root = os.geteuid() == 0 and shutil.which("apt-get") is not None
    sys.exit(by_apt() if root else by_python())
