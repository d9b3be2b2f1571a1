"""Choices from a list as bits of one number, so that comparing two is one operation."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache

from kyodo_match.core.clock import TOKYO, midnight, tokyo
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.rules.wishes import FREE_TIMES, PARTS_OF_DAY
from kyodo_match.opportunities.rules import OpportunityKind, Skill
from kyodo_match.signups.errors import NotOfAge
from kyodo_match.signups.rules import AgeGroup, Residency, check_ages

FIELDS = tuple(PlainField)
SKILLS = tuple(Skill)
AGES = tuple(AgeGroup)
RESIDENCIES = tuple(Residency)
_KINDS = tuple(OpportunityKind)
_AM_ENDS, _PM_ENDS = time(12), time(17)
_A_WEEK = timedelta(days=7)
ANYBODY = -1  # every bit


def mask(words: Iterable[str], table: Sequence[str]) -> int:
    """The bits of some words by their place in a table; a word that is not there has none."""
    return sum(1 << table.index(word) for word in set(words) if word in table)


@lru_cache(maxsize=4096)
def words_of(bits: int, table: tuple[str, ...]) -> tuple[str, ...]:
    """The words that some bits stand for, in the table's order."""
    return tuple(str(word) for place, word in enumerate(table) if bits >> place & 1)


@lru_cache(maxsize=4096)
def field_mask(words: tuple[str, ...]) -> int:
    return mask(words, FIELDS)


@lru_cache(maxsize=4096)
def skill_mask(words: tuple[str, ...]) -> int:
    return mask(words, SKILLS)


@lru_cache(maxsize=512)
def residency_mask(words: tuple[str, ...]) -> int:
    """Who may come; nobody named is everybody."""
    return mask(words, RESIDENCIES) or ANYBODY


@lru_cache(maxsize=4096)
def tag_mask(kind: OpportunityKind, fields: tuple[str, ...]) -> int:
    """What makes two activities alike: their kind together with a field."""
    return field_mask(fields) << len(FIELDS) * _KINDS.index(kind)


@lru_cache(maxsize=512)
def age_mask(min_age: int | None, max_age: int | None) -> int:
    """The age groups somebody of whom can be of an age that it is for, as sign-ups ask."""
    return sum(1 << place for place, group in enumerate(AGES) if _fits(group, min_age, max_age))


def _fits(group: AgeGroup, min_age: int | None, max_age: int | None) -> bool:
    try:
        check_ages((group,), min_age=min_age, max_age=max_age)
    except NotOfAge:
        return False
    return True


@lru_cache(maxsize=16384)
def time_mask(starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """The parts of the week that a day takes in Japan's time, and the one it begins in.

    Until 12:00, until 17:00, after: what ends at 12:00 takes nothing of the afternoon.
    """
    if ends_at - starts_at >= _A_WEEK:
        return (1 << len(FREE_TIMES)) - 1, 1 << _part(tokyo(starts_at))
    moment, end = tokyo(starts_at), tokyo(ends_at)
    first = 1 << _part(moment)
    taken = 0
    while moment < end:
        taken |= 1 << _part(moment)
        moment = _next_part(moment)
    return taken, first


def _part(local: datetime) -> int:
    clock = local.time()
    part = 0 if clock < _AM_ENDS else 1 if clock < _PM_ENDS else 2
    return local.weekday() * len(PARTS_OF_DAY) + part


def _next_part(local: datetime) -> datetime:
    clock = local.time()
    for border in (_AM_ENDS, _PM_ENDS):
        if clock < border:
            return datetime.combine(local.date(), border, TOKYO)
    return midnight(local.date() + timedelta(days=1))


def times_mask(times: Collection[str]) -> int:
    """The times that somebody is free."""
    return mask(times, FREE_TIMES)
