"""計画・目標・評価指標: what a plan's document says, as it was read from its file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kyodo_match.core.fiscal_year import FiscalYear

Number = int | float


class Aggregation(StrEnum):
    """How an indicator adds up its records."""

    ANNUAL = "annual"
    CUMULATIVE = "cumulative"
    LATEST = "latest"


class Source(StrEnum):
    """Which records an indicator counts."""

    ATTENDANCE = "attendance"
    EVENTS_HELD = "events_held"
    GROUP_REGISTER = "group_register"
    CONSULTATIONS = "consultations"
    ENTRY_SHEETS = "entry_sheets"
    COLLABORATION_PROJECTS = "collaboration_projects"
    GRANTS = "grants"
    FACILITY_VISITS = "facility_visits"
    MANUAL = "manual"


# The records that this product keeps itself; everything else is a figure entered by hand.
LIVE_SOURCES = frozenset({Source.ATTENDANCE, Source.EVENTS_HELD, Source.GROUP_REGISTER})


class People(StrEnum):
    """延べ人数 or 実人数."""

    TOTAL = "total"
    UNIQUE = "unique"


class Outcome(StrEnum):
    """How an indicator or a goal stands, from the best to the worst."""

    MET = "met"
    ON_TRACK = "on_track"
    UNKNOWN = "unknown"
    OFF_TRACK = "off_track"
    MISSED = "missed"


@dataclass(frozen=True)
class Baseline:
    """現状値: where the indicator started, for a fiscal year or as of a day."""

    value: Number
    fiscal_year: int | None = None
    as_of: date | None = None
    projected: bool = False

    @property
    def day(self) -> date:
        """The day that the value stands for: a whole year's counts as its last."""
        return _day(self.fiscal_year, self.as_of)


@dataclass(frozen=True)
class Target:
    """目標値: what is to be reached in a fiscal year."""

    fiscal_year: int
    value: Number
    name: str = ""

    @property
    def day(self) -> date:
        return FiscalYear(self.fiscal_year).last_day


@dataclass(frozen=True)
class Known:
    """公表値: a result that the city has published."""

    value: Number
    fiscal_year: int | None = None
    as_of: date | None = None
    from_fiscal_year: int | None = None

    @property
    def day(self) -> date:
        """The last day that the published result covers."""
        return _day(self.fiscal_year, self.as_of)


@dataclass(frozen=True)
class Finding:
    """What was found out about an indicator that has no number."""

    text: str
    fiscal_year: int | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class Indicator:
    """評価指標: what is counted, from which records, and how it adds up."""

    key: str
    name: str
    unit: str = ""
    aggregation: Aggregation | None = None  # None for a qualitative one
    source: Source | None = None
    kinds: tuple[str, ...] = ()
    filter: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    people: People = People.TOTAL
    people_stated: bool = True
    per_residents: int | None = None
    scope: str = ""
    method: str = ""
    qualitative: bool = False
    methods: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    baseline: Baseline | None = None
    targets: tuple[Target, ...] = ()
    known: tuple[Known, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether this product's own records feed it."""
        return self.source in LIVE_SOURCES

    def next_target(self, day: date) -> Target | None:
        """The first target that is still to come on a day; after the last one, the last."""
        coming = [target for target in self.targets if target.day >= day]
        if coming:
            return coming[0]
        return self.targets[-1] if self.targets else None


@dataclass(frozen=True)
class Measure:
    """取組: what is done for a goal, and by whom."""

    name: str = ""  # a repeated one has its number alone
    number: int | None = None
    direction: str = ""
    department: str = ""
    done: str = ""
    main_project: str = ""
    repeated: bool = False  # 再掲: named again under another direction


@dataclass(frozen=True)
class Evaluation:
    """評価: the city's own published judgement; it stands beside the computed one."""

    as_of: date
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """目標: a number, a name, its indicators and measures."""

    number: int
    name: str
    purpose: str = ""
    aims: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    evaluation: Evaluation | None = None
    indicators: tuple[Indicator, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def measures_by_direction(self) -> list[tuple[str, list[Measure]]]:
        """The measures under the direction that the document gives them, in its order."""
        found: dict[str, list[Measure]] = {}
        for measure in self.measures:
            found.setdefault(measure.direction, []).append(measure)
        return list(found.items())


@dataclass(frozen=True)
class PlanDefinition:
    """計画: a published plan with its period and its own words for goal, indicator and measure."""

    title: str
    first_fiscal_year: int
    last_fiscal_year: int
    municipality: str = ""
    municipality_code: str = ""
    goal_label: str = "目標"
    indicator_label: str = "評価指標"
    measure_label: str = "取組"
    title_inferred: bool = False
    goals: tuple[Goal, ...] = ()

    @property
    def first_day(self) -> date:
        return FiscalYear(self.first_fiscal_year).first_day

    @property
    def last_day(self) -> date:
        return FiscalYear(self.last_fiscal_year).last_day

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator, in the order of the document."""
        for goal in self.goals:
            yield from goal.indicators

    def indicator(self, key: str) -> Indicator | None:
        """The indicator with this key, if the plan has it."""
        return next((each for each in self.indicators() if each.key == key), None)

    def name_of(self, measure: Measure) -> str:
        """The measure's name; that of its first mention where it is named again."""
        if measure.name:
            return measure.name
        every = (each for goal in self.goals for each in goal.measures)
        return next((each.name for each in every if each.number == measure.number), "")

    def is_fed_by(self, municipality_code: str) -> bool:
        """Whether this installation's records are the plan's."""
        return self.municipality_code in ("", municipality_code)


def _day(fiscal_year: int | None, as_of: date | None) -> date:
    if as_of is not None:
        return as_of
    assert fiscal_year is not None  # noqa: S101 - the parser lets exactly one of the two through
    return FiscalYear(fiscal_year).last_day
