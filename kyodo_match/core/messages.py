"""The words for a refusal: one registry, filled by each slice's messages.py."""

from functools import singledispatch

from kyodo_match.core import csv, dates
from kyodo_match.core.errors import Busy, DomainError
from kyodo_match.core.i18n import _
from kyodo_match.core.limits import TooOften
from kyodo_match.core.schema import NotMigrated


@singledispatch
def explain(error: DomainError) -> str:
    """What a refusal says to the person: what happened, and what to do next."""
    raise NotImplementedError(type(error))  # a guard finds a refusal without words


@explain.register
def _busy(_error: Busy) -> str:
    return _("ただいま混み合っています。少し待ってから、もう一度お試しください。")


@explain.register
def _too_often(error: TooOften) -> str:
    return _(
        "回数の上限に達しました。%(when)s以降に、もう一度お試しください。",
        when=dates.moment(error.until),
    )


@explain.register
def _not_migrated(error: NotMigrated) -> str:
    return _(
        "データベースの版（%(found)s）が、このソフトウェアの版（%(head)s）と違います。"
        "kyodo-match db upgrade を実行してください。",
        found=error.revision or _("空"),
        head=error.head,
    )


@explain.register
def _refused_file(error: csv.Refused) -> str:
    return "\n".join(
        f"{error.file}:{line}: {reason}" if line else f"{error.file}: {reason}"
        for line, reason in error.problems
    )
