"""Errors and records carry facts, messages carry words: no refusal and no act is without them."""

import ast
from collections.abc import Iterator

import pytest

import kyodo_match.cli  # knows every slice, and so every refusal and its words
from kyodo_match.config import BadSetting
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain
from kyodo_match.opportunities.messages import act_label
from tests.support.repository import python_files, tree_of


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
def test_every_refusal_has_words(refusal: type[DomainError]) -> None:
    assert explain.dispatch(refusal) is not explain.dispatch(Exception)


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
