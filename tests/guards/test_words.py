"""Errors and records carry facts, messages carry words: no refusal and no act is without them."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

import kyodo_match.app
from kyodo_match.cli import main
from kyodo_match.config import BadSetting
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain, has_words
from kyodo_match.opportunities.messages import act_label
from tests.support.repository import python_files, tree_of

# With the pages and all commands every module is there that may refuse something.
_CONTEXT = click.Context(main)
COMMANDS = [main.get_command(_CONTEXT, name) for name in main.list_commands(_CONTEXT)]
_CORE = "kyodo_match.core."
_WORDLESS = """
import sys
from importlib import import_module

import kyodo_match.backend
from kyodo_match.core.messages import has_words

refusals = [name.rsplit(".", 1) for name in sys.argv[1:]]
found = [getattr(import_module(module), name) for module, name in refusals]
assert not [one for one in sys.modules if ".messages" in one and ".core." not in one]
print(*(one.__name__ for one in found if not has_words(one)))
"""


def _raised(of: type[DomainError]) -> Iterator[type[DomainError]]:
    """The refusals themselves; what only gathers some of them is never raised."""
    for one in of.__subclasses__():
        if one.__subclasses__():
            yield from _raised(one)
        elif one.__module__.startswith(kyodo_match.__name__):
            yield one


REFUSALS = [
    one
    for one in _raised(DomainError)
    if one is not BadSetting  # before there is an application: the command names the variable
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.__name__)
def test_every_refusal_has_words_of_its_own(refusal: type[DomainError]) -> None:
    assert has_words(refusal)
    words = explain.dispatch(refusal).__module__
    assert words.startswith((refusal.__module__.replace(".errors", ".messages"), _CORE))
    assert words.startswith(_CORE) is refusal.__module__.startswith(_CORE)


def _acts_on(kinds: set[str]) -> Iterator[str]:
    """The acts recorded on such objects, where their names are written out."""
    for path in python_files("kyodo_match"):
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            given = {word.arg: word.value for word in node.keywords}
            kind, act = given.get("object_kind"), next(iter(node.args[1:]), None)
            if (
                node.func.id == "record"
                and isinstance(kind, ast.Constant)
                and kind.value in kinds
                and isinstance(act, ast.Constant)
            ):
                yield str(act.value)


@pytest.mark.parametrize("act", sorted({*_acts_on({"opportunity", "slot"})}))
def test_every_act_on_an_opportunity_or_a_day_has_words(act: str) -> None:
    assert act_label(act) != act


def test_words_come_with_a_refusal_without_pages_and_whichever_command_runs() -> None:
    asked = [
        f"{refusal.__module__}.{refusal.__qualname__}"
        for refusal in REFUSALS
        if explain.dispatch(refusal).__module__ != refusal.__module__  # words beside the refusal
    ]

    done = subprocess.run(
        [sys.executable, "-c", _WORDLESS, *asked], check=True, capture_output=True, text=True
    )

    assert COMMANDS
    assert len(asked) > len(REFUSALS) / 2
    assert done.stdout.split() == []
