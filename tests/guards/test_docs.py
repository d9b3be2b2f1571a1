"""The documents say what is there: links, commands, variables, columns, functions and tests."""

import ast
import re
from pathlib import Path

import click
import pytest

from kyodo_match.cli import main
from kyodo_match.exports.rules import ExportKind
from kyodo_match.groups import rules as groups
from kyodo_match.opportunities.services import files as opportunities
from kyodo_match.participation import commands as participation
from kyodo_match.plans.rules.results import CSV_COLUMNS
from kyodo_match.signups.forms import files as signups
from tests.support.repository import ROOT, files, python_files, tree_of

README = Path("README.md")
DOCS = [path for path in files() if path.suffix == ".md" and path.is_relative_to("docs")]
RULES = [path for path in DOCS if path.parent.name == "rules"]
WRITTEN = [README, Path("CHANGELOG.md"), *DOCS]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"kyodo-match((?: +[a-z][a-z-]*)+)")
_QUOTED_NAME = re.compile(r"`([a-zA-Z_]\w*)`")
_TEST = re.compile(r"`(test_[a-z_]+)`")
_PATH = re.compile(r"`((?:kyodo_match|tests|static|templates|docs)/[\w./-]+)`")


def _text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WRITTEN, ids=str)
def test_every_link_and_every_path_leads_somewhere(path: Path) -> None:
    links = [link.partition("#")[0] for link in _LINK.findall(_text(path)) if "://" not in link]
    paths = _PATH.findall(_text(path))

    nowhere = [link for link in links if not (ROOT / path.parent / link).exists()]
    nowhere += [path for path in paths if not (ROOT / path).exists()]

    assert nowhere == []


@pytest.mark.parametrize("path", WRITTEN, ids=str)
def test_every_test_that_is_named_is_there(path: Path) -> None:
    written = "\n".join(_text(test) for test in python_files("tests"))

    gone = [name for name in _TEST.findall(_text(path)) if f"def {name}(" not in written]

    assert gone == []


@pytest.mark.parametrize("path", WRITTEN, ids=str)
def test_every_command_that_is_named_can_be_run(path: Path) -> None:
    named = {tuple(words.split()) for words in _COMMAND.findall(_text(path))}

    unknown = sorted(" ".join(words) for words in named if not _is_command(words))

    assert unknown == []


def test_every_page_of_the_docs_is_in_the_index() -> None:
    index = _text(Path("docs/index.md"))
    pages = [path.relative_to("docs") for path in DOCS if path.name != "index.md"]

    unlisted = [
        page.as_posix()
        for page in pages
        if page.parts[0] != "adr" and f"({page.as_posix()})" not in index
    ]

    assert unlisted == []


def test_every_variable_of_the_configuration_is_explained_to_operators() -> None:
    variables = set(re.findall(r"KYODO_[A-Z_]+", _text(Path("kyodo_match/config.py"))))
    explained = set(re.findall(r"KYODO_[A-Z_]+", _text(Path("docs/operations.md"))))

    assert variables
    assert explained == variables


def test_the_readme_begins_with_how_to_run_and_how_to_test() -> None:
    first = _text(README).split("```")[1]

    assert "make run" in first
    assert "make test" in first


@pytest.mark.parametrize(
    ("columns", "required"),
    [
        pytest.param(groups.COLUMNS, groups.REQUIRED, id="groups"),
        pytest.param(opportunities.COLUMNS, opportunities.REQUIRED, id="opportunities"),
        pytest.param(participation.COLUMNS, participation.REQUIRED, id="participation"),
        pytest.param(signups.COLUMNS, signups.REQUIRED, id="signups in"),
        pytest.param(ExportKind.PARTICIPANTS.columns, (), id="participants out"),
        pytest.param(ExportKind.SIGNUPS.columns, (), id="signups out"),
        pytest.param(CSV_COLUMNS, (), id="indicators out"),
    ],
)
def test_the_page_of_files_lists_the_columns_as_they_are(
    columns: tuple[str, ...], required: tuple[str, ...]
) -> None:
    page = re.sub(r"\s*\n> ", " ", _text(Path("docs/files.md")))

    listed = " ".join(f"`{column}{'*' if column in required else ''}`" for column in columns)

    assert f"\n{listed}\n" in page.replace(" `" + columns[0], "\n`" + columns[0])


@pytest.mark.parametrize("path", RULES, ids=str)
def test_a_page_of_rules_names_functions_and_tests_that_there_are(path: Path) -> None:
    code, _, tests = _text(path).split("\n\n")[1].partition("Tests")
    names = set(_QUOTED_NAME.findall(code))

    missing = sorted(names - _defined())

    assert code.startswith("Code: ")
    assert names
    assert missing == []
    assert "`tests/" in tests


def _is_command(words: tuple[str, ...]) -> bool:
    """Whether the first words are a command; what follows a command is its argument."""
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group):
            return True
        found = command.get_command(click.Context(command), word)
        if found is None:
            return False
        command = found
    return not isinstance(command, click.Group) or command is main


def _defined() -> set[str]:
    """Names of all functions and classes, and of constants of modules."""
    names = set()
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Assign):
                names |= {name.id for name in node.targets if isinstance(name, ast.Name)}
    return names
