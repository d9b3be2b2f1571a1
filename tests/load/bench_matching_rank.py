"""Days put in order for one citizen: 10,000 needs, each with its reasons, in one process.

CPU time of the rules alone; reading the needs from the database is a figure of its own kind and
depends on how many days a city has.
"""

import random
import time
from datetime import UTC, datetime, timedelta

from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.rules.recommending import FIRST_WEIGHTS, Need, Person, need_of, rank
from kyodo_match.matching.rules.wishes import FREE_TIMES
from kyodo_match.opportunities.rules import OpportunityKind, Skill
from kyodo_match.settings.rules import NearDistricts, Nearness, Neighbourhood
from kyodo_match.signups.rules import AgeGroup
from tests.load.results import Figure

NEEDS = 10_000
ROUNDS = 15
_MOST_MS = 30
_NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
_DISTRICTS = tuple(f"地区{number}" for number in range(20))


def rank_figures() -> list[Figure]:
    """What it takes to rank every one of 10,000 days for one person."""
    needs = made_needs(NEEDS)
    near = Neighbourhood(
        NearDistricts(_DISTRICTS[0], other, Nearness.NEIGHBOUR) for other in _DISTRICTS[1:4]
    )
    person = Person(
        district=_DISTRICTS[0],
        times=FREE_TIMES[15:],
        fields=(PlainField.ENVIRONMENT, PlainField.CULTURE),
        skills=(Skill.PHOTO,),
        age_group=AgeGroup.FROM_65,
        beginner=True,
    )
    spent: list[float] = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        found = rank(person, needs, FIRST_WEIGHTS, neighbourhood=near, now=_NOW)
        spent.append((time.process_time() - begin) * 1000)
        if len(found.fits) + len(found.left_out) != NEEDS or not found.left_out:
            raise AssertionError(len(found.fits))
    return [Figure(f"recommend: {NEEDS:,} needs for one citizen", spent, "CPU ms", _MOST_MS)]


def made_needs(number: int) -> list[Need]:
    """Days of two months, no two sets of them alike, the same in every run."""
    chance = random.Random(20261122)
    return [_made(chance, slot) for slot in range(number)]


def _made(chance: random.Random, slot: int) -> Need:
    start = _NOW + timedelta(days=chance.randrange(60), hours=chance.randrange(1, 12))
    return need_of(
        slot=f"{slot:012x}",
        opportunity=f"{slot // 3:012x}",
        group=slot % 100,
        kind=chance.choice(list(OpportunityKind)),
        starts_at=start,
        ends_at=start + timedelta(hours=chance.randrange(1, 6)),
        opens_at=_NOW - timedelta(days=9),
        closes_at=start - timedelta(hours=20),
        capacity=10,
        taken=chance.randrange(11),
        minimum=chance.choice([None, 3, 5]),
        district=chance.choice(_DISTRICTS),
        parking=chance.choice(["", "あり"]),
        leave_early_ok=chance.choice([None, True]),
        fields=tuple(chance.sample(list(PlainField), 2)),
        wanted_skills=(chance.choice(list(Skill)),),
        beginner_welcome=chance.choice([None, True]),
        min_age=chance.choice([None, 18]),
        group_unfilled=chance.random() < 1 / 2,
    )
