"""Published plans as the demo carries them, and counters of their indicators."""

import tomllib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from kyodo_match.plans.rules.counting import Count, Counter
from kyodo_match.plans.rules.definition import PlanDefinition
from kyodo_match.plans.rules.evidence import Day, Evidence
from kyodo_match.plans.rules.parsing import parse_plan

PLANS = Path(__file__).parents[2] / "kyodo_match" / "demo" / "data" / "plans"


def content(key: str) -> dict[str, Any]:
    """A published plan as its file holds it."""
    return tomllib.loads((PLANS / f"{key}.toml").read_text(encoding="utf-8"))


def real(key: str) -> PlanDefinition:
    """A published plan."""
    return parse_plan(content(key))


def counter(key: str, indicator: str, **evidence: Any) -> Counter:
    """The counter of an indicator of a published plan; keywords are its evidence."""
    plan = real(key)
    found = plan.indicator(indicator)
    assert found is not None
    return Counter(plan, found, Evidence(**evidence))


def changed(base: Counter, **over: Any) -> Counter:
    """The same, where the plan had defined its indicator otherwise."""
    return replace(base, indicator=replace(base.indicator, **over))


def value(count: Count | None) -> Fraction | None:
    """What was counted, where anything could be."""
    return count.value if count else None


def visits(day: str, number: int, *keys: str, imported: int = 0) -> Day:
    """A day with so many visits, of these people."""
    return Day(date.fromisoformat(day), number, frozenset(keys), imported)
