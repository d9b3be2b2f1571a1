"""Plans and results from before, as the demo carries them."""

from datetime import date, datetime

from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.services import import_participation
from kyodo_match.plans import services
from tests.support.count_plans import real


def import_real(*keys: str, now: datetime) -> None:
    """Import published plans by their keys."""
    for key in keys:
        services.import_plan(key=key, definition=real(key), now=now, actor="cli:test")


def came(day: str, visits: int, people: int | None, *, now: datetime) -> None:
    """A line of results from before: that many came for an experience on a day."""
    line = (
        date.fromisoformat(day),
        OpportunityKind.EXPERIENCE,
        "体験",
        "里山の会",
        visits,
        people,
        "",
    )
    import_participation(lines=[line], now=now, actor="cli:test")
