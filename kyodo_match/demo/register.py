"""What the demo begins with: plans, residents, the register, results from before, figures."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from kyodo_match.core.fiscal_year import FiscalYear
from kyodo_match.demo.scenario import DATA
from kyodo_match.groups.rules import GroupKind, GroupStatus
from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.participation.services import Line
from kyodo_match.plans.rules.definition import Known, PlanDefinition
from kyodo_match.plans.rules.parsing import parse_plan
from kyodo_match.plans.rules.population import Population, parse_population

_POPULATION = "population"
_YEAR_IN_FILE = 2025


def plans() -> Iterator[tuple[str, PlanDefinition]]:
    """The published plans, each with its key."""
    for path in sorted((DATA / "plans").glob("*.toml")):
        if path.stem != _POPULATION:
            yield path.stem, parse_plan(tomllib.loads(path.read_text(encoding="utf-8")))


def population() -> Population:
    """Residents by year and district."""
    path = DATA / "plans" / f"{_POPULATION}.toml"
    return parse_population(tomllib.loads(path.read_text(encoding="utf-8")))


def figures() -> list[dict[str, Any]]:
    """Figures by hand, each with its reason, as `enter_figure` takes them."""
    return [
        {
            "plan_key": row["plan"],
            "indicator_key": row["indicator"],
            "entered": Known(int(row["value"]), fiscal_year=int(row["fiscal_year"])),
            "reason": row["reason"],
        }
        for row in _rows("figures.csv")
    ]


def groups() -> list[dict[str, Any]]:
    """The register, as an import takes it."""
    return [
        {
            **{name: text for name, text in row.items() if name != "fields"},
            "kind": GroupKind(row["kind"]),
            "status": GroupStatus(row["status"]),
            "law_fields": tuple(number for number in row["fields"].split(";") if number),
            "members": int(row["members"]) if row["members"] else None,
            **{name: _day(row[name]) for name in ("founded_on", "registered_on", "ended_on")},
        }
        for row in _rows("groups.csv")
    ]


def results() -> list[Line]:
    """What happened in the years before the system."""
    return [
        (
            date.fromisoformat(row["date"]),
            OpportunityKind(row["kind"]),
            row["opportunity"],
            row["group"],
            int(row["visits"]),
            int(row["people"]) if row["people"] else None,
            row["note"],
        )
        for row in _rows("participation.csv")
    ]


def results_by_command() -> list[Line]:
    """All of them but one year's experiences: those came in somebody's Excel file."""
    in_file = FiscalYear(_YEAR_IN_FILE)
    return [
        line
        for line in results()
        if line[1] is not OpportunityKind.EXPERIENCE or FiscalYear.of(line[0]) != in_file
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _day(raw: str) -> date | None:
    return date.fromisoformat(raw) if raw else None
