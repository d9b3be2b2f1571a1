"""マッチング: wishes and recommendations, volunteers and proposals, rounds and draws."""

from kyodo_match.matching.models.rounds import (
    DrawChoice,
    DrawEntry,
    DrawPerson,
    DrawSupplement,
    Round,
    RoundSlot,
)
from kyodo_match.matching.models.volunteers import HelpRequest, Proposal, Volunteer
from kyodo_match.matching.models.wishes import (
    Dismissal,
    Exposure,
    Recommendation,
    Weights,
    Wish,
)

__all__ = [
    "Dismissal",
    "DrawChoice",
    "DrawEntry",
    "DrawPerson",
    "DrawSupplement",
    "Exposure",
    "HelpRequest",
    "Proposal",
    "Recommendation",
    "Round",
    "RoundSlot",
    "Volunteer",
    "Weights",
    "Wish",
]
