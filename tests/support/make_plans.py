"""Plans and results from before, as the demo carries them."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import kyodo_match
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.services import import_participation
from kyodo_match.plans import services
from kyodo_match.plans.rules.parsing import parse_plan

PLANS = Path(kyodo_match.__file__).parent / "demo" / "data" / "plans"


def import_real(*keys: str, now: datetime) -> None:
    """Import published plans by their keys."""
    for key in keys:
        content = tomllib.loads((PLANS / f"{key}.toml").read_text(encoding="utf-8"))
        services.import_plan(key=key, definition=parse_plan(content), now=now, actor="cli:test")


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
