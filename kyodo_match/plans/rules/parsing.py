"""The format of a plan's file, and the document in which a definition is stored.

Source: the plans' README. What is not in the format is refused with the key and the reason.
"""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from kyodo_match.opportunities.rules import OpportunityKind
from kyodo_match.plans.errors import Problem
from kyodo_match.plans.rules.definition import (
    Aggregation,
    Baseline,
    Evaluation,
    Finding,
    Goal,
    Indicator,
    Known,
    Measure,
    Outcome,
    People,
    PlanDefinition,
    Source,
    Target,
)
from kyodo_match.plans.rules.reading import Table

_KEY = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
CODE = re.compile(r"\d{6}")

# What may narrow the records of a source. Attendance and events are narrowed by their kinds.
_FILTERS = {
    Source.GROUP_REGISTER: frozenset({"status"}),
    Source.CONSULTATIONS: frozenset({"office"}),
    Source.FACILITY_VISITS: frozenset({"facilities"}),
    Source.GRANTS: frozenset({"grant_type"}),
}
_BY_KIND = frozenset({Source.ATTENDANCE, Source.EVENTS_HELD})
_NUMBERS = ("unit", "source", "aggregation", "kinds", "filter", "people", "people_stated",
            "per_residents", "baseline", "targets", "known")  # fmt: skip


def parse_plan(content: object) -> PlanDefinition:
    """Read a plan from its file's content, or from the document that it is stored as.

    Raises DefinitionRefused at the first key that is missing, unknown or wrong.
    """
    table = Table(content)
    title = table.needed_text("title")
    first, last = table.needed_year("first_fiscal_year"), table.needed_year("last_fiscal_year")
    if last < first:
        raise table.refuse("last_fiscal_year", Problem.PERIOD_BACKWARDS)
    for remark in ("source", "period_note", "years_written"):  # for who reads the file
        table.text(remark)
    seen: set[str] = set()
    goals = tuple(_goal(each, (first, last), seen) for each in table.tables("goals"))
    if not goals:
        raise table.refuse("goals", Problem.MISSING)
    _unique(table, "goals", [goal.number for goal in goals])
    plan = PlanDefinition(
        title=title,
        first_fiscal_year=first,
        last_fiscal_year=last,
        municipality=table.text("municipality"),
        municipality_code=table.matching_text("municipality_code", CODE, Problem.NOT_A_CODE),
        goal_label=table.text("goal_label") or PlanDefinition.goal_label,
        indicator_label=table.text("indicator_label") or PlanDefinition.indicator_label,
        measure_label=table.text("measure_label") or PlanDefinition.measure_label,
        title_inferred=table.flag("title_inferred"),
        goals=goals,
    )
    table.finish()
    return plan


