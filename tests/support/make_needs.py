"""Needs and people for the rules of recommendation: plain values, without a database."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from kyodo_match.core.clock import TOKYO
from kyodo_match.groups.rules import PlainField
from kyodo_match.matching.rules.recommending import Need, Person, need_of
from kyodo_match.matching.rules.wishes import FREE_TIMES
from kyodo_match.opportunities.rules import OpportunityKind, Skill
from kyodo_match.settings.rules import NearDistricts, Nearness, Neighbourhood
from kyodo_match.signups.rules import AgeGroup, Residency


def tokyo_time(*numbers: int) -> datetime:
    """Year, month, day, hour, minute on the wall clock of Japan."""
    return datetime(*numbers, tzinfo=TOKYO)  # type: ignore[arg-type, misc]


NOW = tokyo_time(2026, 11, 22, 12)
SATURDAY = tokyo_time(2026, 12, 5, 9, 30)
DISTRICTS = ("みらい平", "伊奈", "谷和原", "小絹", "福岡")
NEAR = Neighbourhood(
    [
        NearDistricts("みらい平", "伊奈", Nearness.NEIGHBOUR),
        NearDistricts("谷和原", "みらい平", Nearness.WITHIN_2_KM),
        NearDistricts("みらい平", "小絹", Nearness.WITHIN_5_KM),
    ]
)


def a_need(**changes: Any) -> Need:
    """A Saturday morning with free places, about which nothing special is known."""
    values: dict[str, Any] = {
        "slot": "0123456789ab",
        "kind": OpportunityKind.EXPERIENCE,
        "starts_at": SATURDAY,
        "ends_at": SATURDAY + timedelta(hours=2, minutes=30),
        "opens_at": NOW - timedelta(days=1),
        "closes_at": SATURDAY - timedelta(days=1),
        "capacity": 10,
    }
    return need_of(**values | changes)


PEOPLE = st.builds(
    Person,
    district=st.sampled_from(("", *DISTRICTS)),
    drives=st.booleans(),
    remote_ok=st.booleans(),
    times=st.sets(st.sampled_from(FREE_TIMES)).map(lambda found: tuple(sorted(found))),
    fields=st.sets(st.sampled_from(sorted(PlainField))).map(lambda found: tuple(sorted(found))),
    skills=st.sets(st.sampled_from(sorted(Skill)), max_size=3).map(tuple),
    party_size=st.integers(1, 6),
    age_group=st.none() | st.sampled_from(AgeGroup),
    residency=st.none() | st.sampled_from(Residency),
    beginner=st.booleans(),
    certificate=st.booleans(),
    liked=st.integers(0, 2**81 - 1),
)


@st.composite
def needs(draw: st.DrawFn) -> Need:
    """Any day within two months of now, open or not."""
    start = NOW + timedelta(hours=draw(st.sampled_from((-48, 20, 40, 90, 168, 169, 500, 1000))))
    return a_need(
        slot=f"{draw(st.integers(0, 7)):012x}",
        opportunity=draw(st.sampled_from(("aaaaaaaaaaaa", "bbbbbbbbbbbb"))),
        kind=draw(st.sampled_from(OpportunityKind)),
        starts_at=start,
        ends_at=start + timedelta(hours=draw(st.integers(1, 30))),
        closes_at=draw(st.sampled_from((None, *[start - timedelta(hours=30)] * 9))),
        taken=draw(st.sampled_from((0, 3, 5, 8, 10))),
        minimum=draw(st.none() | st.integers(1, 10)),
        district=draw(st.sampled_from(("", *DISTRICTS))),
        parking=draw(st.sampled_from(("", "あり", "なし"))),
        is_remote=draw(st.booleans()),
        leave_early_ok=draw(st.none() | st.booleans()),
        fields=tuple(draw(st.sets(st.sampled_from(sorted(PlainField)), max_size=3))),
        wanted_skills=tuple(draw(st.sets(st.sampled_from(sorted(Skill)), max_size=2))),
        beginner_welcome=draw(st.none() | st.booleans()),
        min_age=draw(st.none() | st.sampled_from((0, 15, 18, 65))),
        residencies=draw(st.sampled_from(((), ("resident",), ("resident", "worker")))),
        certificate=draw(st.sampled_from(("", "普通自動車免許"))),
        guardian_consent=draw(st.booleans()),
        insurance_days=draw(st.none() | st.integers(0, 9)),
        group_unfilled=draw(st.booleans()),
    )
