"""What is refused around the draw, and what a check of it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kyodo_match.core.errors import DomainError

Facts = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a short code that never changes, and the facts of the case.

    The codes are listed in docs/rules/draw.md; other verifiers give the same ones.
    """

    code: str
    facts: Facts = field(default_factory=dict)

    def as_json(self) -> dict[str, str | int | None]:
        """`{"code": …, "entry": …}`, as the golden vectors write it."""
        return {"code": self.code, **self.facts}


class DrawRefused(DomainError):
    """A draw that is not made."""


class NotDrawable(DrawRefused):
    """Applications, slots and classes contradict each other or themselves."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings


class PartiesWithReserves(DrawRefused):
    """Reserved places are given to single applicants only: these entries are parties."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        super().__init__(entries)
        self.entries = entries


class EntropyMissing(DrawRefused):
    """Places are wanted by more than there are, and nothing drawn in public was handed over."""


class DrawNotNeeded(DrawRefused):
    """Everybody gets their first choice: there is nothing to draw, so no entropy is taken."""


class RecordUnreadable(DrawRefused):
    """A file that is no JSON at all; the reason says where."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.file = file
        self.reason = reason


class OnlyAnnounced(DrawRefused):
    """What stands at the address of a record before there is a list: nothing to check yet."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


class RecordNotRight(DrawRefused):
    """A record that does not hold: what was found in it, the first first."""

    def __init__(self, file: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(file, findings)
        self.file = file
        self.findings = findings