def _unique(table: Table, name: str, values: list[int]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise table.refuse(name, Problem.DUPLICATE, str(value))


def _goal(table: Table, years: tuple[int, int], seen: set[str]) -> Goal:
    goal = Goal(
        number=table.needed_integer("number"),
        name=table.needed_text("name"),
        purpose=table.text("purpose"),
        aims=table.texts("aims"),
        directions=table.texts("directions"),
        evaluation=_evaluation(table.table("evaluation")),
        indicators=tuple(_indicator(each, years, seen) for each in table.tables("indicators")),
        measures=_measures(table),
    )
    table.finish()
    return goal


def _evaluation(table: Table | None) -> Evaluation | None:
    if table is None:
        return None
    evaluation = Evaluation(
        as_of=table.needed_day("as_of"),
        outcome=table.needed_choice("outcome", Outcome),
        note=table.text("note"),
    )
    table.finish()
    return evaluation


def _measures(goal: Table) -> tuple[Measure, ...]:
    measures = []
    for table in goal.tables("measures"):
        repeated = table.flag("repeated")
        # A repeated measure is named by its number alone: its words stand where it came first.
        table.require("number" if repeated else "name")
        measures.append(
            Measure(
                name=table.text("name"),
                number=table.integer("number"),
                direction=table.text("direction"),
                department=table.text("department"),
                done=table.text("done"),
                main_project=table.text("main_project"),
                repeated=repeated,
            )
        )
        table.finish()
    return tuple(measures)


def _indicator(table: Table, years: tuple[int, int], seen: set[str]) -> Indicator:
    table.require("key")
    key = table.matching_text("key", _KEY, Problem.NOT_A_KEY)
    if key in seen:
        raise table.refuse("key", Problem.DUPLICATE, key)
    seen.add(key)
    name = table.needed_text("name")
    scope, method = table.text("scope"), table.text("method")
    if table.flag("qualitative"):
        for number in _NUMBERS:
            if table.has(number):
                raise table.refuse(number, Problem.NOT_FOR_QUALITATIVE)
        indicator = Indicator(
            key=key,
            name=name,
            scope=scope,
            method=method,
            qualitative=True,
            methods=table.texts("methods"),
            findings=_findings(table),
        )
    else:
        indicator = _counted(table, years, key=key, name=name, scope=scope, method=method)
    table.finish()
    return indicator


def _findings(table: Table) -> tuple[Finding, ...]:
    findings = []
    raw = table.content.get("findings")
    if isinstance(raw, list):  # a finding may be its words alone
        table.content["findings"] = [
            {"text": each} if isinstance(each, str) else each for each in raw
        ]
    for each in table.tables("findings"):
        findings.append(
            Finding(
                text=each.needed_text("text"),
                fiscal_year=each.year("fiscal_year"),
                as_of=each.day("as_of"),
            )
        )
        each.finish()
    return tuple(findings)


def _counted(
    table: Table, years: tuple[int, int], *, key: str, name: str, scope: str, method: str
) -> Indicator:
    source = table.needed_choice("source", Source)
    aggregation = table.needed_choice("aggregation", Aggregation)
    if (aggregation is Aggregation.LATEST) and source in _BY_KIND:
        raise table.refuse("aggregation", Problem.NOT_FOR_SOURCE, source)
    if (aggregation is not Aggregation.LATEST) and source is Source.GROUP_REGISTER:
        raise table.refuse("aggregation", Problem.NOT_FOR_SOURCE, source)
    return Indicator(
        key=key,
        name=name,
        scope=scope,
        method=method,
        unit=table.needed_text("unit"),
        source=source,
        aggregation=aggregation,
        kinds=_kinds(table, source),
        filter=_filter(table, source),
        people=_people(table, source),
        people_stated=table.flag("people_stated", default=True),
        per_residents=_per_residents(table, aggregation),
        baseline=_baseline(table.table("baseline")),
        targets=_targets(table, years),
        known=_known(table),
    )


def _kinds(table: Table, source: Source) -> tuple[str, ...]:
    kinds = table.texts("kinds")
    if source in _BY_KIND:
        table.require("kinds")
        if not kinds:
            raise table.refuse("kinds", Problem.EMPTY)
        if not set(OpportunityKind).issuperset(kinds):
            raise table.refuse("kinds", Problem.NOT_A_CHOICE, " / ".join(OpportunityKind))
    elif kinds:
        raise table.refuse("kinds", Problem.NOT_FOR_SOURCE, source)
    return kinds


def _filter(table: Table, source: Source) -> dict[str, str | tuple[str, ...]]:
    inner = table.table("filter")
    if inner is None:
        return {}
    allowed = _FILTERS.get(source, frozenset())
    found: dict[str, str | tuple[str, ...]] = {}
    for name, value in inner.content.items():
        if name not in allowed:
            raise inner.refuse(name, Problem.NOT_FOR_SOURCE, source)
        found[name] = inner.text(name) if isinstance(value, str) else inner.texts(name)
    if source is Source.GROUP_REGISTER and found.get("status", "registered") != "registered":
        raise inner.refuse("status", Problem.NOT_A_CHOICE, "registered")
    return found


def _people(table: Table, source: Source) -> People:
    people = table.choice("people", People)
    if people is People.UNIQUE and source is not Source.ATTENDANCE:
        raise table.refuse("people", Problem.NOT_FOR_SOURCE, source)
    return people or People.TOTAL


def _per_residents(table: Table, aggregation: Aggregation) -> int | None:
    number = table.integer("per_residents")
    if number is None:
        return None
    if number == 0:
        raise table.refuse("per_residents", Problem.EMPTY)
    if aggregation is Aggregation.CUMULATIVE:  # over years there is no one number of residents
        raise table.refuse("per_residents", Problem.NOT_FOR_CUMULATIVE)
    return number


def _year_or_day(table: Table) -> tuple[int | None, date | None]:
    year, day = table.year("fiscal_year"), table.day("as_of")
    if (year is None) == (day is None):
        raise table.refuse("fiscal_year", Problem.YEAR_OR_DAY)
    return year, day


def _baseline(table: Table | None) -> Baseline | None:
    if table is None:
        return None
    year, day = _year_or_day(table)
    baseline = Baseline(
        value=table.number("value"),
        fiscal_year=year,
        as_of=day,
        projected=table.flag("projected"),
    )
    table.finish()
    return baseline


def _targets(table: Table, years: tuple[int, int]) -> tuple[Target, ...]:
    targets = []
    for each in table.tables("targets"):
        target = Target(
            fiscal_year=each.needed_year("fiscal_year"),
            value=each.number("value"),
            name=each.text("name"),
        )
        if not years[0] <= target.fiscal_year <= years[1]:
            raise each.refuse("fiscal_year", Problem.OUTSIDE_PLAN, str(target.fiscal_year))
        each.finish()
        targets.append(target)
    _unique(table, "targets", [target.fiscal_year for target in targets])
    return tuple(sorted(targets, key=lambda target: target.fiscal_year))


def _known(table: Table) -> tuple[Known, ...]:
    known: list[Known] = []
    for each in table.tables("known"):
        year, day = _year_or_day(each)
        result = Known(
            value=each.number("value"),
            fiscal_year=year,
            as_of=day,
            from_fiscal_year=each.year("from_fiscal_year"),
        )
        each.finish()
        if result.from_fiscal_year and date(result.from_fiscal_year, 4, 1) > result.day:
            raise each.refuse("from_fiscal_year", Problem.PERIOD_BACKWARDS)
        if any(replace(other, value=0) == replace(result, value=0) for other in known):
            raise each.refuse("fiscal_year" if year else "as_of", Problem.DUPLICATE)
        known.append(result)
    return tuple(known)


def as_document(thing: Any) -> Any:
    """A definition as plain JSON values that `parse_plan` reads back; defaults are left out."""
    if is_dataclass(thing):
        return {
            each.name: as_document(value)
            for each in fields(thing)
            if (value := getattr(thing, each.name)) != each.default and value != {}
        }
    if isinstance(thing, tuple):
        return [as_document(each) for each in thing]
    if isinstance(thing, dict):
        return {key: as_document(value) for key, value in thing.items()}
    if isinstance(thing, StrEnum):
        return thing.value
    return thing.isoformat() if isinstance(thing, date) else thing
