"""おすすめ: hard filters with their codes, points with their reasons; integers, no database."""

from kyodo_match.matching.rules.recommending.board import Board
from kyodo_match.matching.rules.recommending.filters import (
    GUARDIAN_CONSENT_DAYS,
    TRAVEL_BUFFER,
    Filter,
    filters_of,
)
from kyodo_match.matching.rules.recommending.needs import Need, need_of, offers_parking
from kyodo_match.matching.rules.recommending.people import Person, Span, liked_tags, person_of
from kyodo_match.matching.rules.recommending.points import (
    Fit,
    Part,
    Reason,
    ReasonCode,
    Scorer,
    boosts_of,
    kept,
    read_reasons,
)
from kyodo_match.matching.rules.recommending.ranking import (
    LeftOut,
    Ranking,
    SuitedPeople,
    SuitedPerson,
    rank,
    rank_people,
)
from kyodo_match.matching.rules.recommending.weights import (
    FIRST_WEIGHTS,
    WeightsFault,
    WeightsSet,
    faults,
)

__all__ = [
    "FIRST_WEIGHTS",
    "GUARDIAN_CONSENT_DAYS",
    "TRAVEL_BUFFER",
    "Board",
    "Filter",
    "Fit",
    "LeftOut",
    "Need",
    "Part",
    "Person",
    "Ranking",
    "Reason",
    "ReasonCode",
    "Scorer",
    "Span",
    "SuitedPeople",
    "SuitedPerson",
    "WeightsFault",
    "WeightsSet",
    "boosts_of",
    "faults",
    "filters_of",
    "kept",
    "liked_tags",
    "need_of",
    "offers_parking",
    "person_of",
    "rank",
    "rank_people",
    "read_reasons",
]
