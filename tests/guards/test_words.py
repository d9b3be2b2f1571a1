"""Errors carry facts, messages carry words: no refusal of any slice is without them."""

from collections.abc import Iterator

import pytest

import kyodo_match.cli  # knows every slice, and so every refusal and its words
from kyodo_match.config import BadSetting
from kyodo_match.core.errors import DomainError
from kyodo_match.core.messages import explain


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
