"""An application to a round: its wishes, its number, and when it is taken or changed.

Source: docs/rules/rounds.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kyodo_match.core.clock import tokyo_date
from kyodo_match.matching.errors.rounds import (
    ChoicesFaulty,
    PostmarkMissing,
    RoundClosed,
    RoundFrozen,
    RoundNotYetOpen,
)
from kyodo_match.matching.rules.rounds import PaperRule, PersonFacts, RoundStatus
from kyodo_match.signups.rules import Application, Channel


@dataclass(frozen=True)
class Entry:
    """抽選の申込みの内容: an application, its wishes in order, and what decides its class.

    `facts` are those of the people who come, in their order; `choices` are days' public ids.
    """

    application: Application
    choices: tuple[str, ...]
    facts: tuple[PersonFacts, ...]
    postmarked_on: date | None = None

    def counting(self, *, escorts_count: bool) -> list[PersonFacts]:
        """The facts of those who count in size and class (docs/rules/escorts.md)."""
        pairs = zip(self.application.participants, self.facts, strict=True)
        return [facts for person, facts in pairs if escorts_count or not person.is_escort]


class ChoiceFault(StrEnum):
    """希望の誤り."""

    NONE = "none"
    TOO_MANY = "too_many"
    TWICE = "twice"
    GAP = "gap"
    UNKNOWN = "unknown"


def check_choices(choices: Sequence[str], *, days: Iterable[str], most: int) -> None:
    """Refuse wishes that are none, too many, twice the same day or a day that is not drawn for.

    Raises ChoicesFaulty.
    """
    known = set(days)
    for fault, wrong in (
        (ChoiceFault.NONE, not choices),
        (ChoiceFault.TOO_MANY, len(choices) > most),
        (ChoiceFault.TWICE, len(set(choices)) < len(choices)),
        (ChoiceFault.UNKNOWN, not set(choices) <= known),
    ):
        if wrong:
            raise ChoicesFaulty(fault, most=most)


@dataclass(frozen=True)
class Times:
    """When a round takes applications."""

    status: RoundStatus
    opens_at: datetime
    closes_at: datetime
    paper_rule: PaperRule = field(default=PaperRule.ARRIVAL)


def check_taking(
    times: Times,
    *,
    channel: Channel,
    received_at: datetime,
    postmarked_on: date | None = None,
) -> bool:
    """Whether an application is late; refuse one that a round does not take now.

    What staff type counts from when the office received it. Paper that came too late is taken
    until the list is frozen, and goes after everybody else. Raises RoundFrozen, RoundNotYetOpen,
    RoundClosed, PostmarkMissing.
    """
    if times.status not in {RoundStatus.DRAFT, RoundStatus.OPEN}:
        raise RoundFrozen
    if times.status is RoundStatus.DRAFT or received_at < times.opens_at:
        raise RoundNotYetOpen(times.opens_at)
    if channel is not Channel.PAPER:
        if received_at >= times.closes_at:
            raise RoundClosed(times.closes_at)
        return False
    if times.paper_rule is PaperRule.ARRIVAL:
        return received_at >= times.closes_at
    if postmarked_on is None:
        raise PostmarkMissing
    return postmarked_on > tokyo_date(times.closes_at)


def check_changing(times: Times, *, now: datetime, office: bool) -> None:
    """Applicants change their wishes until the deadline, the office for them until the freeze.

    Raises RoundFrozen, RoundClosed.
    """
    if times.status is not RoundStatus.OPEN:
        raise RoundFrozen
    if not office and now >= times.closes_at:
        raise RoundClosed(times.closes_at)


def entry_number(number: int) -> str:
    """A-0012: the number of an application in its draw, and nowhere else."""
    return f"A-{number:04}"


_DASHES = str.maketrans("‐‑‒–—―−ー", "-" * 8)
_TYPED_NUMBER = re.compile(r"A-?(\d{1,9})")


class EntryView(StrEnum):
    """申込みの見方: what the office looks for among some thousand applications."""

    ALL = "all"
    UNVERIFIED = "unverified"
    DOUBTFUL = "doubtful"
    PAPER = "paper"
    LATE = "late"
    CANCELLED = "cancelled"


def read_entry_number(typed: str) -> str | None:
    """A 抽選番号 as somebody says it: 「ａ１２」 is A-0012. None where it cannot be one."""
    half = unicodedata.normalize("NFKC", typed).translate(_DASHES).upper()
    found = _TYPED_NUMBER.fullmatch("".join(half.split()))
    return entry_number(int(found[1])) if found else None
