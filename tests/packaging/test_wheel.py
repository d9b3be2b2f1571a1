"""The wheel works where no checkout is: it carries templates, static files and migrations."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.support.served import Installation, served

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed: nothing is fetched."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(out)]
    done = subprocess.run([*build, str(ROOT)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture
def programs(wheel: Path, tmp_path: Path) -> Path:
    """The bin folder of a virtual environment that has the wheel and borrows its dependencies."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    target = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    install = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "install"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True)
    # Added as a plain path, so that the checkout's own editable .pth in there is not followed.
    (Path(target) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_the_wheel_serves_a_styled_home_page_from_a_foreign_folder(
    programs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    installation = Installation.at(folder, command=str(programs / "kyodo-match"))
    where = [str(programs / "python"), "-c", "import kyodo_match; print(kyodo_match.__file__)"]
    code = subprocess.run(where, check=True, capture_output=True, text=True, cwd=folder).stdout
    installation.run("db", "upgrade")

    with served(installation, workers=1, worker=False) as running:
        person = running.client()
        home = person.get("/")
        sheet = home.text.partition('rel="stylesheet"')[2].partition('href="')[2].partition('"')[0]
        css = person.get(sheet)

    assert home.status == 200
    assert css.status == 200
    assert css.headers.get_content_type() == "text/css"
    assert code.startswith(str(programs.parent))


def test_the_wheel_carries_no_tests(wheel: Path) -> None:
    listing = subprocess.run(
        [sys.executable, "-m", "zipfile", "--list", str(wheel)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert "kyodo_match/templates/" in listing
    assert "kyodo_match/static/css/" in listing
    assert "kyodo_match/migrations/versions/" in listing
    assert "tests/" not in listing
