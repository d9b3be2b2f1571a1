"""What lies where, in the whole repository."""

import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT, files, python_files, slices

IN_A_SLICE = {
    "__init__",
    "errors",
    "rules",
    "models",
    "queries",
    "outbox",
    "services",
    "jobs",
    "delivery",
    "calendar",
    "forms",
    "messages",
    "views",
    "views_staff",
    "views_group",
    "commands",
}
MOST_LINES = 400
NOBODYS_PLACE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
# Written in two parts so that this file does not find itself.
PRIVATE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(work|root|home)" + r"/\w",
            r"/opt/(pypi|wheels)" + r"\b",
            r"(pypi|pythonhosted)" + r"\.org",
            r"registry\.npmjs" + r"\.org",
            r"deb\.debian" + r"\.org",
            r"(index-url|find-links|trusted-host)" + r"[ =]",
        )
    )
)


@pytest.mark.parametrize("place", slices(), ids=lambda place: place.name)
def test_a_slice_holds_only_the_files_that_the_design_names(place: Path) -> None:
    own = {entry.stem for entry in place.iterdir() if entry.suffix == ".py"}
    packages = {entry.name for entry in place.iterdir() if (entry / "__init__.py").exists()}

    assert own | packages <= IN_A_SLICE


def test_no_module_is_a_place_for_what_has_no_place() -> None:
    found = [
        p for p in files() if p.suffix == ".py" and NOBODYS_PLACE & set(p.with_suffix("").parts)
    ]

    assert found == []


@pytest.mark.parametrize("folder", ["kyodo_match", "tests"])
def test_a_file_of_code_has_one_subject_that_400_lines_are_enough_for(folder: str) -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in python_files(folder)
    }

    too_long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}

    assert lengths
    assert too_long == {}


def test_the_readme_stays_short() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 120


def test_the_common_conftest_stays_under_sixty_lines() -> None:
    lines = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8").splitlines()

    assert len(lines) < 60


def test_no_machine_path_and_no_registry_host_is_committed() -> None:
    found = []
    for path in files():
        text = (ROOT / path).read_bytes().decode(errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if len(line) < 2000 and (match := PRIVATE.search(line)):
                found.append(f"{path}:{number}: {match[0]}")

    assert found == []


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_each_vendored_entry_is_named_in_its_readme(folder: str) -> None:
    readme = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    entries = {
        path.relative_to(folder).parts[0] for path in files() if path.is_relative_to(folder)
    }

    unnamed = sorted(name for name in entries - {"README.md"} if name not in readme)

    assert unnamed == []
