"""The words for a refusal: one registry, filled by each slice's messages.py.

It knows nothing of the database: who only checks a file loads none (`core.words`, the rest).
"""

from functools import singledispatch
from importlib import import_module

from kyodo_match.core import csv
from kyodo_match.core.errors import Busy, DomainError
from kyodo_match.core.i18n import _


@singledispatch
def explain(error: DomainError) -> str:
    """What a refusal says to the person: what happened, and what to do next.

    A slice's words are loaded when the first of its refusals is told: what its `errors` name, the
    `messages` of the same name explain. Most processes refuse nothing.
    """
    if has_words(type(error)):
        return explain(error)
    raise NotImplementedError(type(error))  # a guard finds a refusal without words


def has_words(refusal: type[DomainError]) -> bool:
    """Whether there are words for a refusal; they are loaded if they were not."""
    errors = refusal.__module__
    words = errors.replace(".errors", ".messages")
    if words != errors:
        import_module(words)
    return explain.dispatch(refusal) is not explain.dispatch(object)


@explain.register
def _busy(_error: Busy) -> str:
    return _("ただいま混み合っています。少し待ってから、もう一度お試しください。")


@explain.register
def _refused_file(error: csv.Refused) -> str:
    return "\n".join(
        f"{error.file}:{line}: {reason}" if line else f"{error.file}: {reason}"
        for line, reason in error.problems
    )
